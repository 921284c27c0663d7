"""One flow under inspection: who is asked, who got it, and what is published about it.

``Conversation`` holds what streams and datagrams share: the protocol in charge, its answers, what was published. The rules
of recognition are in ``_stream`` and ``_datagram``. Sides are the meter's, turned over (``flip``) when a connection joined
mid-stream turns out to have been opened by the other end.

Rules never broken: whatever a protocol does, a conversation ends in one of four ways (claimed, done, given up, forgotten);
protocols are tried a bounded number of times; confidence depends on content only, never on how the bytes were cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from netmon.model.finding import Attention, Confidence, Field, Finding, Update

from ._contract import ApplicationProtocol, Context, Inspector
from ._dispatch import Dispatch
from ._door import Answers, Door
from ._expectation import Expectations
from ._report import CONTENT

MAXIMUM_ATTEMPTS: Final = 4
"""Protocols that may claim a flow and then fail before it is given up."""
MAXIMUM_NESTING: Final = 8
"""Protocols inside one another (CONNECT through SOCKS through ...)."""
BUDGET: Final = Attention.BUDGET
DISMISSED: Final = Attention.DONE
"""Found once, as the answers in ``_contract`` are."""


class Shared:
    """What all conversations of an engine share."""

    __slots__ = (
        "attentions",
        "buffered",
        "dispatch",
        "door",
        "expectations",
        "given_up",
        "holes",
        "identified",
        "steps",
        "updates",
    )

    def __init__(self, dispatch: Dispatch) -> None:
        self.dispatch = dispatch
        self.door = Door()
        self.expectations = Expectations()
        self.updates: list[tuple[int, Update]] = []
        self.attentions: list[tuple[int, Attention]] = []
        self.steps: list[tuple[int, int, int]] = []
        self.buffered = 0
        """Bytes held: waiting for a hole to be filled, to be replayed to whoever claims, or for the rest of a message."""
        self.given_up = 0
        self.holes = 0
        """Times that bytes were missing from a stream and were not waited for any longer."""
        self.identified = 0


NOBODY: frozenset[str] = frozenset()
"""One for all conversations: 216 bytes."""


class Conversation:
    """What is common to streams and datagrams."""

    __slots__ = (
        "_attempts",
        "_attention",
        "_base",
        "_finding",
        "_held",
        "_holds",
        "_inspector",
        "_rejected",
        "_shared",
        "_steps_over",
        "_weak",
        "announces",
        "carrier",
        "context",
        "cut",
        "finished",
        "flow_id",
        "protocol",
        "touched",
    )

    def __init__(self, flow_id: int, context: Context, shared: Shared) -> None:
        self.flow_id = flow_id
        self.context = context
        self.carrier: Conversation | None = None
        """What tells of this one, which is not a flow of its own (``_carrier``)."""
        self.finished = False
        """Nothing more is wanted; the engine forgets it after the next harvest."""
        self.announces = False
        """The protocol in charge names flows that may begin with the very next frame: collect after every frame."""
        self.cut = False
        """The snap length left out a part of some datagram."""
        self.touched = False
        """Waits in the engine's list for the next harvest."""
        self.protocol: ApplicationProtocol | None = None
        self._inspector: Inspector | None = None
        self._shared = shared
        self._weak = False
        self._steps_over = False
        """The protocol in charge may say that bytes to come are of no interest."""
        self._holds = False
        """The inspector in charge says how many bytes it keeps."""
        self._held = 0
        """Bytes of this conversation that ``charge`` has counted."""
        self._attempts = 0
        self._attention = BUDGET
        self._rejected = NOBODY
        self._finding: Finding | None = None
        """The last one published."""
        self._base: Finding | None = None
        """What the protocol this one runs inside has said."""

    def know(self, fields: tuple[Field, ...]) -> None:
        """What the conversation that announced this one has said about it."""
        self._base = Finding(self.context.hint, Confidence.HEURISTIC, fields=fields)

    # -- recognition

    def _ask(self, candidates: Iterable[ApplicationProtocol], context: Context, client: bytes, server: bytes) -> Answers:
        """Put the heads before every candidate, in order, until one is sure."""
        return self._shared.door.ask(candidates, context, client, server, self._rejected)

    def _start(self, protocol: ApplicationProtocol, weak: bool) -> Inspector | None:
        inspector = self._shared.door.start(protocol, self.context)
        if inspector is None:
            self._reject(protocol)
            return None
        self.protocol, self._inspector, self._weak = protocol, inspector, weak
        traits = self._shared.dispatch.traits(protocol)
        self.announces = traits.announces
        self._steps_over = traits.steps_over and self.carrier is None
        self._holds = hasattr(inspector, "held")
        return inspector

    def _reject(self, protocol: ApplicationProtocol) -> None:
        """It was not this protocol after all: its findings are void."""
        self.protocol = self._inspector = None
        self._rejected |= {protocol.label}
        self._attempts += 1
        if self._attempts >= MAXIMUM_ATTEMPTS:
            self.give_up()

    def give_up(self) -> None:
        """Nobody's: say what the port suggests, if it suggests anything."""
        self._shared.given_up += 1
        self.finish_unknown()
        self._want(DISMISSED)

    def finish_unknown(self) -> None:
        """End without a protocol; the label comes from the announcement or the port, and says so."""
        self.finished = True
        self.protocol = self._inspector = None
        context = self.context
        if context.hint:
            self._publish(Update(self._qualified(Finding(context.hint, Confidence.HEURISTIC, outer=context.outer))))
        elif self._base is not None:
            if self._finding is not self._base:
                self._publish(Update(self._base))
        else:
            label = self._shared.dispatch.port_label(context, self._refused)
            if label or self._finding is not None:
                self._publish(Update(Finding(label, Confidence.PORT)))

    def _refused(self, protocol: ApplicationProtocol) -> bool:
        """What was seen speaks against this protocol: its port is no hint then."""
        raise NotImplementedError

    @property
    def unclaimed(self) -> bool:
        """Nobody has it, and somebody may yet."""
        return self._inspector is None and not self.finished

    @property
    def only_announced(self) -> bool:
        """Another conversation named what this is, and nobody here speaks it."""
        hint = self.context.hint
        return bool(hint) and self._shared.dispatch.registry.by_label(hint) is None

    def _want(self, attention: Attention) -> None:
        if attention is not self._attention:
            self._attention = attention
            if self.carrier is None:
                self._shared.attentions.append((self.flow_id, attention))

    def _done(self) -> None:
        self.finished = True
        self._shared.identified += 1
        self._want(DISMISSED)

    # -- publishing

    def collect(self) -> None:
        """Publish what the inspector in charge has found out since the last time."""
        if self._inspector is None or self.protocol is None:
            return
        update = self._shared.door.update(self.protocol, self._inspector)
        if update is None:
            return
        for child in update.children:
            self._shared.expectations.add(child)
        if update.finding is not None and (self._weak or self._base is not None):
            update = update._replace(finding=self._qualified(update.finding))
        self._publish(update)

    def charge(self) -> None:
        """Count what the inspector in charge keeps among the bytes held, and what is kept beside it."""
        inspector: Any = self._inspector
        held = self.kept + (inspector.held if self._holds and inspector is not None else 0)
        self._shared.buffered += held - self._held
        self._held = held

    @property
    def kept(self) -> int:
        """Bytes kept for the whole life of the conversation."""
        return 0

    def discharge(self) -> None:
        """It keeps nothing any more."""
        self._shared.buffered -= self._held
        self._held = 0
        self._inspector = None

    @property
    def finding(self) -> Finding | None:
        """The last one published."""
        return self._finding

    def hear(self, update: Update) -> None:
        """What a conversation that this one carries has found out."""
        raise NotImplementedError

    def _publish(self, update: Update) -> None:
        self._finding = update.finding or self._finding
        if self.carrier is not None:
            self.carrier.hear(update)
        else:
            self._shared.updates.append((self.flow_id, update))

    def _qualified(self, finding: Finding) -> Finding:
        """Weak evidence is called heuristic, unless the inspector has become sure (``sure``); what an outer protocol told
        (the host of a CONNECT) stays beside what the inner one tells."""
        if self._weak and finding.confidence is CONTENT and not getattr(self._inspector, "sure", False):
            finding = replace(finding, confidence=Confidence.HEURISTIC)
        base = self._base
        if base is not None and not self.context.outer and finding.label != self.context.hint:
            base = None  # what was announced is something else
        if base is not None:
            finding = replace(
                finding,
                fields=joined(base.fields, finding.fields),
                risks=(*base.risks, *(risk for risk in finding.risks if risk not in base.risks)),
                summary=finding.summary or base.summary,
                hostname=finding.hostname or base.hostname,
                hostname_source=finding.hostname_source if finding.hostname else base.hostname_source,
                outer=finding.outer or self.context.outer,
            )
        return finding

    def _nest(self, hint: str) -> None:
        """The protocol in charge hands over to what runs inside it."""
        self.collect()
        self._base = self._finding
        label = self._finding.label if self._finding else self.protocol.label if self.protocol else ""
        self.context = self.context.changed(outer=(*self.context.outer, label), hint=hint)
        self.protocol = self._inspector = None
        self._weak, self._attempts, self._rejected = False, 0, NOBODY


def joined(outer: tuple[Field, ...], inner: tuple[Field, ...]) -> tuple[Field, ...]:
    """The fields of both; where both tell one, the values of both when it takes several, else the inner one's."""
    told = {field.name: field for field in inner}
    fields: list[Field] = []
    for field in outer:
        same = told.pop(field.name, None)
        if same is not None and field.multiple:
            field = same._replace(values=tuple(dict.fromkeys((*field.values, *same.values))))
        else:
            field = same or field
        fields.append(field)
    return (*fields, *told.values())
