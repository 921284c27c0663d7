"""What a plug-in imports: the contract of an application protocol and the helpers the built-in ones are made with.

This module is the published part of the room (docs/plugins.md); what it names stays, everything whose name begins with an
underscore may change. The shapes are documented where they are defined: ``_contract`` (what a protocol is and answers),
``netmon.model.finding`` (what it says), ``_report`` (how it says it), ``_shell`` and ``_udp`` (what it is made of).
"""

from netmon.errors import NeedMore, ParseError
from netmon.model.finding import ChildFlow, Confidence, Exchange, Field, Finding, LearnedName, Role, Secrecy, Update

from ._contract import CLIENT, SERVER, ApplicationProtocol, Claim, Context, Inspector, Look, Status, Switch
from ._cursor import Cursor
from ._frames import FrameShell
from ._lines import LineShell
from ._report import FieldSpec, Report
from ._shell import StreamProtocol, StreamShell
from ._udp import DatagramInspector, DatagramProtocol

__all__ = [
    "CLIENT", "SERVER", "ApplicationProtocol", "ChildFlow", "Claim", "Confidence", "Context", "Cursor", "DatagramInspector",
    "DatagramProtocol", "Exchange", "Field", "FieldSpec", "Finding", "FrameShell", "Inspector", "LearnedName", "LineShell",
    "Look", "NeedMore", "ParseError", "Report", "Role", "Secrecy", "Status", "StreamProtocol", "StreamShell", "Switch",
    "Update",
]  # fmt: skip
