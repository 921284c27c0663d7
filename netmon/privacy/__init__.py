"""Stand-ins for addresses and names, so that a screen or an export can be shown to others (features 7.11)."""

from .key import load_key
from .veil import Veil

__all__ = ["Veil", "load_key"]
