"""Reassembly of IPv4 (RFC 791 section 3.2, RFC 815) and IPv6 (RFC 8200 section 4.5, RFC 6946) fragments for inspection.

In: packets that begin with the IP header of a fragment, and their time. Out: the whole datagram once the last hole is
filled, else ``None``; ``DecodeError`` for a header that lies. What is known of a datagram that was never whole, from its
beginning to its first hole, is for ``take_unfinished``. Rules that must not be broken:

* Bounded: at most ``max_bytes`` of fragments (each also costs ``PIECE_COST``) in at most ``max_datagrams`` datagrams; the
  oldest goes first. A datagram unfinished ``timeout`` seconds after its first fragment is forgotten.
* Fragments that overlap are an attack, not traffic: the datagram is dropped and so is all that still comes of it (RFC 5722;
  the same is done for IPv4). An exact repetition is harmless and ignored.
* Positions are those on the wire; when the snap length cut a fragment, the datagram ends at the first missing byte and
  ``Datagram.length`` tells how long it was.
"""

from __future__ import annotations

from bisect import bisect_left
from struct import unpack_from
from typing import NamedTuple

from netmon.errors import DecodeError

from .guard import IPV4_HEADER
from .quoted import IPV6_HEADER, MAX_EXTENSIONS, skip_extensions

PIECE_COST = 96
"""Bytes of bookkeeping charged per fragment, so that tiny ones are not free."""
MAX_LENGTH = 65_535
_IPV6_FRAGMENT = 44
_BEFORE_FRAGMENT = frozenset((0, 43, 60))
"""Hop-by-hop, routing and destination options may stand in the unfragmentable part."""


class Datagram(NamedTuple):
    """A reassembled datagram. ``payload`` begins with the transport header."""

    version: int
    protocol: int
    source: bytes
    destination: bytes
    payload: bytes
    length: int
    """Length of the payload on the wire; more than ``len(payload)`` when the snap length cut it."""
    tag: int = 0
    """What the caller gave with the fragment that begins the datagram (the place of its TCP payload in the stream)."""
    flow_id: int = 0
    """Likewise: whose it is, of those that were never whole."""
    side: int = 0
    first_ns: int = 0
    """When the first of its fragments came."""


class FragmentStatistics(NamedTuple):
    """What has become of the fragments so far."""

    pending: int
    pending_bytes: int
    completed: int
    timed_out: int
    evicted: int
    overlapping: int


class _Fragment(NamedTuple):
    """One fragment, its header taken apart."""

    key: tuple[int, int, bytes, bytes, int]
    start: int
    end: int
    last: bool
    protocol: int
    data: bytes


class _Pending:
    """A datagram with holes. ``pieces`` is ordered by start and free of overlaps; ``None`` once it was refused."""

    __slots__ = ("cost", "covered", "first_ns", "flow", "pieces", "protocol", "starts", "tag", "total")

    def __init__(self, first_ns: int) -> None:
        self.first_ns = first_ns
        self.starts: list[int] = []
        self.pieces: list[tuple[int, bytes]] | None = []
        self.covered = 0
        self.total: int | None = None
        self.protocol = 0
        self.tag = 0
        self.flow = (0, 0)
        self.cost = 0


class Reassembler:
    """Puts fragments together, whichever way round they come."""

    def __init__(self, max_datagrams: int = 1024, max_bytes: int = 4 * 1024 * 1024, timeout: float = 30.0) -> None:
        self._max_datagrams = max_datagrams
        self._max_bytes = max_bytes
        self._timeout_ns = int(timeout * 1e9)
        self._pending: dict[tuple[int, int, bytes, bytes, int], _Pending] = {}
        self._bytes = 0
        self._completed = self._timed_out = self._evicted = self._overlapping = 0
        self._unfinished: list[Datagram] = []

    def add(self, data: bytes, timestamp_ns: int, tag: int = 0, flow: tuple[int, int] = (0, 0)) -> Datagram | None:
        """Take one fragment; the datagram when it is the one that was missing. ``flow``: its number and side."""
        self.expire(timestamp_ns)
        fragment = _parse(data)
        if fragment.start == 0 and fragment.last:  # an atomic fragment stands alone whatever else is pending (RFC 6946)
            return self._datagram(fragment.key, fragment.protocol, fragment.data, fragment.end)._replace(tag=tag)
        pending = self._pending.get(fragment.key)
        if pending is None:
            pending = self._pending[fragment.key] = _Pending(timestamp_ns)
        if pending.pieces is None:
            return None
        if not self._insert(pending, fragment):
            return None
        if fragment.start == 0:
            pending.tag, pending.flow = tag, flow
        if pending.total is not None and pending.covered == pending.total:
            del self._pending[fragment.key]
            self._bytes -= pending.cost
            payload = _join(pending.pieces, pending.starts)
            return self._datagram(fragment.key, pending.protocol, payload, pending.total)._replace(tag=pending.tag)
        self._make_room()
        return None

    def expire(self, timestamp_ns: int) -> None:
        """Forget what is older than the timeout. Datagrams are kept in order of their first fragment."""
        while self._pending:
            key = next(iter(self._pending))
            if timestamp_ns - self._pending[key].first_ns <= self._timeout_ns:
                return
            self._timed_out += self._pending[key].pieces is not None
            self._forget(key)

    def take_unfinished(self, all_of_them: bool = False) -> list[Datagram]:
        """The beginnings of those that were forgotten unfinished since the last call; at the end of all that are left."""
        while all_of_them and self._pending:
            self._forget(next(iter(self._pending)))
        taken, self._unfinished = self._unfinished, []
        return taken

    def statistics(self) -> FragmentStatistics:
        """Counters since the start."""
        return FragmentStatistics(
            len(self._pending), self._bytes, self._completed, self._timed_out, self._evicted, self._overlapping
        )

    def _insert(self, pending: _Pending, fragment: _Fragment) -> bool:
        """Put one piece in its place; ``False`` when it is a repetition or makes the datagram unacceptable."""
        pieces = pending.pieces
        assert pieces is not None
        start, end = fragment.start, fragment.end
        at = bisect_left(pending.starts, start)
        if at < len(pieces) and pending.starts[at] == start and pieces[at] == (end, fragment.data):
            return False
        beyond = pending.total is not None and (end > pending.total or (fragment.last and end != pending.total))
        short = fragment.last and bool(pieces) and pieces[-1][0] > end
        before = at > 0 and pieces[at - 1][0] > start
        after = at < len(pieces) and end > pending.starts[at]
        if beyond or short or before or after:
            self._refuse(pending)
            return False
        pending.starts.insert(at, start)
        pieces.insert(at, (end, fragment.data))
        pending.covered += end - start
        pending.cost += len(fragment.data) + PIECE_COST
        self._bytes += len(fragment.data) + PIECE_COST
        if fragment.last:
            pending.total = end
        if start == 0:
            pending.protocol = fragment.protocol
        return True

    def _refuse(self, pending: _Pending) -> None:
        """Drop the pieces but remember the datagram, so that later fragments of it are dropped too."""
        self._overlapping += 1
        self._bytes -= pending.cost
        pending.cost = 0
        pending.pieces = None
        pending.starts = []

    def _make_room(self) -> None:
        while len(self._pending) > self._max_datagrams or self._bytes > self._max_bytes:
            self._evicted += 1
            self._forget(next(iter(self._pending)))

    def _forget(self, key: tuple[int, int, bytes, bytes, int]) -> None:
        pending = self._pending.pop(key)
        self._bytes -= pending.cost
        if pending.pieces and not pending.starts[0] and len(self._unfinished) < self._max_datagrams:
            payload, end = _beginning(pending.pieces, pending.starts), pending.total or pending.pieces[-1][0] + 1
            datagram = self._datagram(key, pending.protocol, payload, end)
            self._completed -= 1
            flow_id, side = pending.flow
            self._unfinished.append(
                datagram._replace(tag=pending.tag, flow_id=flow_id, side=side, first_ns=pending.first_ns)
            )

    def _datagram(self, key: tuple[int, int, bytes, bytes, int], protocol: int, payload: bytes, length: int) -> Datagram:
        """The result; extension headers inside the fragmentable part of IPv6 are skipped."""
        self._completed += 1
        if key[0] == 6:
            protocol, position, _ = skip_extensions(payload, protocol, 0)
            payload, length = payload[position:], max(0, length - position)
        return Datagram(key[0], protocol, key[2], key[3], payload, length)


def _join(pieces: list[tuple[int, bytes]], starts: list[int]) -> bytes:
    """The bytes up to the first one that the snap length cut off."""
    whole: list[bytes] = []
    for start, (end, data) in zip(starts, pieces, strict=True):
        whole.append(data)
        if len(data) < end - start:
            break
    return b"".join(whole)


def _beginning(pieces: list[tuple[int, bytes]], starts: list[int]) -> bytes:
    """The bytes before the first hole."""
    together = 1
    while together < len(pieces) and starts[together] == pieces[together - 1][0]:
        together += 1
    return _join(pieces[:together], starts[:together])


def _parse(data: bytes) -> _Fragment:
    """Take the IP header (and for IPv6 the fragment header) apart."""
    version = data[0] >> 4 if data else 0
    if version == 4:
        return _parse_ipv4(data)
    if version == 6:
        return _parse_ipv6(data)
    raise DecodeError("fragment: not an IP packet")


def _parse_ipv4(data: bytes) -> _Fragment:
    if len(data) < IPV4_HEADER:
        raise DecodeError("IPv4 fragment: header cut short")
    length = (data[0] & 0x0F) * 4
    total, identifier, offset = unpack_from("!HHH", data, 2)
    if length < IPV4_HEADER or total < length:
        raise DecodeError("IPv4 fragment: wrong lengths")
    start = (offset & 0x1FFF) * 8
    key = (4, identifier, data[12:16], data[16:20], data[9])
    return _checked(_Fragment(key, start, start + total - length, not offset & 0x2000, data[9], data[length:total]))


def _parse_ipv6(data: bytes) -> _Fragment:
    if len(data) < IPV6_HEADER:
        raise DecodeError("IPv6 fragment: header cut short")
    following, position, end = data[6], IPV6_HEADER, IPV6_HEADER + unpack_from("!H", data, 4)[0]
    for _ in range(MAX_EXTENSIONS):
        if following not in _BEFORE_FRAGMENT or position + 8 > len(data):
            break
        following, position = data[position], position + (data[position + 1] + 1) * 8
    if following != _IPV6_FRAGMENT or position + 8 > min(len(data), end):
        raise DecodeError("IPv6 fragment: no fragment header")
    protocol, _, offset, identifier = unpack_from("!BBHI", data, position)
    start, position = offset & 0xFFF8, position + 8
    key = (6, identifier, data[8:24], data[24:40], 0)
    return _checked(_Fragment(key, start, start + end - position, not offset & 1, protocol, data[position:end]))


def _checked(fragment: _Fragment) -> _Fragment:
    if fragment.end > MAX_LENGTH:
        raise DecodeError("fragment: beyond the largest datagram")
    size = fragment.end - fragment.start
    if not fragment.last and (size == 0 or size % 8):
        raise DecodeError("fragment: not a multiple of 8 bytes")
    return fragment
