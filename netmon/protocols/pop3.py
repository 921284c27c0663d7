"""POP3: RFC 1939, RFC 2449 (CAPA), RFC 2595 (STLS), RFC 5034 (AUTH).

Claimed: ``+OK`` from the server, then a POP3 command. Told: greeting, commands, user name. Passwords, APOP digests, SASL
exchanges and messages are passed over. After STLS the stream is handed on. States: AUTHORIZATION, TRANSACTION, UPDATE.
"""

from __future__ import annotations

from typing import Final

from ._contract import ALWAYS, CLIENT, MAYBE, NO, SWITCH, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._lines import LineShell
from ._report import FieldSpec
from ._sasl import LineLogin
from ._secrets import IN_CLEAR, PASSWORD
from ._shell import StreamProtocol
from ._text import argument_of, could_begin, first_line, verb_of, words

BANNER: Final = FieldSpec("pop_banner", "Greeting")
COMMAND: Final = FieldSpec("pop_command", "Commands", multiple=True)
USER: Final = FieldSpec("pop_user", "User", limit=8)
KNOWN: Final = words("USER PASS STAT LIST RETR DELE NOOP RSET QUIT TOP UIDL APOP CAPA AUTH STLS UTF8 LANG XTND")
PORTS: Final = frozenset((110, 995))
_TRANSACTION: Final = words("STAT LIST RETR DELE UIDL TOP RSET")


class _Pop3(LineShell):
    """One conversation."""

    __slots__ = ("_greeted", "_sasl", "_stls", "_tokens")

    label = "POP3"
    exchange = "pop3"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._greeted = self._sasl = self._stls = False
        self._tokens = LineLogin()
        self.report.state = "AUTHORIZATION"

    def lose(self) -> None:
        """See ``LineLogin``."""
        super().lose()
        self._tokens.lose()

    def indifferent(self, side: int) -> bool:
        """Answers and messages, where nothing is awaited that changes what follows."""
        return side != CLIENT and self._greeted and not (self._stls or self._sasl or self.waits)

    def line(self, side: int, text: bytes) -> Status:
        """A command, an answer, or a line of a message."""
        if side == CLIENT:
            self.ask()
            self._command(text)
            return ALWAYS
        positive = text.startswith(b"+OK")
        if positive or text.startswith((b"-ERR", b"+ ")):
            self.answer()
        if positive and not self._greeted:
            self._greeted = True
            self.report.set(BANNER, text[4:])
        if self._stls and (positive or text.startswith(b"-ERR")):
            self._stls = False
            if positive:
                self.switched_to = "TLS"
                return SWITCH
        if not text.startswith(b"+ ") and text != b"+":
            self._sasl = False
        return ALWAYS

    def _command(self, text: bytes) -> None:
        verb = verb_of(text, KNOWN)
        if self._sasl:
            self._tokens.line(self.report, text)
        if self._sasl or not verb:
            return
        report = self.report
        self._greeted = True
        report.add(COMMAND, verb)
        if verb in ("USER", "APOP"):
            name = argument_of(text).split(b" ")[0]
            report.add(USER, name)
            report.summary = name.decode("utf-8", "replace")
        elif verb == "PASS":
            report.risk(IN_CLEAR)
            report.add(PASSWORD, argument_of(text))
        elif verb == "AUTH":
            self._sasl = bool(argument_of(text))
            self._tokens.begin(report, argument_of(text))
        elif verb == "STLS":
            self._stls = True
        elif verb == "QUIT":
            report.state = "UPDATE"
        elif verb in _TRANSACTION:
            report.state = "TRANSACTION"


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    if server and not could_begin(server, (b"+OK", b"-ERR")):
        return NO
    line = first_line(client)
    if client and (line is None or not verb_of(line, KNOWN)):
        beginning = client[:5].upper().rstrip(b"\r")
        possible = line is None and any(word.encode().startswith(beginning.split(b" ")[0]) for word in KNOWN)
        return MAYBE if possible else NO
    greeting = first_line(server)
    if greeting is None:
        return MAYBE
    bare = len(greeting) <= 4 and client[:5].upper() == b"AUTH "  # Redis says +OK to its AUTH, too
    if client and not bare:
        return YES
    return WEAK if context.server_port in PORTS else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Pop3, judge, PORTS)
