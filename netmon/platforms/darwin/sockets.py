"""Sockets of macOS: ``lsof``, which shows the user's own processes, and to root all.

psutil's system-wide question needs root on macOS; it is asked process by process where lsof is missing or silent.
"""

from __future__ import annotations

from netmon.platforms.generic.tool_sockets import ToolScanner

from .lsof import COMMAND, parse


def scanner() -> ToolScanner:
    """Asks lsof."""
    return ToolScanner(COMMAND, parse)
