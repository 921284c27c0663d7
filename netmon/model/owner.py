"""Processes, and the sockets they own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Match(Enum):
    """How an owner was found; the value is the JSON word, strongest first (features 5.3)."""

    KERNEL = "kernel"
    """A kernel event named the process."""
    EXACT = "exact"
    """The socket table holds exactly this tuple."""
    LISTENER = "listener"
    """A listening socket on the local address and port."""
    WILDCARD = "wildcard"
    """A socket bound to the port on any address."""


@dataclass(frozen=True, slots=True)
class Container:
    """A container a process runs in."""

    runtime: str
    identifier: str
    name: str = ""
    image: str = ""
    pod: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class ParentProcess:
    """One ancestor of a process."""

    pid: int
    name: str


@dataclass(frozen=True, slots=True)
class Process:
    """A process. ``started`` (Unix time, seconds) guards against pid reuse. Empty or ``None`` = not known."""

    pid: int
    name: str
    started: float = 0.0
    executable: str = ""
    command_line: str = ""
    working_directory: str = ""
    uid: int | None = None
    user: str = ""
    group: str = ""
    parents: tuple[ParentProcess, ...] = ()
    unit: str = ""
    cgroup: str = ""
    container: Container | None = None
    script: str = ""
    """What an interpreter runs (``app.py``, ``-m http.server``): the program as its user knows it."""
    capabilities: tuple[str, ...] = ()
    """Effective ones (capabilities(7)) without the prefix, lower case; ``("all",)`` when none is missing."""
    lacking: tuple[str, ...] = ()
    """Those it has not, where it has more than half of them."""
    own_user_namespace: bool = False
    """Its capabilities count there only (user_namespaces(7)), as those of root in a rootless container."""
    label: str = ""
    """SELinux or AppArmor label; empty without such a module or when unconfined."""
    sha256: str = ""
    """Of the executable, where asked for."""

    @property
    def key(self) -> tuple[int, float]:
        """Tells it from all others, also from those that had its number before."""
        return self.pid, self.started

    @property
    def title(self) -> str:
        """What people call it: the name, and what an interpreter runs (``python3 app.py``)."""
        return f"{self.name} {self.script}" if self.script else self.name


class SocketEventKind(Enum):
    """What the kernel saw a process do with a socket."""

    OPENED = 1
    """It connected."""
    ACCEPTED = 2
    """A connection came in on its listening socket; who works with it may follow."""
    HANDLED = 3
    """It received on, or closed, an accepted connection."""
    SHARED = 4
    """It received on a connection that another process opened."""
    BOUND = 5
    """It bound a datagram socket to a local port; there is no remote end."""
    SENT = 6
    """Its socket, which is not a TCP one, sent a packet."""


class SocketEvent(NamedTuple):
    """One event; addresses as in ``SocketEntry``. ICMP echo has its identifier in both ports; ARP is protocol 0x0806."""

    kind: SocketEventKind
    protocol: int
    local: bytes
    local_port: int
    remote: bytes
    remote_port: int
    process: Process
    when: float
    """Unix time."""
    foreign: bool = False
    """In another network namespace than netmon: its addresses are not this machine's."""


class EventStatistics(NamedTuple):
    """Of the events the kernel tells."""

    seen: int = 0
    lost: int = 0
    """Found no room in the ring buffer, or the kernel no memory."""


@dataclass(frozen=True, slots=True)
class SocketEntry:
    """One row of the operating system's socket table, as seen from this machine.

    ``protocol`` is the IANA number; addresses are 4 or 16 bytes (IPv4-mapped already turned into IPv4), ``remote`` is
    empty and ``remote_port`` 0 for a socket that is not connected. ``pid`` is ``None`` when nobody may be named.
    """

    protocol: int
    local: bytes
    local_port: int
    remote: bytes
    remote_port: int
    state: str
    """``LISTEN``, ``ESTABLISHED``, ... or empty for datagram sockets."""
    pid: int | None
    uid: int | None = None
    inode: int = 0
    dual_stack: bool = False
    """An IPv6 wildcard socket that also takes IPv4."""
    namespace: int = 0
    """Network namespace (inode number) when it is not the one netmon runs in; its addresses are not this machine's."""
    shared: tuple[int, ...] = ()
    """The other processes that hold it."""


class TranslatedTuple(NamedTuple):
    """One direction of a tracked connection, as its packets look."""

    protocol: int
    source: bytes
    source_port: int
    destination: bytes
    destination_port: int


class Translation(NamedTuple):
    """A connection whose addresses this machine changes on the way (NAT)."""

    original: TranslatedTuple
    """As the opener's packets come in."""
    reply: TranslatedTuple
    """As the answers come in."""


@dataclass(frozen=True, slots=True)
class SocketTable:
    """One scan: the sockets, the processes that own them, and what the scan could not see."""

    sockets: tuple[SocketEntry, ...]
    processes: dict[int, Process]
    notes: tuple[str, ...] = ()
    """One line per degradation: what, why, what to do."""
    translations: tuple[Translation, ...] = ()
    """Of addresses, by this machine."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The process a connection belongs to and how that is known."""

    process: Process
    match: Match
    shared: tuple[ParentProcess, ...] = ()
    """Other processes that work with the same socket ("shared by")."""
    peer: Process | None = None
    """The process at the other end, where that is on this machine, too."""


@dataclass(frozen=True, slots=True)
class ProcessTotals:
    """What connections that are no longer kept have moved, by process (process ``None``: nobody is known)."""

    process: Process | None
    connections: int = 0
    bytes_down: int = 0
    """Towards this machine."""
    bytes_up: int = 0
    last_seen: float = 0.0
    loopback: int = 0
    """Of these bytes, those that never left this machine."""
