"""The papers a procedure asks for (thành phần hồ sơ), as named by the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ProcedureComponent", "join_list", "split_list"]

SEPARATOR = " | "


@dataclass(frozen=True)
class ProcedureComponent:
    """One paper of a procedure; `unclear` marks a name cut short at its source, to be checked."""

    name: str
    unclear: bool = False


def split_list(text: str) -> tuple[str, ...]:
    """The entries of a cell that holds several, separated by "|"; empty ones are dropped."""
    return tuple(part for part in (piece.strip() for piece in text.split("|")) if part)


def join_list(entries: tuple[str, ...]) -> str:
    """The inverse of `split_list`."""
    return SEPARATOR.join(entries)
