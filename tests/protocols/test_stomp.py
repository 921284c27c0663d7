"""STOMP frames."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.stomp import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [
    (0, b"STOMP\naccept-version:1.2\nlogin:user\npasscode:secret\n\n\0"),
    (1, b"CONNECTED\nversion:1.2\nserver:ActiveMQ/5.15\n\n\0\n"),
    (0, b"SUBSCRIBE\nid:1\ndestination:/queue/a\n\n\0SEND\ndestination:/queue/b\n\nhello\nworld\0"),
    (1, b"MESSAGE\nsubscription:1\ndestination:/queue/a\n\nhello\0"),
]


def test_conversation() -> None:
    """Recognised however it is cut; a password is a risk and not told."""
    assert check(PROTOCOL, TALK) == {
        "stomp_command": ("STOMP", "CONNECTED", "SUBSCRIBE", "SEND", "MESSAGE"),
        "stomp_version": ("1.2",),
        "stomp_server": ("ActiveMQ/5.15",),
        "stomp_destination": ("/queue/a", "/queue/b"),
    }
    finding, _, updates = run(PROTOCOL, TALK)
    assert finding.risks == ("clear-text-credentials",) and "secret" not in repr(updates) and "hello" not in repr(updates)


def test_claims() -> None:
    """A command alone on its line, and headers."""
    assert PROTOCOL.claims(ANYWHERE, b"CONNECT\n", b"") is Claim.MORE
    for client, server in (
        (b"CONNECT host:1 HTTP/1.1", b""),
        (b"STOMP\nno header\n", b""),
        (TALK[0][1], b"HTTP/1.1"),
        (b"", b"x"),
    ):
        assert PROTOCOL.claims(ANYWHERE, client, server) is not Claim.YES
