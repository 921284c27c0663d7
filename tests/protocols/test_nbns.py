"""NetBIOS name service."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.protocols import _netbios
from netmon.protocols._contract import CLIENT, SERVER, Claim, Context, Status
from netmon.protocols.nbns import PROTOCOL

from ._dns_build import V4, message, question, record

CONTEXT = Context("udp", 137, 137)


def encoded(name: str, suffix: int, padding: bytes = b" ") -> str:
    """RFC 1001 section 14.1."""
    octets = name.encode().ljust(15, padding) + bytes([suffix])
    return "".join(chr(0x41 + (octet >> 4)) + chr(0x41 + (octet & 15)) for octet in octets)


QUERY = message([question(encoded("FILESERVER", 0x20), 0x20)], flags=0x0110)
ANSWER = message([], [record(encoded("FILESERVER", 0x20), 0x20, b"\0\0" + V4)], flags=0x8500)
STATUS = message(
    [],
    [
        record(
            encoded("*", 0, b"\0"),
            0x21,
            b"\x02" + b"HOST".ljust(15) + b"\x00\x04\x00" + b"GROUP".ljust(15) + b"\x1e\x84\x00"
            + bytes.fromhex("020000000001") + bytes(40),
        )
    ],
    flags=0x8400,
)  # fmt: skip


def test_query_and_response() -> None:
    """Name with suffix, its meaning, the address, the response time."""
    inspector = PROTOCOL.start(CONTEXT)
    assert inspector.feed(CLIENT, QUERY, 0) is Status.ALWAYS
    assert inspector.feed(SERVER, ANSWER, 9) is Status.ALWAYS
    update = inspector.update()
    assert update is not None and update.finding is not None
    assert {field.name: field.values for field in update.finding.fields} == {
        "nb_name": ("FILESERVER<20>",),
        "nb_suffix": ("file server",),
        "nb_rcode": ("NOERROR",),
        "nb_address": ("192.0.2.1",),
    }
    assert (update.finding.state, update.finding.summary) == ("RESPONSE", "FILESERVER<20> NOERROR")
    assert [half.key for half in update.exchanges] == [(0x1234, ("FILESERVER", 0x20))] * 2
    assert not any(half.failed for half in update.exchanges)


def test_a_name_that_nobody_has() -> None:
    """The answer's result is in its flags' last four bits: that exchange failed."""
    inspector = PROTOCOL.start(CONTEXT)
    inspector.feed(CLIENT, QUERY, 0)
    inspector.feed(SERVER, ANSWER[:3] + bytes((ANSWER[3] | 3,)) + ANSWER[4:], 9)
    update = inspector.update()
    assert update is not None and update.finding is not None
    assert [half.failed for half in update.exchanges] == [False, True]
    assert update.finding.summary == "FILESERVER<20> NXDOMAIN"


def test_a_node_status_lists_the_names_a_machine_owns() -> None:
    """And its hardware address."""
    inspector = PROTOCOL.start(CONTEXT)
    inspector.feed(SERVER, STATUS, 0)
    update = inspector.update()
    assert update is not None and update.finding is not None
    found = {field.name: field.values for field in update.finding.fields}
    assert found["nb_name"] == ("*<00>",)
    assert found["nb_owned_name"] == ("HOST<00>", "GROUP<1e>")
    assert found["nb_mac"] == ("02:00:00:00:00:01",)


@pytest.mark.parametrize(("opcode", "state"), [(5, "REGISTRATION"), (6, "RELEASE"), (8, "REFRESH"), (7, "WACK")])
def test_operations_have_state_words(opcode: int, state: str) -> None:
    """RFC 1002 section 4.2.1.1."""
    inspector = PROTOCOL.start(CONTEXT)
    inspector.feed(CLIENT, message([question(encoded("A", 0), 0x20)], flags=opcode << 11), 0)
    update = inspector.update()
    assert update is not None and update.finding is not None and update.finding.state == state


def test_claimed_by_the_name_on_any_port() -> None:
    """Not by the port."""
    assert PROTOCOL.claims(Context("udp", 1, 2), QUERY, ANSWER) is Claim.YES
    assert PROTOCOL.claims(CONTEXT, message([question("x" * 32, 0x20)]), b"") is Claim.NO
    assert PROTOCOL.claims(CONTEXT, message([question(encoded("A", 0), 1)]), b"") is Claim.NO
    assert PROTOCOL.claims(CONTEXT, bytes(60), b"") is Claim.NO


def test_names_are_decoded() -> None:
    """Padding goes, control characters are shown, anything else is no name."""
    assert _netbios.decode(encoded("\x01\x02__MSBROWSE__\x02", 1)) == ("<01><02>__MSBROWSE__<02>", 1)
    assert _netbios.decode("A" * 31) is None
    assert _netbios.decode("Z" * 32) is None


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=150))
def test_random_bytes_raise_nothing_else(data: bytes) -> None:
    """Alone and after a good name."""
    for payload in (data, QUERY[:46] + data, STATUS[:56] + data):
        PROTOCOL.claims(CONTEXT, payload, b"")
        try:
            PROTOCOL.start(CONTEXT).feed(CLIENT, payload, 0)
        except ParseError:
            continue
