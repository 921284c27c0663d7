"""How well a connection does: TCP's troubles, round trips, response times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class TcpHealth:
    """TCP counters by direction: out = from source to destination (features 3.2)."""

    retransmissions_out: int = 0
    retransmissions_in: int = 0
    out_of_order_out: int = 0
    out_of_order_in: int = 0
    duplicate_acks_out: int = 0
    duplicate_acks_in: int = 0
    fast_retransmissions_out: int = 0
    fast_retransmissions_in: int = 0
    zero_windows_out: int = 0
    zero_windows_in: int = 0
    mss_out: int | None = None
    mss_in: int | None = None
    window_scale_out: int | None = None
    window_scale_in: int | None = None
    window_out: int | None = None
    window_in: int | None = None
    sack: bool = False
    ecn: bool = False
    reset_by: str | None = None
    """``source``, ``destination`` or ``None``."""


class Rtt(NamedTuple):
    """Round-trip times in milliseconds; ``None`` = not known."""

    handshake: float | None = None
    smoothed: float | None = None
    minimum: float | None = None
    jitter: float | None = None


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """Times between requests and their responses, milliseconds."""

    what: str
    last: float
    minimum: float
    maximum: float
    mean: float
    count: int
    unanswered: int = 0
    failed: int = 0
    """Of those answered: the answer said no."""
