"""How well a connection does: TCP's troubles, round trips, response times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from .layout import i32, mypyc_attr, whole

_NONE: Final = -1.0


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class TcpHealth:
    """TCP counters by direction: out = from source to destination (features 3.2)."""

    retransmissions_out: Final[int]
    retransmissions_in: Final[int]
    out_of_order_out: Final[int]
    out_of_order_in: Final[int]
    duplicate_acks_out: Final[int]
    duplicate_acks_in: Final[int]
    fast_retransmissions_out: Final[int]
    fast_retransmissions_in: Final[int]
    zero_windows_out: Final[int]
    zero_windows_in: Final[int]
    mss_out: Final[int | None]
    mss_in: Final[int | None]
    window_scale_out: Final[int | None]
    window_scale_in: Final[int | None]
    sack: Final[bool]
    ecn: Final[bool]
    reset_by: Final[str | None]
    """``source``, ``destination`` or ``None``."""

    def __init__(
        self,
        retransmissions_out: int = 0,
        retransmissions_in: int = 0,
        out_of_order_out: int = 0,
        out_of_order_in: int = 0,
        duplicate_acks_out: int = 0,
        duplicate_acks_in: int = 0,
        fast_retransmissions_out: int = 0,
        fast_retransmissions_in: int = 0,
        zero_windows_out: int = 0,
        zero_windows_in: int = 0,
        mss_out: int | None = None,
        mss_in: int | None = None,
        window_scale_out: int | None = None,
        window_scale_in: int | None = None,
        sack: bool = False,
        ecn: bool = False,
        reset_by: str | None = None,
    ) -> None:
        self.retransmissions_out = retransmissions_out
        self.retransmissions_in = retransmissions_in
        self.out_of_order_out = out_of_order_out
        self.out_of_order_in = out_of_order_in
        self.duplicate_acks_out = duplicate_acks_out
        self.duplicate_acks_in = duplicate_acks_in
        self.fast_retransmissions_out = fast_retransmissions_out
        self.fast_retransmissions_in = fast_retransmissions_in
        self.zero_windows_out = zero_windows_out
        self.zero_windows_in = zero_windows_in
        self.mss_out = mss_out
        self.mss_in = mss_in
        self.window_scale_out = window_scale_out
        self.window_scale_in = window_scale_in
        self.sack = sack
        self.ecn = ecn
        self.reset_by = reset_by

    def __reduce__(self) -> tuple[Callable[[], Any], tuple[()]]:
        return whole(self)


@mypyc_attr(acyclic=True)
class Rtt:
    """Round-trip times in milliseconds; ``None`` = not known."""

    __slots__ = ("_handshake", "_jitter", "_minimum", "_smoothed")

    def __init__(
        self,
        handshake: float | None = None,
        smoothed: float | None = None,
        minimum: float | None = None,
        jitter: float | None = None,
    ) -> None:
        self._handshake: Final = _NONE if handshake is None else handshake
        self._smoothed: Final = _NONE if smoothed is None else smoothed
        self._minimum: Final = _NONE if minimum is None else minimum
        self._jitter: Final = _NONE if jitter is None else jitter

    @property
    def handshake(self) -> float | None:
        """From SYN to the handshake's last ACK."""
        return None if self._handshake == _NONE else self._handshake

    @property
    def smoothed(self) -> float | None:
        """As RFC 6298 smooths it."""
        return None if self._smoothed == _NONE else self._smoothed

    @property
    def minimum(self) -> float | None:
        """The least so far."""
        return None if self._minimum == _NONE else self._minimum

    @property
    def jitter(self) -> float | None:
        """How far it varies (RFC 6298's RTTVAR)."""
        return None if self._jitter == _NONE else self._jitter

    def _all(self) -> tuple[float, float, float, float]:
        return self._handshake, self._smoothed, self._minimum, self._jitter

    def __reduce__(self) -> tuple[type[Any], tuple[Any, ...]]:
        return Rtt, (self.handshake, self.smoothed, self.minimum, self.jitter)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rtt) and self._all() == other._all()

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return f"Rtt({self.handshake}, {self.smoothed}, {self.minimum}, {self.jitter})"


NO_RTT: Final = Rtt()


@mypyc_attr(acyclic=True)
@dataclass(init=False, slots=True, unsafe_hash=True)
class ResponseTime:
    """Times between requests and their responses, milliseconds."""

    what: Final[str]
    last: Final[float]
    minimum: Final[float]
    maximum: Final[float]
    mean: Final[float]
    count: Final[i32]
    unanswered: Final[i32]
    failed: Final[i32]
    """Of those answered: the answer said no."""

    def __init__(
        self,
        what: str,
        last: float,
        minimum: float,
        maximum: float,
        mean: float,
        count: i32,
        unanswered: i32 = 0,
        failed: i32 = 0,
    ) -> None:
        self.what = what
        self.last = last
        self.minimum = minimum
        self.maximum = maximum
        self.mean = mean
        self.count = count
        self.unanswered = unanswered
        self.failed = failed

    def __reduce__(self) -> tuple[Callable[[], Any], tuple[()]]:
        return whole(self)
