"""TCP's states as both directions show them (RFC 9293 section 3.3.2), a literal table.

In: ``TcpBits`` (what has been observed) and whose end is looked at (this machine's when known, else the initiator's).
Out: the state word of that end. Rule: only what was observed counts; a state that needs an acknowledgement nobody saw is
not entered. An opening is told from the first SYN whoever's end it is, so SYN seen = SYN_SENT, SYN-ACK seen = SYN_RECV.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from netmon.model.flow import TcpBits

SYN_SENT: Final = "SYN_SENT"
SYN_RECV: Final = "SYN_RECV"
ESTABLISHED: Final = "ESTABLISHED"
FIN_WAIT1: Final = "FIN_WAIT1"
FIN_WAIT2: Final = "FIN_WAIT2"
CLOSE_WAIT: Final = "CLOSE_WAIT"
CLOSING: Final = "CLOSING"
LAST_ACK: Final = "LAST_ACK"
TIME_WAIT: Final = "TIME_WAIT"
CLOSED: Final = "CLOSED"

_OPENING: Final = {
    # (SYN seen, SYN-ACK seen, last ACK or data seen)
    (False, False, False): ESTABLISHED,  # joined mid-stream
    (False, False, True): ESTABLISHED,
    (True, False, False): SYN_SENT,
    (False, True, False): SYN_RECV,
    (True, True, False): SYN_RECV,
    (True, False, True): ESTABLISHED,
    (False, True, True): ESTABLISHED,
    (True, True, True): ESTABLISHED,
}
_CLOSING: Final = {
    # (we sent FIN, ours was acknowledged, peer sent FIN, we were first)
    (True, False, False, True): FIN_WAIT1,
    (True, True, False, True): FIN_WAIT2,
    (True, False, True, True): CLOSING,
    (True, True, True, True): TIME_WAIT,
    (False, False, True, False): CLOSE_WAIT,
    (True, False, True, False): LAST_ACK,
    (True, True, True, False): CLOSED,
}

_RST: Final = int(TcpBits.RST_AB | TcpBits.RST_BA)
_SYN: Final = int(TcpBits.SYN_AB | TcpBits.SYN_BA)
_SYNACK: Final = int(TcpBits.SYNACK_AB | TcpBits.SYNACK_BA)
CLOSING_BITS: Final = int(TcpBits.FIN_AB | TcpBits.FIN_BA) | _RST
"""Any of these begins the end."""
OPENING_BITS: Final = _SYN | _SYNACK
"""None of these: the opening was not seen."""
SUPERSEDED: Final = int(TcpBits.SUPERSEDED)
OVER: Final = frozenset({TIME_WAIT, CLOSED})
"""Both directions have ended."""


_MASK: Final = SUPERSEDED - 1
_FINS: Final = (int(TcpBits.FIN_AB), int(TcpBits.FIN_BA))
_ACKED: Final = (int(TcpBits.FIN_AB_ACKED), int(TcpBits.FIN_BA_ACKED))
_OPENED: Final = int(TcpBits.OPENED)
_FIRST_FIN_BA: Final = int(TcpBits.FIRST_FIN_BA)
_RSTS: Final = (int(TcpBits.RST_AB), int(TcpBits.RST_BA))


@lru_cache(maxsize=2 * SUPERSEDED)
def tcp_state(bits: int, end: int) -> str:
    """The state of endpoint a (``end`` 0) or b (1). Few combinations occur, each is worked out once."""
    if bits & _RST:
        return CLOSED
    sent, received = bool(bits & _FINS[end]), bool(bits & _FINS[1 - end])
    if not sent and not received:
        return _OPENING[bool(bits & _SYN), bool(bits & _SYNACK), bool(bits & _OPENED)]
    first = sent and (not received or bool(bits & _FIRST_FIN_BA) == (end == 1))
    return _CLOSING[sent, sent and bool(bits & _ACKED[end]), received, first]


def reset_by(bits: int, source: int) -> str | None:
    """``source`` or ``destination``, by who sent a RST (the source, when both did); ``source`` is 0 for a, 1 for b."""
    return "source" if bits & _RSTS[source] else "destination" if bits & _RSTS[1 - source] else None
