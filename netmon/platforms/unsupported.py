"""A system netmon knows nothing about: says so instead of guessing. Capture files and filters work all the same."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from netmon.errors import PlatformError
from netmon.model.network import Network
from netmon.model.owner import Process, SocketTable
from netmon.platforms.contract import Ends


class Unsupported:
    """See ``netmon.platforms.contract.Platform``."""

    name = "unsupported"
    attribution = "none"

    def __init__(self, system: str = sys.platform) -> None:
        self._system = system

    def sockets(self) -> SocketTable:
        """Always refuses."""
        raise PlatformError(f"processes are not shown: netmon cannot read the socket table of {self._system}")

    def set_hashing(self, wanted: bool) -> None:
        """Executables are not hashed here."""

    def open_events(self) -> None:
        """The system tells nothing by itself."""

    def tcp_figures(self, ends: Sequence[Ends], now: float) -> tuple[()]:  # noqa: ARG002 - the contract's signature
        """Not told here."""
        return ()

    def process(self, pid: int) -> Process | None:  # noqa: ARG002 - the contract's signature
        """No process is known."""
        return None

    def network(self) -> Network:
        """No interface is known, which is said."""
        return Network(notes=(f"local addresses are not known: netmon cannot read the interfaces of {self._system}",))

    def capture_permission_advice(self) -> str:
        """Nothing system-specific is known."""
        return f"run netmon as administrator (how is not known for {self._system})"
