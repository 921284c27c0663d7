"""NetBIOS datagrams and browser announcements."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.protocols._contract import CLIENT, Claim, Context, Status
from netmon.protocols.nbdgm import PROTOCOL

from ._dns_build import name
from .test_nbns import encoded

CONTEXT = Context("udp", 138, 138)
HEADER = struct.pack("!BBH4sHHH", 0x11, 0x0A, 1, bytes([192, 0, 2, 1]), 138, 200, 0)
NAMES = name(encoded("HOST", 0)) + name(encoded("WORKGROUP", 0x1D))
SMB = b"\xffSMB\x25" + bytes(27) + bytes(35) + b"\\MAILSLOT\\BROWSE\0"
ANNOUNCEMENT = HEADER + NAMES + SMB + b"\x01\x00" + bytes(4) + b"SERVER1".ljust(16, b"\0") + bytes(10)


def told(data: bytes) -> dict[str, tuple[object, ...]]:
    inspector = PROTOCOL.start(CONTEXT)
    assert inspector.feed(CLIENT, data, 0) is Status.MORE
    update = inspector.update()
    assert update is not None and update.finding is not None
    assert update.finding.state == "DIRECT_GROUP"
    return {field.name: field.values for field in update.finding.fields}


def test_names_and_announcement() -> None:
    """Who to whom, and which server is announced."""
    assert told(ANNOUNCEMENT) == {
        "nbdgm_source": ("HOST<00>",),
        "nbdgm_destination": ("WORKGROUP<1d>",),
        "browser_command": ("HOST_ANNOUNCEMENT",),
        "browser_server": ("SERVER1",),
    }


def test_other_payloads_have_names_only() -> None:
    """A mailslot that is not the browser's."""
    assert told(HEADER + NAMES + SMB.replace(b"BROWSE", b"NETLOG")) == {
        "nbdgm_source": ("HOST<00>",),
        "nbdgm_destination": ("WORKGROUP<1d>",),
    }


def test_claimed_by_its_names_on_any_port() -> None:
    """Types without names need the port and are weak."""
    assert PROTOCOL.claims(Context("udp", 1, 2), ANNOUNCEMENT, b"") is Claim.YES
    assert PROTOCOL.claims(CONTEXT, HEADER + bytes(80), b"") is Claim.NO
    assert PROTOCOL.claims(CONTEXT, b"\x13" + bytes(11), b"") is Claim.WEAK
    assert PROTOCOL.claims(Context("udp", 1, 2), b"\x13" + bytes(11), b"") is Claim.NO


@pytest.mark.parametrize("length", range(14 + 68))
def test_truncated_names_are_refused(length: int) -> None:
    """At every length."""
    with pytest.raises(ParseError):
        PROTOCOL.start(CONTEXT).feed(CLIENT, ANNOUNCEMENT[:length], 0)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=150))
def test_random_bytes_raise_nothing_else(data: bytes) -> None:
    """Alone, after the names, and inside the browser frame."""
    for payload in (data, HEADER + data, HEADER + NAMES + data, HEADER + NAMES + SMB + data):
        PROTOCOL.claims(CONTEXT, payload, b"")
        try:
            PROTOCOL.start(CONTEXT).feed(CLIENT, payload, 0)
        except ParseError:
            continue
