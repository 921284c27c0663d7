"""Default route of NetBSD, from ``netstat -rn``."""

from __future__ import annotations

from netmon.platforms.generic.routes import Routes, parse_netstat, run


def routes() -> Routes:
    """The routing table of now."""
    return parse_netstat(run(["/usr/bin/netstat", "-rn"]))
