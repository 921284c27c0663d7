"""The contract of packet sources: where frames come from, never what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from netmon.model.frame import CaptureInterface, CaptureStatistics, Frame


class Sink(NamedTuple):
    """Where a live source delivers: a C ``pcap_handler`` with its user pointer where there is one, else ``feed``."""

    feed: Callable[[list[Frame]], None]
    function: int = 0
    user: int = 0


class LiveSource(Protocol):
    """One interface being captured, on a nonblocking descriptor."""

    interface: CaptureInterface
    nanosecond: bool

    def fileno(self) -> int:
        """The selectable descriptor (for ``trio.lowlevel.wait_readable``)."""

    @property
    def gone(self) -> bool:
        """The interface has been taken away. The kernel says so once, to whoever asks the socket for anything first: while
        a filter is being attached that is not ``drain``."""

    def drain(self, sink: Sink, limit: int) -> int:
        """Deliver at most ``limit`` frames that are waiting; returns how many. Never blocks.

        Raises ``CaptureError`` when the interface is gone.
        """

    def stopper(self) -> tuple[int, int]:
        """Addresses of a C function and its argument: once it is called while ``drain`` delivers, the packet at hand is the
        last and ``drain`` returns ``limit``, since more may wait. 0, 0 = there is none."""

    def compile_filter(self, expression: str) -> tuple[int, int]:
        """(address of a ``struct bpf_program``, address of ``pcap_offline_filter``) for ``Meter.set_filter``."""

    def statistics(self) -> CaptureStatistics:
        """Received and dropped so far."""

    def close(self) -> None:
        """Release the descriptor; idempotent."""


class FileSource(Protocol):
    """A capture file or standard input, decompressed, any format of features 1.6."""

    name: str
    """Path as given, ``-`` for standard input."""

    @property
    def rewinds(self) -> bool:
        """It can be opened again from its beginning; a pipe cannot."""

    def chunks(self) -> Iterator[bytes]:
        """The uncompressed bytes in pieces of 1 MiB (the last one shorter), for ``Meter.feed_chunk``. Blocking."""

    def frames(self) -> Iterator[list[Frame]]:
        """The frames in batches, read in plain Python (where the meter does not read files, and for playback)."""

    def interfaces(self) -> Sequence[CaptureInterface]:
        """Those named by the file so far."""

    def compile_filter(self, expression: str) -> tuple[int, int]:
        """As ``LiveSource.compile_filter``, for the file's link type; valid until ``close``. Before anything is read."""

    def fraction(self) -> float:
        """How much of the file has been read, 0 to 1; 0 for a pipe."""

    def torn(self) -> str:
        """After the end: empty, or what was left over of a truncated tail, in one line."""

    def close(self) -> None:
        """Release the file; idempotent."""
