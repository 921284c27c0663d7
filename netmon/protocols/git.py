"""Git's own transport (gitprotocol-pack, "Git Transport"), as ``git://`` uses it.

Claimed: a packet line with one of the three services. Told: service, repository and host. Following ends there.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._shell import StreamProtocol

SERVICE = FieldSpec("git_service", "Service")
REPOSITORY = FieldSpec("git_repository", "Repository")
PORTS = frozenset((9418,))
_LINE = re.compile(rb"[0-9a-f]{4}git-(?:upload-pack|receive-pack|upload-archive) /")
_LENGTH = re.compile(rb"[0-9a-f]{4}")
_WORDS = (b"git-upload-pack /", b"git-receive-pack /", b"git-upload-archive /")


class _Git(FrameShell):
    """One connection."""

    __slots__ = ()

    label = "Git"
    header = 4
    limit = 2048

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Four hexadecimal digits; 0000 to 0002 are marks without content."""
        if not _LENGTH.fullmatch(head):
            raise ParseError("no packet line")
        return max(int(head, 16), 4)

    def frame(self, side: int, message: Cursor) -> Status:
        """The client's first line says it all."""
        if side != CLIENT:
            return MORE
        message.skip(4)
        line, _, parameters = message.rest().partition(b"\0")
        service, _, path = line.rstrip(b"\n").partition(b" ")
        self.report.set(SERVICE, service)
        self.report.set(REPOSITORY, path)
        if parameters.startswith(b"host="):
            self.report.hostname(parameters[5:].partition(b"\0")[0].partition(b":")[0], "git")
        self.report.summary = path.decode("utf-8", "replace")
        return DONE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """The client speaks first."""
    if server and not all(octet in b"0123456789abcdef" for octet in server[:4]):
        return NO
    if _LINE.match(client):
        return YES
    digits, word = client[:4], client[4:24]
    fits = all(octet in b"0123456789abcdef" for octet in digits) and any(one.startswith(word) for one in _WORDS)
    return MAYBE if fits else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Git, judge, PORTS, frozenset(b"0"))
