"""An SCTP association (RFC 9260) and the conversations inside it.

In: packets of one flow, as the meter passes them on. Out: one finding: what the chunks tell (kinds, state, payload
protocols), and what the user messages tell to the application protocols that speak ``sctp``. A message is handed over whole;
messages of one payload protocol identifier are one conversation, on whatever streams they come. The identifier is an
announcement (``Context.hint``): whoever has that name is asked first, content decides, and a name nobody here speaks is told
as such. Where several protocols share an association, the first that was recognised gives the label and the fields of all
stand beside one another.
"""

from __future__ import annotations

from typing import Final

from netmon.model.finding import Attention, Confidence, Finding, Update

from ._carrier import Carrier
from ._contract import CLIENT, SERVER, Context
from ._conversation import Shared
from ._datagram import DatagramConversation
from ._report import FieldSpec
from ._sctp_chunks import (
    DATA,
    FORWARD_TSN,
    HEADER,
    I_DATA,
    I_FORWARD_TSN,
    INIT,
    INIT_ACK,
    Chunk,
    Direction,
    Message,
    chunks,
    fragment,
)

CHUNK: Final = FieldSpec("sctp_chunk", "Chunks", multiple=True, limit=64)
IDENTIFIER: Final = FieldSpec("sctp_ppid", "Payload protocols", multiple=True)
CARRIES: Final = FieldSpec("sctp_carries", "Carries", multiple=True)
CONVERSATIONS: Final = 8
"""Payload protocols of one association that are looked into."""
MOST_KNOWN: Final = 300
"""More than there are kinds of chunks."""
CHUNKS: Final = {
    0: "DATA", 1: "INIT", 2: "INIT_ACK", 3: "SACK", 4: "HEARTBEAT", 5: "HEARTBEAT_ACK", 6: "ABORT", 7: "SHUTDOWN",
    8: "SHUTDOWN_ACK", 9: "ERROR", 10: "COOKIE_ECHO", 11: "COOKIE_ACK", 12: "ECNE", 13: "CWR", 14: "SHUTDOWN_COMPLETE",
    15: "AUTH", 64: "I_DATA", 128: "ASCONF_ACK", 130: "RE_CONFIG", 132: "PAD", 192: "FORWARD_TSN", 193: "ASCONF",
    194: "I_FORWARD_TSN",
}  # fmt: skip
STATES: Final = frozenset(("INIT", "INIT_ACK", "COOKIE_ECHO", "ABORT", "SHUTDOWN", "SHUTDOWN_ACK", "SHUTDOWN_COMPLETE"))
"""What says where an association stands (RFC 9260 section 4); with any other chunk it is established."""
USERS: Final = {
    1: "IUA", 2: "M2UA", 3: "M3UA", 4: "SUA", 5: "M2PA", 6: "V5UA", 7: "Megaco", 8: "BICC", 9: "TALI", 10: "DUA", 11: "ASAP",
    12: "ENRP", 13: "H323", 14: "Q.IPC", 15: "SIMCO", 18: "S1AP", 19: "RUA", 20: "HNBAP", 21: "ForCES", 22: "ForCES",
    23: "ForCES", 24: "SBc-AP", 25: "NBAP", 27: "X2AP", 28: "IRCP", 29: "LCS-AP", 31: "SABP", 33: "PPP", 34: "CALCAPP",
    42: "RNA", 43: "M2AP", 44: "M3AP", 45: "SSH", 46: "Diameter", 47: "Diameter over DTLS", 50: "WebRTC", 51: "WebRTC",
    52: "WebRTC", 53: "WebRTC", 54: "WebRTC", 55: "PUA", 56: "WebRTC", 57: "WebRTC", 58: "XwAP", 59: "Xw", 60: "NGAP",
    61: "XnAP", 62: "F1AP", 63: "HTTP", 64: "E1AP", 66: "NGAP over DTLS", 67: "XnAP over DTLS", 68: "F1AP over DTLS",
    69: "E1AP over DTLS", 70: "E2AP", 71: "E2AP", 72: "E2AP", 73: "W1AP",
}  # fmt: skip
"""IANA's registry of SCTP payload protocol identifiers."""
_SECURED: Final = " over DTLS"


class _Messages(DatagramConversation):
    """The user messages of one payload protocol."""

    __slots__ = ()

    @property
    def only_announced(self) -> bool:
        """The payload protocol has a name, and nobody who speaks it here speaks it inside SCTP."""
        known = self._shared.dispatch.registry.by_label(self.context.hint)
        return bool(self.context.hint) and (known is None or "sctp" not in known.transports)

    def finish_unknown(self) -> None:
        """A name that nobody here speaks is told as announced; content that is not what it was called is nobody's."""
        self.finished = True
        self.protocol = self._inspector = None
        if self.only_announced:
            self._publish(Update(Finding(self.context.hint, Confidence.HEURISTIC, outer=self.context.outer)))
        elif self._finding is not None:
            self._finding = None
            self._publish(Update())


class SctpConversation(Carrier):
    """One association."""

    __slots__ = ("_directions", "_known", "_now_ns")

    label = "SCTP"

    def __init__(self, flow_id: int, context: Context, shared: Shared) -> None:
        super().__init__(flow_id, context, shared)
        self._directions = (Direction(), Direction())
        self._known: set[tuple[FieldSpec, int]] = set()
        """Kinds of chunks and payload protocols that have been told."""
        self._now_ns = 0

    def take(self, side: int, data: bytes, now_ns: int) -> None:
        """One packet."""
        if len(data) < HEADER:
            return
        self._want(Attention.ALWAYS)
        self._now_ns = now_ns
        state = ""
        for chunk in chunks(data):
            name = CHUNKS.get(chunk.kind) or f"CHUNK_{chunk.kind}"
            if (CHUNK, chunk.kind) not in self._known:
                self._known.add((CHUNK, chunk.kind))
                self.report.add(CHUNK, name)
            if name in STATES and state not in STATES:
                state = name
            state = state or "ESTABLISHED"
            self._chunk(side, chunk, now_ns)
        self.report.state = state
        direction = self._directions[side]
        self._shared.holes += direction.holes
        direction.holes = 0

    def _chunk(self, side: int, chunk: Chunk, now_ns: int) -> None:
        direction, kind = self._directions[side], chunk.kind
        if kind in (DATA, I_DATA):
            part = fragment(chunk)
            if part is not None:
                self._announced(part.protocol)
                self._pass_on(side, direction.push(part, now_ns), now_ns)
        elif kind in (INIT, INIT_ACK) and len(chunk.body) >= 16:
            direction.begin(int.from_bytes(chunk.body[12:16], "big"))
        elif kind in (FORWARD_TSN, I_FORWARD_TSN) and len(chunk.body) >= 4:
            self._pass_on(side, direction.skip(int.from_bytes(chunk.body[:4], "big"), now_ns), now_ns)

    def _announced(self, identifier: int) -> None:
        """Tell what the association says that it carries."""
        if not identifier or (IDENTIFIER, identifier) in self._known or len(self._known) > MOST_KNOWN:
            return
        self._known.add((IDENTIFIER, identifier))
        report = self.report
        report.add(IDENTIFIER, identifier)
        name = USERS.get(identifier)
        if name:
            report.add(CARRIES, name)
            report.summary = " ".join(str(value) for value in report.values(CARRIES))

    def _pass_on(self, side: int, messages: list[Message], now_ns: int) -> None:
        for message in messages:
            inner = self.carried.get(message.protocol)
            if inner is None:
                if len(self.carried) >= CONVERSATIONS:
                    continue
                name = USERS.get(message.protocol, "")
                inner = _Messages(self.flow_id, self.inside("DTLS" if name.endswith(_SECURED) else name), self._shared)
                self.carry(message.protocol, inner)
            if message.data:
                inner.take(side, message.data, now_ns)

    def end(self) -> None:
        """No more will come: what waits for a missing fragment is told without it."""
        for side in (CLIENT, SERVER):
            direction = self._directions[side]
            self._pass_on(side, direction.flush(), self._now_ns)
            self._shared.holes += direction.holes
            direction.holes = 0
        super().end()

    @property
    def kept(self) -> int:
        """Fragments."""
        return self._directions[CLIENT].held + self._directions[SERVER].held
