"""The rule for passwords: long enough, not on everybody's list, not the login again."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from models.errors import InputError
from models.words import tr

__all__ = ["REAL_OFFICE", "TRAINING", "PasswordPolicy", "clean_password", "refuse_weak_password"]

_TRIVIAL = (
    "123456", "1234567890", "qwerty", "qwertyuiop", "asdfghjkl", "abcdef", "abc123", "password",
    "matkhau", "mat khau", "hanoi", "ha noi", "vietnam", "viet nam", "motcua", "mot cua", "admin",
    "iloveyou", "anhyeuem", "emyeuanh", "hochiminh", "congan", "ubnd", "letmein", "welcome",
)  # fmt: skip
"""Words that make a password guessable when it is nothing but them, digits and punctuation."""


@dataclass(frozen=True)
class PasswordPolicy:
    """`shortest` length in characters; `refuse_trivial` also refuses guessable ones."""

    shortest: int
    refuse_trivial: bool


REAL_OFFICE = PasswordPolicy(shortest=12, refuse_trivial=True)
"""At least 12 characters, no other recipe (OWASP ASVS 6.2 advises length over composition)."""

TRAINING = PasswordPolicy(shortest=1, refuse_trivial=False)
"""Training offices have printed accounts; nothing in them is real."""


def clean_password(typed: str) -> str:
    """`typed` in one Unicode spelling: input methods compose Vietnamese letters differently."""
    return unicodedata.normalize("NFC", typed)


def refuse_weak_password(typed: str, login: str, *, policy: PasswordPolicy) -> None:
    """Raise `InputError` (field "password") when `typed` breaks `policy` for the user `login`."""
    password = clean_password(typed)
    if len(password) < policy.shortest:
        raise InputError(
            "KHO-31",
            tr(
                "Mật khẩu có {count} ký tự, cần ít nhất {least}.",
                count=len(password),
                least=policy.shortest,
            ),
            tr("Ghép vài từ dễ nhớ với nhau là đủ dài."),
            field="password",
        )
    if policy.refuse_trivial and _is_trivial(password, login):
        raise InputError(
            "KHO-32",
            tr("Mật khẩu này quá dễ đoán."),
            tr("Chọn vài từ không liên quan đến nhau, không dùng tên đăng nhập hay dãy phím liền."),
            field="password",
        )


def _is_trivial(password: str, login: str) -> bool:
    """True when nothing is left but digits and signs once the guessable words are taken out."""
    left = password.casefold()
    if len(set(left)) < 5:
        return True
    for word in sorted((*_TRIVIAL, login.casefold()), key=len, reverse=True):
        left = left.replace(word, "") if word else left
    return sum(ch.isalpha() for ch in left) < 4
