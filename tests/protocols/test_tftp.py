"""TFTP."""

from __future__ import annotations

import pytest

from netmon.protocols._contract import Claim
from netmon.protocols.tftp import PROTOCOL

from ._udp_cases import ELSEWHERE, asked, fields, finding, on, survives, told

READ = b"\0\1boot/image.bin\0octet\0blksize\x001428\0"
WRITE = b"\0\2upload.txt\0NetASCII\0"
DATA, ACK, ERROR, OPTIONS = b"\0\3\0\1abc", b"\0\4\0\1", b"\0\5\0\1File not found\0", b"\0\6blksize\x001428\0"
ANNOUNCED = ELSEWHERE.changed(hint="TFTP")


def test_a_request_names_the_file_and_announces_the_transfer() -> None:
    """The server will speak to the client's port from a new one."""
    update = told(PROTOCOL, (0, READ), context=on(69))
    assert fields(update) == {"tftp_file": ("boot/image.bin",), "tftp_opcode": (1,)}
    assert (finding(update).state, finding(update).summary) == ("READ", "read boot/image.bin")
    (child,) = update.children
    assert (child.transport, child.address, child.port, child.label) == ("udp", None, 50001, "TFTP")
    assert [(field.name, field.values) for field in child.fields] == [("tftp_file", ("boot/image.bin",))]


@pytest.mark.parametrize(
    ("data", "state"), [(DATA, "DATA"), (ACK, "DATA"), (ERROR, "ERROR"), (OPTIONS, "OPTIONS"), (WRITE, "WRITE")]
)
def test_operations(data: bytes, state: str) -> None:
    """Each has a state; an error its code."""
    update = told(PROTOCOL, (1, data), context=ANNOUNCED)
    assert finding(update).state == state
    assert ("tftp_error" in fields(update)) == (data is ERROR)


def test_claims() -> None:
    """Requests anywhere; the rest only where a request announced it."""
    assert asked(PROTOCOL, READ) is asked(PROTOCOL, WRITE) is Claim.YES
    for data in (DATA, ACK, ERROR, OPTIONS):
        assert asked(PROTOCOL, data) is Claim.NO
        assert PROTOCOL.claims(ANNOUNCED, b"", data) is Claim.YES
    assert asked(PROTOCOL, b"\0\1file\0binary\0") is asked(PROTOCOL, b"\0\7file", on(69)) is Claim.NO


def test_a_damaged_request_where_servers_listen() -> None:
    """Weakly claimed; the operation is told, and that it is damaged."""
    damaged = b"\0\1\0\0\0\0octet\0"
    assert asked(PROTOCOL, damaged, on(69)) is Claim.WEAK
    update = told(PROTOCOL, (0, damaged), context=on(69))
    assert fields(update) == {"tftp_opcode": (1,)}
    assert finding(update).risks == ("malformed",)


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, READ, ERROR, port=69)
