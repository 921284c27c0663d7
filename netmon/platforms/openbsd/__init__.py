"""OpenBSD."""

from .platform import OpenBSD

__all__ = ["OpenBSD"]
