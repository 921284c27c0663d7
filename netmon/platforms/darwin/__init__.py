"""macOS."""

from .platform import Darwin

__all__ = ["Darwin"]
