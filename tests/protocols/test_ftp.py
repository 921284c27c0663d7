"""FTP: login, transfers announced in all four ways, AUTH TLS."""

from __future__ import annotations

from netmon.model.finding import ChildFlow
from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.ftp import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of

CONVERSATION: list[Flight] = [
    (1, b"220 (vsFTPd 3.0.3)\r\n"),
    (0, b"USER alice\r\n"),
    (1, b"331 Please specify the password.\r\n"),
    (0, b"PASS hunter2\r\n"),
    (1, b"230 Login successful.\r\n"),
    (0, b"PASV\r\n"),
    (1, b"227 Entering Passive Mode (192,0,2,1,195,80).\r\n"),
    (0, b"RETR private-name.txt\r\n"),
    (1, b"150-opening\r\n227 not a reply (1,2,3,4,5,6)\r\n150 here it comes\r\n226 done\r\n"),
    (0, b"EPSV\r\n"),
    (1, b"229 Entering Extended Passive Mode (|||50001|)\r\n"),
    (0, b"PORT 198,51,100,7,4,1\r\n"),
    (0, b"EPRT |2|2001:db8::7|50002|\r\n"),
    (0, b"QUIT\r\n"),
    (1, b"221 bye\r\n"),
]


def test_conversation() -> None:
    """Greeting, commands, user; neither password nor file name."""
    assert check(PROTOCOL, CONVERSATION) == {
        "ftp_banner": ("(vsFTPd 3.0.3)",),
        "ftp_command": ("USER", "PASS", "PASV", "RETR", "EPSV", "PORT", "EPRT", "QUIT"),
        "ftp_user": ("alice",),
    }
    finding, status, updates = run(PROTOCOL, CONVERSATION)
    assert (finding.state, status, finding.risks) == ("QUIT", Status.ALWAYS, ("clear-text-credentials",))
    assert "hunter2" not in text_of(updates)
    assert "private-name" not in text_of(updates)


def test_data_connections_are_announced() -> None:
    """PASV, EPSV, PORT and EPRT."""
    children = [child for update in run(PROTOCOL, CONVERSATION)[2] for child in update.children]
    assert ChildFlow("tcp", bytes((192, 0, 2, 1)), 50000, "FTP-DATA") in children
    assert ChildFlow("tcp", None, 50001, "FTP-DATA") in children
    assert ChildFlow("tcp", bytes((198, 51, 100, 7)), 1025, "FTP-DATA") in children
    assert ChildFlow("tcp", bytes.fromhex("20010db8000000000000000000000007"), 50002, "FTP-DATA") in children


def test_anonymous_login_is_no_risk() -> None:
    """Everybody knows that password."""
    flights = [(side, data.replace(b"alice", b"anonymous")) for side, data in CONVERSATION]
    assert run(PROTOCOL, flights)[0].risks == ()


def test_auth_tls_hands_the_stream_on() -> None:
    """After 234."""
    inspector = PROTOCOL.start(ANYWHERE)
    for side, data in (CONVERSATION[0], (0, b"AUTH TLS\r\n"), (1, b"234 ok\r\n")):
        status = inspector.feed(side, data, 0)
    assert status is Status.SWITCH
    assert inspector.switch().hint == "TLS"


def test_claims() -> None:
    """A greeting alone only when it says FTP; HELO is SMTP's."""
    assert PROTOCOL.claims(ANYWHERE, b"", b"220 FTP ready\r\n") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"", b"220 welcome\r\n") is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 50000, 21), b"", b"220 welcome\r\n") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, b"HELO x\r\n", b"220 welcome\r\n") is Claim.NO


def test_on_its_port_a_command_alone_is_a_hint() -> None:
    """Joined in the middle, or a server that never greets: weakly, and only there."""
    home, midway = Context("tcp", 50000, 21), Context("tcp", 50000, 21, midstream=True)
    assert PROTOCOL.claims(home, b"QUIT\r\n", b"") is PROTOCOL.claims(midway, b"RETR a\r\n", b"") is Claim.WEAK
    assert PROTOCOL.claims(home, b"RETR a\r\n", b"") is PROTOCOL.claims(midway, b"hello world\r\n", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"QUIT\r\n", b"") is Claim.MORE
