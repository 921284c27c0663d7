"""IMAP: RFC 9051, RFC 3501; literals (RFC 7888), STARTTLS.

Claimed: the server's untagged greeting, or a tagged command of a conversation joined in the middle. Told: greeting,
commands, the user name of LOGIN. Passwords, SASL exchanges and messages are passed over. After STARTTLS the stream is
handed on. States: NOT_AUTHENTICATED, AUTHENTICATED, SELECTED, LOGOUT.
"""

from __future__ import annotations

import re

from ._contract import ALWAYS, CLIENT, MAYBE, NO, SERVER, SWITCH, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._lines import LineShell
from ._report import FieldSpec
from ._sasl import LineLogin
from ._secrets import IN_CLEAR, PASSWORD
from ._shell import StreamProtocol
from ._text import could_begin, first_line, words

BANNER = FieldSpec("imap_banner", "Greeting")
COMMAND = FieldSpec("imap_command", "Commands", multiple=True, limit=64)
USER = FieldSpec("imap_user", "User", limit=8)
KNOWN = words(
    "CAPABILITY NOOP LOGOUT STARTTLS AUTHENTICATE LOGIN ENABLE SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE "
    "LIST LSUB NAMESPACE STATUS APPEND IDLE CHECK CLOSE UNSELECT EXPUNGE SEARCH FETCH STORE COPY MOVE ID GETQUOTA "
    "GETQUOTAROOT SETQUOTA SORT THREAD GETACL SETACL COMPRESS XLIST DONE"
)
GREETINGS = (b"* OK", b"* PREAUTH", b"* BYE")
PORTS = frozenset((143, 993))
_COMMAND = re.compile(rb"^([!-~]{1,32}) (?:(?i:UID) )?([A-Za-z]{2,16})(?: (.*))?$", re.DOTALL)
_USER = re.compile(rb'^(?:"((?:[^"\\]|\\.)*)"|([^\s"{]+)) ?(.*)', re.DOTALL)
_LITERAL = re.compile(rb"\{(\d{1,10})\+?\}$")
_STATES = {"SELECT": "SELECTED", "EXAMINE": "SELECTED", "LOGOUT": "LOGOUT", "CLOSE": "AUTHENTICATED"}


class _Imap(LineShell):
    """One conversation."""

    __slots__ = ("_continued", "_literal", "_login", "_sasl", "_starttls", "_tokens")

    label = "IMAP"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._literal = [0, 0]
        self._continued = [False, False]
        """The next line goes on with the one before its literal."""
        self._starttls = self._login = b""
        """The tag of a command whose answer matters."""
        self._sasl = False
        self._tokens = LineLogin()
        self.report.state = "NOT_AUTHENTICATED"

    def lose(self) -> None:
        """See ``LineLogin``."""
        super().lose()
        self._tokens.lose()

    def raw(self, side: int) -> int:
        """A literal."""
        return self._literal[side]

    def passed(self, side: int, count: int, data: bytes = b"") -> None:  # noqa: ARG002
        """Part of a literal."""
        self._literal[side] -= count

    def line(self, side: int, text: bytes) -> Status:
        """A command, an answer, or what follows a literal."""
        continued = self._continued[side]
        literal = _LITERAL.search(text)
        self._continued[side] = literal is not None
        if literal is not None:
            self._literal[side] = int(literal[1])
        if continued:
            return ALWAYS
        return self._command(text) if side == CLIENT else self._answer(text)

    def _answer(self, text: bytes) -> Status:
        report = self.report
        if text.startswith(GREETINGS) and report.get(BANNER) is None and not report.values(COMMAND):
            report.set(BANNER, text[2:])
            if text.startswith(b"* PREAUTH"):
                report.state = "AUTHENTICATED"
        if text.startswith((b"* ", b"+")):
            return ALWAYS
        self._sasl = False
        tag, _, result = text.partition(b" ")
        report.response(tag[:32], self.now, "imap")
        good = result[:2].upper() == b"OK"
        if self._login and tag == self._login:
            self._login = b""
            report.state = "AUTHENTICATED" if good else report.state
        if self._starttls and tag == self._starttls:
            self._starttls = b""
            if good:
                self.switched_to = "TLS"
                self.rest[SERVER] = b""
                return SWITCH
        return ALWAYS

    def _command(self, text: bytes) -> Status:
        if self._sasl:
            self._tokens.line(self.report, text)
        match = None if self._sasl else _COMMAND.match(text)
        if match is None:
            return ALWAYS
        tag, verb, arguments = match[1], match[2].decode("ascii").upper(), match[3] or b""
        if verb not in KNOWN:
            return ALWAYS
        report = self.report
        report.request(tag[:32], self.now, "imap")
        report.add(COMMAND, verb)
        report.state = _STATES.get(verb, report.state)
        if verb == "LOGIN":
            self._login = tag
            report.risk(IN_CLEAR)
            user = _USER.match(arguments)
            if user is not None:
                name = user[1] or user[2]
                report.add(USER, name)
                report.add(PASSWORD, user[3].strip(b'"') if not _LITERAL.search(user[3]) else b"")
                report.summary = name.decode("utf-8", "replace")
        elif verb == "AUTHENTICATE":
            self._login, self._sasl = tag, True
            self._tokens.begin(report, arguments)
        elif verb == "STARTTLS":
            self._starttls = tag
        return ALWAYS


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    if server:
        if server.startswith(GREETINGS):
            return YES
        if could_begin(server, GREETINGS):
            return MAYBE
    line = first_line(client)
    if context.midstream and line is not None:
        match = _COMMAND.match(line)
        if match is not None and match[2].decode("ascii").upper() in KNOWN and not server[:1].isdigit():
            return YES if context.server_port in PORTS else WEAK
    return NO if server or client else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Imap, judge, PORTS)
