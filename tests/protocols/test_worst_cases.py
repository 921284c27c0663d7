"""Input made to be expensive: four times as much of it costs about four times as much, and what is kept stays bounded.

Work is measured twice: in calls, which are the same everywhere, and in processor time of a size against that of four times
the size in the same run, which also sees what happens inside one call (copies, searches).
"""

from __future__ import annotations

import ast
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import netmon.protocols
from netmon.decode.fragments import Reassembler
from netmon.errors import DecodeError
from netmon.model.finding import Attention, ChildFlow
from netmon.model.flow import Inspected, InspectKind
from netmon.protocols._contract import CLIENT, SERVER
from netmon.protocols._engine import Engine, Limits
from netmon.protocols._quic_stream import LIMIT, CryptoStream
from netmon.protocols._registry import load

from ._samples import samples
from ._talk import Wire
from ._work import calls, inspected, seconds

REGISTRY = load()
TIMES = 4
CALLS, SECONDS = 1.15, 2.5
"""How much more than four times four times as much may cost: caches fill, and processor time is never exact."""
Frames = Sequence[Inspected]


def stream(flights: Sequence[tuple[int, bytes]], size: int = 0, port: int = 44444) -> Frames:
    """One TCP connection."""
    return Wire(server_port=port).frames(flights, size)


def flows(number: int, data: bytes, kind: InspectKind = InspectKind.TCP, port: int = 44444) -> Frames:
    """So many conversations of one frame each."""
    return [Wire(flow, kind, port).frame(CLIENT, data) for flow in range(1, number + 1)]


def overlapping(number: int) -> Frames:
    """Each segment a byte further than the one before and a thousand bytes long, and the first byte missing."""
    wire = Wire()
    return [wire.frame(CLIENT, bytes(1000), at) for at in range(1, number)]


def backwards(number: int) -> Frames:
    """Segments of one byte, the last first."""
    wire = Wire()
    return [wire.frame(CLIENT, b"x", at) for at in range(number, 0, -1)]


def every_other(number: int) -> Frames:
    """A hole behind every byte."""
    wire = Wire()
    return [wire.frame(CLIENT, b"x", 2 * at) for at in range(number)]


def hello() -> bytes:
    """A ClientHello without its last byte."""
    (sample, *_) = (one for one in samples("TLS") if one.context.transport == "tcp" and len(one.flights[0][1]) > 100)
    return sample.flights[0][1][:-1]


def pointers(number: int) -> Frames:
    """A DNS answer whose names are all pointers to a pointer to a pointer ..., and one into itself."""
    loop = struct.pack("!H", 0xC000 | 12)
    chain = b"".join(struct.pack("!H", 0xC000 | 12 + 2 * at) for at in range(100))
    records = (b"\xc0\x0c" + b"\0\1\0\1\0\0\0\1\0\4\1\2\3\4") * number
    head = struct.pack("!HHHHHH", 1, 0x8180, 0, number & 0xFFFF, 0, 0)
    return flows(1, head + loop + chain + records, InspectKind.UDP, 53)


def header_lines(number: int) -> Frames:
    """An HTTP head of nothing but short fields."""
    return stream([(CLIENT, b"GET / HTTP/1.1\r\n" + b"a:b\r\n" * number)])


def hpack_bomb(number: int) -> Frames:
    """One large header field that a block refers to again and again, one octet a reference."""
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
    large = b"\x40\x01x\x7f\x81\x1e" + b"y" * 4000  # 0x7f + 0x81 + 0x1e: a length of 4000 (RFC 7541, 5.1)

    def block(stream_id: int, payload: bytes) -> bytes:
        return struct.pack("!I", len(payload))[1:] + b"\1\4" + struct.pack("!I", stream_id) + payload

    references = b"".join(block(3 + 2 * at, b"\xbe" * 200) for at in range(number // 200))
    return stream([(CLIENT, preface + block(1, large) + references)])


def nested(number: int) -> Frames:
    """LDAP: a filter in a filter in a filter ..."""
    inside = b""
    for _ in range(min(number, 8000)):
        size = len(inside)
        inside = b"\xa0\x83" + struct.pack("!I", size)[1:] + inside
    body = b"\x02\x01\x01\x63\x83" + struct.pack("!I", len(inside))[1:] + inside
    return stream([(CLIENT, b"\x30\x83" + struct.pack("!I", len(body))[1:] + body)], port=389)


def documents(number: int) -> Frames:
    """MongoDB: a document in a document in a document ..."""
    inside = b"\5\0\0\0\0"
    for _ in range(min(number, 8000)):
        inside = struct.pack("<I", len(inside) + 8) + b"\3a\0" + inside + b"\0"
    return stream([(CLIENT, struct.pack("<IIII", len(inside) + 21, 1, 0, 2013) + bytes(5) + inside)], port=27017)


def bodies(number: int) -> Frames:
    """HTTP: a compressed body that would be enormous."""
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % number
    return stream([(CLIENT, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"), (SERVER, head + bytes(number))], 1000)


def announcements(number: int) -> Frames:
    """FTP: a data connection announced in every line."""
    line = b"227 Entering (192,0,2,1,%d,%d)\r\n"
    lines = b"".join(line % divmod(at, 256) for at in range(number))
    return stream([(SERVER, b"220 FTP\r\n"), (CLIENT, b"USER a\r\n"), (SERVER, lines)], 500, 21)


CASES: dict[str, tuple[int, Callable[[int], Frames]]] = {
    "bytes of noise": (4000, lambda n: stream([(CLIENT, b"\x80" * n)], 1)),
    "bytes of text": (4000, lambda n: stream([(CLIENT, b"ab " * (n // 3)), (SERVER, b"cd " * (n // 3))], 1)),
    "tags": (2000, lambda n: stream([(CLIENT, b"<stream:stream " * (n // 15) + b"<auth <auth " * (n // 12))], 1, 5222)),
    "line ends": (4000, lambda n: stream([(SERVER, b"220 x\r\n" + b"\n" * n)], 1, 25)),
    "overlapping segments": (1000, overlapping),
    "segments backwards": (4000, backwards),
    "holes": (4000, every_other),
    "half-open TLS": (500, lambda n: flows(n, hello())),
    "one byte each": (1000, lambda n: flows(n, b"\x16")),
    "one datagram each": (1000, lambda n: flows(n, b"\x80" * 40, InspectKind.UDP)),
    "pointer loops": (900, pointers),
    "header lines": (3000, header_lines),
    "HPACK references": (8000, hpack_bomb),
    "nested BER": (800, nested),
    "nested BSON": (800, documents),
    "compressed body": (200_000, bodies),
    "announcements": (1000, announcements),
}


@pytest.mark.parametrize("name", CASES)
def test_linear(name: str) -> None:
    """Four times as much: four times the calls, four times the time, as far as that can be measured."""
    size, made = CASES[name]
    once, more = made(size), made(TIMES * size)
    assert (
        calls(lambda: inspected(more, Engine(REGISTRY)))
        <= CALLS * TIMES * calls(lambda: inspected(once, Engine(REGISTRY))) + 3000
    )
    assert seconds(lambda: inspected(more, Engine(REGISTRY))) <= SECONDS * TIMES * (
        seconds(lambda: inspected(once, Engine(REGISTRY))) + 0.002
    )


@pytest.mark.parametrize("name", CASES)
def test_bounded(name: str) -> None:
    """However much comes, an engine with room for little keeps little and says what it let go; nothing is left over."""
    size, made = CASES[name]
    limits = Limits(flows=100, buffered=20_000)
    machine = Engine(REGISTRY, limits)
    frames = made(TIMES * size)
    for start in range(0, len(frames), 64):
        machine.inspect(frames[start : start + 64])
        statistics = machine.statistics()
        assert statistics.buffered <= limits.buffered and statistics.flows <= limits.flows
        assert 0 <= statistics.buffered <= statistics.peak <= statistics.bound
    if len({frame.flow_id for frame in frames}) > limits.flows:
        assert machine.statistics().evicted > 0
    machine.finish_all()
    statistics = machine.statistics()
    assert (statistics.buffered, statistics.flows, statistics.failures) == (0, 0, {})
    assert statistics.expected <= 4096


def test_unfinished_messages_count_as_held() -> None:
    """A head that never ends belongs to somebody already, and is still among what may be let go, the oldest first."""
    machine = Engine(REGISTRY, Limits(buffered=100_000))
    head = b"GET / HTTP/1.1\r\nHost: example.org\r\nX: " + b"x" * 9000
    wires = [Wire(number) for number in range(1, 31)]
    for wire in wires:
        harvest = machine.inspect(wire.frames([(CLIENT, head)], 1000))
    statistics = machine.statistics()
    assert 50_000 < statistics.buffered <= statistics.bound == 100_000
    assert statistics.evicted > 10
    assert {number for number, attention in harvest.attentions if attention is Attention.DONE} <= set(range(1, 30))
    machine.finish_all()
    assert machine.statistics().buffered == 0


def test_a_give_up_is_counted() -> None:
    """A hole that is not waited for any longer, and a conversation nobody recognises."""
    machine = Engine(REGISTRY)
    wire = Wire()
    machine.inspect([wire.frame(CLIENT, bytes(1000), 1000 * at) for at in range(1, 70)])
    assert machine.statistics().holes == 1
    machine.inspect(stream([(CLIENT, b"\x80" * 9000)])[:1])
    machine.finish_all()
    assert machine.statistics().given_up >= 1


def test_crypto_frames_far_ahead() -> None:
    """QUIC: CRYPTO data at far and at overlapping offsets: bounded in what is kept, linear in what is done."""

    def fed(number: int) -> CryptoStream:
        crypto = CryptoStream()
        for at in range(number):
            crypto.feed(1 << 40 | at, bytes(100))
            crypto.feed(1 + at, bytes(100))
        return crypto

    assert fed(5000).held <= LIMIT
    assert calls(lambda: fed(4000)) <= CALLS * TIMES * calls(lambda: fed(1000))
    assert seconds(lambda: fed(8000)) <= SECONDS * TIMES * (seconds(lambda: fed(2000)) + 0.002)


def test_expectations_of_many_are_bounded() -> None:
    """Announcements from outside: the oldest go first, and matching costs the same however many there are."""
    machine = Engine(REGISTRY)
    for port in range(20_000):
        machine.expect(ChildFlow("tcp", bytes(4), port, "X"))
    assert machine.statistics().expected == 4096


def fragment(ident: int, offset: int, more: bool, size: int = 8) -> bytes:
    """An IPv4 fragment of UDP."""
    word = (0x2000 if more else 0) | offset // 8
    return struct.pack("!BBHHHBBH8s", 0x45, 0, 20 + size, ident & 0xFFFF, word, 64, 17, 0, bytes(8)) + bytes(size)


@pytest.mark.parametrize("backward", [False, True])
def test_fragments(backward: bool) -> None:
    """Datagrams in the smallest pieces, in either order, none ever whole: bounded, linear, counted."""

    def fed(number: int) -> Reassembler:
        put_together = Reassembler(max_datagrams=50, max_bytes=100_000)
        for at in range(number):
            place = at % 4000
            try:
                put_together.add(fragment(at // 4000, 8 * (4001 - place if backward else place + 1), True), at)
            except DecodeError:
                pytest.fail("a good fragment")
            assert put_together.statistics().pending_bytes <= 100_000
        return put_together

    assert fed(9000).statistics().evicted > 0
    assert seconds(lambda: fed(16_000)) <= SECONDS * TIMES * seconds(lambda: fed(4000))


def test_nothing_else_is_decompressed() -> None:
    """No protocol knows a compression library: what came compressed stays so, whatever it would become. Packets inside
    IPComp are the exception (bounds: ``test_ipcomp``)."""
    libraries = {"zlib", "gzip", "bz2", "lzma", "brotli", "zstandard", "lz4", "snappy"}
    there = Path(netmon.protocols.__file__).parent
    for path in set(there.glob("*.py")) - {there / "_ipcomp.py"}:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert libraries.isdisjoint(name.partition(".")[0] for name in names), path.name
