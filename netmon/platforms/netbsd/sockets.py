"""Sockets of NetBSD: ``sockstat``, which shows every user the sockets of all;
psutil where it is missing or silent."""

from __future__ import annotations

from netmon.platforms.generic.sockstat import parse
from netmon.platforms.generic.tool_sockets import ToolScanner

COMMAND = ["/usr/bin/sockstat", "-46n"]


def scanner() -> ToolScanner:
    """Asks sockstat."""
    return ToolScanner(COMMAND, parse, sees_all=True)
