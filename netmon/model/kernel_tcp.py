"""What the kernel of this machine knows of its own end of a TCP connection."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KernelTcp:
    """One look at a socket (Linux: ``struct tcp_info``, linux/tcp.h). Times are milliseconds, rates bytes per second, and
    ``None`` is what this kernel does not tell."""

    seen: float
    """Unix time of the look."""
    smoothed_rtt: float
    rtt_variation: float
    """Mean deviation (RFC 6298)."""
    minimum_rtt: float | None
    congestion_control: str
    """The algorithm: ``cubic``, ``bbr``; empty = not told."""
    congestion_window: int
    """Segments."""
    slow_start_threshold: int | None
    """Segments; ``None`` before the first loss."""
    segment_size: int
    """Bytes of payload in a full segment sent."""
    in_flight: int
    """Segments sent and not acknowledged."""
    lost: int
    """Of these, how many are taken for lost."""
    retransmissions: int
    """Segments, since the beginning."""
    send_queue: int
    """Bytes the process has written that are not acknowledged."""
    receive_queue: int
    """Bytes that have come and that the process has not read."""
    pacing_rate: int | None = None
    delivery_rate: int | None = None
    application_limited: bool = False
    """``delivery_rate`` is what the process offered, not what the path could carry."""
    delivered: int | None = None
    """Segments that the other end has acknowledged."""
    busy: float | None = None
    """How long there was something to send, and of that how long the receiver's window or the send buffer held it up."""
    window_limited: float | None = None
    buffer_limited: float | None = None
    bytes_sent: int | None = None
    """Payload, retransmissions included."""
    bytes_retransmitted: int | None = None
