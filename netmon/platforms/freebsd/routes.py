"""Default route of FreeBSD, from ``netstat -rnW``: without ``-W`` IPv6 gateways are cut where their column ends."""

from __future__ import annotations

COMMAND = ["/usr/bin/netstat", "-rnW"]
