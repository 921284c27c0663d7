"""DCE/RPC: bind and call over TCP, a connectionless call, both byte orders."""

from __future__ import annotations

import struct
from importlib import import_module
from uuid import UUID

import pytest
from impacket.uuid import bin_to_uuidtup

from netmon.model.finding import Role
from netmon.protocols._contract import Claim, Context
from netmon.protocols._rpc_endpoints import NAMES
from netmon.protocols.dcerpc import PROTOCOL

from ._asn1 import ntlm_authenticate
from ._streams import ANYWHERE, Flight, check, run, text_of, values

INTERFACE = UUID("e1af8308-5d1f-11c9-91a4-08002b14a0fa")


def fragment(kind: int, body: bytes, order: str = "<", auth: bytes = b"") -> bytes:
    """The common header."""
    representation = b"\x10\0\0\0" if order == "<" else b"\0\0\0\0"
    length = 16 + len(body) + len(auth)
    return bytes((5, 0, kind, 3)) + representation + struct.pack(order + "HHI", length, len(auth), 1) + body + auth


def bind(order: str, auth: bytes = b"") -> bytes:
    """One context."""
    raw = INTERFACE.bytes_le if order == "<" else INTERFACE.bytes
    head = struct.pack(order + "HHIB3xHBx", 4280, 4280, 0, 1, 0, 1)
    return fragment(11, head + raw + struct.pack(order + "I", 3) + bytes(20), order, auth)


@pytest.mark.parametrize("order", ["<", ">"])
def test_conversation(order: str) -> None:
    """Interface and operation numbers; no arguments."""
    flights: list[Flight] = [
        (0, bind(order, ntlm_authenticate())),
        (1, fragment(12, bytes(40), order)),
        (0, fragment(0, struct.pack(order + "IHH", 8, 0, 3) + b"private" * 900, order)),
        (1, fragment(2, bytes(8) + b"private", order)),
    ]
    assert check(PROTOCOL, flights) == {
        "dcerpc_uuid": (str(INTERFACE),),
        "dcerpc_interface": ("EPMAPPER",),
        "ntlm_domain": ("EXAMPLE",),
        "ntlm_user": ("alice",),
        "ntlm_host": ("LAPTOP",),
        "dcerpc_opnum": (3,),
    }
    finding, _, updates = run(PROTOCOL, flights)
    assert (finding.state, finding.summary) == ("CALL", "EPMAPPER")
    assert "private" not in text_of(updates)


def floor(kind: bytes, address: bytes) -> bytes:
    return struct.pack("<H", len(kind)) + kind + struct.pack("<H", len(address)) + address


def tower(*floors: bytes) -> bytes:
    """What follows its length, floors counted."""
    return struct.pack("<H", len(floors)) + b"".join(floors)


def towers(order: str, *octets: bytes) -> bytes:
    """The mapper's answer: handle, count, a conformant and varying array of pointers, and what they point to."""
    count = len(octets)
    head = (
        bytes(8 + 20)
        + struct.pack(order + "IIII", count, 4, 0, count)
        + struct.pack(f"{order}{count}I", *range(1, count + 1))
    )
    return head + b"".join(struct.pack(order + "II", len(o), len(o)) + o + bytes(-len(o) % 4) for o in octets)


@pytest.mark.parametrize("order", ["<", ">"])
def test_endpoints(order: str) -> None:
    """Where the server listens, and where what the endpoint mapper is asked for does."""
    mapped = towers(
        order,
        tower(floor(b"\x0d" + bytes(18), b"\0\0"), floor(b"\x07", b"\xc2\x03"), floor(b"\x09", b"\xc0\0\2\1")),
        tower(floor(b"\x0f", b"\\PIPE\\lsass\0"), floor(b"\x11", b"HOST\0")),
    )
    acknowledged = struct.pack(order + "HHIH", 4280, 4280, 1, 4) + b"135\0" + bytes(30)
    flights: list[Flight] = [
        (0, bind(order)),
        (1, fragment(12, acknowledged, order)),
        (0, fragment(0, struct.pack(order + "IHH", 8, 0, 3) + bytes(40), order)),
        (1, fragment(2, mapped, order)),
        (0, fragment(0, struct.pack(order + "IHH", 8, 0, 2) + bytes(40), order)),
        (1, fragment(2, b"\xff" * 60, order)),
    ]
    told = check(PROTOCOL, flights)
    assert told["dcerpc_endpoint"] == ("135", "ncacn_ip_tcp:192.0.2.1[49667]", "ncacn_np:[\\PIPE\\lsass]")
    halves = [half.role for update in run(PROTOCOL, flights)[2] for half in update.exchanges]
    assert halves == [Role.REQUEST, Role.RESPONSE] * 3


SAMPLES = {
    "nrpc": "NETLOGON", "lsad": "LSARPC", "drsuapi": "DRSUAPI", "dhcpm": "DHCPSRV", "even": "EVENTLOG", "samr": "SAMR",
    "srvs": "SRVSVC", "wkst": "WKSSVC", "scmr": "SVCCTL", "rrp": "WINREG", "rprn": "SPOOLSS",
    "atsvc": "ATSVC", "epm": "EPMAPPER", "nspi": "NSPI", "tsch": "ITaskSchedulerService", "bkrp": "BACKUPKEY",
}  # fmt: skip


@pytest.mark.parametrize("module", SAMPLES)
def test_names_of_interfaces(module: str) -> None:
    """Numbered as impacket has them."""
    found = import_module(f"impacket.dcerpc.v5.{module}")
    constants = [getattr(found, word) for word in dir(found) if word.startswith("MSRPC_UUID_")]
    assert SAMPLES[module] in [NAMES.get(bin_to_uuidtup(one)[0].lower()) for one in constants]


def test_datagram() -> None:
    """Version 4 over UDP, recognised by its length."""
    context = Context("udp", 50000, 44444)
    body = bytes(12)
    header = bytes((4, 0, 0, 0, 0x10, 0, 0, 0)) + bytes(16) + INTERFACE.bytes_le + bytes(16) + bytes(18)
    packet = header + struct.pack("<HHBB", len(body), 0, 0, 0) + body
    assert PROTOCOL.claims(context, packet, b"") is Claim.YES
    assert PROTOCOL.claims(context, packet[:-1], b"") is Claim.NO
    assert values(run(PROTOCOL, [(0, packet)], context)[0]) == {
        "dcerpc_uuid": (str(INTERFACE),), "dcerpc_interface": ("EPMAPPER",),
    }  # fmt: skip


def test_claims() -> None:
    """SOCKS 5 begins with the same byte."""
    assert PROTOCOL.claims(ANYWHERE, b"\x05\x01\x00", b"") is not Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"\x05\x01\x00", b"\x05\x00") is not Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"\x05\x00\x0b\x03\x11\x00\x00\x00", b"") is Claim.NO
