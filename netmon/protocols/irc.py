"""IRC: RFC 1459, RFC 2812, IRCv3 (CAP, STARTTLS).

Claimed: a client that registers (CAP, PASS, NICK, USER with four parameters), or a server's prefixed NOTICE or numeric.
Told: commands and nick name. Messages, channel keys and passwords are not. States: REGISTERING, ESTABLISHED, QUIT.
"""

from __future__ import annotations

import re
from typing import Final

from ._contract import ALWAYS, CLIENT, MAYBE, NO, SWITCH, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._lines import LineShell
from ._report import FieldSpec
from ._sasl import LineLogin
from ._secrets import IN_CLEAR, PASSWORD
from ._shell import StreamProtocol
from ._text import argument_of, could_begin, first_line, verb_of, words

COMMAND: Final = FieldSpec("irc_command", "Commands", multiple=True, limit=64)
NICK: Final = FieldSpec("irc_nick", "Nick", limit=8)
KNOWN: Final = words(
    "PASS NICK USER OPER MODE SERVICE QUIT SQUIT JOIN PART TOPIC NAMES LIST INVITE KICK PRIVMSG NOTICE MOTD LUSERS VERSION "
    "STATS LINKS TIME CONNECT TRACE ADMIN INFO SERVLIST SQUERY WHO WHOIS WHOWAS KILL PING PONG ERROR AWAY REHASH DIE "
    "RESTART SUMMON USERS WALLOPS USERHOST ISON CAP AUTHENTICATE STARTTLS TAGMSG SETNAME MONITOR WATCH PROTOCTL SERVER "
    "NICKSERV NS"
)
LONGEST_MECHANISM: Final = 20
"""Characters of a SASL mechanism's name (RFC 4422 section 3.1)."""
PORTS: Final = frozenset((194, 6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 7000))
_OPENERS: Final = (b"CAP LS", b"CAP REQ", b"NICK ", b"USER ", b"PASS ", b"SERVER ", b"PROTOCTL ",
            b"STARTTLS")  # fmt: skip
_VERBS: Final = tuple(sorted(verb.encode("ascii") for verb in KNOWN))
_USER: Final = re.compile(rb"(?i)^USER \S+ \S+ \S+ (?::.|\S+$)")
_SERVER: Final = re.compile(rb"^(?::[!-~]{1,255} )?(?:NOTICE (?:AUTH|\*|[!-~]{1,64}) :|(?:00[1-5]|020|372|375|376|433) )")


class _Irc(LineShell):
    """One conversation."""

    __slots__ = ("_starttls", "_tokens")

    label = "IRC"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._starttls = False
        self._tokens = LineLogin()

    def lose(self) -> None:
        """See ``LineLogin``."""
        super().lose()
        self._tokens.lose()

    def line(self, side: int, text: bytes) -> Status:
        """A message of either end."""
        text = text.strip()
        if text.startswith(b"@"):  # IRCv3 message tags
            text = argument_of(text)
        if text.startswith(b":"):
            text = argument_of(text)
        report = self.report
        if side != CLIENT:
            if text.startswith(b"001 "):
                report.state = "ESTABLISHED"
            if self._starttls and text.startswith((b"670 ", b"691 ")):  # IRCv3, "tls Extension"
                self._starttls = False
                if text.startswith(b"670 "):
                    self.switched_to = "TLS"
                    return SWITCH
            return ALWAYS
        verb = verb_of(text, KNOWN)
        if not verb:
            return ALWAYS
        report.add(COMMAND, verb)
        report.state = "QUIT" if verb == "QUIT" else report.state or "REGISTERING"
        if verb == "NICK":
            nick = argument_of(text).split(b" ")[0].lstrip(b":")
            report.add(NICK, nick)
            report.summary = nick.decode("utf-8", "replace")
        elif verb in ("PASS", "OPER", "NICKSERV", "NS") or (verb == "PRIVMSG" and b"identify " in text[:64].lower()):
            report.risk(IN_CLEAR)
            report.add(PASSWORD, text.rpartition(b" ")[2].lstrip(b":"))
        elif verb == "STARTTLS":
            self._starttls = True
        elif verb == "AUTHENTICATE":
            mechanism = argument_of(text)
            token = self._tokens.waits or len(mechanism) > LONGEST_MECHANISM
            (self._tokens.line if token else self._tokens.begin)(report, mechanism)
        return ALWAYS


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    answer = first_line(server)
    if answer is not None and _SERVER.match(answer):
        return YES
    if server and not server.startswith((b":", b"NOTICE", b"PING", b"ERROR")):
        return MAYBE if could_begin(server, (b"NOTICE", b"PING", b"ERROR")) else NO
    line = first_line(client)
    if line is not None:
        known = verb_of(line, KNOWN)
        rest = client[len(line) :].lstrip()
        registers = line.upper().startswith((b"CAP LS", b"CAP REQ", b"NICK ")) and (server or rest[:5].upper() in _OPENERS)
        if _USER.match(line) or registers or (known and server.startswith((b":", b"PING :", b"ERROR :", b"NOTICE "))):
            return YES
        if known and context.server_port in PORTS:
            return WEAK
        return MAYBE if could_begin(client, _OPENERS) else NO
    beginning = could_begin(client, _VERBS if context.server_port in PORTS else _OPENERS)
    return NO if client and not beginning else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Irc, judge, PORTS)
