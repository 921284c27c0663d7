"""TCP states: every combination has one, and the usual stories run through the right ones."""

from __future__ import annotations

import pytest

from netmon.model.flow import TcpBits as T
from netmon.tracker.tcp_state import reset_by, tcp_state

WORDS = {
    "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "CLOSE_WAIT", "CLOSING", "LAST_ACK",
    "TIME_WAIT", "CLOSED",
}  # fmt: skip


def test_every_combination_has_a_state() -> None:
    """Whatever a meter reports, both ends are in some state of RFC 9293."""
    assert {tcp_state(bits, end) for bits in range(1 << 13) for end in (0, 1)} == WORDS


STORY = [
    # what is seen next, state of a (opens, closes first), state of b
    (T.SYN_AB, "SYN_SENT", "SYN_SENT"),
    (T.SYNACK_BA, "SYN_RECV", "SYN_RECV"),
    (T.OPENED, "ESTABLISHED", "ESTABLISHED"),
    (T.FIN_AB, "FIN_WAIT1", "CLOSE_WAIT"),
    (T.FIN_AB_ACKED, "FIN_WAIT2", "CLOSE_WAIT"),
    (T.FIN_BA, "TIME_WAIT", "LAST_ACK"),
    (T.FIN_BA_ACKED, "TIME_WAIT", "CLOSED"),
]


def test_the_usual_story() -> None:
    """Three-way handshake, active close by a, passive close by b."""
    bits = T(0)
    for seen, a, b in STORY:
        bits |= seen
        assert (tcp_state(bits, 0), tcp_state(bits, 1)) == (a, b), seen


@pytest.mark.parametrize(
    ("bits", "a", "b"),
    [
        (T.SYN_AB | T.SYN_BA, "SYN_SENT", "SYN_SENT"),
        (T.FIN_AB | T.FIN_BA, "CLOSING", "LAST_ACK"),
        (T.FIN_AB | T.FIN_BA | T.FIRST_FIN_BA, "LAST_ACK", "CLOSING"),
        (T.FIN_AB | T.FIN_BA | T.RST_AB, "CLOSED", "CLOSED"),
        (T.SYN_AB | T.RST_BA, "CLOSED", "CLOSED"),
        (T.SUPERSEDED, "ESTABLISHED", "ESTABLISHED"),
    ],
)
def test_special_cases(bits: int, a: str, b: str) -> None:
    """Simultaneous ends, resets."""
    assert (tcp_state(int(bits), 0), tcp_state(int(bits), 1)) == (a, b)


def test_reset_by() -> None:
    """Who sent the RST, as source and destination."""
    assert reset_by(T.RST_AB, 0) == reset_by(T.RST_BA, 1) == "source"
    assert reset_by(T.RST_AB, 1) == reset_by(T.RST_BA, 0) == "destination"
    assert reset_by(T.SYN_AB, 0) is None
