"""The contract of the three meter executors (``reference``, ``native``, ``kernel``).

A meter takes link-layer frames and keeps (a) a table of flow records and (b) a queue of frames worth inspecting. One
meaning, identical results; ``tests/meter/conformance`` proves it. A meter never raises on packet content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple, Protocol

from netmon.model.finding import Attention
from netmon.model.flow import FlowRecord, Inspected, MeterTotals
from netmon.model.frame import CaptureInterface, Frame


class MeterLimits(NamedTuple):
    """Bounds of one meter."""

    flows: int = 1_000_000
    """Rows in the flow table."""
    inspect_packets: int = 16_384
    """Payload frames passed on per direction before a flow counts as done alone (0: only headers that name processes) ..."""
    inspect_bytes: int = 65_536
    """... or payload bytes, whichever comes first (a certificate in one-byte segments is still read)."""
    queue_bytes: int = 32 * 1024 * 1024
    """Room for frames waiting for ``take_inspected``."""
    separate_interfaces: bool = False
    """Live on several interfaces: the interface is part of the flow key (the tracker merges, features 1.3)."""


class NativeHandler(NamedTuple):
    """A C function with libpcap's ``pcap_handler`` signature, and its ``user`` argument."""

    function: int
    user: int


class Fed(IntEnum):
    """Why ``feed_chunk`` came back."""

    EATEN = 0
    """All bytes are taken in (a packet cut off at the end waits for the next chunk)."""
    TIME = 1
    """The next packet's timestamp is at or after ``until_ns``; it waits, see ``next_timestamp_ns``."""
    QUEUE = 2
    """``INSPECT_BATCH`` frames wait for ``take_inspected``, or a direction has just used up its budget."""


INSPECT_BATCH = 512
"""Frames after which a file reader pauses, so that ``set_attention`` takes effect early."""

WHOLE = 4096
"""Records in a part where all of them are wanted."""


class Meter(Protocol):
    """One executor."""

    name: str
    """``reference``, ``native`` or ``kernel``."""
    reads_files: bool
    """``feed_chunk`` works; otherwise files are read with ``capture.framing`` and ``feed``."""

    def feed(self, frames: Iterable[Frame]) -> None:
        """Account frames one by one (any source, any link type)."""

    def handler(
        self, link_type: int, interface: int, nanosecond: bool, stopper: tuple[int, int] = (0, 0)
    ) -> NativeHandler | None:
        """What ``pcap_dispatch`` may call directly for a live source, or ``None`` (then use ``feed``). ``stopper``, of the
        source, is called when a direction has used up its budget, so that its inspection can ask for more at once.

        The handler stays valid until ``close``.
        """

    def attach(self, descriptor: int, link_type: int, interface: int) -> str:
        """A live source was opened: its descriptor, before ``handler`` is asked for.

        Empty, or why this source cannot be counted in the kernel although others are. Raises ``MeterError`` then when
        the user asked for no other meter. Meters that count what they are given return empty.
        """

    def feed_chunk(self, chunk: bytes, until_ns: int) -> Fed:
        """Account a piece of a capture file (pcap or pcapng, from its first byte on, cut anywhere).

        Stops before the first packet at or after ``until_ns``, when ``INSPECT_BATCH`` frames wait, and when a direction has
        used up its budget (whoever inspects it may want the very next packet); call again with
        an empty chunk to go on. Where it stops never depends on how the file was cut. Raises ``CaptureError`` when the
        bytes are not a capture file or are damaged; what came before is counted.
        """

    @property
    def next_timestamp_ns(self) -> int:
        """After ``Fed.TIME``: the timestamp of the packet that waits."""

    def end_of_file(self) -> str:
        """Empty, or what was left over of a torn tail after the last whole packet (one line)."""

    def file_interfaces(self) -> Sequence[CaptureInterface]:
        """The interfaces named by the file given to ``feed_chunk`` so far."""

    def set_filter(self, program: int, offline_filter: int) -> None:
        """Skip frames that a compiled ``struct bpf_program *`` refuses (``pcap_offline_filter``'s address); 0, 0 = none."""

    @property
    def last_timestamp_ns(self) -> int:
        """Latest timestamp seen, 0 before the first frame; packet time never runs backwards."""

    def take_inspected(self) -> list[Inspected]:
        """The frames worth inspecting since the last call, in order."""

    def set_attention(self, flow_id: int, attention: Attention) -> None:
        """What inspection still wants of this flow; unknown ids are ignored."""

    def step_over(self, flow_id: int, side: int, until: int) -> None:
        """Pass on no TCP segment of this side that ends at or before position ``until`` (> 0) of its stream.

        ``side`` and positions are those of ``Inspected``. They are counted as ever, but neither queued nor taken off the
        budget; a segment that reaches beyond is passed on whole. The last call of a side holds; unknown ids are ignored.
        """

    def endpoints(self, flow_id: int) -> tuple[bytes, bytes] | None:
        """Addresses of the initiator and the responder (4 or 16 bytes; 6 for a link-layer flow); ``None`` when unknown."""

    def read_changed(self) -> list[FlowRecord]:
        """The records that changed since the last call, in order of first change."""

    def read_parts(self, most: int) -> Iterator[list[FlowRecord]]:
        """The same in lists of about ``most`` records, so that the caller can do something else in between.

        Packets may come and flows may be deleted meanwhile: what changes after it was read comes the next time.
        """

    def delete(self, flow_ids: Iterable[int]) -> None:
        """Forget finished flows; unknown ids are ignored. A later packet of the same 5-tuple begins a new flow."""

    def totals(self) -> MeterTotals:
        """Everything seen so far."""

    def close(self) -> None:
        """Give back memory and kernel objects."""
