"""Compressed packets: what is inside them, and how much of it anybody can make us unpack."""

from __future__ import annotations

import socket
import struct
import zlib
from itertools import count

import pytest

from netmon.model.finding import Confidence, Finding
from netmon.model.flow import Inspected, InspectKind
from netmon.protocols._engine import Engine, Harvest, Limits
from netmon.protocols._ipcomp import CONVERSATIONS, FAILURES, LARGEST, RATIO, SLACK, decompress, packet
from netmon.protocols._registry import load

from ._talk import fields, finding_of
from ._work import Work

NOW = count(1_000_000_000, 1_000_000)
REQUEST = b"GET /page?token=secret HTTP/1.1\r\nHost: inner.example\r\nUser-Agent: test\r\n\r\n"
RESPONSE = b"HTTP/1.1 200 OK\r\nServer: demo\r\nContent-Length: 0\r\n\r\n"
SYN, ACK = 2, 16


def deflated(data: bytes) -> bytes:
    """As RFC 2394 has it: no header around DEFLATE."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def compressed(protocol: int, data: bytes, index: int = 2) -> bytes:
    """An IPComp packet."""
    return struct.pack("!BBH", protocol, 0, index) + deflated(data)


def tcp(side: int, sequence: int, data: bytes = b"", flags: int = ACK, port: int = 8080) -> bytes:
    ports = (port, 50000) if side else (50000, port)
    return struct.pack("!HHIIBBHHH", *ports, sequence & 0xFFFF_FFFF, 0, 0x50, flags, 1000, 0, 0) + data


def udp(source: int, destination: int, data: bytes) -> bytes:
    return struct.pack("!HHHH", source, destination, 8 + len(data), 0) + data


def ipv4(side: int, protocol: int, data: bytes, fragment: int = 0) -> bytes:
    ends = [socket.inet_aton(f"10.0.0.{1 + (side ^ end)}") for end in (0, 1)]
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), 0, fragment, 64, protocol, 0) + ends[0] + ends[1] + data


def ipv6(side: int, protocol: int, data: bytes) -> bytes:
    ends = [socket.inet_pton(socket.AF_INET6, f"fd00::{1 + (side ^ end)}") for end in (0, 1)]
    return struct.pack("!IHBB", 6 << 28, len(data), protocol, 64) + ends[0] + ends[1] + data


def frame(data: bytes, side: int = 0) -> Inspected:
    return Inspected(1, int(InspectKind.TRANSPORT), side, next(NOW), 0, 108, len(data), 0, 0, False, data)


def run(*packets: bytes, engine: Engine | None = None) -> Finding | None:
    """Through an engine to the end."""
    machine = engine or Engine(load())
    updates = [*machine.inspect([frame(one) for one in packets]).updates, *machine.finish_all().updates]
    assert (machine.statistics().buffered, machine.statistics().failures) == (0, {})
    return finding_of(updates)


TALK = [
    tcp(0, 999, flags=SYN),
    tcp(1, 0xFFFF_FFEF, flags=SYN | ACK),
    tcp(0, 1000, REQUEST[:30]),
    tcp(0, 1030, REQUEST[30:]),
    tcp(1, 0xFFFF_FFF0, RESPONSE),
]
SIDES = [0, 1, 0, 0, 1]


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (0, 1, 3, 2, 4, 3), (2, 3, 4), (1, 2, 3, 4)])
def test_http_inside(order: tuple[int, ...]) -> None:
    """In tunnel mode, whatever the order, also where the opening travelled uncompressed; a query is not told."""
    found = run(*(compressed(4, ipv4(SIDES[at], 6, TALK[at])) for at in order))
    assert found is not None
    assert (found.name, found.confidence) == ("IPComp.HTTP", Confidence.CONTENT)
    values = fields(found)
    assert values["ipcomp_carries"] == ("tcp 10.0.0.1:50000 > 10.0.0.2:8080",)
    assert (values["ipcomp_cpi"], values["http_host"], values["http_status"]) == (("0x0002",), ("inner.example",), (200,))
    assert values["http_path"] == ("/page",) and "secret" not in repr(found)


def test_transport_mode_and_ipv6() -> None:
    """No second IP header, or an IPv6 one."""
    bare = run(*(compressed(6, one) for one in TALK))
    assert bare is not None and bare.name == "IPComp.HTTP"
    assert fields(bare)["ipcomp_carries"] == ("tcp 50000 > 8080",)
    six = run(*(compressed(41, ipv6(side, 6, one), 0x1234) for side, one in zip(SIDES, TALK, strict=True)))
    assert six is not None and six.name == "IPComp.HTTP"
    assert fields(six)["ipcomp_carries"] == ("tcp [fd00::1]:50000 > [fd00::2]:8080",)


def test_several_conversations() -> None:
    """DNS beside HTTP: the first that is recognised gives the name, both their fields."""
    question = struct.pack("!HHHHHH", 7, 0x100, 1, 0, 0, 0) + b"\5inner\4test\0\0\1\0\1"
    packets = [compressed(4, ipv4(0, 17, udp(40000, 53, question)))]
    packets += [compressed(4, ipv4(side, 6, one)) for side, one in zip(SIDES, TALK, strict=True)]
    found = run(*packets)
    assert found is not None and found.name == "IPComp.DNS"
    assert (fields(found)["dns_query"], fields(found)["http_status"]) == (("inner.test",), (200,))
    many = run(*(compressed(17, udp(port, 9, b"x" * 20)) for port in range(1000, 1100)))
    assert many is not None and many.name == "IPComp"
    assert len(fields(many)["ipcomp_carries"]) == CONVERSATIONS


def test_what_is_not_deflate_is_left_alone() -> None:
    """LZS by its number, anything else by its content; after a few packets the flow is not passed on any more."""
    for index in (3, 4, 0x1234):
        noise = [struct.pack("!BBH", 4, 0, index) + b"\xff" * 40] * FAILURES
        engine = Engine(load())
        assert not told_done(engine.inspect(map(frame, noise[1:])))
        harvest = engine.inspect([frame(noise[0])])
        assert told_done(harvest) and engine.statistics().given_up == 1 and engine.statistics().flows == 0
        found = run(*noise)
        assert found is not None and (found.name, found.summary) == ("IPComp", f"CPI 0x{index:04x}")


def told_done(harvest: Harvest) -> bool:
    """The meter need not pass it on any more."""
    return [attention.value for _, attention in harvest.attentions][-1:] == ["done"]


def test_bombs_are_bounded() -> None:
    """A packet of 64 kB of zeros is refused beyond an IP datagram; a flow of them is given up after a megabyte."""
    bomb = deflated(bytes(20_000_000))
    assert len(bomb) < 20_000 and decompress(bomb) is None
    assert decompress(deflated(bytes(LARGEST))) == bytes(LARGEST)
    assert decompress(deflated(bytes(LARGEST + 1))) is None
    for content in (
        bytes(20_000_000),
        ipv4(0, 6, tcp(0, 1, bytes(LARGEST - 40))),
        ipv4(0, 17, udp(1, 2, bytes(LARGEST - 28))),
    ):
        engine, packets = Engine(load()), 0
        one = compressed(4, content)
        while not packets or engine.statistics().flows:
            engine.inspect([frame(one)])
            packets += 1
            assert packets <= 1 + SLACK // (LARGEST - RATIO * min(len(one), 2000))
            assert engine.statistics().buffered <= engine.statistics().bound
        assert engine.statistics().given_up


def test_dense_traffic_goes_on() -> None:
    """What compresses as text does is not given up."""
    engine = Engine(load())
    for at in range(2000):
        body = "".join(f"{at * 7919 + number:x} and so on, " for number in range(70)).encode()
        engine.inspect([frame(compressed(4, ipv4(0, 6, tcp(0, at * len(body), body))))])
    assert engine.statistics().flows == 1


def test_work_is_linear() -> None:
    """Four times the packets, four times the work."""
    once, more = (
        work([frame(compressed(4, ipv4(at & 1, 6, tcp(at & 1, at)))) for at in range(number)]) for number in (100, 400)
    )
    assert more <= 4.5 * once + 2000


def work(frames: list[Inspected]) -> int:
    engine = Engine(load())
    with Work() as counted:
        engine.inspect(frames)
        engine.finish_all()
    return counted.calls


def test_damaged_packets() -> None:
    """Cut anywhere, before or after compression; fragments and other protocols inside."""
    whole = ipv4(0, 6, TALK[2])
    for length in range(len(whole)):
        assert run(compressed(4, whole[:length])) is not None
    for length in range(4):
        assert run(compressed(4, whole)[:length]) is None
    for length in range(4, len(compressed(4, whole))):
        assert run(compressed(4, whole)[:length]) is not None
    for protocol, data in (
        (4, ipv4(0, 6, TALK[2], fragment=1)), (4, ipv4(0, 6, TALK[2], fragment=0x2000)), (4, ipv6(0, 6, TALK[2])),
        (41, ipv4(0, 6, TALK[2])), (4, b"\x41" + whole[1:]), (6, TALK[2][:12] + b"\x40" + TALK[2][13:]), (50, whole),
        (4, b""), (6, TALK[2][:12] + b"\xf0" + TALK[2][13:30]), (17, b"\0" * 7),
    ):  # fmt: skip
        assert packet(protocol, data) is None


def test_snap_length_cuts() -> None:
    """Of a cut packet its beginning is read; the rest is known to be missing."""
    response = RESPONSE[:-4] + b"\r\n" + bytes(range(256)) * 3
    cut = compressed(4, ipv4(1, 6, tcp(1, 0xFFFF_FFF0, response)))[:120]
    found = run(*(compressed(4, ipv4(SIDES[at], 6, TALK[at])) for at in range(4)), cut)
    assert found is not None and fields(found)["http_status"] == (200,)


def test_what_is_held_is_given_back() -> None:
    """Segments that wait inside count against the bound of all, and go with the flow."""
    engine = Engine(load(), Limits(buffered=50_000))
    body = bytes(range(256)) * 20
    for at in range(30):
        one = frame(compressed(4, ipv4(0, 6, tcp(0, 2000 + at * 2 * len(body), body))))
        engine.inspect([one._replace(flow_id=at % 4)])
        assert engine.statistics().buffered <= 50_000
    assert engine.statistics().evicted
    engine.finish_all()
    assert engine.statistics().buffered == 0
