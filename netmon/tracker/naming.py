"""Names of addresses: reverse DNS results, and what clients were told by DNS answers on the wire (features 6.1, 6.2).

In: names by address text; learned (client, address, name, TTL). Out: the best name for an address as one client knows it.
Rule: a name learned on the wire holds for the client that was told, for its TTL plus a grace (connections outlive
TTLs), and never for a connection that was over before; all tables are bounded, oldest out first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from netmon.model.connection import Name

LIMIT = 10_000
GRACE = 300.0
LONGEST = 86_400.0
"""An answer's TTL counts at most a day."""
ASK_AGAIN = 300.0
THIS_MACHINE = ""
"""The client of every answer that reached one of this machine's own addresses."""


class Names:
    """The tracker's view of names; the resolver keeps its own cache and expiry."""

    def __init__(self) -> None:
        self._pointers: dict[str, Name] = {}
        self._told: dict[tuple[str, str], tuple[Name, float]] = {}
        self._asked: dict[str, float] = {}
        self._wanted: deque[str] = deque(maxlen=LIMIT)

    def __len__(self) -> int:
        return len(self._told)

    def set_pointers(self, names: Mapping[str, Name]) -> set[str]:
        """Take reverse DNS results; returns the addresses whose name is new or different."""
        changed = {address for address, name in names.items() if self._pointers.get(address) != name}
        for address in changed:
            self._pointers.pop(address, None)
            self._pointers[address] = names[address]
        while len(self._pointers) > LIMIT:
            del self._pointers[next(iter(self._pointers))]
        return changed

    def learn(self, client: str, address: str, text: str, lifetime: tuple[float, float]) -> None:
        """``client`` was told that ``address`` is ``text``; ``lifetime`` = (when, TTL)."""
        when, ttl = lifetime
        self._told.pop((client, address), None)
        self._told[client, address] = (Name(text, "dns", when), when + min(max(ttl, 0.0), LONGEST) + GRACE)
        if len(self._told) > LIMIT:
            del self._told[next(iter(self._told))]

    def name(self, client: str, address: str, when: float) -> Name | None:
        """What ``client`` calls ``address`` at ``when``: what it was told, else the reverse name."""
        if self._told:
            told = self._told.get((client, address))
            if told is not None and told[0].learned <= when <= told[1]:
                return told[0]
        return self._pointers.get(address)

    def want(self, address: str) -> None:
        """An address is shown and has no reverse name."""
        if address not in self._pointers:
            self._wanted.append(address)

    def unresolved(self, limit: int, now: float) -> list[str]:
        """Addresses to ask for, most recently shown first, each once until its answer may have expired."""
        found: list[str] = []
        while self._wanted and len(found) < limit:
            address = self._wanted.pop()
            if address in self._pointers or now < self._asked.get(address, -ASK_AGAIN) + ASK_AGAIN:
                continue
            self._asked.pop(address, None)
            self._asked[address] = now
            found.append(address)
        while len(self._asked) > LIMIT:
            del self._asked[next(iter(self._asked))]
        return found
