"""Network Block Device (github.com/NetworkBlockDevice/nbd, doc/proto.md).

Claimed: the server's greeting, old or fixed newstyle. Told: the style, options and replies of the negotiation, and the
name of the export. Where the client starts TLS the stream is handed on. The transmission phase is not looked at.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, SWITCH, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import magic
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((10809,))
GREETING = b"NBDMAGIC"
OPTION_MAGIC, REPLY_MAGIC, OLD_MAGIC = b"IHAVEOPT", bytes.fromhex("0003e889045565a9"), bytes.fromhex("00420281861253")
EXPORT_NAME, ABORT, START_TLS, GO = 1, 2, 5, 7
ACK = 1
OPTIONS = {1: "EXPORT_NAME", 2: "ABORT", 3: "LIST", 5: "STARTTLS", 6: "INFO", 7: "GO", 8: "STRUCTURED_REPLY",
           9: "LIST_META_CONTEXT", 10: "SET_META_CONTEXT", 11: "EXTENDED_HEADERS"}  # fmt: skip
STYLE = FieldSpec("nbd_style", "Negotiation")
OPTION = FieldSpec("nbd_option", "Options", multiple=True)
EXPORT = FieldSpec("nbd_export", "Export", multiple=True, limit=4)


class _Nbd(FrameShell):
    """One connection, up to the end of its negotiation."""

    __slots__ = ("_greeted", "_last")

    label, limit = "NBD", 512

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._greeted = [False, False]
        self._last = 0
        """The option of the last acknowledgement."""

    def head_size(self, side: int) -> int:
        """Greetings first: 18 octets of the server (old style: 152), 4 of the client."""
        if not self._greeted[side]:
            return 4 if side == CLIENT else 16
        return 16 if side == CLIENT else 20

    def length(self, side: int, head: bytes) -> int:
        """Of a greeting, an option or a reply to one."""
        if not self._greeted[side]:
            return len(head) if side == CLIENT else 18 if head[8:] == OPTION_MAGIC else 152
        if side == CLIENT:
            if head[:8] != OPTION_MAGIC:
                raise ParseError("no option")
            return 16 + int.from_bytes(head[12:16], "big")
        if head[:8] != REPLY_MAGIC:
            raise ParseError("no reply")
        return 20 + int.from_bytes(head[16:20], "big")

    def frame(self, side: int, message: Cursor) -> Status:
        """One step of the negotiation."""
        report = self.report
        if not self._greeted[side]:
            self._greeted[side] = True
            if side == CLIENT:
                return MORE
            old = message.take(16)[8:] != OPTION_MAGIC
            report.set(STYLE, "OLDSTYLE" if old else "NEWSTYLE")
            report.state = "TRANSMISSION" if old else "NEGOTIATION"
            return DONE if old else MORE
        message.skip(8)
        option = message.u32()
        if side == CLIENT:
            report.add(OPTION, OPTIONS.get(option, f"{option}"))
            size = message.u32()
            if option == EXPORT_NAME:
                report.add(EXPORT, message.take(min(size, message.left)))
                report.state = "TRANSMISSION"
                return DONE
            if option == GO:
                report.add(EXPORT, message.take(min(message.u32(), message.left)))
            return MORE
        kind = message.u32()
        if option == START_TLS and kind == ACK:
            self.switched_to = "TLS"
            return SWITCH
        if option == GO and kind == ACK:
            report.state = "TRANSMISSION"
            return DONE
        return MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """The server speaks first; the client's flags are small."""
    if client and (any(client[:3]) or (len(client) > 3 and client[3] > 3)):
        return NO
    claim = magic(server, GREETING) if server else MAYBE
    if claim is not YES:
        return claim
    rest = server[len(GREETING) : len(GREETING) + 8]
    if rest == OPTION_MAGIC or (len(rest) == 8 and OLD_MAGIC in rest):
        return YES
    return MAYBE if len(rest) < 8 else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Nbd, judge, PORTS, frozenset(b"N"))
