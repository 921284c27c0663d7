"""Git over its own port."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Status
from netmon.protocols.git import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

LINE = b"git-upload-pack /team/project.git\0host=Git.example.org\0"
TALK: list[Flight] = [(0, b"%04x" % (len(LINE) + 4) + LINE), (1, b"00040000")]


def test_request() -> None:
    """Service, repository and host."""
    assert check(PROTOCOL, TALK) == {"git_service": ("git-upload-pack",), "git_repository": ("/team/project.git",)}
    finding, status, _ = run(PROTOCOL, TALK)
    assert (finding.hostname, status) == ("git.example.org", Status.DONE)


def test_claims() -> None:
    """Length digits and a service's name."""
    assert PROTOCOL.claims(ANYWHERE, b"0045git-up", b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"00zzgit-upload-pack /", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"0045git-shell /", b"") is Claim.NO
