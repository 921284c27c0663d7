"""NetBSD."""

from .platform import NetBSD

__all__ = ["NetBSD"]
