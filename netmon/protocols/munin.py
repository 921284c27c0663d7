"""Munin nodes (guide.munin-monitoring.org, "Data exchange between master and node").

Claimed: the greeting of the node. Told: its name, and the commands it is given. Plug-ins and values are not.
"""

from __future__ import annotations

from ._contract import CLIENT, MAYBE, MORE, NO, SWITCH, ApplicationProtocol, Claim, Context, Status
from ._judge import magic
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol
from ._text import verb_of, words

PORTS = frozenset((4949,))
GREETING = b"# munin node at "
KNOWN = words("CAP LIST NODES CONFIG FETCH VERSION QUIT STARTTLS SPOOLFETCH")
TLS_READY = b"TLS OK"
NODE = FieldSpec("munin_node", "Node")
COMMAND = FieldSpec("munin_command", "Commands", multiple=True)


class _Munin(LineShell):
    """One connection."""

    __slots__ = ()

    label = "Munin"

    def line(self, side: int, text: bytes) -> Status:
        """Commands and the greeting; STARTTLS hands the stream on."""
        report = self.report
        if side == CLIENT:
            verb = verb_of(text, KNOWN)
            report.add(COMMAND, verb)
            report.state = verb or report.state
        elif text.startswith(GREETING):
            report.set(NODE, text[len(GREETING) :])
            report.hostname(text[len(GREETING) :], "munin")
            report.state = "GREETING"
        elif text == TLS_READY:
            self.switched_to = "TLS"
            return SWITCH
        return MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """The node speaks first."""
    if not client.isascii():
        return NO
    return magic(server, GREETING) if server else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Munin, judge, PORTS, frozenset(b"#"))
