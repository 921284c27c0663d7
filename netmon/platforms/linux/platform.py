"""Linux as netmon sees it: ``/proc`` for sockets and processes, rtnetlink for interfaces.

``root`` and ``sys_root`` are the proc and sys mounts and ``host`` is where the host's other files are, so that tests (and a
monitor in a container with the host's trees mounted elsewhere) pass their own.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from netmon.errors import PlatformError
from netmon.model.kernel_tcp import KernelTcp
from netmon.model.network import Neighbour, Network
from netmon.model.owner import Process, SocketTable
from netmon.platforms.contract import Ends, SocketEvents
from netmon.platforms.network import network

from . import rtnetlink, tcp_info
from .conntrack import ConnectionTracking
from .containers import ContainerNames
from .hashes import Hashes
from .interfaces import interfaces
from .neighbours import neighbours
from .processes import ProcessReader
from .routes import parse
from .sock_diag import SockDiag
from .sockets import SocketScanner

TCP, UDP = 6, 17


class Linux:
    """See ``netmon.platforms.contract.Platform``."""

    name = "linux"

    def __init__(self, root: str = "/proc", sys_root: str = "/sys", host: str = "") -> None:
        # Only with the real proc file system: a tree from elsewhere describes another machine than the kernel's own tables.
        self._diag = SockDiag() if root == "/proc" else None
        self.attribution = "sock_diag + /proc" if self._diag else "/proc"
        self._tracking = ConnectionTracking() if root == "/proc" else None
        self._root = root
        self._sys_root = sys_root
        self._host = host
        self.hashes = Hashes()
        dump = self._diag.dump if self._diag else None
        self._scanner = SocketScanner(root, dump, ProcessReader(root, ContainerNames(host), self.hashes))
        # A reader of its own: ``process`` may be called from another thread than ``sockets``.
        self._reader = ProcessReader(root, ContainerNames(host), self.hashes)

    def set_hashing(self, wanted: bool) -> None:
        """From the next scan on."""
        self.hashes.enabled = wanted

    def sockets(self) -> SocketTable:
        """All sockets with their processes. Raises ``PlatformError`` when there is no socket table."""
        table = self._scanner.scan()
        if self.hashes.compute():
            table = self._scanner.hashed(table)
        notes = list(table.notes)
        problem = self._diag.problems.get(TCP) or self._diag.problems.get(UDP) if self._diag else ""
        if problem:
            self.attribution = "/proc"
            notes.append(f"sockets come from /proc/net, which costs more: sock_diag is refused ({problem})")
        translations = self._tracking.translations() if self._tracking else ()
        if self._tracking and self._tracking.problem:
            what = "connections whose addresses this machine translates (NAT) have no process"
            notes.append(f"{what}: connection tracking is refused ({self._tracking.problem}): run with sudo")
        return SocketTable(table.sockets, table.processes, tuple(notes), translations)

    def open_events(self) -> SocketEvents | None:
        """Kernel events by eBPF. Raises ``PlatformError`` with the reason when they cannot be had."""
        if self._root != "/proc":
            return None
        from netmon.bpf import BpfError

        from .kernel_events import open_kernel_events

        try:
            events = open_kernel_events(ProcessReader(self._root, ContainerNames(self._host), self.hashes))
        except BpfError as error:
            raise PlatformError(str(error)) from error
        if events.lists_sockets:
            self._scanner.kernel_table = events.socket_records
            self.attribution = "sock_diag + bpf_iter"
        return events

    def tcp_figures(self, ends: Sequence[Ends], now: float) -> Sequence[KernelTcp | None]:
        """``struct tcp_info`` of each. Raises ``PlatformError`` when the kernel refuses."""
        return tcp_info.ask(ends, now) if self._diag else ()

    def process(self, pid: int) -> Process | None:
        """Everything about one process, ``None`` when it is gone."""
        return self._reader.read(pid)

    def network(self) -> Network:
        """Interfaces, addresses, counters, gateways; falls back to psutil where routing sockets are refused, and says so."""
        routes = parse(self._text("net/route"), self._text("net/ipv6_route"))
        notes: list[str] = []
        try:
            found = interfaces(rtnetlink.dump(rtnetlink.RTM_GETLINK), rtnetlink.dump(rtnetlink.RTM_GETADDR), self._sys_root)
        except OSError as error:
            from netmon.platforms.generic.interfaces import interfaces as generic_interfaces

            notes.append(f"interfaces come from psutil: the kernel's routing socket is refused ({error.strerror or error})")
            found = generic_interfaces()
        known: tuple[Neighbour, ...] = ()
        try:
            names = {interface.index: interface.name for interface in found}
            known = neighbours(rtnetlink.dump(rtnetlink.RTM_GETNEIGH), names)
        except OSError as error:
            notes.append(f"neighbours are only those heard in packets: the kernel does not tell ({error.strerror or error})")
        return network(found, routes.default_interface, routes.gateways, notes, known)

    def capture_permission_advice(self) -> str:
        """How to be allowed to capture."""
        program = shlex.join(["sudo", *sys.argv]) if sys.argv and Path(sys.argv[0]).exists() else "sudo netmon"
        python = Path(sys.executable).resolve() if sys.executable else Path("python3")
        return f"{program}   (or once: sudo setcap cap_net_raw,cap_net_admin+ep {shlex.quote(str(python))})"

    def _text(self, name: str) -> str:
        try:
            return Path(self._root, name).read_text(encoding="ascii", errors="replace")
        except OSError:
            return ""
