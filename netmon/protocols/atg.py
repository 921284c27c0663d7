"""Automatic tank gauges of petrol stations (Veeder-Root TLS, "Serial Interface Manual").

Claimed: a function of the gauge and the answer that repeats it. Told: functions. Stock is not.
"""

from __future__ import annotations

import re

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

PORTS: frozenset[int] = frozenset()
_QUESTION = re.compile(rb"\x01?([IiSs][0-9A-Fa-f]{5})")
_BEGINNING = re.compile(rb"\x01?(?:[IiSs][0-9A-Fa-f]{0,5})?")
LONGEST = 16
FUNCTION = FieldSpec("atg_function", "Functions", multiple=True, limit=4)


class _Atg(StreamShell):
    """One connection; the first function is told."""

    __slots__ = ("_head",)

    label = "ATG"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._head = b""

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  functions carry no time
        """The question, until the answer comes."""
        if side != CLIENT:
            return DONE
        self._head += data[: LONGEST - len(self._head)]
        match = _QUESTION.match(self._head)
        if match:
            self.report.add(FUNCTION, match[1].upper())
            self.report.state = "QUESTION" if match[1][:1] in b"Ii" else "SETTING"
        return MORE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        return DONE if side == CLIENT else MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Start of heading, the function; the answer repeats it behind a line end or right away."""
    question = _QUESTION.match(client)
    if not question:
        return MAYBE if _BEGINNING.fullmatch(client) else NO
    if not server:
        return MAYBE
    if server[0] != 1:
        return NO
    rest = server[1:].lstrip(b"\r\n")
    if not rest[:6]:
        return MAYBE
    wanted = question[1].upper()
    if rest[:6].upper() == wanted:
        return YES
    return MAYBE if wanted.startswith(rest[:6].upper()) else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Atg, judge, PORTS, frozenset(b"\x01iIsS"))
