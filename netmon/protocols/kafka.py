"""Apache Kafka's protocol (kafka.apache.org/protocol).

Claimed: a request header whose length, API, version and client id fit one another. Told: APIs by number and name, client id,
the client's software (ApiVersions from version 3 on), who logs in (SASL PLAIN and SCRAM), the error of responses that have
one for all. Topics, keys and records are not. Exchange: ``kafka``, by correlation id.
"""

from __future__ import annotations

import re
from contextlib import suppress

from netmon.errors import ParseError

from ._contract import ALWAYS, CLIENT, DONE, MAYBE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._kafka_tables import APIS, LAYOUTS, Layout, error_name
from ._report import FieldSpec
from ._sasl import report_user
from ._secrets import CREDENTIALS, IN_CLEAR, sasl_in_clear
from ._shell import StreamProtocol

API = FieldSpec("kafka_api", "APIs", multiple=True, limit=80)
VERB = FieldSpec("kafka_verb", "Requests", multiple=True, limit=80)
CLIENT_ID = FieldSpec("kafka_client_id", "Client", multiple=True)
SOFTWARE = FieldSpec("kafka_client_software", "Client software")
ERROR = FieldSpec("kafka_error", "Errors", multiple=True, limit=16)
PORTS = frozenset((9092, 9093, 9094))
HEADER = 4
MAXIMUM = 100 * 1024 * 1024
LARGE = 1024 * 1024
LAST_API, LAST_VERSION = 92, 20
SASL_HANDSHAKE, API_VERSIONS, SASL_AUTHENTICATE = 17, 18, 36
SOFTWARE_SINCE, FLEXIBLE_LOGIN_SINCE = 3, 2
"""Versions of ApiVersions and SaslAuthenticate from which texts are behind compact lengths."""
MAXIMUM_WAITING = 64
"""Requests whose responses are looked at when they come."""
_SOFTWARE = re.compile(rb"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,80}[A-Za-z0-9])?\Z")
"""KIP-511."""
_CLIENT_ID = re.compile(rb"[\x20-\x7e]{1,249}\Z")


class _Kafka(FrameShell):
    """One connection."""

    __slots__ = ("_bytes", "_mechanism", "_waiting")

    label = "Kafka"
    header = HEADER
    limit = 300

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._bytes = 0
        self._mechanism = b""
        self._waiting: dict[int, tuple[int, Layout]] = {}
        """Version and layout of what is to come, by correlation id."""

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Size and what it counts."""
        size = int.from_bytes(head, "big")
        if not 4 <= size <= MAXIMUM:
            raise ParseError("no Kafka size")
        self._bytes += size
        return HEADER + size

    def frame(self, side: int, message: Cursor) -> Status:
        """A request or a response."""
        message.skip(HEADER)
        report = self.report
        if side != CLIENT:
            self._response(message)
            return self._status()
        api, version, correlation = message.u16(), message.u16(), message.u32()
        if api > LAST_API or version > LAST_VERSION:
            raise ParseError("no Kafka request")
        name = APIS[api] if api < len(APIS) else f"API {api}"
        report.add(API, api)
        report.add(VERB, name)
        report.summary = name
        report.request(correlation, self.now, "kafka")
        layout = LAYOUTS.get(api)
        if layout is not None and layout.first <= version <= layout.last and len(self._waiting) < MAXIMUM_WAITING:
            self._waiting[correlation] = (version, layout)
        length = message.u16()
        if length < 250:
            report.add(CLIENT_ID, message.take(length))
        if api in (SASL_HANDSHAKE, SASL_AUTHENTICATE):
            self._login(api, version, message)
        elif api == API_VERSIONS and version >= SOFTWARE_SINCE:
            with suppress(ParseError):  # cut, or a tag nobody knows
                _no_tags(message)
                names = (_compact(message), _compact(message))
                if all(_SOFTWARE.match(name) for name in names):
                    report.set(SOFTWARE, b" ".join(names))
        return self._status()

    def _response(self, message: Cursor) -> None:
        correlation = message.u32()
        self.report.response(correlation, self.now, "kafka")
        version, layout = self._waiting.pop(correlation, (0, None))
        if layout is None:
            return
        with suppress(ParseError):
            if version >= layout.flexible:
                _no_tags(message)
            if version >= layout.throttled:
                message.skip(4)
            code = int.from_bytes(message.take(2), "big", signed=True)
            if code:
                self.report.add(ERROR, error_name(code))

    def _login(self, api: int, version: int, body: Cursor) -> None:
        """The mechanism, or what it carries; the newest versions begin with an empty tag section."""
        rest = body.peek(body.left)
        if api == SASL_HANDSHAKE:
            self._mechanism = rest[2:]
            if sasl_in_clear(self._mechanism):
                self.report.risk(IN_CLEAR)
            return
        self.report.add(CREDENTIALS, rest)
        with suppress(ParseError):
            if version >= FLEXIBLE_LOGIN_SINCE:
                _no_tags(body)
                token = _compact(body)
            else:
                token = body.take(body.u32())
            report_user(self.report, self._mechanism, token)
            self._mechanism = b""

    def _status(self) -> Status:
        return DONE if self._bytes > LARGE else ALWAYS


def _no_tags(cursor: Cursor) -> None:
    """A section of tags that is empty, as they all were so far."""
    if cursor.u8():
        raise ParseError("tags")


def _compact(cursor: Cursor) -> bytes:
    """A text or octets behind their length and one, as an unsigned varint (two octets are enough here)."""
    length = cursor.u8()
    if length & 0x80:
        length = length & 0x7F | cursor.u8() << 7
    return cursor.take(max(length - 1, 0))


def request(head: bytes) -> Claim:
    """A request header so far."""
    if len(head) >= 4 and not 10 <= int.from_bytes(head[:4], "big") <= MAXIMUM:
        return NO
    if any(head[i : i + 1] > bytes((most,)) for i, most in ((4, 0), (5, LAST_API), (6, 0), (7, LAST_VERSION))):
        return NO
    if len(head) < 14:
        return MAYBE
    length, size = int.from_bytes(head[12:14], "big"), int.from_bytes(head[:4], "big")
    if length in (0, 0xFFFF):
        return WEAK
    name = head[14 : 14 + length]
    if length + 10 > size or (name and not _CLIENT_ID.match(name)):
        return NO
    return YES if len(name) == length else MAYBE


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """A request; one without a client id needs an answer with the same correlation id (answers come in order)."""
    if server and len(server) >= 4 and not 4 <= int.from_bytes(server[:4], "big") <= MAXIMUM:
        return NO
    if not client:
        return MAYBE
    asked = request(client)
    if asked is WEAK:
        usual = context.server_port in PORTS
        if len(server) < 8:
            return WEAK if usual else MAYBE
        if server[4:8] != client[8:12]:
            return WEAK if usual and context.midstream else NO
        return YES if any(client[8:12]) else WEAK if usual else NO
    return asked


PROTOCOL: ApplicationProtocol = StreamProtocol(_Kafka, judge, PORTS, frozenset((0, 1, 2, 3)))
