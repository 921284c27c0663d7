"""Subversion's greeting and its answer."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.svn import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

GREETING = b"( success ( 2 2 ( ) ( edit-pipeline svndiff1 absent-entries ) ) ) "
CLIENT = b"( 2 ( edit-pipeline svndiff1 ) 27:svn://svn.example.org/hidden 36:SVN/1.14.1 (x86_64-pc-linux-gnu) ser ( ) ) "
TALK: list[Flight] = [(1, GREETING), (0, CLIENT), (1, b"( success ( ( ANONYMOUS ) 36:uuid ) ) ")]


def test_conversation() -> None:
    """Recognised however it is cut; the path is not told."""
    assert check(PROTOCOL, TALK) == {
        "svn_capability": ("edit-pipeline", "svndiff1", "absent-entries"),
        "svn_version": (2,),
        "svn_client": ("SVN/1.14.1",),
    }
    finding, _, updates = run(PROTOCOL, TALK)
    assert (finding.hostname, finding.hostname_source) == ("svn.example.org", "svn") and "hidden" not in repr(updates)


def test_claims() -> None:
    """The whole greeting counts."""
    for client, server in ((b"GET /", b""), (b"", b"( failure ("), (b"x", GREETING), (b"", b"( success ( \0")):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
