"""What inspection says about a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Confidence(Enum):
    """How a label was arrived at; the value is the JSON word (design.md), strongest first."""

    CONTENT = "content"
    REASSEMBLED = "reassembled"
    HEURISTIC = "heuristic"
    PORT = "port"


class Secrecy(Enum):
    """Whether a field may be shown and stored."""

    PUBLIC = "public"
    SECRET = "secret"  # noqa: S105
    """Never shown or stored unless a flag asks for it."""


class Field(NamedTuple):
    """One thing a protocol says. ``name`` is the stable machine name (JSON key, see shared corpus README for the list),
    ``title`` what a person reads. ``values`` keeps the order of first appearance, without repetition, bounded."""

    name: str
    title: str
    values: tuple[str | int, ...]
    multiple: bool = False
    """JSON: always a list, even of one value."""
    secrecy: Secrecy = Secrecy.PUBLIC


class ChildFlow(NamedTuple):
    """A conversation announced by another (FTP data, RTP, TFTP): the next flow that matches is ``label``.

    ``None`` for an address or port means any.
    """

    transport: str
    address: bytes | None
    port: int | None
    label: str
    fields: tuple[Field, ...] = ()
    """What is known about it already (the file of a transfer)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Everything known so far about the application protocol of one conversation; replaces the earlier one."""

    label: str
    """The protocol's usual name: ``TLS``, ``DNS``, ``HTTP`` (names as in the corpus README)."""
    confidence: Confidence
    state: str = ""
    """The protocol's own state word (``HANDSHAKE``, ``QUERY``, ``KEYEXCHANGE``), empty when it has none."""
    hostname: str = ""
    """The name of the responder as the protocol tells it (SNI, Host), lower case, no trailing dot."""
    hostname_source: str = ""
    """``sni``, ``http``, ``dns``: the JSON word for where ``hostname`` comes from."""
    summary: str = ""
    """The few words a person reads next to the label: ``GET example.org 200``, ``A example.org NOERROR``."""
    fields: tuple[Field, ...] = ()
    risks: tuple[str, ...] = ()
    """Stable words such as ``clear-text-credentials``, ``obsolete-tls``, ``self-signed-certificate``."""
    idle_timeout: float | None = None
    """Seconds without a packet after which the conversation counts as over, where the protocol knows better than the
    transport (features 2.3)."""
    outer: tuple[str, ...] = ()
    """Labels of the protocols this one runs inside, outermost first (``HTTP`` CONNECT, ``SOCKS``, ``SMTP`` STARTTLS)."""

    @property
    def name(self) -> str:
        """The label behind what it runs inside, as nDPI writes it: ``SOCKS.TLS``, ``SMTP.TLS``, ``HTTP.WebSocket``."""
        return ".".join((*self.outer, self.label)) if self.outer else self.label


class Role(Enum):
    """Which half of an exchange a message is."""

    REQUEST = "request"
    RESPONSE = "response"


class Exchange(NamedTuple):
    """One half of a request and response pair; equal ``key`` within one flow pairs them (features 3.4)."""

    key: object
    role: Role
    timestamp_ns: int
    what: str = "response"
    """What the time between the halves is called: ``dns``, ``tls-handshake``, ``http-first-byte``, ``ping``."""
    failed: bool = False
    """A response that says no (NXDOMAIN, SERVFAIL)."""


class LearnedName(NamedTuple):
    """An address and the name a client was told it has (DNS answer). ``chain`` holds CNAMEs between question and answer."""

    address: bytes
    """4 or 16 bytes."""
    name: str
    ttl: int
    chain: tuple[str, ...] = ()


class Update(NamedTuple):
    """What one batch of inspection changed about one flow."""

    finding: Finding | None = None
    exchanges: tuple[Exchange, ...] = ()
    learned: tuple[LearnedName, ...] = ()
    children: tuple[ChildFlow, ...] = ()


class Attention(Enum):
    """What inspection still wants of a flow; the meter is told (``Meter.set_attention``)."""

    BUDGET = "budget"
    """The first frames of each direction, up to the meter's budget (the initial value)."""
    ALWAYS = "always"
    """Every frame."""
    DONE = "done"
    """No more frames."""
