"""Munin nodes."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Status
from netmon.protocols.munin import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [
    (1, b"# munin node at host.example\n"),
    (0, b"cap multigraph\nlist\nfetch hidden\nsomething\n"),
    (1, b"cap multigraph\ncpu df\nvalue 1\n.\n"),
]


def test_conversation() -> None:
    """Recognised however it is cut; node and commands."""
    assert check(PROTOCOL, TALK) == {"munin_node": ("host.example",), "munin_command": ("CAP", "LIST", "FETCH")}
    finding, _, updates = run(PROTOCOL, TALK)
    assert finding.hostname == "host.example" and "hidden" not in repr(updates)


def test_tls_is_handed_on() -> None:
    """After the node's word."""
    inspector = PROTOCOL.start(ANYWHERE)
    inspector.feed(1, TALK[0][1], 0)
    inspector.feed(0, b"STARTTLS\n", 0)
    assert inspector.feed(1, b"TLS OK\n", 0) is Status.SWITCH and inspector.switch().hint == "TLS"


def test_claims() -> None:
    """The greeting decides."""
    for client, server in ((b"", b"# other"), (b"\xff", TALK[0][1])):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
