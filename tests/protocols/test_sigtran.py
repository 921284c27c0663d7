"""SIGTRAN adaptation layers: messages as their RFCs lay them out."""

from __future__ import annotations

import struct

import pytest

from netmon.protocols._contract import ApplicationProtocol, Claim, Context
from netmon.protocols.sigtran import PORTS, PROTOCOLS

from ._streams import run, values

LAYERS: dict[str, ApplicationProtocol] = {protocol.label: protocol for protocol in PROTOCOLS}
ANYWHERE = Context("sctp", 40000, 44444)


def parameter(tag: int, value: bytes) -> bytes:
    return struct.pack("!HH", tag, 4 + len(value)) + value + bytes(-len(value) % 4)


def message(number: int, kind: int, *parameters: bytes) -> bytes:
    body = b"".join(parameters)
    return struct.pack("!BBBBI", 1, 0, number, kind, 8 + len(body)) + body


ROUTING = parameter(6, struct.pack("!II", 100, 200))
TRANSFER = message(1, 1, ROUTING, parameter(0x0210, struct.pack("!IIBBBB", 1110, 2627, 3, 2, 0, 5) + b"subscriber"))
TALK = [
    (0, message(3, 1, parameter(17, bytes(4)), parameter(4, b"operator"))),
    (1, message(3, 4)),
    (1, message(0, 1, parameter(13, struct.pack("!I", 0x10002)), ROUTING)),
    (0, message(4, 1, parameter(11, struct.pack("!I", 2)), ROUTING)),
    (1, message(4, 3, parameter(11, struct.pack("!I", 2)), ROUTING)),
    (1, message(0, 0, parameter(12, struct.pack("!I", 25)))),
    (0, message(3, 3, parameter(9, b"beat 1"))),
    (1, message(3, 6, parameter(9, b"beat 1"))),
    (0, TRANSFER),
]


def test_m3ua() -> None:
    """An application server process comes up, becomes active, and signals."""
    finding, _, updates = run(LAYERS["M3UA"], TALK, ANYWHERE)
    assert values(finding) == {
        "sigtran_message": ("ASPUP", "ASPUP_ACK", "NTFY", "ASPAC", "ASPAC_ACK", "ERR", "BEAT", "BEAT_ACK", "DATA"),
        "sigtran_routing_context": (100, 200),
        "sigtran_status": ("AS_INACTIVE",),
        "sigtran_traffic_mode": ("LOADSHARE",),
        "sigtran_error": ("INVALID_ROUTING_CONTEXT",),
        "m3ua_point_codes": ("1110 > 2627",),
        "m3ua_service_user": ("SCCP",),
    }
    exchanges = [exchange for update in updates for exchange in update.exchanges]
    assert [exchange.key for exchange in exchanges[::2]] == [exchange.key for exchange in exchanges[1::2]]
    assert len(exchanges) == 6 and {exchange.what for exchange in exchanges} == {"sigtran"}
    assert "subscriber" not in repr(updates) and "operator" not in repr(updates)


@pytest.mark.parametrize(
    ("label", "number", "kind"),
    [("M3UA", 1, 1), ("M2UA", 6, 1), ("SUA", 7, 1), ("SUA", 8, 1), ("IUA", 5, 1), ("M2PA", 11, 2)],
)
def test_classes_of_one_layer_tell_which_it_is(label: str, number: int, kind: int) -> None:
    """On any port, whatever was announced."""
    data = message(number, kind, parameter(6, bytes(4)))
    for other, layer in LAYERS.items():
        for context in (ANYWHERE, Context("sctp", 1, PORTS["IUA"], hint="IUA")):
            assert layer.claims(context, data, b"") is (Claim.YES if other == label else Claim.NO)
    finding, _, _ = run(LAYERS[label], [(0, data)], ANYWHERE)
    assert finding.label == label and len(values(finding)["sigtran_message"]) == 1


def test_shared_classes_need_a_name() -> None:
    """A heartbeat is any layer's: the payload protocol or the port says whose."""
    for label, layer in LAYERS.items():
        expected = Claim.NO if label == "M2PA" else Claim.YES
        assert layer.claims(ANYWHERE, message(3, 3), b"") is Claim.NO
        assert layer.claims(Context("sctp", 1, 2, hint=label), message(3, 3), b"") is expected
        assert layer.claims(Context("sctp", 1, PORTS[label]), b"", message(3, 3)) is expected


def test_others() -> None:
    """Another version, class, type or length."""
    good = message(1, 1, ROUTING)
    for data in (
        b"\2" + good[1:],
        b"\1\1" + good[2:],
        good[:2] + b"\x0c" + good[3:],
        good[:3] + b"\2" + good[4:],
        good[:7] + b"\x0b" + good[8:],
        good + bytes(4),
        good[:7],
    ):
        assert LAYERS["M3UA"].claims(ANYWHERE, data, b"") is Claim.NO
    assert LAYERS["M3UA"].claims(ANYWHERE, good[:-4], b"") is Claim.NO  # cut short, and nothing else speaks for it
    assert LAYERS["M3UA"].claims(Context("sctp", 1, 2, hint="M3UA"), good[:-4], b"") is Claim.YES
    for tail in (b"\0\6\0\3", b"\0\6\0\xff", b"\0\6\0\4\0"):
        assert LAYERS["M3UA"].claims(ANYWHERE, message(1, 1, ROUTING, tail), b"") is Claim.NO


def test_damaged_parameters() -> None:
    """Lengths that do not fit end the reading; wrong sizes and unknown numbers are told as far as they go."""
    for tail in (b"\0\6\0\3", b"\0\6\0\xff", b"\0"):
        finding, _, _ = run(LAYERS["M3UA"], [(0, message(1, 1, ROUTING, tail))], ANYWHERE)
        assert values(finding)["sigtran_routing_context"] == (100, 200)
    odd = message(0, 0, parameter(12, bytes(3)), parameter(12, struct.pack("!I", 999)), parameter(0x0210, bytes(11)))
    finding, _, _ = run(LAYERS["M3UA"], [(0, odd)], ANYWHERE)
    assert values(finding) == {"sigtran_message": ("ERR",), "sigtran_error": ("999",)}
