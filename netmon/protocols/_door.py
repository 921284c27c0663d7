"""The one door to protocol code: every call of a protocol goes through here, and nothing it raises comes out.

``ParseError`` is a normal answer (not mine). Any other exception is a defect of that protocol, built-in or plug-in: it is
counted, logged once per protocol, and answered as if the protocol had said no. An answer of the wrong type counts too.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from typing import Final

from netmon.errors import ParseError
from netmon.model.finding import Update

from ._contract import FAILED, MAYBE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Inspector, Status, Switch

_LOG: Final = logging.getLogger("netmon.protocols")


def _place(problem: Exception | None) -> str:
    """What was raised and where, without its text: that may quote a payload."""
    if problem is None:
        return "an answer of the wrong type"
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return f"{type(problem).__name__}{where}"


Answers = tuple[ApplicationProtocol | None, ApplicationProtocol | None, bool, list[ApplicationProtocol]]
"""What the candidates said: who is sure; else the first that is weakly so; whether somebody wants to see more; those who
have not said no (incomplete when somebody is sure). Plain: compiled, it is no object."""


class Door:
    """Guarded calls, and the count of what went wrong in them."""

    __slots__ = ("failures",)

    def __init__(self) -> None:
        self.failures: Counter[str] = Counter()

    def _defect(self, protocol: ApplicationProtocol, doing: str, problem: Exception | None = None) -> None:
        label = protocol.label
        self.failures[label] += 1
        if self.failures[label] == 1:
            _LOG.error("protocol %s failed in %s (%s); it is dropped for that flow", label, doing, _place(problem))

    def ask(
        self,
        candidates: Iterable[ApplicationProtocol],
        context: Context,
        client: bytes,
        server: bytes,
        rejected: frozenset[str] = frozenset(),
    ) -> Answers:
        """Put the heads before every candidate whose label is not ``rejected``, in order, until one is sure.

        This is the question asked most often, so the guard is around the call itself instead of in ``claims``.
        """
        weak: ApplicationProtocol | None = None
        left: list[ApplicationProtocol] = []
        more = False
        for protocol in candidates:
            if rejected and protocol.label in rejected:
                continue
            try:
                claim = protocol.claims(context, client, server)
            except ParseError:
                continue
            except Exception as problem:
                self._defect(protocol, "claims", problem)
                continue
            if claim is NO:
                continue
            if claim is YES:
                return protocol, None, False, left
            if type(claim) is not Claim:
                self._defect(protocol, "claims")
                continue
            if claim is WEAK and protocol.label == context.hint:
                return protocol, None, False, left
            left.append(protocol)
            if claim is MAYBE:
                more = True
            elif weak is None:
                weak = protocol
        return None, weak, more, left

    def claims(self, protocol: ApplicationProtocol, context: Context, client: bytes, server: bytes) -> Claim:
        """``NO`` when it raises."""
        try:
            claim = protocol.claims(context, client, server)
        except ParseError:
            return NO
        except Exception as problem:
            self._defect(protocol, "claims", problem)
            return NO
        if type(claim) is Claim:
            return claim
        self._defect(protocol, "claims")
        return NO

    def start(self, protocol: ApplicationProtocol, context: Context) -> Inspector | None:
        """``None`` when it raises."""
        try:
            return protocol.start(context)
        except ParseError:
            return None
        except Exception as problem:
            self._defect(protocol, "start", problem)
            return None

    def feed(
        self, protocol: ApplicationProtocol, inspector: Inspector, side: int, piece: bytes | int, now_ns: int
    ) -> Status:
        """``feed`` for bytes, ``gap`` for a number; ``FAILED`` when it raises."""
        try:
            status = inspector.gap(side, piece) if isinstance(piece, int) else inspector.feed(side, piece, now_ns)
        except ParseError:
            return FAILED
        except Exception as problem:
            self._defect(protocol, "feed", problem)
            return FAILED
        if type(status) is Status:
            return status
        self._defect(protocol, "feed")
        return FAILED

    def step_over(self, protocol: ApplicationProtocol, inspector: Inspector, side: int) -> int:
        """Only where the protocol has ``steps_over``; 0 when it raises."""
        try:
            count: object = inspector.step_over(side)  # type: ignore[attr-defined]
        except Exception as problem:
            self._defect(protocol, "step_over", problem)
            return 0
        if type(count) is int and count >= 0:
            return count
        self._defect(protocol, "step_over")
        return 0

    def update(self, protocol: ApplicationProtocol, inspector: Inspector) -> Update | None:
        """``None`` when it raises."""
        try:
            update = inspector.update()
        except Exception as problem:
            self._defect(protocol, "update", problem)
            return None
        if update is None or type(update) is Update:
            return update
        self._defect(protocol, "update")
        return None

    def switch(self, protocol: ApplicationProtocol, inspector: Inspector) -> Switch:
        """An empty one when it raises."""
        try:
            switch = inspector.switch()
        except Exception as problem:
            self._defect(protocol, "switch", problem)
            return Switch()
        if type(switch) is Switch:
            return switch
        self._defect(protocol, "switch")
        return Switch()
