"""How a frozen record is made quickly: as a draft, whose slots are assigned, and which then becomes the record.

The ``__init__`` of a frozen dataclass costs as much for each field as making a tuple of them all. A draft class has the same
layout, so an instance of it may be given the record's class:

    draft = Draft()                    # Draft = draft_of(Finding)
    draft.label = ...                  # every field: there are no defaults
    draft.__class__ = Finding
"""

from __future__ import annotations

from typing import Any, Final

made: Final[Any] = tuple.__new__
"""``made(Field, (name, title, ...))`` makes a named tuple of all its values without the function written in Python that its
class has for that."""


def draft_of(record: type) -> Any:
    """The draft class of a dataclass with slots."""
    return type(f"{record.__name__}Draft", (), {"__slots__": record.__slots__})  # type: ignore[attr-defined]
