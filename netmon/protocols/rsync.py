"""rsync's daemon protocol (rsyncd, "@RSYNCD:").

Claimed: the greeting of either side. Told: protocol version. Modules, files and challenges are not: following ends
there.
"""

from __future__ import annotations

import re

from ._contract import DONE, ApplicationProtocol, Claim, Context, Status
from ._judge import jointly, magic
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol

VERSION = FieldSpec("rsync_version", "Protocol version")
PORTS = frozenset((873,))
WORD = b"@RSYNCD: "
_GREETING = re.compile(rb"@RSYNCD: (\d{2}(?:\.\d)?)(?: .*)?")


class _Rsync(LineShell):
    """One connection."""

    __slots__ = ()

    label = "Rsync"
    limit = 256

    def line(self, side: int, text: bytes) -> Status:  # noqa: ARG002
        """The first one."""
        match = _GREETING.fullmatch(text)
        if match:
            self.report.set(VERSION, match[1])
        return DONE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Both greet alike."""
    return jointly(client, server, lambda head: magic(head, WORD))


PROTOCOL: ApplicationProtocol = StreamProtocol(_Rsync, judge, PORTS, frozenset(b"@"))
