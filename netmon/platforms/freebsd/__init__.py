"""FreeBSD."""

from .platform import FreeBSD

__all__ = ["FreeBSD"]
