"""NNTP: RFC 3977.

Claimed: a 200 or 201 greeting that says it is about news, or any such greeting answered with a command that only NNTP
has. Told: greeting, commands, groups. Articles and logins are not; a login in clear is a risk flag. After STARTTLS (RFC
4642) the stream is handed on.
"""

from __future__ import annotations

from ._contract import CLIENT, MAYBE, MORE, NO, SWITCH, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._lines import LineShell
from ._report import FieldSpec
from ._secrets import IN_CLEAR, PASSWORD
from ._shell import StreamProtocol
from ._text import argument_of, begins, could_begin, first_line, reply_code, verb_of, words

BANNER = FieldSpec("nntp_banner", "Greeting")
COMMAND = FieldSpec("nntp_command", "Commands", multiple=True)
GROUP = FieldSpec("nntp_group", "Groups", multiple=True)
PORTS = frozenset((119, 433))
KNOWN = words(
    "ARTICLE AUTHINFO BODY CAPABILITIES DATE GROUP HDR HEAD HELP IHAVE LAST LIST LISTGROUP MODE NEWGROUPS NEWNEWS NEXT OVER "
    "POST QUIT STARTTLS STAT TAKETHIS CHECK XHDR XOVER"
)
OPENERS = (
    b"MODE READER",
    b"MODE STREAM",
    b"CAPABILITIES",
    b"GROUP ",
    b"AUTHINFO ",
    b"LISTGROUP",
    b"XOVER",
    b"IHAVE <",
    b"NEWNEWS",
)
GREETINGS = (b"200 ", b"201 ")
_NEWS = (b"NNTP", b"NEWS", b"INN ", b"LEAFNODE", b"POSTING")


class _Nntp(LineShell):
    """One connection."""

    __slots__ = ("_posting", "_starttls")

    label = "NNTP"
    limit = 512

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._posting = self._starttls = False

    def line(self, side: int, text: bytes) -> Status:
        """A command, a reply, or a line of an article."""
        report = self.report
        if side != CLIENT:
            code = reply_code(text)
            if code in (200, 201) and not report.get(BANNER):
                report.set(BANNER, text[4:])
            self._posting |= code in (340, 335)
            if self._starttls and code == 382:
                self.switched_to = "TLS"
                return SWITCH
            return MORE
        if self._posting:
            self._posting = text != b"."
            return MORE
        verb = verb_of(text, KNOWN)
        if verb:
            report.add(COMMAND, verb)
            report.summary = verb
        if verb == "GROUP":
            report.add(GROUP, argument_of(text))
        elif verb == "AUTHINFO" and argument_of(text).upper().startswith(b"PASS"):
            report.risk(IN_CLEAR)
            report.add(PASSWORD, argument_of(text)[4:].strip())
        self._starttls = verb == "STARTTLS"
        return MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    if server and not could_begin(server, GREETINGS):
        return NO
    if client and not could_begin(
        client, (*OPENERS, b"LIST", b"DATE", b"HELP", b"QUIT", b"STARTTLS", b"POST", b"ARTICLE", b"HEAD")
    ):
        return NO
    greeting = first_line(server)
    if greeting is None:
        return MAYBE
    if begins(client, OPENERS) or (any(word in greeting.upper() for word in _NEWS[:-1]) and b"FTP" not in greeting):
        return YES
    return WEAK if context.server_port in PORTS else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Nntp, judge, PORTS, frozenset(b"2"))
