"""SMTP and submission: RFC 5321, with AUTH (RFC 4954), STARTTLS (RFC 3207), BDAT (RFC 3030), LMTP (RFC 2033).

Claimed: a 220 greeting that says SMTP, or any 220 greeting answered with EHLO or HELO, or a client that begins with them.
Told: greeting, commands, HELO name, envelope addresses. The message itself, and everything in an AUTH exchange, is passed
over. After STARTTLS the stream is handed on. States: GREETING, EHLO, AUTH, MAIL, DATA, QUIT.
"""

from __future__ import annotations

import re
from typing import Final

from ._contract import ALWAYS, CLIENT, MAYBE, NO, SWITCH, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._lines import LineShell
from ._report import FieldSpec
from ._sasl import LineLogin
from ._shell import StreamProtocol
from ._text import argument_of, begins, could_begin, first_line, is_last, reply_code, verb_of, words

BANNER: Final = FieldSpec("smtp_banner", "Greeting")
COMMAND: Final = FieldSpec("smtp_command", "Commands", multiple=True)
HELO: Final = FieldSpec("smtp_helo", "Client's name", limit=4)
FROM: Final = FieldSpec("smtp_from", "From", multiple=True, limit=100)
TO: Final = FieldSpec("smtp_to", "To", multiple=True, limit=100)
KNOWN: Final = words(
    "EHLO HELO LHLO MAIL RCPT DATA BDAT RSET VRFY EXPN HELP NOOP QUIT AUTH STARTTLS ETRN TURN SEND SOML SAML XCLIENT "
    "XFORWARD BURL"
)
HELLOS: Final = (b"EHLO ", b"HELO ", b"LHLO ", b"EHLO\r", b"EHLO\n", b"HELO\r", b"HELO\n")
PORTS: Final = frozenset((25, 24, 465, 587, 2525))
_STATES: Final = {"EHLO": "EHLO", "HELO": "EHLO", "LHLO": "EHLO", "MAIL": "MAIL", "RCPT": "MAIL", "QUIT": "QUIT"}
_EXTENSION: Final = re.compile(
    rb"(?mi)^250[ -](?:SIZE|PIPELINING|8BITMIME|STARTTLS|ENHANCEDSTATUSCODES|CHUNKING|DSN|SMTPUTF8)\b"
)
"""Of an answer to EHLO (RFC 5321 section 4.1.1.1), which tells SMTP where the greeting was missed."""
_LONGEST_ANSWER: Final = 1024
_PATH: Final = re.compile(rb"(?i)^(?:FROM|TO)\s*:\s*<?([^\s<>]*)")


class _Smtp(LineShell):
    """One conversation."""

    __slots__ = ("_auth", "_chunk", "_data", "_starttls", "_tokens")

    label = "SMTP"
    exchange = "smtp"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._auth = self._data = self._starttls = False
        self._chunk = 0
        self._tokens = LineLogin()

    def lose(self) -> None:
        """See ``LineLogin``."""
        super().lose()
        self._tokens.lose()

    def raw(self, side: int) -> int:
        """A BDAT chunk."""
        return self._chunk if side == CLIENT else 0

    def passed(self, side: int, count: int, data: bytes = b"") -> None:  # noqa: ARG002
        """Part of a BDAT chunk."""
        self._chunk -= count

    def line(self, side: int, text: bytes) -> Status:
        """A command, a reply, or a line of a message."""
        return self._command(text) if side == CLIENT else self._reply(text)

    def _reply(self, text: bytes) -> Status:
        code, report = reply_code(text), self.report
        if code == 220 and not self._starttls and not report.get(BANNER):
            report.state = report.state or "GREETING"
            report.set(BANNER, text[4:])
        if not code or not is_last(text):
            return ALWAYS
        self.answer()
        if self._starttls:
            self._starttls = False
            if code == 220:
                self.switched_to = "TLS"
                return SWITCH
        if code == 354:
            self._data = True
            report.state = "DATA"
        if self._auth and code != 334:
            self._auth = False
            report.state = "AUTHENTICATED" if code == 235 else report.state
        return ALWAYS

    def _command(self, text: bytes) -> Status:
        if self._data:
            self._data = text != b"."
            if not self._data:
                self.ask()
            return ALWAYS
        verb = verb_of(text, KNOWN)
        if self._auth or verb:
            self.ask()
        if self._auth:
            self._tokens.line(self.report, text)
        if self._auth or not verb:
            return ALWAYS
        report, argument = self.report, argument_of(text)
        report.add(COMMAND, verb)
        report.state = _STATES.get(verb, report.state or "EHLO")
        if verb in ("EHLO", "HELO", "LHLO"):
            report.add(HELO, argument)
        elif verb in ("MAIL", "RCPT"):
            self._address(verb, argument)
        elif verb == "BDAT":
            size = argument.split(b" ", 1)[0]
            self._chunk = int(size) if size.isdigit() and len(size) < 12 else 0
        elif verb == "AUTH":
            self._auth = True
            report.state = "AUTH"
            self._tokens.begin(report, argument)
        elif verb == "STARTTLS":
            self._starttls = True
        return ALWAYS

    def _address(self, verb: str, argument: bytes) -> None:
        match = _PATH.match(argument)
        if match is None or not match[1]:
            return
        self.report.add(FROM if verb == "MAIL" else TO, match[1])
        sender, receiver = self.report.get(FROM), self.report.get(TO)
        self.report.summary = " → ".join(str(end) for end in (sender, receiver) if end)


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    if client and (begins(client, HELLOS) or (context.midstream and begins(client, (b"MAIL FROM:", b"RCPT TO:")))):
        return NO if server and not server[:1].isdigit() else YES
    if context.midstream and could_begin(server, (b"250-", b"250 ")) and server:
        return YES if _EXTENSION.search(server) else MAYBE if len(server) < _LONGEST_ANSWER else NO
    if server and not could_begin(server, (b"220 ", b"220-", b"554 ", b"421 ")):
        return NO
    if client and not could_begin(client, (*HELLOS, b"QUIT", b"STARTTLS", b"NOOP", b"HELP", b"RSET", b"MAIL FROM:")):
        return NO
    greeting = first_line(server)
    if greeting is not None:
        if b"SMTP" in greeting.upper() or b"LMTP" in greeting.upper():
            return YES
        if context.server_port in PORTS:
            return WEAK
    return MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Smtp, judge, PORTS)
