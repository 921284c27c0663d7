"""Application protocols of mobile networks: how their messages begin, and nothing of what they carry."""

from __future__ import annotations

import struct

import pytest

from netmon.errors import ParseError
from netmon.protocols._contract import ApplicationProtocol, Claim, Context
from netmon.protocols.ran import LABELS, NAMES, PORTS, PROTOCOLS, begins

from ._streams import run, values

SPOKEN: dict[str, ApplicationProtocol] = {protocol.label: protocol for protocol in PROTOCOLS}
ANYWHERE = Context("sctp", 50000, 44444)


def hinted(label: str) -> Context:
    """The payload protocol identifier said so."""
    return Context("sctp", 50000, 44444, hint=label)


def message(choice: int, procedure: int, value: bytes, criticality: int = 0) -> bytes:
    """In aligned PER (ITU-T X.691), as TS 36.413 section 9.4.3 has it."""
    size = bytes((len(value),)) if len(value) < 128 else (0x8000 | len(value)).to_bytes(2, "big")
    return bytes((choice << 5, procedure, criticality << 6)) + size + value


def elements(*values: bytes) -> bytes:
    """A list of information elements, to be ignored where they are not known."""
    parts = [struct.pack("!HBB", 59 + at, 0x40, len(value)) + value for at, value in enumerate(values)]
    return struct.pack("!BH", 0, len(parts)) + b"".join(parts)


TALK = [
    (0, message(0, 17, elements(b"\1\2\3", b"the name of a base station"))),
    (1, message(1, 17, elements(bytes(20)))),
    (0, message(0, 12, elements(b"subscriber 001010123456789" * 4, b"x" * 60), 1)),
    (1, message(2, 9, elements(b"\0"), 2)),
    (0, message(0, 200, elements())),
]


@pytest.mark.parametrize("label", LABELS)
def test_conversation(label: str) -> None:
    """Procedures and how they came out, by name where the names are known."""
    names = {"S1AP": ("S1Setup", "InitialUEMessage", "InitialContextSetup"),
             "NGAP": ("DownlinkRANConfigurationTransfer", "HandoverPreparation", "ErrorIndication")}  # fmt: skip
    first, third, fourth = names.get(label, ("procedure 17", "procedure 12", "procedure 9"))
    if label == "NGAP":
        first = "LocationReportingFailureIndication"
    finding, _, updates = run(SPOKEN[label], TALK, hinted(label))
    assert finding.label == label
    assert values(finding) == {"ran_procedure": (first, third, fourth, "procedure 200"), "ran_failed": (fourth,)}
    assert "subscriber" not in repr(updates) and "station" not in repr(updates)


@pytest.mark.parametrize("label", LABELS)
def test_claims(label: str) -> None:
    """Announced, or on the port; nowhere else."""
    protocol, good = SPOKEN[label], TALK[0][1]
    assert protocol.claims(hinted(label), good, b"") is Claim.YES
    assert protocol.claims(hinted(label), good[:-5], b"") is Claim.NO  # cut by the snap length
    assert protocol.claims(ANYWHERE, good, b"") is Claim.NO
    port = Context("sctp", 50000, PORTS.get(label, 1))
    assert protocol.claims(port, b"", good) is (Claim.YES if label in PORTS else Claim.NO)
    assert protocol.claims(port, good[:-5], b"") is Claim.NO
    for value in (b"", b"\1" + bytes(9), b"\0\0\5" + bytes(9), b"\0\0\1\0\1\1\0", b"\0\0\1\0\1\0\1", bytes(9)):
        assert protocol.claims(hinted(label), message(0, 17, value), b"") is Claim.NO


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\0\x11\0", b"\x80\x11\0\1x", b"\x60\x11\0\1x", b"\1\x11\0\1x", b"\0\x11\1\1x", b"\0\x11\xc0\1x",
        b"\0\x11\0\1xy", b"\0\x11\0\xc1x", b"\0\x11\0\x80",
    ],
)  # fmt: skip
def test_others(data: bytes) -> None:
    """An extension, a fourth choice, padding that is none, an unknown criticality, more than the length, fragments."""
    with pytest.raises(ParseError):
        begins(data)
    assert SPOKEN["S1AP"].claims(hinted("S1AP"), data, b"") in (Claim.NO, Claim.MORE)


def test_names_are_where_they_belong() -> None:
    """The numbers of TS 36.413 and TS 38.413 that everybody meets first."""
    s1ap, ngap = NAMES["S1AP"], NAMES["NGAP"]
    assert [s1ap.index(name) for name in ("Paging", "InitialUEMessage", "S1Setup", "UEContextRelease")] == [10, 12, 17, 23]
    assert [ngap.index(name) for name in ("InitialUEMessage", "NGSetup", "Paging", "UplinkNASTransport")] == [15, 21, 24, 46]
