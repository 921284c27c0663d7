"""What only the compiler of the hot modules understands (``setup.py``): how wide a number is stored, and that objects of a
class never refer back to themselves, so that the garbage collector need not know them. Plain Python takes the names as they
are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from mypy_extensions import i16 as i16
    from mypy_extensions import i32 as i32
    from mypy_extensions import mypyc_attr as mypyc_attr
    from mypy_extensions import u8 as u8
else:
    i16 = i32 = u8 = int
    Made = TypeVar("Made")

    def mypyc_attr(**_attributes: bool) -> Callable[[Made], Made]:
        """The class as it is."""
        return lambda made: made


def whole(made: Any) -> tuple[Callable[[], Any], tuple[()]]:
    """What ``copy`` and ``pickle`` make another of a dataclass's objects by, compiled or not (``__reduce__``)."""
    make: Callable[..., Any] = type(made)
    return partial(make, **{field.name: getattr(made, field.name) for field in fields(made)}), ()
