"""Default route of OpenBSD, from ``netstat -rn``."""

from __future__ import annotations

COMMAND = ["/usr/bin/netstat", "-rn"]
