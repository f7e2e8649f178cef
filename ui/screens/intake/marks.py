"""Marks an editor as wrong where the sentence stands elsewhere: in a row of narrow fields."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from ui.widgets import repolish, tip

__all__ = ["mark"]


def mark(editor: QLineEdit, problem: str) -> None:
    """Mark `editor` as wrong with this sentence for its tooltip; "" takes the mark away."""
    editor.setProperty("wrong", "true" if problem else "false")
    editor.setAccessibleDescription(problem)
    editor.setToolTip(tip(problem))
    repolish(editor)
