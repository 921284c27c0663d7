"""SCTP packets (RFC 9260 section 3) taken apart, and the user messages of one direction put together again.

In: what follows the IP header; DATA and I-DATA chunks (RFC 8260) in any order, repeated, cut by the snap length. Out:
chunks, and whole user messages in the order of their last fragments' transmission sequence numbers (TSN), once each.

Rules never broken: of each direction at most ``MAXIMUM_BYTES`` and ``MAXIMUM_CHUNKS`` wait for a missing TSN, none longer
than ``PATIENCE_NS`` of packet time; then it is given up (``holes``). At most ``MAXIMUM_UNDERWAY`` messages and
``MAXIMUM_BYTES`` of them are under way, the oldest goes first; of one message at most ``MAXIMUM_MESSAGE`` is kept. A message
that lost a fragment is lost whole, and counts as a hole too. Time is linear in the input.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from struct import unpack_from
from typing import Final, NamedTuple

from ._reassembly import PATIENCE_NS, distance

HEADER: Final = 12
DATA: Final = 0
INIT: Final = 1
INIT_ACK: Final = 2
FORWARD_TSN: Final = 192
I_DATA: Final = 64
I_FORWARD_TSN: Final = 194
_END: Final = 1
_BEGIN: Final = 2
_UNORDERED: Final = 4
MAXIMUM_BYTES: Final = 65_536
MAXIMUM_CHUNKS: Final = 256
MAXIMUM_MESSAGE: Final = 32_768
MAXIMUM_UNDERWAY: Final = 64
_OF_A_CHUNK: Final = 64
"""What keeping one costs besides its bytes."""
_WINDOW: Final = 65_536
"""A TSN further from the one expected than this begins anew: another association, or much that was not captured."""
_MASK: Final = 0xFFFF_FFFF


class Chunk(NamedTuple):
    """One chunk of a packet."""

    kind: int
    flags: int
    body: bytes
    """What follows the chunk header, as far as it was captured."""
    length: int
    """Of the body on the wire."""


class Fragment(NamedTuple):
    """User data of one DATA or I-DATA chunk."""

    tsn: int
    flags: int
    way: int
    """Which message under way it belongs to; of DATA chunks only one can be (RFC 9260 section 6.9)."""
    stream: tuple[int, int]
    """Stream and the number of the message in it."""
    number: int
    """The place in its message: the TSN, or an I-DATA chunk's fragment sequence number."""
    protocol: int
    """Payload protocol identifier; 0 where it is not told (I-DATA but the first)."""
    data: bytes
    length: int


class Message(NamedTuple):
    """A whole user message."""

    protocol: int
    """Payload protocol identifier."""
    data: bytes
    """Its beginning, as far as it was captured and kept."""
    missing: int
    """Bytes behind it that are not in ``data``."""


def chunks(packet: bytes) -> Iterator[Chunk]:
    """The chunks of a packet, up to the first that is none."""
    position, size = HEADER, len(packet)
    while position + 4 <= size:
        kind, flags, length = unpack_from("!BBH", packet, position)
        if length < 4:
            return
        yield Chunk(kind, flags, packet[position + 4 : position + length], length - 4)
        position += (length + 3) & ~3


def fragment(chunk: Chunk) -> Fragment | None:
    """The user data of a DATA or I-DATA chunk; ``None`` when its header is not all there or it carries nothing."""
    header = 12 if chunk.kind == DATA else 16
    body = chunk.body
    if len(body) < header or chunk.length <= header:
        return None
    data, length = body[header:], chunk.length - header
    if chunk.kind == DATA:
        tsn, stream, number, protocol = unpack_from("!IHHI", body)
        return Fragment(tsn, chunk.flags, -1, (stream, number), tsn, protocol, data, length)
    tsn, stream, number, last = unpack_from("!IHxxII", body)
    way = (chunk.flags & _UNORDERED) << 48 | stream << 32 | number
    begins = chunk.flags & _BEGIN
    return Fragment(tsn, chunk.flags, way, (stream, number), 0 if begins else last, last if begins else 0, data, length)


class _Underway:
    """A message whose end has not come."""

    __slots__ = ("data", "expected", "missing", "protocol", "stream")

    def __init__(self, first: Fragment) -> None:
        self.protocol, self.stream, self.expected = first.protocol, first.stream, first.number
        self.data = bytearray()
        self.missing = 0

    def add(self, part: Fragment) -> None:
        """The next fragment."""
        kept = 0 if self.missing else min(len(part.data), MAXIMUM_MESSAGE - len(self.data))
        self.data += part.data[:kept]
        self.missing += part.length - kept
        self.expected = (part.number + 1) & _MASK


class Direction:
    """The messages of one sender."""

    __slots__ = ("_expected", "_since", "_underway", "_underway_bytes", "_waiting", "_waiting_bytes", "holes")

    def __init__(self) -> None:
        self._expected = -1
        """The next TSN, counted on where it wraps; -1 before the first."""
        self._waiting: list[tuple[int, Fragment]] = []
        """What waits for that one, by TSN counted on."""
        self._waiting_bytes = self._underway_bytes = self._since = 0
        self._underway: dict[int, _Underway] = {}
        self.holes = 0
        """TSNs and messages given up since this was last set to 0."""

    @property
    def held(self) -> int:
        """Bytes kept."""
        costs = _OF_A_CHUNK * (len(self._waiting) + len(self._underway))
        return self._waiting_bytes + self._underway_bytes + costs

    def begin(self, tsn: int) -> None:
        """The sender's first TSN will be this one (INIT, INIT ACK)."""
        ahead = distance(tsn, self._expected)
        if self._expected < 0 or not -_WINDOW <= ahead <= 0:  # else the same was said before
            self._restart(tsn)

    def skip(self, tsn: int, now_ns: int) -> list[Message]:
        """The sender will not send anything up to this TSN again (FORWARD-TSN, RFC 3758)."""
        messages: list[Message] = []
        ahead = distance(tsn, self._expected)
        if self._expected >= 0 and 0 <= ahead <= _WINDOW:
            after = self._expected + ahead + 1
            while self._waiting and self._waiting[0][0] < after:
                self._expected = self._waiting[0][0]
                self._drain(messages)
            self._expected = max(self._expected, after)
            self._drain(messages)
            self._since = now_ns
        return messages

    def push(self, part: Fragment, now_ns: int) -> list[Message]:
        """Take user data in; the messages it completes."""
        messages: list[Message] = []
        if self._expected < 0:
            self._restart(part.tsn)
        ahead = distance(part.tsn, self._expected)
        if abs(ahead) > _WINDOW:
            while self._waiting:
                self._give_up(messages)
            self._restart(part.tsn)
            ahead = 0
        if not ahead:
            self._expected += 1
            self._take(part, messages)
            self._drain(messages)
            self._since = now_ns
        elif ahead > 0:
            self._hold(self._expected + ahead, part, now_ns)
        while self._waiting and (
            self._waiting_bytes > MAXIMUM_BYTES or len(self._waiting) > MAXIMUM_CHUNKS or now_ns - self._since > PATIENCE_NS
        ):
            self._give_up(messages)
            self._since = now_ns
        return messages

    def flush(self) -> list[Message]:
        """No more will come: what can be told of what waits."""
        messages: list[Message] = []
        while self._waiting:
            self._give_up(messages)
        self._forget_underway()
        return messages

    def _restart(self, tsn: int) -> None:
        self._expected = tsn
        self.holes += 1 if self._waiting else 0
        self._waiting.clear()
        self._waiting_bytes = 0
        self._forget_underway()

    def _forget_underway(self) -> None:
        self.holes += len(self._underway)
        self._underway.clear()
        self._underway_bytes = 0

    def _hold(self, tsn: int, part: Fragment, now_ns: int) -> None:
        waiting = self._waiting
        if not waiting:
            self._since = now_ns
        place = bisect_left(waiting, tsn, key=_tsn_of)
        if place == len(waiting) or waiting[place][0] != tsn:
            waiting.insert(place, (tsn, part))
            self._waiting_bytes += len(part.data)

    def _drain(self, messages: list[Message]) -> None:
        """What is in order now."""
        count = 0
        for tsn, part in self._waiting:
            if tsn != self._expected:
                break
            self._expected += 1
            self._waiting_bytes -= len(part.data)
            count += 1
            self._take(part, messages)
        del self._waiting[:count]

    def _give_up(self, messages: list[Message]) -> None:
        """Wait no longer for what is missing before the first that waits."""
        self._expected = self._waiting[0][0]
        self.holes += 1
        self._drain(messages)

    def _take(self, part: Fragment, messages: list[Message]) -> None:
        """The next user data in order."""
        whole = part.flags & (_BEGIN | _END) == _BEGIN | _END
        known = self._underway.pop(part.way, None)
        if known is not None:
            self._underway_bytes -= len(known.data)
        if part.flags & _BEGIN:
            self.holes += known is not None
            if whole and len(part.data) <= MAXIMUM_MESSAGE:
                messages.append(Message(part.protocol, part.data, part.length - len(part.data)))
                return
            known = _Underway(part)
        elif known is None:
            return
        elif part.number != known.expected or part.stream != known.stream:
            self.holes += 1
            return
        known.add(part)
        if part.flags & _END:
            messages.append(Message(known.protocol, bytes(known.data), known.missing))
            return
        self._underway[part.way] = known
        self._underway_bytes += len(known.data)
        while self._underway_bytes > MAXIMUM_BYTES or len(self._underway) > MAXIMUM_UNDERWAY:
            oldest = self._underway.pop(next(iter(self._underway)))
            self._underway_bytes -= len(oldest.data)
            self.holes += 1


def _tsn_of(entry: tuple[int, Fragment]) -> int:
    return entry[0]
