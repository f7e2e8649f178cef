"""Who may import whom: layers look down only, libraries stay in their rooms, no circles."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from tests.support.architecture.tree import Breach, Module, imports, name_of

MAY_IMPORT = {
    "models": {"models"},
    "services": {"services", "models"},
    "ui": {"ui", "services", "models"},
    "server": {"server", "services", "models"},
    "main.py": {"ui", "server", "services", "models"},
    "bench": {"bench", "ui", "server", "services", "models", "main"},
    "scripts": {"scripts"},
}
MAIN_SEES_OF_SERVER = "server.commands"
"""The commands `serve` and `city`, loaded when named: the desktop starts without the server."""

OURS = {"models", "services", "ui", "server", "bench", "scripts", "tests", "main"}

BYTES_OF_EVENTS = ("models/codec.py", "models/envelope.py", "services/journal/")
MODELS_LIBRARIES = {"msgpack": BYTES_OF_EVENTS, "sqlalchemy": ("models/schema/",)}
"""The only third-party names inside models/, each with its rooms."""

NOT_IN_MODELS = {
    "asyncio",
    "concurrent",
    "http",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "queue",
    "random",
    "secrets",
    "select",
    "shutil",
    "signal",
    "socket",
    "sqlite3",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
}
NOT_IN_UI = {
    "alembic",
    "concurrent",
    "http",
    "httpx",
    "httpx2",
    "msgpack",
    "requests",
    "socket",
    "sqlalchemy",
    "sqlcipher3",
    "sqlite3",
    "threading",
    "urllib",
    "models.schema",
    "services.store",
    "services.journal",
}
SYNC_ROOMS = ("services/sync/", "server/")
"""What talks with other machines: the engine's edges on the PC, and the server."""

ROOMS = {
    "PySide6": ("ui/",),
    "shiboken6": ("ui/",),
    "fastapi": ("server/",),
    "starlette": ("server/",),
    "pydantic": ("server/",),
    "jinja2": ("server/",),
    "psycopg": ("server/",),
    "uvicorn": SYNC_ROOMS,
    "httptools": (),
    "httpx2": SYNC_ROOMS,
    "zstandard": SYNC_ROOMS,
    "zeroconf": SYNC_ROOMS,
    "alembic": ("services/store/",),
    "sqlcipher3": ("services/store/",),
    "sqlite3": (),
    "keyring": ("services/store/", "services/access/"),
    "msgpack": (*BYTES_OF_EVENTS, *SYNC_ROOMS),
    "reportlab": ("services/documents/", "services/signing/"),
    "pyhanko": ("services/signing/",),
    "pyhanko_certvalidator": ("services/signing/",),
    "asn1crypto": ("services/signing/",),
    "openpyxl": ("services/catalogue/", "services/reports/"),
    "babel": ("services/language.py",),
    "requests": (),
    "selenium": (),
    "schemathesis": (),
    "yaml": (),
}
"""Library -> the only places of the program that may import it."""

NO_SQLALCHEMY = ("services/documents/", "services/signing/", "services/commands/", "ui/", "main.py")
THREADS = ("QThread", "QRunnable", "QThreadPool", "QtConcurrent")
THREAD_ROOM = "ui/tasks.py"


def check_arrows(module: Module) -> Iterator[Breach]:
    """Layers may only look down."""
    allowed = MAY_IMPORT.get(module.layer)
    if allowed is None:
        return
    for name, node in imports(module):
        top = name.split(".")[0]
        if not name and module.layer in ("models", "services", "server"):
            yield module.breach("arrow", node, "import_module() takes a literal here")
        if (
            top in OURS
            and top not in allowed
            and not (module.layer == "scripts" and "." not in name)
        ):
            yield module.breach("arrow", node, f"{module.layer} must not import {name}")
        if module.layer == "main.py" and top == "server":
            yield from _server_in_main(module, name, node)


def _server_in_main(module: Module, name: str, node: ast.AST) -> Iterator[Breach]:
    """main.py knows the server's commands only, and only inside a function."""
    if not f"{name}.".startswith(f"{MAIN_SEES_OF_SERVER}."):
        yield module.breach("arrow", node, f"main.py must not import {name}")
    if node in module.tree.body:
        yield module.breach("arrow", node, "main.py imports the server's commands when named")


def check_models_are_pure(module: Module) -> Iterator[Breach]:
    """models/ has no I/O, no clock, no randomness, nothing outside the standard library."""
    if module.layer != "models":
        return
    for name, node in imports(module):
        top = name.split(".")[0]
        if module.within(*MODELS_LIBRARIES.get(top, ())):
            continue
        if top in NOT_IN_MODELS or (top not in OURS and top not in sys.stdlib_module_names):
            yield module.breach("pure-models", node, f"models must not import {name}")
    for call in module.calls():
        name = name_of(call.func)
        clock = name.endswith((".now", ".utcnow", ".today")) and "date" in name
        if clock or name in ("open", "input", "print"):
            yield module.breach("pure-models", call, f"models must not call {name}()")


def check_rooms(module: Module) -> Iterator[Breach]:
    """Each fenced library is imported only in its own rooms."""
    if not module.is_program:
        return
    for name, node in imports(module):
        top = name.split(".")[0]
        if top in ROOMS and not module.within(*ROOMS[top]):
            yield module.breach("fence", node, f"{top} is only for {ROOMS[top] or 'nobody'}")
        if top == "sqlalchemy" and module.within(*NO_SQLALCHEMY):
            yield module.breach("fence", node, "no SQLAlchemy here")
        if module.layer == "ui" and _is_kept_from_ui(module, name):
            yield module.breach("fence", node, f"ui must not import {name}")
        if name.rpartition(".")[2] in THREADS and module.path != THREAD_ROOM:
            yield module.breach("fence", node, f"threads are made in {THREAD_ROOM} only")


def _is_kept_from_ui(module: Module, name: str) -> bool:
    if module.path == THREAD_ROOM and name.split(".")[0] in ("threading", "concurrent"):
        return False
    return any(name == kept or name.startswith(f"{kept}.") for kept in NOT_IN_UI)


def check_lazy_imports(module: Module) -> Iterator[Breach]:
    """An import inside a function says `# lazy: why` on its line or the one before."""
    if not module.is_program:
        return
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    inside = [
        node for outer in module.nodes if isinstance(outer, functions) for node in ast.walk(outer)
    ]
    for node in inside:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            near = module.lines[max(0, node.lineno - 2) : node.end_lineno]
            if not any("# lazy:" in line for line in near):
                yield module.breach("lazy-import", node, "import inside a function")


def check_cycles(modules: list[Module]) -> Iterator[Breach]:
    """No module may reach itself through imports, wherever these are written."""
    program = {module.dotted: module for module in modules if module.is_program}
    graph = {
        name: sorted({t for target, _ in imports(m) if (t := _resolve(target, program))} - {name})
        for name, m in program.items()
    }
    done: set[str] = set()
    for start in sorted(graph):
        path = _find_circle(start, graph, done)
        if path:
            yield program[path[0]].breach("cycle", 1, " -> ".join(path))


def _resolve(target: str, program: dict[str, Module]) -> str:
    """The module that `from a.b import c` really loads: a.b.c if that is one, else a.b."""
    if target in program:
        return target
    parent = target.rpartition(".")[0]
    return parent if parent in program else ""


def _find_circle(start: str, graph: dict[str, list[str]], done: set[str]) -> list[str]:
    """The first circle met on a walk from `start`; `done` remembers what is known to be free."""
    trail: list[str] = []

    def walk(name: str) -> list[str]:
        if name in trail:
            return [*trail[trail.index(name) :], name]
        if name in done:
            return []
        trail.append(name)
        for target in graph[name]:
            if found := walk(target):
                done.add(name)
                return found
        trail.pop()
        done.add(name)
        return []

    return walk(start)
