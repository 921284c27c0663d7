"""A platform made of psutil alone; the systems derive from it and replace what they know better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from netmon.model.network import Network
from netmon.model.owner import Process, SocketTable
from netmon.platforms.contract import Ends
from netmon.platforms.network import network

from .interfaces import interfaces
from .processes import ProcessReader
from .routes import Routes, netstat
from .sockets import SocketScanner

DEFAULT_ROUTE_UNKNOWN = "the default route is not known: choose an interface with -i"


class Scanner(Protocol):
    """Finds sockets."""

    def scan(self) -> SocketTable:
        """All sockets that may be seen. Raises ``PlatformError`` when none can."""


class Generic:
    """See ``netmon.platforms.contract.Platform``."""

    name = "generic"
    attribution = "psutil"

    def __init__(self, scanner: Scanner | None = None) -> None:
        self._scanner = scanner or SocketScanner()
        # A reader of its own: ``process`` may be called from another thread than ``sockets``.
        self._reader = ProcessReader()

    def sockets(self) -> SocketTable:
        """All sockets that may be seen."""
        return self._scanner.scan()

    def set_hashing(self, wanted: bool) -> None:
        """Executables are not hashed here."""

    def open_events(self) -> None:
        """The system tells nothing by itself."""

    def tcp_figures(self, ends: Sequence[Ends], now: float) -> tuple[()]:  # noqa: ARG002 - the contract's signature
        """Not told here."""
        return ()

    def process(self, pid: int) -> Process | None:
        """Everything about one process, ``None`` when it is gone."""
        return self._reader.read(pid)

    def network(self) -> Network:
        """Interfaces, addresses, counters, gateways."""
        routes = self.routes()
        notes = [] if routes.default_interface else [DEFAULT_ROUTE_UNKNOWN]
        return network(interfaces(), routes.default_interface, routes.gateways, notes)

    def routes(self) -> Routes:
        """psutil knows no routes."""
        return Routes("", frozenset())

    def capture_permission_advice(self) -> str:
        """How to be allowed to capture."""
        return "run netmon with administrator rights"


class Unix(Generic):
    """macOS and the BSDs: a tool of the system lists the sockets, another (``netstat -rn``) the routes."""

    def __init__(self, scanner: Scanner, route_command: list[str]) -> None:
        super().__init__(scanner)
        self._route_command = route_command

    def routes(self) -> Routes:
        """The default route and the gateways."""
        return netstat(self._route_command)
