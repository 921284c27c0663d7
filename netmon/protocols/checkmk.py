"""Check_MK agents (docs.checkmk.com, "The agent protocol").

Claimed: the section the answer of an agent begins with. Told: the agent's version, system and sections. Contents are not.
"""

from __future__ import annotations

import re

from ._contract import MAYBE, MORE, NO, SERVER, ApplicationProtocol, Claim, Context, Status
from ._judge import one_of
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((6556,))
FIRST = (b"<<<check_mk>>>", b"<<<check_mk_agent>>>")
_SECTION = re.compile(rb"<<<([a-z0-9_]{1,48})(?::[^>]{1,80})?>>>")
VERSION = FieldSpec("checkmk_version", "Agent's version")
SYSTEM = FieldSpec("checkmk_os", "System")
SECTION = FieldSpec("checkmk_section", "Sections", multiple=True, limit=64)
_SHOWN = {b"Version": VERSION, b"AgentOS": SYSTEM}


class _CheckMk(LineShell):
    """One answer."""

    __slots__ = ("_first",)

    label, limit = "Check_MK", 512

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._first = True

    def line(self, side: int, text: bytes) -> Status:
        """Sections, and what the first one says."""
        if side != SERVER:
            return MORE
        match = _SECTION.match(text)
        if match:
            self._first = match[0] in FIRST
            self.report.add(SECTION, match[1])
            self.report.state = "ANSWER"
        elif self._first:
            name, _, value = text.partition(b": ")
            if name in _SHOWN:
                self.report.set(_SHOWN[name], value)
                self.report.summary = f"{self.report.get(SYSTEM) or ''} {self.report.get(VERSION) or ''}".strip()
        return MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """The agent speaks at once, the client hardly ever."""
    if len(client) > 64:
        return NO
    return one_of(server, *FIRST) if server else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_CheckMk, judge, PORTS, frozenset(b"<"))
