"""The native executor: the contract's types around the C extension ``_native`` (see ``csrc/native.c``).

Importing this module fails with ``ImportError`` where the extension was not compiled; ``select`` turns that into the
fallback and its reason. Frames never pass through Python here: a capture file's bytes and
``pcap_dispatch`` reach C directly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netmon.errors import CaptureError
from netmon.model.finding import Attention
from netmon.model.flow import FlowRecord, Inspected, MeterTotals
from netmon.model.frame import CaptureInterface, Frame

from . import _native
from .contract import Fed, MeterLimits, NativeHandler

_FED = tuple(Fed)
_DONE, _ALWAYS = Attention.DONE, Attention.ALWAYS  # finding them costs more than the call


class NativeMeter:
    """C on libpcap's ``pcap_handler`` signature, and a capture file reader of its own."""

    name = "native"
    reads_files = True

    def __init__(self, limits: MeterLimits = MeterLimits()) -> None:  # noqa: B008 - an immutable value
        self._core = _native.Meter(FlowRecord, Inspected, CaptureError, **limits._asdict())

    def feed(self, frames: Iterable[Frame]) -> None:
        """Account frames one by one."""
        self._core.feed(frames)

    def handler(
        self, link_type: int, interface: int, nanosecond: bool, stopper: tuple[int, int] = (0, 0)
    ) -> NativeHandler | None:
        """What ``pcap_dispatch`` calls; it touches no Python object, so the interpreter lock may be free meanwhile."""
        return NativeHandler(*self._core.handler(link_type, interface, nanosecond, 0, *stopper))

    def attach(self, descriptor: int, link_type: int, interface: int) -> str:  # noqa: ARG002
        """Nothing to attach: frames are counted as they come."""
        return ""

    def feed_chunk(self, chunk: bytes, until_ns: int) -> Fed:
        """Account a piece of a capture file."""
        return _FED[self._core.feed_chunk(chunk, until_ns)]

    @property
    def next_timestamp_ns(self) -> int:
        """Timestamp of the packet that waits."""
        return self._core.next_timestamp_ns

    def end_of_file(self) -> str:
        """What was left over of a torn tail."""
        return self._core.end_of_file()

    def file_interfaces(self) -> Sequence[CaptureInterface]:
        """The interfaces the file has named so far."""
        return [CaptureInterface(*fields) for fields in self._core.file_interfaces()]

    def set_filter(self, program: int, offline_filter: int) -> None:
        """Skip frames that a compiled filter refuses."""
        self._core.set_filter(program, offline_filter)

    @property
    def last_timestamp_ns(self) -> int:
        """Latest timestamp seen."""
        return self._core.last_timestamp_ns

    def take_inspected(self) -> list[Inspected]:
        """Frames worth inspecting since the last call."""
        return self._core.take_inspected()

    def set_attention(self, flow_id: int, attention: Attention) -> None:
        """What inspection still wants of a flow."""
        self._core.set_attention(flow_id, 2 if attention is _DONE else 1 if attention is _ALWAYS else 0)

    def step_over(self, flow_id: int, side: int, until: int) -> None:
        """Pass on no segment that ends at or before this position."""
        self._core.step_over(flow_id, side, until)

    def endpoints(self, flow_id: int) -> tuple[bytes, bytes] | None:
        """Addresses of the initiator and the responder."""
        return self._core.endpoints(flow_id)

    def read_changed(self) -> list[FlowRecord]:
        """Records changed since the last call."""
        return self._core.read_changed(self._core.changed())

    def read_parts(self, most: int) -> Iterator[list[FlowRecord]]:
        """The same in parts."""
        for left in range(self._core.changed(), 0, -most):
            yield self._core.read_changed(min(left, most))

    def delete(self, flow_ids: Iterable[int]) -> None:
        """Forget finished flows."""
        self._core.delete(flow_ids)

    def totals(self) -> MeterTotals:
        """Everything seen so far."""
        return MeterTotals(*self._core.totals())

    def close(self) -> None:
        """Give back memory; the handlers die with it."""
        self._core.close()
