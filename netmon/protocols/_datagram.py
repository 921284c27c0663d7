"""Recognition and feeding of a conversation in datagrams (UDP, reassembled fragments, ICMP, link-layer protocols, ...).

In: whole payloads. Each stands for itself, so a protocol's "no" counts for one datagram only, and everybody is asked again
about the next, up to ``PATIENCE`` datagrams. A weak claim is taken at once when nobody wants to see more, else at the next
datagram. A datagram that the protocol in charge cannot parse is malformed: it is ignored when others were fine before and
too few in a row are not (``FORGIVEN``), else the protocol has failed.
"""

from __future__ import annotations

from typing import Final

from netmon.model.finding import Attention

from ._contract import ALWAYS, CLIENT, DONE, FAILED, MORE, NO, SERVER, SWITCH, ApplicationProtocol, Context, Status
from ._conversation import DISMISSED, MAXIMUM_NESTING, Conversation, Shared

PATIENCE: Final = 8
"""Datagrams that nobody wants after which the flow is given up."""
KEEP_ALIVE: Final = 16
"""A datagram no longer than this is not counted for that: it may keep a way open before the first message."""
LONGEST: Final = 32
"""Datagrams without a claim after which the flow is given up in any case."""
FORGIVEN: Final = 8
"""Malformed datagrams in a row."""
KEPT: Final = 16_384
"""Bytes of unclaimed datagrams kept for whoever claims."""


class DatagramConversation(Conversation):
    """One flow of datagrams."""

    __slots__ = ("_backlog", "_backlog_bytes", "_bad", "_count", "_firsts", "_good", "_maybe", "_refusals", "_unwanted")

    def __init__(self, flow_id: int, context: Context, shared: Shared) -> None:
        super().__init__(flow_id, context, shared)
        self._firsts = (b"", b"")
        self._backlog: tuple[tuple[int, bytes, int], ...] = ()
        self._refusals: tuple[dict[ApplicationProtocol, bool], dict[ApplicationProtocol, bool]] | None = None
        """Per direction: whether a protocol refuses its first payload, as far as that has been asked."""
        self._backlog_bytes = self._count = self._unwanted = self._good = self._bad = 0
        self._maybe = True
        """Somebody may take it in the end: all but certain after the last datagram, or that was not the last one kept."""

    def take(self, side: int, data: bytes, now_ns: int) -> None:
        """One payload."""
        if self.finished:
            return
        inspector, protocol = self._inspector, self.protocol
        if inspector is None or protocol is None:
            self._recognise(side, data, now_ns, False)
            return
        status = self._shared.door.feed(protocol, inspector, side, data, now_ns)
        if status is MORE:
            self._good, self._bad = 1, 0
            return
        self._settle(status, now_ns)
        if status is FAILED and self.unclaimed:
            self._recognise(side, data, now_ns, False)

    def end(self) -> None:
        """No more will come: weak claims have to do."""
        if self.unclaimed:
            if self._backlog and self._maybe:
                *kept, (side, data, when) = self._backlog
                self._backlog = tuple(kept)
                self._backlog_bytes -= len(data)
                self._shared.buffered -= len(data)
                self._recognise(side, data, when, True)
            if self.unclaimed:
                self.finish_unknown()

    @property
    def kept(self) -> int:
        """The first payload of each direction, for whoever is asked later."""
        return len(self._firsts[0]) + len(self._firsts[1])

    def drop(self) -> None:
        """Give back what is held."""
        self.discharge()
        self._release()

    def _release(self) -> None:
        """Give back what waits for whoever claims."""
        self._shared.buffered -= self._backlog_bytes
        self._backlog_bytes = 0
        self._backlog = ()
        self._refusals = None

    def _recognise(self, side: int, data: bytes, now_ns: int, final: bool) -> None:
        self._count += 1
        self._unwanted += len(data) > KEEP_ALIVE
        if not self._firsts[side]:
            first = data[:KEPT]
            self._firsts = (self._firsts[0], first) if side else (first, self._firsts[1])
        if self.only_announced:
            self.finish_unknown()
            self._want(DISMISSED)
        while self.unclaimed:
            protocol, weak = self._choose(side, data, final)
            if protocol is None:
                break
            if self._begin(protocol, weak, (side, data, now_ns)):
                return
        if self.unclaimed:
            if self._unwanted >= PATIENCE or self._count >= LONGEST:
                self.give_up()
            elif self._backlog_bytes + len(data) <= KEPT:
                self._backlog += ((side, data, now_ns),)
                self._backlog_bytes += len(data)
                self._shared.buffered += len(data)
            else:
                self._maybe = True

    def _refused(self, protocol: ApplicationProtocol) -> bool:
        """One of the datagrams at hand is none of its; of one that the snap length cut nobody can tell."""
        if self.cut:
            return False
        seen = [(side, data) for side, data, _ in self._backlog] or [
            (s, first) for s, first in enumerate(self._firsts) if first
        ]
        heads = [(data, b"") if side == CLIENT else (b"", data) for side, data in seen]
        return any(self._shared.door.claims(protocol, self.context, *pair) is NO for pair in heads)

    def _choose(self, side: int, data: bytes, final: bool) -> tuple[ApplicationProtocol | None, bool]:
        candidates = self._shared.dispatch.fitting(self.context, data)
        if self._firsts[1 - side]:
            candidates = [protocol for protocol in candidates if not self._refuses_first(protocol, 1 - side)]
        client, server = (data, self._firsts[SERVER]) if side == CLIENT else (self._firsts[CLIENT], data)
        sure, weak, more, _ = self._ask(candidates, self.context, client, server)
        self._unwanted -= more
        self._maybe = weak is not None
        if sure is None and weak is not None and (final or not more or self._count > 1):
            return weak, True
        return sure, False

    def _refuses_first(self, protocol: ApplicationProtocol, side: int) -> bool:
        """The first payload of that direction is none of its, so that none of the other direction is (``unanimous``)."""
        if self._refusals is None:
            self._refusals = ({}, {})
        refusals = self._refusals[side]
        refuses = refusals.get(protocol)
        if refuses is None:
            refuses = False
            if self._shared.dispatch.traits(protocol).unanimous:
                first = self._firsts[side]
                heads = (first, b"") if side == CLIENT else (b"", first)
                refuses = self._shared.door.claims(protocol, self.context, *heads) is NO
            refusals[protocol] = refuses
        return refuses

    def _begin(self, protocol: ApplicationProtocol, weak: bool, last: tuple[int, bytes, int]) -> bool:
        """Replay what this protocol had not refused, then the datagram that decided; true when it has been dealt with."""
        door = self._shared.door
        inspector = self._start(protocol, weak)
        if inspector is None:
            return False
        self._good = self._bad = 0
        for side, data, when in self._backlog:
            heads = (data, b"") if side == CLIENT else (b"", data)
            if door.claims(protocol, self.context, *heads) is not NO:
                door.feed(protocol, inspector, side, data, when)
        status = door.feed(protocol, inspector, *last)
        if status is MORE:
            self._good = 1
            self._release()
        else:
            self._settle(status, last[2])
        return status is not FAILED

    def _settle(self, status: Status, now_ns: int) -> None:
        protocol = self.protocol
        assert protocol is not None
        if status is ALWAYS:
            self._good, self._bad = 1, 0
            self._want(Attention.ALWAYS)
            self._release()
        elif status is DONE:
            self._done()
            self._release()
        elif status is SWITCH:
            self._switch(now_ns)
        elif self._good and self._bad < FORGIVEN:
            self._bad += 1
        else:
            self._reject(protocol)

    def _switch(self, now_ns: int) -> None:
        """Recognition begins again: with what the datagram at hand leaves over, else with the next one."""
        if len(self.context.outer) >= MAXIMUM_NESTING or self._inspector is None or self.protocol is None:
            self._done()
            return
        switch = self._shared.door.switch(self.protocol, self._inspector)
        self._nest(switch.hint)
        self._release()
        self._firsts = (b"", b"")
        self._count = self._unwanted = 0
        for side, data in ((CLIENT, switch.client_rest), (SERVER, switch.server_rest)):
            if data:
                self.take(side, data, now_ns)
