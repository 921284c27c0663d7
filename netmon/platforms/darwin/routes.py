"""Default route of macOS, from ``netstat -rn``."""

from __future__ import annotations

COMMAND = ["/usr/sbin/netstat", "-rn"]
