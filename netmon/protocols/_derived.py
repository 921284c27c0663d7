"""The mark of classes that protocols derive from, which may be compiled (setup.py) while what derives from them is not.

The decorator is mypyc's own, known to it by its full name; at run time, compiled or not, it is nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_extensions import mypyc_attr
else:

    def mypyc_attr(**_: object):
        """Leave the class as it is."""
        return lambda kind: kind


__all__ = ["mypyc_attr"]
