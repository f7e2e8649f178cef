"""Event classes to plain data and back: stable kind names, versions, upcasters.

A stored event is never rewritten: when the shape of a kind changes, its version goes up and an
upcaster turns older payloads into the new shape while reading. A kind or version this program does
not know is kept and relayed untouched as `UnknownEvent`.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import (
    Any,
    ClassVar,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

__all__ = ["Event", "UnknownEvent", "event", "from_payload", "known_kinds", "to_payload", "upcast"]

Payload = dict[str, Any]
T = TypeVar("T")


class Event:
    """What every event class has: a stable kind and the version of its payload."""

    __slots__ = ()
    KIND: ClassVar[str] = ""
    VERSION: ClassVar[int] = 0


@dataclass(frozen=True, slots=True)
class UnknownEvent:
    """An event written by a newer program: relayed as it is, the stream becomes read-only."""

    kind: str
    version: int


_classes: dict[str, type[Any]] = {}
_upcasters: dict[tuple[str, int], Callable[[Payload], Payload]] = {}
_defaults: dict[type[Any], tuple[tuple[str, Any], ...]] = {}
_SCALARS = (str, int, bytes, float, type(None))
_readers: dict[type[Any], Callable[[Payload], Any]] = {}


@dataclass_transform(frozen_default=True)
def event(kind: str, version: int = 1) -> Callable[[type[T]], type[T]]:
    """Class decorator: a frozen dataclass stored under the stable name `kind`."""

    def register(cls: type[T]) -> type[T]:
        made: Any = dataclass(frozen=True, slots=True)(cls)
        made.KIND = kind
        made.VERSION = version
        if kind in _classes:
            raise ValueError(f"event kind {kind} registered twice")
        _classes[kind] = made
        return made  # type: ignore[no-any-return]

    return register


def upcast(kind: str, from_version: int) -> Callable[..., Callable[[Payload], Payload]]:
    """Function decorator: turns a payload of `from_version` into one of the next version."""

    def register(function: Callable[[Payload], Payload]) -> Callable[[Payload], Payload]:
        _upcasters[(kind, from_version)] = function
        return function

    return register


def known_kinds() -> dict[str, int]:
    """Every kind this program knows, with its newest version."""
    return {kind: cls.VERSION for kind, cls in _classes.items()}


def _plain(value: Any) -> Any:
    """Not for scalars: what comes here is a container, or already of another plain kind."""
    if isinstance(value, tuple | list):
        return [v if isinstance(v, _SCALARS) else _plain(v) for v in value]
    if isinstance(value, dict):
        return {k: v if isinstance(v, _SCALARS) else _plain(v) for k, v in value.items()}
    if hasattr(type(value), "__dataclass_fields__"):
        return to_payload(value)
    return value


def _field_defaults(cls: type[Any]) -> tuple[tuple[str, Any], ...]:
    """Names and defaults of a dataclass's fields (MISSING: none), read once per class."""
    found = _defaults.get(cls)
    if found is None:
        found = _defaults[cls] = tuple((f.name, f.default) for f in fields(cls))
    return found


def to_payload(thing: Any) -> Payload:
    """A dataclass as plain maps and lists, fields that hold their default left out."""
    out: Payload = {}
    for name, default in _field_defaults(type(thing)):
        value = getattr(thing, name)
        if value is default or (default is not MISSING and value == default):
            continue
        out[name] = value if isinstance(value, _SCALARS) else _plain(value)
    return out


def from_payload(kind: str, version: int, payload: Payload) -> Any:
    """The event of a stored payload, brought up to the newest version of its kind.

    A payload that does not make such an event (a field missing or of another type) was signed by
    some program all the same: it becomes an `UnknownEvent`, so one bad line stops nobody.
    """
    cls = _classes.get(kind)
    if cls is None or version > cls.VERSION:
        return UnknownEvent(kind, version)
    try:
        for step in range(version, cls.VERSION):
            payload = _upcasters[(kind, step)](dict(payload))
        return _reader(cls)(payload)
    except (TypeError, ValueError, KeyError, AttributeError):
        return UnknownEvent(kind, version)


def _reader(cls: type[Any]) -> Callable[[Payload], Any]:
    """A function that builds `cls` from plain data; unknown extra keys are ignored."""
    found = _readers.get(cls)
    if found is not None:
        return found
    hints = get_type_hints(cls)
    converters = {f.name: _converter(hints[f.name]) for f in fields(cls)}
    kinds = {f.name: _plain_kinds(hints[f.name]) for f in fields(cls)}

    def read(data: Payload) -> Any:
        made = {}
        for name, value in data.items():
            if name in converters:
                if not isinstance(value, kinds[name]):
                    raise TypeError(f"{cls.__name__}.{name}")
                convert = converters[name]
                made[name] = value if convert is None or value is None else convert(value)
        return cls(**made)

    _readers[cls] = read
    return read


def _converter(hint: Any) -> Callable[[Any], Any] | None:
    """How to turn plain data into the type `hint`; None when it is already right."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        inner = [a for a in args if a is not type(None)]
        return _converter(inner[0]) if len(inner) == 1 else None
    if is_dataclass(hint) and isinstance(hint, type):
        return _reader(hint)
    if origin is tuple:
        return _converter_of_many(args[0])
    if hint is int:
        return _checked_whole
    if origin is dict:
        return _checked_map(_plain_kinds(args[0]), _plain_kinds(args[1]))
    return None


def _converter_of_many(hint: Any) -> Callable[[Any], Any]:
    """How to read a list of items of the type `hint`."""
    item, kinds = _converter(hint), _plain_kinds(hint)

    def read(values: Any) -> Any:
        if not all(isinstance(value, kinds) for value in values):
            raise TypeError("an item of another type")
        return tuple(values) if item is None else tuple(item(value) for value in values)

    return read


def _checked_whole(value: int) -> int:
    """The number, unless no database could keep it."""
    if not -(2**63) <= value < 2**63:
        raise ValueError("a number out of range")
    return value


def _checked_map(keys: tuple[type, ...], values: tuple[type, ...]) -> Callable[[Any], Any]:
    """How to read a map whose keys and values are plain."""

    def read(data: Any) -> Any:
        for key, value in data.items():
            if not (isinstance(key, keys) and isinstance(value, values)):
                raise TypeError("an entry of another type")
        return data

    return read


def _plain_kinds(hint: Any) -> tuple[type, ...]:
    """The types plain data may have where the event has the type `hint`."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return tuple(kind for each in args for kind in _plain_kinds(each))
    if is_dataclass(hint) or origin is dict:
        return (dict,)
    if origin is tuple:
        return (tuple, list)
    return (hint,) if isinstance(hint, type) else (object,)
