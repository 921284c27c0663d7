"""A flow that carries conversations of which the meter has no rows: what they say is told of the flow.

In: what the flow itself tells (``report``), and conversations put inside it (``carry``), which publish here instead of on
their own. Out: one finding: of the first of them recognised by content, else of the first that has a name, behind the
label of the carrier, with the fields of the carrier and of all of them. The state is the carrier's. What they hold is
counted by themselves and given back with the carrier.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from netmon.model.finding import Attention, Confidence, Exchange, Finding, LearnedName, Update

from ._contract import ApplicationProtocol, Context
from ._conversation import Conversation, Shared, joined
from ._datagram import DatagramConversation
from ._report import Report
from ._stream import StreamConversation

Carried = DatagramConversation | StreamConversation


class Carrier(Conversation):
    """What SCTP and IPComp share."""

    __slots__ = ("_heard", "_own", "carried", "report")

    label: ClassVar[str] = ""

    def __init__(self, flow_id: int, context: Context, shared: Shared) -> None:
        super().__init__(flow_id, context, shared)
        self.report = Report(self.label, context)
        self.carried: dict[object, Carried] = {}
        """In order of appearance."""
        self._own: Finding | None = None
        self._heard: list[Update] = []

    def inside(self, hint: str = "") -> Context:
        """The context of what runs inside."""
        return self.context.changed(outer=(*self.context.outer, self.label), hint=hint)

    def carry(self, key: object, inner: Carried) -> None:
        """One more."""
        inner.carrier = self
        self.carried[key] = inner

    def hear(self, update: Update) -> None:
        """Told with the next ``collect``."""
        self._heard.append(update)

    def collect(self) -> None:
        """One finding of all that is new."""
        if self._attention is Attention.BUDGET:
            return  # not even a whole header has been seen
        own = self.report.update()
        if own is not None:
            self._own = own.finding or self._own
        for inner in self.carried.values():
            inner.collect()
        if own is None and not self._heard:
            return
        exchanges: list[Exchange] = []
        learned: list[LearnedName] = []
        changed = own is not None
        for update in self._heard:
            changed |= update.finding is not None or not (update.exchanges or update.learned)
            exchanges += update.exchanges
            learned += update.learned
        self._heard.clear()
        self._publish(Update(self._combined() if changed else None, tuple(exchanges), tuple(learned)))

    def _combined(self) -> Finding | None:
        """What the carrier tells, and behind it what runs inside."""
        own = self._own
        found = [one.finding for one in self.carried.values()]
        told = [one for one in found if one is not None and one.label and one.confidence is not Confidence.PORT]
        if own is None or not told:
            return own
        chosen = next((one for one in told if one.confidence is Confidence.CONTENT), told[0])
        fields, risks = own.fields, own.risks
        for one in told:
            fields = joined(fields, one.fields)
            risks += tuple(risk for risk in one.risks if risk not in risks)
        return replace(chosen, state=own.state, summary=chosen.summary or own.summary, fields=fields, risks=risks)

    def end(self) -> None:
        """No more will come."""
        for inner in self.carried.values():
            inner.end()

    def charge(self) -> None:
        """Count what is held, beside what those inside count themselves."""
        super().charge()
        for inner in self.carried.values():
            if inner.finished:
                inner.drop()
            else:
                inner.charge()

    def drop(self) -> None:
        """Give back what is held; the end."""
        self.discharge()
        for inner in self.carried.values():
            inner.drop()
        self.carried.clear()  # they know this one: neither would be freed

    def _refused(self, protocol: ApplicationProtocol) -> bool:  # noqa: ARG002
        """Never asked for: the IP header says what this is."""
        return False
