"""What an inspector has found out, collected cheaply and turned into a frozen ``Finding`` only when somebody asks.

A protocol declares its fields once, at module level, and reports through them:

    VERSION = FieldSpec("tls_version", "Version")
    NAMES = FieldSpec("dns_query", "Query", multiple=True, limit=400)

    report = Report("TLS", context)            # label; the context brings ``outer``
    report.set(VERSION, "TLS 1.3")             # the one value there is (replaces)
    report.add(NAMES, b"example.org")          # one more distinct value, in order of first appearance; False when full
    report.extend(NAMES, ("a.example",))       # several at once
    report.get(VERSION)                        # the first value or None
    report.state = "HANDSHAKE"                 # also: summary, idle_timeout, label, confidence
    report.hostname("Example.ORG.", "sni")     # stored as example.org; an empty name is ignored
    report.risk("obsolete-tls")
    report.request(key, timestamp_ns, "dns")   # and .response(...): halves of an exchange, paired by the tracker
    report.learn(LearnedName(...)); report.child(ChildFlow(...))
    return report.update()                     # None when nothing changed: this is ``Inspector.update``

Rules never broken: at most ``limit`` values per field and ``MAXIMUM_TEXT`` characters per value; what is not printable
(control characters, bidirectional overrides, undecodable bytes) becomes U+FFFD; nothing is unbounded between two calls of
``update``. Secrets (passwords, tokens, cookies, query strings) are not reported; ``secret=True`` is for those that are shown
on explicit request (``--show-secrets``): without it (``Context.secrets``) they are not even kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from netmon.model.draft import draft_of, made
from netmon.model.finding import (
    ChildFlow,
    Confidence,
    Exchange,
    Field,
    Finding,
    LearnedName,
    Role,
    Secrecy,
    Update,
)

from ._contract import Context

MAXIMUM_TEXT: Final = 512
MAXIMUM_RISKS: Final = 16
FindingDraft: Final[Any] = draft_of(Finding)
_made: Final[Any] = made
_SECRET: Final = Secrecy.SECRET
_PUBLIC: Final = Secrecy.PUBLIC
_REQUEST: Final = Role.REQUEST
_RESPONSE: Final = Role.RESPONSE
CONTENT: Final = Confidence.CONTENT
"""Found once, as the answers in ``_contract`` are."""
MAXIMUM_PENDING: Final = 1024
"""Exchanges, names and child flows kept between two updates; later ones are dropped."""


def clean(value: str | bytes, limit: int = MAXIMUM_TEXT) -> str:
    """Text that is safe to show: decoded as UTF-8, cut, everything unprintable replaced by U+FFFD."""
    if isinstance(value, bytes):
        value = value[: 4 * limit].decode("utf-8", "replace")
    text = value[:limit]
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def clean_hostname(value: str | bytes) -> str:
    """A host name for ``Finding.hostname``: printable, lower case, no trailing dot."""
    return clean(value, 255).strip().rstrip(".").lower()


@dataclass(frozen=True, slots=True, eq=False)
class FieldSpec:
    """One field a protocol reports: stable name, what a person reads, and its bounds. Compared by identity."""

    name: str
    title: str
    multiple: bool = False
    limit: int = 32
    """Distinct values kept; further ones are ignored (at most 400 where a protocol needs many)."""
    secret: bool = False


Values = tuple[str | int, ...]


def _field(spec: FieldSpec, values: Values) -> Field:
    field: Field = _made(Field, (spec.name, spec.title, values, spec.multiple, _SECRET if spec.secret else _PUBLIC))
    return field


class Report:
    """The cumulative finding of one conversation and what is new since the last ``update``."""

    __slots__ = (
        "_changed",
        "_children",
        "_confidence",
        "_exchanges",
        "_fields",
        "_hostname",
        "_hostname_source",
        "_idle_timeout",
        "_label",
        "_last",
        "_learned",
        "_outer",
        "_risks",
        "_secrets",
        "_state",
        "_summary",
    )

    def __init__(self, label: str, context: Context, confidence: Confidence = CONTENT) -> None:
        self._label = label
        self._confidence = confidence
        self._outer = context.outer
        self._secrets = context.secrets
        self._fields: dict[FieldSpec, Field | Values] = {}
        """Values alone where they have changed since the last finding: most change again before anybody asks."""
        self._last: dict[FieldSpec, str | bytes | int] = {}
        """What was added last, as given, since the last update: most messages repeat it, and comparing is cheaper than
        cleaning. Not kept longer, because most conversations are idle."""
        self._hostname = self._hostname_source = self._state = self._summary = ""
        self._idle_timeout: float | None = None
        self._risks: list[str] = []
        self._exchanges: list[Exchange] = []
        self._learned: list[LearnedName] = []
        self._children: list[ChildFlow] = []
        self._changed = True

    # -- fields

    def add(self, spec: FieldSpec, value: str | bytes | int) -> bool:
        """One more distinct value; false when it was empty, the field is full, or it is a secret nobody asked for."""
        if not isinstance(value, int) and not value:
            return False
        if spec.secret and not self._secrets:
            return False
        if self._last.get(spec) == value:
            return True
        text = value if isinstance(value, int) else clean(value)
        if text == "":
            return False
        self._last[spec] = value
        values = self.values(spec)
        if text in values:
            return True
        if len(values) >= spec.limit:
            del self._last[spec]
            return False
        self._fields[spec] = (*values, text)
        self._changed = True
        return True

    def extend(self, spec: FieldSpec, values: Sequence[str]) -> None:
        """More distinct values; those of a field that is not full yet, up to its limit. Not for secrets."""
        old = self.values(spec)
        merged = dict.fromkeys(old)
        for value in values:
            if len(merged) >= spec.limit:
                break
            text = clean(value)
            if text:
                merged[text] = None
        if len(merged) > len(old):
            self._fields[spec] = tuple(merged)
            self._changed = True

    def put(self, spec: FieldSpec, values: tuple[str, ...]) -> None:
        """As ``extend``, for values known to be distinct, clean and no more than the limit."""
        if spec in self._fields:
            self.extend(spec, values)
        elif values:
            self._fields[spec] = values
            self._changed = True

    def set(self, spec: FieldSpec, value: str | bytes | int) -> None:
        """The only value of this field from now on; empty text removes it."""
        if spec.secret and not self._secrets:
            return
        text = value if isinstance(value, int) else clean(value)
        old = self.values(spec)
        if text == "":
            if not old:
                return
            del self._fields[spec]
        elif old != (text,):
            self._fields[spec] = (text,)
        else:
            return
        self._last.pop(spec, None)
        self._changed = True

    def get(self, spec: FieldSpec) -> str | int | None:
        """The first value of a field, if it has one."""
        values = self.values(spec)
        return values[0] if values else None

    def field(self, spec: FieldSpec) -> Field | None:
        """A field as it is told."""
        values = self.values(spec)
        return _field(spec, values) if values else None

    def values(self, spec: FieldSpec) -> Values:
        """All values of a field."""
        found = self._fields.get(spec, ())
        return found.values if isinstance(found, Field) else found

    # -- the rest of the finding

    @property
    def label(self) -> str:
        """The protocol's name; may become more precise later."""
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        self._changed |= label != self._label
        self._label = label

    @property
    def confidence(self) -> Confidence:
        """Content unless the inspector knows it is less sure."""
        return self._confidence

    @confidence.setter
    def confidence(self, confidence: Confidence) -> None:
        self._changed |= confidence is not self._confidence
        self._confidence = confidence

    @property
    def state(self) -> str:
        """The protocol's own state word."""
        return self._state

    @state.setter
    def state(self, state: str) -> None:
        self._changed |= state != self._state
        self._state = state

    @property
    def summary(self) -> str:
        """The few words next to the label."""
        return self._summary

    @summary.setter
    def summary(self, summary: str) -> None:
        if summary != self._summary:
            summary = clean(summary)
            self._changed |= summary != self._summary
            self._summary = summary

    @property
    def idle_timeout(self) -> float | None:
        """Seconds; see ``Finding.idle_timeout``."""
        return self._idle_timeout

    @idle_timeout.setter
    def idle_timeout(self, seconds: float | None) -> None:
        self._changed |= seconds != self._idle_timeout
        self._idle_timeout = seconds

    def hostname(self, name: str | bytes, source: str) -> None:
        """The responder's name as the protocol tells it; the latest wins."""
        text = clean_hostname(name)
        if text and (text != self._hostname or source != self._hostname_source):
            self._hostname, self._hostname_source = text, source
            self._changed = True

    def risk(self, word: str) -> None:
        """A stable risk word, kept once."""
        if word not in self._risks and len(self._risks) < MAXIMUM_RISKS:
            self._risks.append(word)
            self._changed = True

    def nest(self, label: str) -> None:
        """From here on this is ``label`` inside what it was so far (WebSocket inside HTTP)."""
        self._outer = (*self._outer, self._label)
        self._label = label
        self._changed = True

    # -- what is handed over once

    def request(self, key: object, timestamp_ns: int, what: str) -> None:
        """The first half of an exchange; ``key`` pairs it with its response within the flow."""
        if len(self._exchanges) < MAXIMUM_PENDING:
            self._exchanges.append(_made(Exchange, (key, _REQUEST, timestamp_ns, what, False)))

    def response(self, key: object, timestamp_ns: int, what: str, failed: bool = False) -> None:
        """The second half of an exchange; ``failed``: it says no."""
        if len(self._exchanges) < MAXIMUM_PENDING:
            self._exchanges.append(_made(Exchange, (key, _RESPONSE, timestamp_ns, what, failed)))

    def learn(self, name: LearnedName) -> None:
        """An address and its name."""
        if len(self._learned) < MAXIMUM_PENDING:
            self._learned.append(name)

    def child(self, flow: ChildFlow) -> None:
        """A conversation announced."""
        if len(self._children) < MAXIMUM_PENDING:
            self._children.append(flow)

    def update(self) -> Update | None:
        """What is new since the last call, or ``None``."""
        if not (self._changed or self._exchanges or self._learned or self._children):
            return None
        finding = self._finding() if self._changed else None
        update: Update = _made(Update, (finding, tuple(self._exchanges), tuple(self._learned), tuple(self._children)))
        self._changed = False
        self._last.clear()
        self._exchanges.clear()
        self._learned.clear()
        self._children.clear()
        return update

    def _finding(self) -> Finding:
        told = []
        for spec, found in self._fields.items():
            if not isinstance(found, Field):
                found = self._fields[spec] = _field(spec, found)
            told.append(found)
        draft = FindingDraft()
        draft.label, draft.confidence, draft.outer = self._label, self._confidence, self._outer
        draft.state, draft.summary = self._state, self._summary
        draft.hostname, draft.hostname_source = self._hostname, self._hostname_source
        draft.fields, draft.risks, draft.idle_timeout = tuple(told), tuple(self._risks), self._idle_timeout
        draft.__class__ = Finding
        finding: Finding = draft
        return finding
