"""The rows of a table, in order, without touching them.

In: connections, an order of their indexes, groups; out: a sequence that makes nothing until it is asked, because of ten
thousand rows fifty are looked at. In the order a group is a negative number: -1 for the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast, overload

from netmon.model.connection import Connection

from .steps import Steps, letting_go


@dataclass(frozen=True, slots=True)
class Group:
    """One folded or unfolded group and its sums."""

    identifier: str
    label: str
    members: Sequence[Connection]
    folded: bool
    value: float | None = None
    """The members' values in the sort column, gathered; ``None`` for a column of texts."""


_STRETCH = 1024
"""Rows looked at at once."""
Row = Connection | Group
Item = TypeVar("Item", bound=Row)


class Rows(Sequence[Item], Generic[Item]):
    """Connections, and groups where there are any, in an order."""

    __slots__ = ("_every", "_groups", "lone", "order")

    def __init__(
        self,
        every: Sequence[Connection] = (),
        order: list[int] | None = None,
        groups: Sequence[Group] = (),
        lone: frozenset[int] = frozenset(),
    ) -> None:
        self._every = every
        self._groups = groups
        self.order: list[int] = order if order is not None else []
        self.lone = lone
        """Of a grouped table, the connections that stand for their group themselves."""

    def __len__(self) -> int:
        return len(self.order)

    def _row(self, index: int) -> Item:
        return cast(Item, self._every[index] if index >= 0 else self._groups[-1 - index])

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | Sequence[Item]:
        if isinstance(at, slice):
            return [self._row(index) for index in self.order[at]]
        return self._row(self.order[at])

    def __iter__(self) -> Iterator[Item]:
        if self._groups:
            return map(self._row, self.order)
        return cast(Iterator[Item], map(self._every.__getitem__, self.order))

    def heading(self, at: int) -> int:
        """Where the line of the group is whose member stands at a place; -1 where none does."""
        if not (self._groups and 0 <= at < len(self.order)) or self.order[at] < 0 or self.order[at] in self.lone:
            return -1
        while at > 0:
            some = self.order[max(0, at - _STRETCH) : at]
            if min(some) < 0:
                return at - 1 - next(back for back, index in enumerate(reversed(some)) if index < 0)
            at -= len(some)
        return -1

    def letting_go(self) -> Steps[None]:
        """Give back the numbers of rows that nobody will look at any more, in parts: a million at once take 30 ms."""
        for inside in [*(group.members for group in self._groups), self]:
            if isinstance(inside, Rows):
                yield from letting_go(inside.order)

    def find(self, identifier: str, identifiers: Sequence[str]) -> int:
        """Where the row with that identifier is, or that group's only member; -1 for nowhere. ``identifiers``: of all."""
        try:
            return self.order.index(identifiers.index(identifier))
        except ValueError:
            pass
        for number, group in enumerate(self._groups):
            if group.identifier == identifier:
                if -1 - number in self.order:
                    return self.order.index(-1 - number)
                return self.find(group.members[0].identifier, identifiers)
        return -1
