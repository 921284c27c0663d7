"""What only the operating system knows: sockets, processes, interfaces, routes."""

from .contract import Platform
from .select import select_platform

__all__ = ["Platform", "select_platform"]
