"""Planted breaches that the rules must catch, and permitted neighbours that they must leave."""

from __future__ import annotations

HEAD = '"""Planted."""\n'


def plant(rule: str, path: str, source: str) -> tuple[str, str, str]:
    """A breach of `rule` in a file at `path`."""
    return rule, path, HEAD + source


def fine(path: str, source: str) -> tuple[str, str]:
    """Source that is allowed at `path`."""
    return path, HEAD + source


LONG_FUNCTION = "def _f():\n" + "    x = 1\n" * 60

PLANTS = [
    plant("arrow", "models/a.py", "from services import clock\n"),
    plant("arrow", "services/a.py", "import ui.app\n"),
    plant("arrow", "services/a.py", "def _f():\n    import ui.app  # lazy: planted\n"),
    plant("arrow", "services/a.py", "import importlib\nx = importlib.import_module('ui.app')\n"),
    plant("arrow", "services/a.py", "import importlib\nx = importlib.import_module(name)\n"),
    plant("arrow", "server/a.py", "from ui.shell import frame\n"),
    plant("arrow", "services/a.py", "from tests.support import fakes\n"),
    plant("arrow", "scripts/a.py", "from services.store import engine\n"),
    plant("arrow", "services/x/a.py", "from ...ui import app\n"),
    plant("pure-models", "models/a.py", "import sqlalchemy\n"),
    plant("pure-models", "models/a.py", "import msgpack\n"),
    plant("pure-models", "models/a.py", "from pathlib import Path\n"),
    plant("pure-models", "models/a.py", "import datetime\nx = datetime.datetime.now()\n"),
    plant("pure-models", "models/a.py", "x = open('a')\n"),
    plant("fence", "services/a.py", "from PySide6.QtCore import QObject\n"),
    plant("fence", "services/dossiers/a.py", "import reportlab\n"),
    plant("fence", "services/dossiers/a.py", "from pyhanko.sign import signers\n"),
    plant("fence", "services/dossiers/a.py", "import sqlite3\n"),
    plant("fence", "services/documents/a.py", "from sqlalchemy import select\n"),
    plant("fence", "ui/screens/a.py", "import sqlalchemy as sa\n"),
    plant("fence", "ui/screens/a.py", "from models.schema import journal\n"),
    plant("fence", "ui/screens/a.py", "from services.store.unit import Unit\n"),
    plant("fence", "ui/screens/a.py", "import threading\n"),
    plant("fence", "ui/screens/a.py", "from urllib.request import urlopen\n"),
    plant("fence", "ui/screens/a.py", "from PySide6.QtCore import QThread\n"),
    plant("lazy-import", "services/a.py", "def _f():\n    import json\n"),
    plant("size", "services/a.py", "x = 1\n" * 400),
    plant("size", "tests/a.py", LONG_FUNCTION),
    ("docstring", "services/a.py", "x = 1\n"),
    ("docstring", "services/x/__init__.py", ""),
    plant("docstring", "services/a.py", "def act():\n    pass\n"),
    plant("docstring", "models/a.py", "class Party:\n    pass\n"),
    plant("commit", "services/journal/a.py", "def _f(s):\n    s.commit()\n"),
    plant("commit", "services/journal/a.py", "def _f(s):\n    s.execute('COMMIT')\n"),
    plant("commit", "services/journal/a.py", "def _f(s):\n    s.execute(' commit transaction;')\n"),
    plant("commit", "services/journal/a.py", "def _f(e):\n    with e.begin():\n        pass\n"),
    plant("plain-text", "ui/screens/a.py", "x = QLabel('a')\n"),
    plant("plain-text", "ui/screens/a.py", "x = QtWidgets.QPushButton('a')\n"),
    plant("plain-text", "ui/screens/a.py", "QMessageBox.warning(None, 'a', 'b')\n"),
    plant("plain-text", "ui/screens/a.py", "class _Note(QtWidgets.QTextEdit):\n    pass\n"),
    plant("plain-text", "ui/widgets/a.py", "x.setTextFormat(Qt.TextFormat.RichText)\n"),
    plant("plain-text", "ui/widgets/a.py", "x.setHtml('a')\n"),
    plant("paragraph", "services/documents/receipt.py", "x = Paragraph('a', None)\n"),
    plant("paragraph", "services/documents/receipt.py", "x = platypus.Paragraph('a', None)\n"),
    plant("banned", "services/a.py", "import pickle\n"),
    plant("banned", "services/a.py", "from marshal import loads\n"),
    plant("banned", "tests/a.py", "import shelve\n"),
    plant("banned", "services/a.py", "x = yaml.load('a')\n"),
    plant("banned", "services/a.py", "x = eval('1')\n"),
    plant("banned", "bench/a.py", "exec('1')\n"),
    plant("banned", "services/a.py", "subprocess.run('ls', shell=True)\n"),
    plant("banned", "services/a.py", "client.get('a', verify=False)\n"),
    plant("banned", "services/signing/a.py", "x = ValidationContext(allow_fetching=True)\n"),
    plant("banned", "services/signing/a.py", "x = PdfFileReader(f, strict=False)\n"),
    plant("banned", "services/a.py", "print('a')\n"),
    plant("banned", "ui/a.py", "x = QDataStream()\n"),
    plant("durability", "services/store/a.py", "X = 'PRAGMA synchronous = NORMAL'\n"),
    plant("durability", "services/store/a.py", "X = 'pragma synchronous=off'\n"),
    plant("built-sql", "services/a.py", "s.execute(f'select a from b where c={d}')\n"),
    plant("built-sql", "services/a.py", "s.exec_driver_sql('select %s' % d)\n"),
    plant("built-sql", "services/a.py", "from sqlalchemy import text\nx = text('a' + b)\n"),
    plant("built-sql", "services/a.py", "s.execute('select {}'.format(d))\n"),
    plant("built-sql", "services/a.py", "q = f'DELETE FROM {t}'\n"),
    plant("built-sql", "services/a.py", "q = 'SELECT a FROM b WHERE ' + T + t\n"),
    plant("tr", "services/a.py", "def _f(x):\n    return tr(x)\n"),
    plant("tr", "services/a.py", "def _f(x):\n    return tr(f'Lưu {x}')\n"),
    plant("tr", "services/a.py", "def _f(x):\n    return tr('Lưu {name}', other=x)\n"),
    plant("tr", "services/a.py", "X = tr('Lưu')\n"),
    plant("tr", "services/a.py", "def _f(x=tr('Lưu')):\n    pass\n"),
    plant("english", "services/a.py", "def _f():\n    return tr('Không có bản dịch')\n"),
    plant("untranslated", "ui/a.py", "button.setText('Lưu')\n"),
    plant("untranslated", "ui/a.py", "x = Label('Hẹn trả')\n"),
    plant("untranslated", "services/a.py", "raise InputError('ND-01', 'Thiếu tên.')\n"),
    plant("code", "services/a.py", "raise InputError('nd1', 'no')\n"),
    plant("code", "services/a.py", "raise errors.MachineError('MAY-1', 'no')\n"),
]

FINE = [
    fine("models/codec.py", "import msgpack\n"),
    fine("models/schema/a.py", "import sqlalchemy as sa\n"),
    fine("models/a.py", "from datetime import date\nX = date(2026, 1, 1)\n"),
    fine("services/store/engine.py", "import sqlcipher3\n"),
    fine(
        "services/documents/text.py",
        "from reportlab.platypus import Paragraph\nx = Paragraph('a')\n",
    ),
    fine("services/store/unit.py", "def _f(s):\n    s.commit()\n"),
    fine("services/a.py", "def _f():\n    import slow  # lazy: takes a second\n"),
    fine("services/a.py", "X = 'Committee'\nY = 'select a place for the seal'\n"),
    fine("services/a.py", "x = zip(a, b, strict=False)\n"),
    fine("services/a.py", "x = f'{a} select'\n"),
    fine("services/a.py", "q = f'SELECT {C} FROM b' + _W + ', '.join(x for x in _D)\n"),
    fine("services/a.py", "s.execute('select a from b where c = :c', {'c': c})\n"),
    fine("services/documents/a.py", "TITLE = 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM'\n"),
    fine("services/a.py", "def _f(x):\n    return tr('Lưu {name}', name=x)\n"),
    fine("services/a.py", "def _f(x):\n    return tr('Lưu {name}', **x)\n"),
    fine("ui/widgets/label.py", "class Label(QLabel):\n    pass\n"),
    fine("ui/tasks.py", "import threading\nfrom PySide6.QtCore import QThread\n"),
    fine("ui/a.py", "def f():\n    '''Nút lưu.'''\n    return Button(tr('Lưu'))\n"),
    fine("main.py", "import ui.app\nprint('a')\n"),
    fine("tests/a.py", "X = 'PRAGMA synchronous=NORMAL'\ndef f(s):\n    s.commit()\n"),
    fine("scripts/a.py", "from system_packages import x\nprint('a')\n"),
]
