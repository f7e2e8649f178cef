"""Money asked for a procedure: whole đồng when one amount is published, else only its words."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["UNKNOWN_FEE", "Fee", "dong"]


@dataclass(frozen=True)
class Fee:
    """What is published about the fee of a procedure.

    `amount` is in whole đồng; None means that no single amount is published, never that it is
    free. `text` is the published wording and may be empty.
    """

    amount: int | None = None
    text: str = ""

    @property
    def known(self) -> bool:
        """Whether one amount is published."""
        return self.amount is not None


UNKNOWN_FEE = Fee()


def dong(amount: int) -> str:
    """`amount` đồng the way people here read it: 1.250.000 đ."""
    return f"{amount:,}".replace(",", ".") + " đ"
