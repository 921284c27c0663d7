"""Sockets of OpenBSD: ``fstat``, which shows every user the sockets of all;
psutil where it is missing or silent."""

from __future__ import annotations

from netmon.platforms.generic.tool_sockets import ToolScanner

from .fstat import parse

COMMAND = ["/usr/bin/fstat", "-n"]


def scanner() -> ToolScanner:
    """Asks fstat."""
    return ToolScanner(COMMAND, parse, sees_all=True)
