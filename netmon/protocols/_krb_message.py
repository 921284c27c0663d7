"""Kerberos 5 messages (RFC 4120 section 5): who asks whom for a ticket to what.

In: the bytes of one message (``[APPLICATION n]``). Out: ``Message``: type, client and service names, realms, error code, and
the type of a message inside its pre-authentication data (the AP-REQ of a TGS-REQ). Tickets and everything encrypted are left
alone. A damaged member is left out, a damaged frame is a ``ParseError``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from netmon.errors import ParseError

from . import _ber
from ._cursor import Cursor

AS_REQ: Final = 10
AS_REP: Final = 11
TGS_REQ: Final = 12
TGS_REP: Final = 13
AP_REQ: Final = 14
AP_REP: Final = 15
ERROR: Final = 30
TYPES: Final = {
    AS_REQ: "AS_REQ", AS_REP: "AS_REP", TGS_REQ: "TGS_REQ", TGS_REP: "TGS_REP", AP_REQ: "AP_REQ", AP_REP: "AP_REP",
    20: "SAFE", 21: "PRIV", 22: "CRED", ERROR: "ERROR",
}  # fmt: skip
REQUESTS: Final = frozenset((AS_REQ, TGS_REQ, AP_REQ))
PA_TGS_REQ: Final = 1


@dataclass(slots=True)
class Message:
    """What a message says in clear."""

    kind: int
    kinds: list[int] = field(default_factory=list)
    """This message's type and those of messages inside it."""
    client: list[bytes] = field(default_factory=list)
    """Components of the client's name."""
    service: list[bytes] = field(default_factory=list)
    realms: list[bytes] = field(default_factory=list)
    error: int | None = None


def kind_of(first: int) -> int:
    """The message type an application tag stands for; 0 for none."""
    return first & 0x1F if first & 0xE0 == 0x60 and first & 0x1F in TYPES else 0


def _strings(contents: Cursor, into: list[bytes]) -> None:
    """PrincipalName: ``SEQUENCE { [0] type, [1] SEQUENCE OF GeneralString }``."""
    names = _ber.members(_ber.expect(contents, _ber.SEQUENCE)).get(0xA1)
    if names is None:
        return
    listed = _ber.expect(names, _ber.SEQUENCE)
    while not listed.at_end and len(into) < 16:
        into.append(_ber.element(listed)[1].rest()[:256])


def _realm(contents: Cursor, into: list[bytes]) -> None:
    into.append(_ber.element(contents)[1].rest()[:256])


def _ticket(contents: Cursor, message: Message) -> None:
    """``[APPLICATION 1] SEQUENCE { [0] version, [1] realm, [2] sname, [3] encrypted }``."""
    ticket = _ber.members(_ber.expect(_ber.expect(contents, 0x61), _ber.SEQUENCE))
    if 0xA1 in ticket:
        _realm(ticket[0xA1], message.realms)
    if 0xA2 in ticket:
        _strings(ticket[0xA2], message.service)


def _pre_authentication(contents: Cursor, message: Message) -> None:
    """The AP-REQ in a TGS-REQ: ``SEQUENCE OF SEQUENCE { [1] type, [2] OCTET STRING }``."""
    listed = _ber.expect(contents, _ber.SEQUENCE)
    for _ in range(16):
        if listed.at_end:
            return
        data = _ber.members(_ber.expect(listed, _ber.SEQUENCE))
        if 0xA1 in data and 0xA2 in data and _ber.integer(_ber.expect(data[0xA1], _ber.INTEGER)) == PA_TGS_REQ:
            inner = read_message(_ber.expect(data[0xA2], _ber.OCTET_STRING).rest())
            message.kinds += inner.kinds
            message.realms += inner.realms
            message.service += inner.service


def _request_body(contents: Cursor, message: Message) -> None:
    body = _ber.members(_ber.expect(contents, _ber.SEQUENCE))
    if 0xA1 in body:
        _strings(body[0xA1], message.client)
    if 0xA2 in body:
        _realm(body[0xA2], message.realms)
    if 0xA3 in body:
        _strings(body[0xA3], message.service)


def _members(message: Message, members: dict[int, Cursor]) -> None:
    kind = message.kind
    plan: tuple[tuple[int, Callable[[Cursor, Message], None]], ...] = ()
    if kind in (AS_REQ, TGS_REQ):
        plan = ((0xA3, _pre_authentication), (0xA4, _request_body))
    elif kind in (AS_REP, TGS_REP):
        plan = ((0xA3, _client_realm), (0xA4, _client), (0xA5, _ticket))
    elif kind == AP_REQ:
        plan = ((0xA3, _ticket),)
    elif kind == ERROR:
        plan = ((0xA6, _error), (0xA7, _client_realm), (0xA8, _client), (0xA9, _client_realm), (0xAA, _service))
    for tag, read in plan:
        if tag in members:
            try:
                read(members[tag], message)
            except ParseError:
                continue


def _client(contents: Cursor, message: Message) -> None:
    _strings(contents, message.client)


def _service(contents: Cursor, message: Message) -> None:
    _strings(contents, message.service)


def _client_realm(contents: Cursor, message: Message) -> None:
    _realm(contents, message.realms)


def _error(contents: Cursor, message: Message) -> None:
    message.error = _ber.integer(_ber.expect(contents, _ber.INTEGER))


def read_message(data: bytes) -> Message:
    """One message."""
    tag, contents = _ber.element(Cursor(data))
    kind = kind_of(tag)
    if not kind:
        raise ParseError("no Kerberos message")
    members = _ber.members(_ber.expect(contents, _ber.SEQUENCE))
    first = 0xA1 if kind in (AS_REQ, TGS_REQ) else 0xA0  # pvno comes first or second
    if first not in members or _ber.integer(_ber.expect(members[first], _ber.INTEGER)) != 5:
        raise ParseError("not version 5")
    message = Message(kind, [kind])
    _members(message, members)
    return message
