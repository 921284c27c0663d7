"""The words and dots a person reads for a connection's state, and other short texts that several views share.

In: a connection; out: text and style. The protocol's own word (``ESTABLISHED``) stays in Details, filters and exports.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from netmon.model.connection import Connection, Direction, Name, Staleness
from netmon.model.finding import Finding
from netmon.model.state_word import plain_word, word_of

from .theme import Role


class StateWord(NamedTuple):
    """A dot, its role, a lower-case word, its role, and who did it (``←`` the other end, ``→`` this one)."""

    dot: str
    dot_role: int
    word: str
    role: int
    by: str = ""


_LOOKS: dict[str, tuple[str, int, int]] = {
    "open": ("●", Role.OK, Role.TEXT), "opening": ("◐", Role.ACCENT, Role.TEXT), "closing": ("◐", Role.DIM, Role.DIM),
    "closed": ("◌", Role.DIM, Role.DIM), "asked": ("○", Role.ACCENT, Role.TEXT), "answered": ("○", Role.OK, Role.TEXT),
    "reported": ("○", Role.DIM, Role.TEXT), "failed": ("◌", Role.BAD, Role.TEXT), "active": ("●", Role.OK, Role.TEXT),
    "idle": ("○", Role.DIM, Role.TEXT), "stale": ("○", Role.DIM, Role.DIM), "listening": ("○", Role.DIM, Role.DIM),
}  # fmt: skip
"""Dot, its role, and the word's, by word."""
_PLAIN = ("○", Role.DIM, Role.TEXT)


def state_word(connection: Connection) -> StateWord:
    """The dot and word of a connection; its staleness turns the dot amber, then red."""
    tcp = connection.tcp
    if tcp is not None and tcp.reset_by:
        other = (tcp.reset_by == "source") == (connection.local_is_source is False)
        return StateWord("◌", Role.BAD, "reset", Role.DIM if connection.closed else Role.TEXT, "←" if other else "→")
    if connection.closed:
        return StateWord("◌", Role.DIM, word_of(connection), Role.DIM)
    dot, dot_role, word, role = lookup(connection.state, connection.protocol == "tcp")
    if over(connection):
        return StateWord(dot, dot_role, word, role)
    if connection.staleness is Staleness.AGEING:
        return StateWord(dot, Role.WARN, word, role)
    if connection.staleness is Staleness.EXPIRING:
        return StateWord(dot, Role.BAD, word, role)
    return StateWord(dot, dot_role, word, role)


def over(connection: Connection) -> bool:
    """Over for good, or as good as: nothing but late packets can come."""
    return connection.closed or connection.state in ("TIME_WAIT", "CLOSED")


def faded(connection: Connection) -> bool:
    """What is shown dim: what is over, and a question and its answer of which nothing has been heard for a while."""
    if over(connection):
        return True
    return connection.staleness is not Staleness.FRESH and lookup(connection.state, connection.protocol == "tcp")[0] == "○"


def lookup(state: str, tcp: bool = False) -> tuple[str, int, str, int]:
    """Dot, role, word, role of a protocol's own state word (``model.state_word``)."""
    word = plain_word(state, tcp)
    dot, dot_role, role = _LOOKS.get(word, _PLAIN)
    return dot, dot_role, word, role


PORTED = frozenset({"tcp", "udp", "sctp", "dccp", "udplite"})
"""Protocols whose ports are ports; those of ICMP are identifiers."""


def service_port(connection: Connection) -> tuple[int | None, bool]:
    """The port the conversation is about, and whether it is this machine's: the responder's; where nobody saw who opened
    it, the lower one."""
    if connection.protocol not in PORTED:
        return None, False
    ours, theirs = connection.local_port, connection.remote_port
    if connection.direction is Direction.UNKNOWN and connection.local_is_source is not None and ours and theirs:
        return (theirs, False) if theirs <= ours else (ours, True)
    return connection.destination_port, connection.local_is_source is False


def local_end(connection: Connection) -> str:
    """The local address, with its port where there is one."""
    return endpoint(connection.local, connection.local_port if connection.protocol in PORTED else None)


def remote_end(connection: Connection) -> str:
    """The other end's address, with its port where there is one."""
    return endpoint(connection.remote, connection.remote_port if connection.protocol in PORTED else None)


def endpoint(address: str, port: int | None) -> str:
    """``192.0.2.1:443``, ``[2001:db8::1]:443``, or the address alone."""
    if port is None:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def host_text(address: str, name: Name | None, names: bool) -> str:
    """What stands for a host in a list: its name (inferred ones after ``~``), or its address."""
    if names and name is not None and name.text:
        return f"~{name.text}" if name.inferred else name.text
    return address


def remote_text(connection: Connection, names: bool) -> str:
    """The other end's host in a list. The responder's own word (SNI, Host) is the application column's."""
    return host_text(connection.remote, connection.remote_name, names)


def said(connection: Connection, names: bool) -> str:
    """What the application said, without the host where that stands beside it as the other end, or is this machine."""
    finding = connection.finding
    if finding is None:
        return ""
    if neighbour := _neighbour(connection):
        return neighbour
    text, host = finding.summary or finding.hostname, finding.hostname
    if not text or not host or not _beside(connection, host, names):
        return text
    left, spoken = _without(text, host), dialect(finding)
    return left if left and left not in spoken.split(" ") else spoken


def _neighbour(connection: Connection) -> str:
    """What ARP and neighbour discovery ask and answer, with who made the card; empty for everything else."""
    word, _, rest = connection.state.partition(" ")
    if word in ("WHO_HAS", "IS_AT"):
        return f"{word.lower().replace('_', ' ')} {rest}"
    if word not in ("NEIGHBOR_SOLICITATION", "NEIGHBOR_ADVERTISEMENT") or connection.finding is None:
        return ""
    values = {field.name: str(field.values[0]) for field in connection.finding.fields if field.values}
    target, mac = values.get("ndp_target", ""), values.get("ndp_mac", "")
    if word == "NEIGHBOR_SOLICITATION":
        return f"who has {target}" if target else ""
    cards = {connection.source_mac: connection.source_vendor, connection.destination_mac: connection.destination_vendor}
    vendor = f" ({cards[mac]})" if cards.get(mac) else ""
    return f"is at {mac}{vendor}" if mac else ""


def dialect(finding: Finding) -> str:
    """Version and ALPN, whatever the protocol: ``1.3 h2``."""
    values = {field.title: str(field.values[0]) for field in finding.fields if field.values}
    found = " ".join(values[title] for title in ("Version", "ALPN") if title in values)
    return found.removeprefix(f"{finding.label} ")


def _beside(connection: Connection, host: str, names: bool) -> bool:
    if connection.local_is_source is False:
        return host.strip("[]") == connection.local
    name = connection.remote_name
    return host == (name.text if names and name is not None and name.text else connection.remote)


@lru_cache(maxsize=4096)
def _without(text: str, host: str) -> str:
    """``GET host:80/path 200`` as ``GET /path 200``."""
    return " ".join(re.sub(rf"(?<!\S){re.escape(host)}(:\d{{1,5}})?(?=[\s/]|$)", "", text, count=1).split())


SLOW, VERY_SLOW = 150.0, 400.0
"""Milliseconds from which a person notices a round trip, and from which it hurts."""


def pace(milliseconds: float, fine: int = Role.TEXT) -> int:
    """The role of a round-trip time: ``fine``, amber or red."""
    return fine if milliseconds < SLOW else Role.WARN if milliseconds < VERY_SLOW else Role.BAD


def process_name(connection: Connection) -> str:
    """What people call the owner, empty when nobody is known."""
    owner = connection.owner
    return owner.process.title if owner is not None else ""


def is_loopback(connection: Connection) -> bool:
    """Whether both ends are this machine's loopback (features 1.15)."""
    return connection.source_scope == "LOOPBACK" and connection.destination_scope == "LOOPBACK"


def application_label(connection: Connection) -> str:
    """The protocol people call it by: what inspection says, else the transport."""
    return connection.application or connection.protocol.upper()


def plural(count: int, word: str) -> str:
    """``1 connection``, ``2 connections``, ``2 processes``."""
    if count == 1:
        return f"1 {word}"
    return f"{count} {word}{'es' if word.endswith('s') else 's'}"
