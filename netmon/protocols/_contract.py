"""The contract of an application protocol: one file, one line in ``_modules``, one test file, its fixtures.

Sans-IO: bytes in; a finding, "need more" or "not mine" out. No logging, clock, trio, or knowledge of flows. A protocol
never raises anything but ``ParseError`` (``NeedMore`` is one), works in time linear in its input and keeps bounded state.

Recognition is by content, on any port: ``claims`` looks at the first bytes of both directions. A port is only a hint:
it may raise the order in which protocols are asked and gives label with ``Confidence.PORT`` when nothing claims.

Stream protocols get each direction's bytes in order, put together by the engine, once each, in pieces of any size: every
cutting of the same stream must give the same finding. ``gap`` says that bytes are missing. Datagram protocols get whole
payloads; so do all over ``sctp``, where a payload is one user message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple
from typing import Protocol as TypingProtocol

from netmon.model.finding import Update

CLIENT: Final = 0
"""Side of the initiator."""
SERVER: Final = 1
"""Side of the responder."""


class Claim(Enum):
    """The answer of ``claims``."""

    NO = "no"
    """Not mine, whatever follows."""
    MORE = "more"
    """Could be mine; ask again with more bytes."""
    WEAK = "weak"
    """Looks like mine but little evidence; taken only when nobody is surer (``Confidence.HEURISTIC``)."""
    YES = "yes"
    """Mine."""


class Status(Enum):
    """What an inspector wants after being fed."""

    MORE = "more"
    """Go on feeding."""
    ALWAYS = "always"
    """Go on feeding for the whole life of the flow, beyond the budget (DNS, FTP control, ...)."""
    DONE = "done"
    """Nothing more to learn."""
    FAILED = "failed"
    """Not this protocol after all; the engine asks the others, findings so far are discarded."""
    SWITCH = "switch"
    """From here on both directions carry something else (CONNECT, STARTTLS, WebSocket); see ``Inspector.switch``."""


NO: Final = Claim.NO
MAYBE: Final = Claim.MORE
WEAK: Final = Claim.WEAK
YES: Final = Claim.YES
MORE: Final = Status.MORE
ALWAYS: Final = Status.ALWAYS
DONE: Final = Status.DONE
FAILED: Final = Status.FAILED
SWITCH: Final = Status.SWITCH
"""The answers by themselves: Python 3.11 takes as long to find a member of an enumeration as to make a tuple."""


class Context:
    """What is known about a flow besides its bytes. Never changed; ``changed`` makes another one."""

    __slots__ = ("client_port", "hint", "midstream", "outer", "secrets", "server_port", "transport")

    def __init__(
        self,
        transport: str,
        client_port: int,
        server_port: int,
        midstream: bool = False,
        outer: tuple[str, ...] = (),
        hint: str = "",
        secrets: bool = False,
    ) -> None:
        self.transport: Final = transport
        """``tcp``, ``udp``, ``sctp``, or for others the IANA protocol name (``icmp``, ``gre``) or ``link``."""
        self.client_port: Final = client_port
        self.server_port: Final = server_port
        self.midstream: Final = midstream
        """TCP: the opening was not seen; the first bytes may be the middle of a message."""
        self.outer: Final = outer
        """Labels of what this runs inside."""
        self.hint: Final = hint
        """A label announced by another conversation (FTP data, RTP) or by ALPN; empty otherwise."""
        self.secrets: Final = secrets
        """The user asked for secrets: fields that hold them may be kept."""

    def changed(
        self,
        *,
        transport: str | None = None,
        ports: tuple[int, int] | None = None,
        midstream: bool | None = None,
        outer: tuple[str, ...] | None = None,
        hint: str | None = None,
        secrets: bool | None = None,
    ) -> Context:
        """The same but for what is given; ``ports``: the client's and the server's."""
        client_port, server_port = (self.client_port, self.server_port) if ports is None else ports
        return Context(
            self.transport if transport is None else transport,
            client_port,
            server_port,
            self.midstream if midstream is None else midstream,
            self.outer if outer is None else outer,
            self.hint if hint is None else hint,
            self.secrets if secrets is None else secrets,
        )


@dataclass(frozen=True, slots=True)
class Switch:
    """What follows after ``Status.SWITCH``: bytes not consumed per side, and a label when it is known."""

    client_rest: bytes = b""
    server_rest: bytes = b""
    hint: str = ""
    """Label that must follow (``TLS`` after STARTTLS), empty = recognise by content."""


class Look(NamedTuple):
    """What the first look at a datagram tells, where neither end uses one of a protocol's ``ports``: one that is shorter, or
    has another octet there, is none of its, whatever the other direction says. ``claims`` would say no; it is not asked."""

    shortest: int
    at: int = 0
    """Below ``shortest``."""
    octets: frozenset[int] = frozenset(range(256))


class Inspector(TypingProtocol):
    """The state of one conversation in one protocol."""

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """Stream: the next bytes of one direction. Datagram: one payload. Raises ``ParseError`` for ``FAILED``."""

    def gap(self, side: int, length: int) -> Status:
        """Stream: ``length`` bytes are missing before the next ``feed`` of this side (lost, or cut by the snap length)."""

    def update(self) -> Update | None:
        """What changed since the last call; ``None`` when nothing did. ``Update.finding`` is cumulative."""

    def switch(self) -> Switch:
        """After ``Status.SWITCH`` only."""


class ApplicationProtocol(TypingProtocol):
    """One protocol: a module-level object named ``PROTOCOL`` in its file, listed in ``_modules``.

    Optional attributes. ``first_bytes: frozenset[int]``: the first byte of at least one direction (stream) or of the
    payload (datagram) is in it, so nothing else need be asked about; ``datagram_first_bytes`` likewise, where the
    datagrams of a protocol of both kinds begin otherwise. ``bound = True``: away from ``ports`` it recognises nothing
    and need not be asked. ``look: Look``: of its datagrams.
    ``announces = True``: its updates name child flows that may begin with the very next frame.
    ``unanimous = True``: of two datagrams, one of each direction, its ``claims`` says no whenever it says no to one alone.
    ``steps_over = True``: its inspectors have a method ``step_over(side) -> int``, asked after a ``feed``: how many of the
    next bytes of this direction need not be fed (of a body of known length), 0 when all must; the inspector goes on as if
    they had gone by, and is never told of them. It leaves the last byte of what it counts to be fed, so that the end is
    noticed in its time.
    On an inspector ``sure``: true once a weak claim has proven right; ``held``: bytes of the stream it keeps to put
    something together, which count against the engine's bound.
    """

    label: str
    """Usual name, as in the corpus README (``TLS``, ``DNS``)."""
    transports: frozenset[str]
    """``tcp`` and/or ``udp`` (or others, see ``Context.transport``)."""
    ports: frozenset[int]
    """Where it usually listens: asked first there; never a decision."""

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        """Cheap test on the first bytes of each direction (stream: at most the first 2 KiB, contiguous; datagram: the first
        payload of a direction; one of the two may be empty)."""

    def start(self, context: Context) -> Inspector:
        """A fresh inspector."""


def labels(protocols: Sequence[ApplicationProtocol]) -> tuple[str, ...]:
    """The labels in registry order."""
    return tuple(protocol.label for protocol in protocols)
