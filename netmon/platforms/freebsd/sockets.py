"""Sockets of FreeBSD: ``sockstat``, which shows every user the sockets of all, unless security.bsd.see_other_uids is 0;
psutil where it is missing or silent (before FreeBSD 13 it has no ``-n``). Without ``-w``
FreeBSD 15 cuts addresses to 21 characters."""

from __future__ import annotations

from netmon.platforms.generic.sockstat import parse
from netmon.platforms.generic.tool_sockets import ToolScanner

COMMAND = ["/usr/bin/sockstat", "-46nsw"]


def scanner() -> ToolScanner:
    """Asks sockstat."""
    return ToolScanner(COMMAND, parse, sees_all=True)
