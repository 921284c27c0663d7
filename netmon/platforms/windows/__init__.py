"""Windows."""

from .platform import Windows

__all__ = ["Windows"]
