"""The process at the other end of a conversation, where that end is on this machine, too: loopback, containers.

In: what is known of sockets (``Choice``), and the owner, which is the opener's process where that is known. Out: the
process of the other end. Rules: the evidence is that of an owner (kernel event, exact tuple, listener); an end that is an
address of this machine is looked for in this network namespace, any other one in the others; the owner is never its own
peer.
"""

from __future__ import annotations

from dataclasses import replace

from netmon.model.connection import Connection, Direction
from netmon.model.owner import Match, Owner, Process

from .choice import Choice
from .deeds import OPENED, Deed
from .entry import Entry
from .tuples import Tuple, both_ends, turned


class Peers:
    """Looks them up; keeps nothing."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice

    def joined(self, owner: Owner, entry: Entry, connection: Connection) -> Owner:
        """The owner with its peer, as far as that is known now or was before."""
        peer = self._find(connection, entry.last)
        if peer is None or peer.pid == owner.process.pid:
            peer = entry.owner.peer if entry.owner is not None else None
        return owner if peer is None or peer.pid == owner.process.pid else replace(owner, peer=peer)

    def told(self, key: Tuple, when: float) -> Entry | None:
        """Something new is known about this tuple: the connection whose peer it tells, if it is one that has its owner."""
        other = self._latest(turned(key), when)
        entry = other.entry if other is not None else None
        if entry is None or entry.owner is None or entry.connection is None:
            return None  # so for nearly all events
        deed, owner = self._latest(key, when), entry.owner
        if deed is None or owner.peer is deed.process or owner.process.pid == deed.process.pid:
            return None
        peer = deed.process
        if deed.kind is OPENED and entry.connection.local_is_source is None:
            entry.owner = Owner(peer, Match.KERNEL, deed.shared, owner.process)  # told after who answered it
        else:
            entry.owner = replace(owner, peer=peer)
        return entry

    def _latest(self, key: Tuple, when: float) -> Deed | None:
        deeds = self._choice.deeds
        return deeds.find(key, when) or deeds.find(key, when, foreign=True)

    def _find(self, connection: Connection, last: float) -> Process | None:
        both = both_ends(connection)
        if not both:
            return None
        began, ours = connection.first_seen, connection.local_is_source
        if ours is not None:  # the owner's is our end
            return self._process(both[1] if ours else both[0], began, last, foreign=True)
        foreign = connection.direction is not Direction.LOCAL
        if self._process(both[0], began, last, foreign=foreign) is None:
            return None  # the owner, if there is one, is the other end
        return self._process(both[1], began, last, foreign=foreign)

    def _process(self, key: Tuple, began: float, last: float, *, foreign: bool) -> Process | None:
        deed = self._choice.deeds.find(key, last, foreign=foreign)
        if deed is not None:
            return deed.process
        sockets = self._choice.sockets
        owner = sockets.foreign(key, last) if foreign else sockets.owner(key, began, last)
        return owner.process if owner is not None else None
