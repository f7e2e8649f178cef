# Một Cửa: every command of the project. `make run` opens the desktop, `make test` checks everything.
# Recipes use relative paths only, so the folder may have spaces in its name.

OUT ?= tour-out
TOUR_LANG ?= vi
ARGS ?=
WORKERS ?= auto

SETUP := sh scripts/python.sh scripts/set_up.py
PYTHON_HERE := .venv/bin/python
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --no-emit-index-url \
	--no-emit-find-links --generate-hashes --no-header --quiet

.PHONY: run tour test lint suite bench map words lock clean
.NOTPARALLEL:

# Open the desktop (first start installs what is missing).   make run ARGS="--home DIR"
run:
	@$(SETUP) run -- $(ARGS)

# One scripted day through the real windows, pictures and PDFs in OUT; needs no display.
tour:
	@$(SETUP) tour -- --out "$(OUT)" --lang "$(TOUR_LANG)" $(ARGS)

# Set-up with the test tools, then lint, then the whole suite without a display.
test:
	@$(SETUP) prepare-tests
	@$(MAKE) --no-print-directory lint suite

lint:
	@$(SETUP) prepare-tests
	$(PYTHON_HERE) -m ruff check .
	$(PYTHON_HERE) -m mypy
	QT_QPA_PLATFORM=offscreen $(PYTHON_HERE) -m pytest -q tests/test_architecture.py

suite:
	@$(SETUP) prepare-tests
	QT_QPA_PLATFORM=offscreen $(PYTHON_HERE) -m pytest -n $(WORKERS) $(ARGS)

# One table of speeds, each with the ratio to the raw engine in the same run.
bench:
	@$(SETUP) prepare-tests
	QT_QPA_PLATFORM=offscreen $(PYTHON_HERE) -m bench $(ARGS)

# Refresh the map of modules in README.md from the first docstring lines.
map:
	@sh scripts/python.sh scripts/module_map.py

# Print PO entries for sentences without English, ready to be filled in resources/i18n/en.
words:
	@$(PYTHON_HERE) -m tests.support.missing_english

# Pin the requirements anew after pyproject.toml changed (needs uv); no address is written.
lock:
	$(LOCK) -o requirements/runtime.txt
	$(LOCK) --extra dev -c requirements/runtime.txt -o requirements/dev.txt

# Remove the environment and caches; never touches anyone's data.
clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
