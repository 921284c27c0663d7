"""The fence around plug-ins: what a foreign protocol object may be, say and do.

In: a protocol object that somebody else wrote. Out: one that keeps the contract, or ``TypeError`` with the reason. What it
offers is read once and checked; every ``Update`` and ``Switch`` is looked into before it goes on, since wrong types in them
would only fail where nobody expects it (in the tracker, an export, on the screen). What a call may cost, that it prints
nothing and does not end the program, is ``_guard``'s business. All of these become ordinary defects, which ``_door`` counts
and announces.
"""

from __future__ import annotations

from collections.abc import Callable

from netmon.model.finding import ChildFlow, Confidence, Exchange, Field, Finding, LearnedName, Role, Secrecy, Update

from ._contract import ApplicationProtocol, Claim, Context, Inspector, Look, Status, Switch
from ._guard import Guard, Watch

MAXIMUM_LABEL = 64
MAXIMUM_TEXT = 1024
MAXIMUM_FIELDS = 64
MAXIMUM_VALUES = 400
MAXIMUM_WORDS = 16
"""Risks, and protocols outside."""
MAXIMUM_LIST = 1024
"""Exchanges, names, child flows in one update."""
MAXIMUM_FINDING = 262_144
"""Characters of all values together."""
MAXIMUM_REST = 65_536
MAXIMUM_IDLE = 86_400.0
_LARGEST = 1 << 64


def _check(good: bool, what: str) -> None:
    if not good:
        raise TypeError(what)


def _is_text(value: object, most: int = MAXIMUM_TEXT) -> bool:
    return type(value) is str and len(value) <= most and value.isprintable()


def _are_texts(values: object, most: int, length: int = MAXIMUM_TEXT) -> bool:
    return type(values) is tuple and len(values) <= most and all(_is_text(value, length) for value in values)


def _is_number(value: object) -> bool:
    return type(value) is int and abs(value) < _LARGEST


def _is_address(value: object) -> bool:
    return type(value) is bytes and len(value) in (4, 16)


def _is_key(value: object, depth: int = 3) -> bool:
    """Of plain values: comparing objects of a plug-in would run its code outside the fence."""
    if type(value) is tuple:
        return depth > 0 and len(value) <= MAXIMUM_WORDS and all(_is_key(part, depth - 1) for part in value)
    return value is None or type(value) in (int, str, bytes, bool)


def _is_look(look: object) -> bool:
    if look is None:
        return True
    if type(look) is not Look or type(look.shortest) is not int or type(look.at) is not int:
        return False
    octets = isinstance(look.octets, frozenset) and all(type(octet) is int for octet in look.octets)
    return octets and 0 <= look.at < look.shortest


def check_offer(protocol: ApplicationProtocol) -> None:
    """``TypeError`` when this is no protocol object (``ApplicationProtocol``)."""
    label = getattr(protocol, "label", None)
    _check(_is_text(label, MAXIMUM_LABEL) and bool(label), "label is missing, too long or not printable")
    for name, kind in (("transports", str), ("ports", int)):
        values = getattr(protocol, name, None)
        _check(isinstance(values, frozenset), f"{name} is not a frozenset")
        assert isinstance(values, frozenset)
        _check(all(type(value) is kind for value in values), f"{name} holds something else than {kind.__name__}")
    for name in ("first_bytes", "datagram_first_bytes"):
        first = getattr(protocol, name, None)
        _check(first is None or isinstance(first, frozenset), f"{name} is not a frozenset")
    _check(_is_look(getattr(protocol, "look", None)), "look is no Look")
    for name in ("claims", "start"):
        _check(callable(getattr(protocol, name, None)), f"{name} is missing")


def check_update(update: Update) -> None:
    """``TypeError`` when something in it has the wrong type or is beyond its bound."""
    finding = update.finding
    if finding is not None:
        _check_finding(finding)
    for name, kind in (("exchanges", Exchange), ("learned", LearnedName), ("children", ChildFlow)):
        values = getattr(update, name)
        good = type(values) is tuple and len(values) <= MAXIMUM_LIST and all(type(value) is kind for value in values)
        _check(good, f"{name} of an update")
    for exchange in update.exchanges:
        good = _is_key(exchange.key) and type(exchange.role) is Role and type(exchange.failed) is bool
        good = good and _is_number(exchange.timestamp_ns) and _is_text(exchange.what, MAXIMUM_LABEL)
        _check(good, "an exchange")
    for learned in update.learned:
        good = _is_address(learned.address) and _is_text(learned.name) and _is_number(learned.ttl)
        _check(good and _are_texts(learned.chain, MAXIMUM_WORDS), "a learned name")
    for child in update.children:
        good = child.address is None or _is_address(child.address)
        good = good and (child.port is None or (type(child.port) is int and 0 <= child.port < 65_536))
        good = good and _is_text(child.transport, MAXIMUM_LABEL) and _is_text(child.label, MAXIMUM_LABEL)
        _check(good, "a child flow")


def _check_finding(finding: Finding) -> None:
    _check(type(finding) is Finding, "the finding of an update")
    _check(_is_text(finding.label, MAXIMUM_LABEL) and type(finding.confidence) is Confidence, "label or confidence")
    texts = (finding.state, finding.hostname, finding.hostname_source, finding.summary)
    _check(all(map(_is_text, texts)), "state, hostname or summary")
    good = _are_texts(finding.risks, MAXIMUM_WORDS) and _are_texts(finding.outer, MAXIMUM_WORDS, MAXIMUM_LABEL)
    _check(good, "risks or outer protocols")
    idle = finding.idle_timeout
    _check(idle is None or (type(idle) in (int, float) and 0 < idle <= MAXIMUM_IDLE), "idle timeout")
    _check(type(finding.fields) is tuple and len(finding.fields) <= MAXIMUM_FIELDS, "fields")
    room = MAXIMUM_FINDING
    for field in finding.fields:
        room -= _size_of(field)
    _check(room >= 0, "more text than a finding may hold")


def _size_of(field: Field) -> int:
    """Characters of its values; ``TypeError`` when it is no field."""
    good = type(field) is Field and _is_text(field.name, MAXIMUM_LABEL) and field.name.isidentifier()
    good = good and _is_text(field.title, MAXIMUM_LABEL) and type(field.values) is tuple and type(field.multiple) is bool
    _check(good and type(field.secrecy) is Secrecy and len(field.values) <= MAXIMUM_VALUES, "a field")
    _check(all(_is_text(value) or _is_number(value) for value in field.values), f"a value of {field.name}")
    return sum(len(value) if isinstance(value, str) else 8 for value in field.values)


class FencedInspector:
    """One conversation in a plug-in's protocol."""

    __slots__ = ("_guard", "_inspector")

    def __init__(self, inspector: Inspector, guard: Guard) -> None:
        self._inspector = inspector
        self._guard = guard

    def _told(self, name: str, otherwise: object) -> object:
        """An optional attribute, which may be a property."""
        try:
            return self._guard.call(getattr, self._inspector, name, otherwise)
        except Exception:
            return otherwise

    @property
    def sure(self) -> bool:
        """See ``ApplicationProtocol``; no when it cannot say."""
        return self._told("sure", False) is True

    @property
    def held(self) -> int:
        """See ``ApplicationProtocol``; nothing when it cannot say, and never less."""
        held = self._told("held", 0)
        return held if type(held) is int and held > 0 else 0

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """See the contract."""
        return self._guard.call(self._inspector.feed, side, data, timestamp_ns)

    def gap(self, side: int, length: int) -> Status:
        """See the contract."""
        return self._guard.call(self._inspector.gap, side, length)

    def update(self) -> Update | None:
        """See the contract; checked. A dropped plug-in has no more to say."""
        if self._guard.dropped:
            return None
        update = self._guard.call(self._inspector.update)
        if type(update) is Update:
            check_update(update)
        return update

    def switch(self) -> Switch:
        """See the contract; checked."""
        switch = self._guard.call(self._inspector.switch)
        if type(switch) is Switch:
            rests = (switch.client_rest, switch.server_rest)
            good = all(type(rest) is bytes and len(rest) <= MAXIMUM_REST for rest in rests)
            _check(good and _is_text(switch.hint, MAXIMUM_LABEL), "a switch")
        return switch


class Fenced:
    """A plug-in's protocol object."""

    __slots__ = (
        "_guard",
        "_protocol",
        "announces",
        "bound",
        "datagram_first_bytes",
        "first_bytes",
        "label",
        "look",
        "ports",
        "transports",
    )

    def __init__(self, protocol: ApplicationProtocol, watch: Watch | None = None) -> None:
        """Raises ``TypeError``, see ``check_offer``. Without a ``watch`` its calls may last as long as they like."""
        check_offer(protocol)
        self._protocol = protocol
        self._guard = Guard(watch)
        self.label = protocol.label
        self.transports = protocol.transports
        self.ports = protocol.ports
        self.first_bytes: frozenset[int] | None = getattr(protocol, "first_bytes", None)
        self.datagram_first_bytes: frozenset[int] | None = getattr(protocol, "datagram_first_bytes", None)
        self.look: Look | None = getattr(protocol, "look", None)
        self.bound = getattr(protocol, "bound", False) is True
        self.announces = getattr(protocol, "announces", False) is True

    @property
    def dropped(self) -> str:
        """Why it is not asked any more; empty while it is."""
        return self._guard.dropped

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        """See the contract."""
        return self._guard.call(self._protocol.claims, context, client, server)

    def start(self, context: Context) -> FencedInspector:
        """See the contract."""
        return FencedInspector(self._guard.call(self._protocol.start, context), self._guard)


def loaded(load: Callable[[], object]) -> object:
    """What an entry point loads; ``SystemExit`` at import is an error like others, and so is printing."""
    return Guard().call(load)
