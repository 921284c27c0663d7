"""Translated addresses out of ctnetlink messages, built as net/netfilter/nf_conntrack_netlink.c builds them."""

from __future__ import annotations

import errno
import socket
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.model.owner import TranslatedTuple, Translation
from netmon.platforms.linux import conntrack
from netmon.platforms.linux.conntrack import DESTINATION_NAT, NEW, SOURCE_NAT, ConnectionTracking, ending, parse

INSIDE, OUTSIDE, SERVER = (socket.inet_aton(text) for text in ("198.51.100.2", "192.0.2.1", "192.0.2.2"))
ORIGINAL = TranslatedTuple(6, INSIDE, 20_000, SERVER, 443)
REPLY = TranslatedTuple(6, SERVER, 443, OUTSIDE, 40_000)
NESTED = 0x8000


def attribute(kind: int, data: bytes) -> bytes:
    """One attribute, padded."""
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def flow(one: TranslatedTuple) -> bytes:
    """CTA_TUPLE_IP and CTA_TUPLE_PROTO."""
    first = 1 if len(one.source) == 4 else 3
    addresses = attribute(first, one.source) + attribute(first + 1, one.destination)
    ports = attribute(1, bytes([one.protocol])) + attribute(2, one.source_port.to_bytes(2, "big"))
    ports += attribute(3, one.destination_port.to_bytes(2, "big"))
    return attribute(1 | NESTED, addresses) + attribute(2 | NESTED, ports)


def message(kind: int, body: bytes) -> bytes:
    """A netlink message."""
    return struct.pack("=IHHII", 16 + len(body), kind, 2, 1, 0) + body


def entry(status: int, original: TranslatedTuple = ORIGINAL, reply: TranslatedTuple = REPLY) -> bytes:
    """IPCTNL_MSG_CT_NEW."""
    tuples = attribute(1 | NESTED, flow(original)) + attribute(2 | NESTED, flow(reply))
    return message(NEW, bytes(4) + tuples + attribute(3, status.to_bytes(4, "big")))


DONE = message(3, bytes(4))
REFUSED = message(2, struct.pack("=i", -errno.EPERM) + bytes(16))


def test_translated_connections() -> None:
    """Masqueraded and published ones; what is only tracked is left out."""
    six = tuple(one._replace(source=one.source * 4, destination=one.destination * 4) for one in (ORIGINAL, REPLY))
    part = entry(SOURCE_NAT | 8) + entry(8) + entry(DESTINATION_NAT, *six) + DONE
    assert list(parse(part)) == [Translation(ORIGINAL, REPLY), Translation(*six)]
    assert ending(part) == 0
    assert ending(entry(8)) is None
    assert ending(REFUSED) == errno.EPERM


def test_a_protocol_without_ports_is_left_out() -> None:
    """ICMP is tracked by its identifier."""
    body = attribute(1 | NESTED, attribute(1 | NESTED, attribute(1, INSIDE) + attribute(2, SERVER)))
    assert list(parse(message(NEW, bytes(4) + body + attribute(3, SOURCE_NAT.to_bytes(4, "big"))))) == []


def test_asks_only_where_something_is_tracked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No module is loaded for nothing; a refusal is told, and forgotten when it is over."""
    answers: list[list[bytes] | OSError] = []

    def dump(_: int) -> list[bytes]:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    monkeypatch.setattr(conntrack, "_dump", dump)
    tracking = ConnectionTracking(str(tmp_path))
    assert tracking.translations() == ()
    count = tmp_path / "sys/net/netfilter/nf_conntrack_count"
    count.parent.mkdir(parents=True)
    count.write_text("0\n")
    assert tracking.translations() == ()
    count.write_text("3\n")
    answers += [OSError(errno.EPERM, "Operation not permitted")]
    assert (tracking.translations(), tracking.problem) == ((), "Operation not permitted")
    answers += [[entry(SOURCE_NAT)], [entry(SOURCE_NAT | DESTINATION_NAT)]]
    assert (tracking.translations(), tracking.problem) == ((Translation(ORIGINAL, REPLY),), "")


@given(st.binary(max_size=200), st.integers(0, 120))
def test_damage_is_survived(noise: bytes, place: int) -> None:
    """Whatever the lengths say, nothing outside the bytes is read and nothing is raised."""
    whole = entry(SOURCE_NAT)
    for part in (noise, whole[:place], whole[:place] + noise, message(NEW, noise)):
        list(parse(part))
        ending(part)
