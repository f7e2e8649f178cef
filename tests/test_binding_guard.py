"""PySide6 6.12.0 on Python 3.11 loses references to None and aborts; this notices before a user."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QSortFilterProxyModel, Signal

NOWHERE = QModelIndex()
ROUNDS, NOISE = 500, 50


class Silent(QAbstractTableModel):
    """One cell that answers None."""

    def rowCount(self, parent=NOWHERE):
        return 1

    def columnCount(self, parent=NOWHERE):
        return 1

    def data(self, index, role=0):
        return None


class Bell(QObject):
    rung = Signal(bool)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal")
def test_qt_calls_keep_the_references_of_none(qapp):
    model, proxy = Silent(), QSortFilterProxyModel()
    proxy.setSourceModel(model)
    index = proxy.index(0, 0)
    before = sys.getrefcount(None)
    for _ in range(ROUNDS):
        proxy.data(index, 0)
    assert abs(sys.getrefcount(None) - before) < NOISE


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True is immortal")
def test_qt_signals_keep_the_references_of_true(qapp):
    bell = Bell()
    bell.rung.connect(lambda _on: None)
    before = sys.getrefcount(True)
    for _ in range(ROUNDS):
        bell.rung.emit(True)
    assert abs(sys.getrefcount(True) - before) < NOISE
