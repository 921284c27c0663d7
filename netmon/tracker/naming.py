"""Names of addresses: reverse DNS results, and what clients were told by DNS answers on the wire (features 6.1, 6.2).

In: names by address text; learned (client, address, name, TTL). Out: the best name for an address as one client knows it,
and which addresses to ask for. Reverse names live as long as their answer says (``names.cache``).
Rule: a name learned on the wire holds for the client that was told, for its TTL plus a grace (connections outlive
TTLs), and never for a connection that was over before; all tables are bounded, oldest out first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Final

from netmon.model.connection import Name
from netmon.names.cache import NameCache

from .told import LIMIT, Answer, Told

GRACE: Final = 300.0
LONGEST: Final = 86_400.0
"""An answer's TTL counts at most a day."""
RENEWAL: Final = 30.0
"""Seconds between two looks for names whose lifetime is over."""
THIS_MACHINE: Final = ""
"""The client of every answer that reached one of this machine's own addresses."""


Pointers = Mapping[str, tuple[Name | None, float | None]]
"""Reverse DNS results by address: the name, ``None`` when there is none, and how long that holds (``None``: as usual)."""


class Names:
    """The tracker's view of names."""

    def __init__(self) -> None:
        self._pointers = NameCache(LIMIT)
        self._now = 0.0
        self.told = Told()
        self._renewal = 0.0
        self._wanted: deque[str] = deque(maxlen=LIMIT)

    def __len__(self) -> int:
        return len(self.told)

    def set_pointers(self, names: Pointers, now: float) -> set[str]:
        """Take reverse DNS results; returns the addresses whose name is new or different."""
        self._now = max(self._now, now)
        changed: set[str] = set()
        for address, (name, ttl) in names.items():
            before = self._pointers.get(address, now)
            if (before and before.text) != (name and name.text):
                changed.add(address)
            self._pointers.store(address, name, ttl, now)
        return changed

    def learn(self, client: str, address: str, text: str, lifetime: tuple[float, float], flow_id: int = 0) -> None:
        """``client`` was told that ``address`` is ``text``, when it asked in that flow; ``lifetime`` = (when, TTL)."""
        when, ttl = lifetime
        until = when + min(max(ttl, 0.0), LONGEST) + GRACE
        self.told.learn(client, address, Answer(Name(text, "dns", when), until, flow_id))

    def name(self, client: str, address: str, when: float, pid: int | None = None) -> Name | None:
        """What ``client``, of it the process ``pid``, calls ``address`` at ``when``: what it was told, else the reverse
        name."""
        if self.told:
            told = self.told.name(client, address, when, pid)
            if told is not None:
                return told
        return self._pointers.get(address, self._now)

    def want(self, address: str) -> None:
        """An address is shown."""
        self._wanted.append(address)

    def due(self, now: float) -> bool:
        """Whether it is time to look at what is shown for names that have expired."""
        if now < self._renewal:
            return False
        self._renewal = now + RENEWAL
        return True

    def unresolved(self, limit: int, now: float, shown: Iterable[str] = ()) -> list[str]:
        """Addresses to ask for, most recently shown first, each once until its answer has expired; then those of ``shown``
        whose answer has."""
        self._now = max(self._now, now)
        found: list[str] = []
        while self._wanted and len(found) < limit:
            found += self._pointers.wanted((self._wanted.pop(),), now, 1)
        return found + self._pointers.wanted(shown, now, limit - len(found))

    def let_go(self, addresses: Iterable[str]) -> None:
        """These were not asked for after all."""
        self._pointers.forget_pending(addresses)
