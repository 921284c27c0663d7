"""Recognition and feeding of a TCP stream.

In: segments. They are put in order (``_reassembly``), kept until somebody claims them, and then replayed, so that an
inspector always sees its conversation from the first byte, whoever was tried before.

Who gets it: the first protocol that is sure. One that is only weakly so waits until enough has been seen that whoever could
be sure would be (``_enough``). When nobody has claimed after ``HEAD`` bytes of both directions,
or ``PATIENCE`` of one, the flow is given up. A connection joined mid-stream is tried both ways round, because who opened it
is a guess then.
"""

from __future__ import annotations

from typing import Final, TypeVar

from netmon.model.finding import Attention

from ._contract import ALWAYS, CLIENT, DONE, MORE, NO, SERVER, SWITCH, ApplicationProtocol, Context, Status
from ._conversation import DISMISSED, MAXIMUM_NESTING, NOBODY, Conversation, Shared
from ._reassembly import PATIENCE_NS, Piece, Stream

HEAD: Final = 2048
"""Bytes of each direction that ``claims`` sees at most."""
PATIENCE: Final = 4 * HEAD
"""Bytes without a claim after which even a one-sided conversation is given up."""
REPLAY: Final = 8 * HEAD
"""Bytes kept for the next protocol in case the first one fails."""
EAGER: Final = 64
"""Heads shorter than this are asked about at every byte, longer ones when they have grown by an eighth."""
_TURNS: Final = 3
"""The first changes of direction are asked about too: a message is complete then, however it was cut."""
_MERGE: Final = 64
"""Shorter pieces are kept together: one-byte segments must not cost an object each."""


_NO_CANDIDATES: tuple[list[ApplicationProtocol], list[ApplicationProtocol]] = ([], [])
"""Of every conversation that nothing is kept of; never added to."""
Item = TypeVar("Item")


def _put(pair: tuple[Item, Item], side: int, value: Item) -> tuple[Item, Item]:
    """The pair with one side replaced; pairs that say nothing yet are shared by all conversations."""
    return (pair[0], value) if side else (value, pair[1])


class StreamConversation(Conversation):
    """One TCP connection."""

    __slots__ = (
        "_backlog",
        "_backlog_bytes",
        "_begins",
        "_candidates",
        "_flip",
        "_heads",
        "_next_ask",
        "_phase",
        "_sealed",
        "_seen",
        "_turns",
        "_undecided",
        "sides",
    )

    def __init__(self, flow_id: int, context: Context, shared: Shared) -> None:
        super().__init__(flow_id, context, shared)
        self.sides = (Stream(), Stream())
        """Reassembly, by the meter's side."""
        self._flip = 0
        self._begins = (0, 0)
        """Position of the first byte of each of the meter's sides that was handed out."""
        self._backlog: list[tuple[int, Piece, int]] | None = []
        self._backlog_bytes = 0
        self._forget_heads()

    def _forget_heads(self) -> None:
        self._heads = (b"", b"")
        self._sealed = (False, False)
        """Bytes are missing after the head, or it is full."""
        self._candidates: tuple[list[ApplicationProtocol], list[ApplicationProtocol]] = ([], [])
        """Who has not said no; the second list for the other way round."""
        self._seen = self._turns = self._next_ask = 0
        self._phase = (False, 0)
        self._undecided = True

    # -- input

    def segment(self, side: int, offset: int, data: bytes, length: int, now_ns: int) -> None:
        """One captured segment."""
        stream = self.sides[side]
        if offset == stream.expected and not stream.waiting and len(data) == length:
            stream.expected = offset + length
            self.take(side, data, now_ns)
        elif offset + length <= stream.expected and not stream.waiting:
            if offset < self._begins[side] and self.context.midstream:
                self._put_before(side, offset, data, now_ns)
            return
        else:
            before = stream.waiting
            pieces = stream.push(offset, data, length, now_ns)
            self._shared.buffered += stream.waiting - before
            for piece in pieces:
                self._shared.holes += isinstance(piece, int)
                self.take(side, piece, now_ns)
        if self._steps_over and self._backlog is None:
            self._step_over(side, now_ns)

    def _put_before(self, side: int, offset: int, data: bytes, now_ns: int) -> None:
        """The first segments of a direction came in the wrong order, in a connection whose opening nobody saw: what stands
        before the first is put there, and everything kept is looked at again. Not for long: a keep-alive repeats one octet,
        and what is said twice much later was answered long ago."""
        begin, backlog, turned = self._begins[side], self._backlog, side ^ self._flip
        place = next((index for index, entry in enumerate(backlog or ()) if entry[0] == turned), -1)
        before = data[: begin - offset]
        if backlog is None or place < 0 or len(before) < 2 or offset + len(before) != begin or self.context.outer:
            return
        when = backlog[place][2]
        if now_ns - when > PATIENCE_NS or begin - offset > HEAD or begin < -HEAD:
            return
        self._begins = _put(self._begins, side, offset)
        entries = [*backlog[:place], (turned, before, when), *backlog[place:]]
        self.discharge()
        self.protocol = None
        self._weak, self._rejected = False, NOBODY
        self._release()
        self._backlog = []
        self._forget_heads()
        for entry in entries:
            self._remember(*entry)
        self._recognise(False)

    def _step_over(self, side: int, now_ns: int) -> None:
        """What the protocol in charge need not see of this direction is neither waited for nor passed on any more."""
        if self.protocol is None or self._inspector is None:
            return
        count = self._shared.door.step_over(self.protocol, self._inspector, side ^ self._flip)
        if not count:
            return
        stream = self.sides[side]
        before = stream.waiting
        pieces = stream.step_over(count)
        self._shared.buffered += stream.waiting - before
        if not self.finished:
            self._shared.steps.append((self.flow_id, side, stream.expected))
        for piece in pieces:
            self.take(side, piece, now_ns)

    def take(self, side: int, piece: Piece, now_ns: int) -> None:
        """The next bytes in order, or how many are missing."""
        side ^= self._flip
        if self.finished:
            return
        inspector = self._inspector
        if inspector is None:
            self._remember(side, piece, now_ns)
            self._recognise(False)
            return
        if self._backlog is not None:
            self._remember(side, piece, now_ns)
            if self._backlog_bytes > REPLAY:
                self._release()
        assert self.protocol is not None
        status = self._shared.door.feed(self.protocol, inspector, side, piece, now_ns)
        if status is not MORE and (status is not ALWAYS or self._backlog is not None):
            self._settle(status, [], now_ns)
            self._recognise(False)

    def end(self) -> None:
        """No more will come: holes are given up, and weak claims have to do."""
        for side in (CLIENT, SERVER):
            stream = self.sides[side]
            self._shared.buffered -= stream.waiting
            for piece in stream.flush():
                self.take(side, piece, stream.since)
        if self.unclaimed:
            self._recognise(True)
            if self.unclaimed:
                self.finish_unknown()

    def drop(self) -> None:
        """Give back what is held."""
        self.discharge()
        self._release()
        for stream in self.sides:
            self._shared.buffered -= stream.waiting
            stream.flush()

    def _refused(self, protocol: ApplicationProtocol) -> bool:
        """The beginning was seen, and is not its."""
        client, server = self._heads
        return not self.context.midstream and self._shared.door.claims(protocol, self.context, client, server) is NO

    # -- what is kept until somebody claims

    def _remember(self, side: int, piece: Piece, now_ns: int) -> None:
        backlog = self._backlog
        if backlog is None:
            return
        last_side, last, when = backlog[-1] if backlog else (-1, 0, 0)
        self._turns += last_side == 1 - side
        if isinstance(piece, int):
            backlog.append((side, piece, now_ns))
            self._seen += piece
            if self._heads[side]:
                self._sealed = _put(self._sealed, side, True)
            else:
                self.context = self.context.changed(midstream=True)
            return
        self._seen += len(piece)
        self._backlog_bytes += len(piece)
        self._shared.buffered += len(piece)
        if last_side == side and isinstance(last, bytes) and len(last) < _MERGE:
            backlog[-1] = (side, last + piece, when)
        else:
            backlog.append((side, piece, now_ns))
        head = self._heads[side]
        if not self._sealed[side]:
            if not head:
                self._widen(piece[0], self._heads[1 - side][:1])
            head += piece[: HEAD - len(head)]
            self._heads = _put(self._heads, side, head)
            self._sealed = _put(self._sealed, side, len(head) == HEAD)

    def _widen(self, first: int, other: bytes) -> None:
        """A direction has spoken for the first time: more protocols come into question."""
        dispatch = self._shared.dispatch
        offered = dispatch.further(self.context, first, other[0]) if other else dispatch.candidates(self.context, first)
        for candidates in self._candidates:
            candidates += offered

    def _release(self) -> None:
        self._shared.buffered -= self._backlog_bytes
        self._backlog_bytes = 0
        self._backlog = None
        self._forget_heads()
        self._candidates = _NO_CANDIDATES

    # -- recognition

    def _recognise(self, final: bool) -> None:
        """Ask until somebody keeps the flow or nobody can be asked any more."""
        while self.unclaimed:
            if self._backlog is None:
                self.give_up()
            elif self.only_announced:
                self.finish_unknown()
                self._want(DISMISSED)
            else:
                protocol, weak = self._choose(final)
                if protocol is None:
                    return
                self._begin(protocol, weak)

    def _choose(self, final: bool) -> tuple[ApplicationProtocol | None, bool]:
        seen, enough = len(self._heads[0]) + len(self._heads[1]), self._enough
        phase = (enough, min(self._turns, _TURNS))
        if seen < self._next_ask and phase == self._phase and not final:
            if self._hopeless(self._undecided):
                self.give_up()
            return None, False
        self._phase = phase
        self._next_ask = seen + 1 + (seen >> 3 if seen > EAGER else 0)
        weak: ApplicationProtocol | None = None
        weak_flip = 0
        more = False
        for flip in self._shared.dispatch.ways_round(self.context):
            candidates = self._candidates[flip]
            context = self._turned(self.context) if flip else self.context
            sure, likely, unsure, left = self._ask(candidates, context, self._heads[flip], self._heads[1 - flip])
            if sure is not None:
                self._turn_over(flip)
                return sure, False
            candidates[:] = left
            more |= unsure
            if weak is None and likely is not None:
                weak, weak_flip = likely, flip
        if weak is not None and (final or enough):
            self._turn_over(weak_flip)
            return weak, True
        self._undecided = more or weak is not None
        if self._hopeless(self._undecided):
            self.give_up()
        return None, False

    @property
    def _enough(self) -> bool:
        """Whoever could recognise its conversation has seen what it needs."""
        client, server = self._heads
        return self._turns >= 2 or any(self._sealed) or (len(client) >= EAGER and len(server) >= EAGER)

    def _hopeless(self, candidates_left: bool) -> bool:
        if self._seen >= PATIENCE or all(self._sealed):
            return True
        return not candidates_left and (all(self._heads) or self._seen >= HEAD)

    @staticmethod
    def _turned(context: Context) -> Context:
        return context.changed(ports=(context.server_port, context.client_port))

    def _turn_over(self, flip: int) -> None:
        """The other end opened this connection: everything kept changes sides."""
        if flip:
            self._flip ^= 1
            self._heads = self._heads[::-1]
            self._sealed = self._sealed[::-1]
            self._candidates = (self._candidates[1], self._candidates[0])
            self.context = self._turned(self.context)
            self._backlog = [(1 - side, piece, when) for side, piece, when in self._backlog or ()]

    def _begin(self, protocol: ApplicationProtocol, weak: bool) -> None:
        inspector = self._start(protocol, weak)
        if inspector is None:
            return
        backlog = self._backlog or []
        for index, (side, piece, when) in enumerate(backlog):
            status = self._shared.door.feed(protocol, inspector, side, piece, when)
            if status is not MORE:
                self._settle(status, backlog[index + 1 :], when)
                if status is not ALWAYS:
                    return

    def _settle(self, status: Status, rest: list[tuple[int, Piece, int]], now_ns: int) -> None:
        """Do what the protocol in charge asks for; ``rest`` is what is kept but was not fed to it yet, ``now_ns`` the time
        of what was fed last."""
        protocol = self.protocol
        assert protocol is not None
        if status is ALWAYS:
            self._want(Attention.ALWAYS)
            self._release()
        elif status is DONE:
            self._done()
            self._release()
        elif status is SWITCH:
            self._switch(rest, now_ns)
        else:
            for candidates in self._candidates:
                candidates[:] = [candidate for candidate in candidates if candidate is not protocol]
            self._next_ask = 0
            self._reject(protocol)

    def _switch(self, rest: list[tuple[int, Piece, int]], now_ns: int) -> None:
        """Recognition begins again on what follows."""
        assert self.protocol is not None and self._inspector is not None
        if len(self.context.outer) >= MAXIMUM_NESTING:
            self._done()
            return
        switch = self._shared.door.switch(self.protocol, self._inspector)
        self._nest(switch.hint)
        self._release()
        self._backlog = []
        self._forget_heads()
        for side, data in ((CLIENT, switch.client_rest), (SERVER, switch.server_rest)):
            if data:
                self._remember(side, data, now_ns)
        for entry in rest:
            self._remember(*entry)
