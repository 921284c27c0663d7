"""FTP control connection: RFC 959, RFC 2428 (EPRT, EPSV), RFC 4217 (AUTH TLS).

Claimed: a 220 greeting that says FTP, or any 220 greeting followed by an FTP command. Told: greeting, commands, user name,
and the data connections that PORT, EPRT, PASV and EPSV announce. Passwords and file names are not. After AUTH TLS the stream
is handed on. States: GREETING, LOGIN, ESTABLISHED, QUIT.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from netmon.model.finding import ChildFlow

from ._contract import ALWAYS, CLIENT, MAYBE, NO, SWITCH, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._lines import LineShell
from ._report import FieldSpec
from ._secrets import IN_CLEAR, PASSWORD
from ._shell import StreamProtocol
from ._text import argument_of, begins, could_begin, first_line, is_last, reply_code, verb_of, words

BANNER: Final = FieldSpec("ftp_banner", "Greeting")
COMMAND: Final = FieldSpec("ftp_command", "Commands", multiple=True, limit=64)
USER: Final = FieldSpec("ftp_user", "User", limit=8)
KNOWN: Final = words(
    "USER PASS ACCT CWD CDUP SMNT QUIT REIN PORT PASV TYPE STRU MODE RETR STOR STOU APPE ALLO REST RNFR RNTO ABOR DELE RMD "
    "MKD PWD LIST NLST SITE SYST STAT HELP NOOP FEAT OPTS AUTH PBSZ PROT CCC ADAT MIC CONF ENC EPRT EPSV MDTM SIZE MLST "
    "MLSD LANG HOST CLNT XPWD XCWD XMKD XRMD XCUP XCRC XMD MFMT MFCT XSHA HASH LPRT LPSV"
)
OPENERS: Final = (
    b"USER ",
    b"AUTH ",
    b"FEAT\r",
    b"SYST\r",
    b"HOST ",
    b"CLNT ",
    b"OPTS ",
    b"PASS ",
    b"PASV",
    b"FEAT\n",
    b"SYST\n",
)
PORTS: Final = frozenset((21,))
_SIX: Final = re.compile(rb"(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})")
_EXTENDED: Final = re.compile(rb"\(?(.)([12]?)\1([0-9a-fA-F.:]{0,45})\1(\d{1,5})\1\)?")


class _Ftp(LineShell):
    """One control connection."""

    __slots__ = ("_auth", "_under_way")

    label = "FTP"
    exchange = "ftp"
    announces = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._auth = False
        self._under_way = False
        """The command at hand has had its first reply, and will have another."""

    def line(self, side: int, text: bytes) -> Status:
        """A command or a reply."""
        return self._command(text) if side == CLIENT else self._reply(text)

    def _command(self, text: bytes) -> Status:
        self.ask()
        verb = verb_of(text.lstrip(b"\xff\xf4\xf2"), KNOWN)  # ABOR comes with Telnet's interrupt before it
        if not verb:
            return ALWAYS
        report, argument = self.report, argument_of(text)
        report.add(COMMAND, verb)
        if verb == "USER":
            report.add(USER, argument)
            report.state = "LOGIN"
            report.summary = argument.decode("utf-8", "replace")
        elif verb == "PASS":
            if str(report.get(USER) or "").lower() not in ("anonymous", "ftp", ""):
                report.risk(IN_CLEAR)
                report.add(PASSWORD, argument)
        elif verb in ("PORT", "LPRT"):
            self._announce(argument)
        elif verb == "EPRT":
            self._announce_extended(argument)
        elif verb == "AUTH":
            self._auth = argument.upper().startswith((b"TLS", b"SSL"))
        elif verb == "QUIT":
            report.state = "QUIT"
        return ALWAYS

    def _reply(self, text: bytes) -> Status:
        code, report = reply_code(text), self.report
        if code == 220 and not report.state:
            report.state = "GREETING"
            report.set(BANNER, text[4:])
        if not code or not is_last(text):
            return ALWAYS
        if not self._under_way:
            self.answer()
        self._under_way = code < 200
        if code == 234 and self._auth:
            self.switched_to = "TLS"
            return SWITCH
        if code in (230, 232):
            report.state = "ESTABLISHED"
        elif code == 227:
            self._announce(text[4:])
        elif code == 229:
            self._announce_extended(text[4:])
        return ALWAYS

    def _announce(self, text: bytes) -> None:
        """``192,0,2,1,195,80``."""
        match = _SIX.search(text)
        if match is None:
            return
        numbers = [int(number) for number in match.groups()]
        if max(numbers) < 256:
            self.report.child(ChildFlow("tcp", bytes(numbers[:4]), numbers[4] << 8 | numbers[5], "FTP-DATA"))

    def _announce_extended(self, text: bytes) -> None:
        """``|2|2001:db8::1|50000|`` or ``(|||50000|)``."""
        match = _EXTENDED.search(text)
        if match is None or int(match[4]) > 0xFFFF:
            return
        address: bytes | None = None
        if match[3]:
            try:
                address = ipaddress.ip_address(match[3].decode("ascii")).packed
            except ValueError:
                return
        self.report.child(ChildFlow("tcp", address, int(match[4]), "FTP-DATA"))


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    if context.outer[-1:] == ("TLS",):  # after CCC; there is no greeting
        line = first_line(client)
        if line is not None:
            return WEAK if verb_of(line, KNOWN) else NO
        return MAYBE if not server else NO
    if server and not could_begin(server, (b"220 ", b"220-", b"120 ", b"421 ")):
        if context.midstream and context.server_port in PORTS and server[:3].isdigit():
            return MAYBE if len(server) < 4 else WEAK if reply_code(server[:4]) else NO
        return NO
    if client and not could_begin(client, (*OPENERS, b"QUIT", b"NOOP", b"HELP")):
        line = first_line(client)
        midway = context.midstream and context.server_port in PORTS and not server
        return WEAK if midway and line is not None and verb_of(line, KNOWN) else NO
    greeting = first_line(server)
    if greeting is not None:
        if begins(client, OPENERS) or b"FTP" in greeting.upper():
            return YES
        if context.server_port in PORTS:
            return WEAK
    if not server and context.server_port in PORTS and first_line(client) is not None:
        return WEAK
    return MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Ftp, judge, PORTS)
