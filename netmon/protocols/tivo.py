"""TiVo beacons: how digital video recorders find each other (TiVoConnect automatic machine discovery).

Claimed, on any port: the first line of a beacon. Read: machine, platform and software version; identities and service ports
are left out.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORT = 2190
START = b"tivoconnect="
MAX_LINES = 32
MACHINE = FieldSpec("tivo_machine", "Machine")
PLATFORM = FieldSpec("tivo_platform", "Platform")
SOFTWARE = FieldSpec("tivo_software", "Software")
_FIELDS = {b"machine": MACHINE, b"platform": PLATFORM, b"swversion": SOFTWARE}


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the first line."""
    return YES if data[: len(START)].lower() == START else NO


class _Tivo(DatagramInspector):
    """One announcer."""

    __slots__ = ()

    label = "TiVo"

    def take(self, data: bytes) -> Status:
        if recognise(self.context, data) is NO:
            raise ParseError("no beacon")
        for line in data[:4096].split(b"\n", MAX_LINES)[:MAX_LINES]:
            name, _, value = line.partition(b"=")
            spec = _FIELDS.get(name.strip().lower())
            if spec is not None:
                self.report.set(spec, value.strip())
        self.report.state = "BEACON"
        self.report.summary = str(self.report.get(MACHINE) or "")
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Tivo, recognise, frozenset((PORT,)), frozenset(b"Tt"))
