"""The plain Python executor: the readable definition of the meter, and the fallback where nothing was compiled.

Same results as ``csrc/native.c``, record by record (tests/meter proves it); the helper modules ``reference_*`` each mirror
one header there. Files are read for it by ``capture.framing``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from netmon.errors import MeterError
from netmon.model.finding import Attention
from netmon.model.flow import (
    ANY_INTERFACES,
    Family,
    FlowRecord,
    Inspected,
    InspectKind,
    LinkNumbers,
    MeterTotals,
    TcpBits,
)
from netmon.model.frame import CaptureInterface, Frame

from .contract import WHOLE, Fed, MeterLimits, NativeHandler
from .reference_filter import offline_filter_function
from .reference_flow import Flow, FlowKey, key_of
from .reference_fragment import LIFETIME_NS, Datagram, Datagrams
from .reference_link import LINUX_SLL2
from .reference_link_rare import unknown
from .reference_network import Sink, network
from .reference_packet import Packet
from .reference_queue import InspectionQueue, item_of
from .reference_tcp import is_new_generation, tcp_update
from .reference_wireless import link_layer

_ADDRESS_SIZE: Final = {Family.IPV6: 16, Family.LINK: 6}


class ReferenceMeter(Sink):
    """Dictionaries and ``struct``."""

    name = "reference"
    reads_files = False
    next_timestamp_ns = 0

    def __init__(self, limits: MeterLimits = MeterLimits()) -> None:  # noqa: B008 - an immutable value
        self._limits = limits
        self._index: dict[FlowKey, Flow] = {}
        self._flows: dict[int, Flow] = {}
        self._changed: list[Flow] = []
        self._queue = InspectionQueue(limits)
        self._datagrams = Datagrams()
        self._filter: Callable[[Frame], bool] | None = None
        self._last_ns = 0
        self._totals = dict.fromkeys(MeterTotals._fields, 0)

    def feed(self, frames: Iterable[Frame]) -> None:
        """Account frames one by one."""
        for frame in frames:
            if self._filter is None or self._filter(frame):
                self._account_frame(frame)

    def _account_frame(self, frame: Frame) -> None:
        totals = self._totals
        wire = max(frame.wire_length, len(frame.data))
        totals["packets"] += 1
        totals["bytes"] += wire
        totals["captured_bytes"] += len(frame.data)
        self._last_ns = max(self._last_ns, frame.timestamp_ns)
        interface = frame.interface
        if frame.link_type == LINUX_SLL2 and self._limits.separate_interfaces and len(frame.data) >= 8:
            interface = ANY_INTERFACES + int.from_bytes(frame.data[4:8], "big") & 0xFFFF
        p = Packet(frame.timestamp_ns, wire, frame.data, interface)
        if not link_layer(p, frame.link_type) or not network(self, p, 0):
            p = Packet(frame.timestamp_ns, wire, frame.data, interface)
            unknown(p, frame.link_type)
            network(self, p, 0)
        if p.family == Family.LINK and p.space == LinkNumbers.LINK_TYPE:
            totals["not_understood"] += 1
            totals["not_understood_bytes"] += wire

    def account(self, p: Packet, outer: bool = False) -> None:
        """One packet into its flow, and up for inspection if that is still wanted."""
        flow = self._flow_of(p)
        if flow is None:
            return
        flow.count(p)
        if p.has_tcp:
            tcp_update(flow, p)
        self._touch(flow)
        if p.process:
            if flow.directions[p.direction].packets == 1:
                item = item_of(p, int(p.direction != flow.initiator), InspectKind.PROCESS, 0, p.process)
                self._queue.put(flow, flow.directions[p.direction], item._replace(flow_id=flow.flow_id))
            p.process = 0
        self._queue.offer(flow, p, outer)

    def account_fragment(self, p: Packet) -> None:
        """One fragment into its datagram's flow, or kept until that is known."""
        self._totals["fragments"] += 1
        self._expire_fragments()
        entry = self._datagrams.get(p)
        if entry is None:
            if self._datagrams.is_full():
                self._expire_oldest()
            entry = self._datagrams.begin(p, self._last_ns)
        entry.seen += p.end - p.l4
        if not p.more:
            entry.total = p.fragment_offset + p.end - p.l4
        if p.fragment_offset == 0:
            entry.known = True
            entry.ports = p.source_port, p.destination_port
        elif entry.known:
            p.source_port, p.destination_port = entry.ports
        else:
            entry.add(p)
            item = item_of(p, 0, InspectKind.FRAGMENT, p.l3, p.end - p.l3)
            if not self._datagrams.hold(entry, item):
                self._queue.lost += 1
            return
        flow = self._flow_of(p)
        if flow is not None:
            flow.count(p)
            if p.has_tcp:
                tcp_update(flow, p)
            self._touch(flow)
            self._queue.pass_on(flow, p, InspectKind.FRAGMENT, p.l3, p.end - p.l3)
            self._settle(entry, flow, p)
        if entry.total and entry.seen >= entry.total:
            self._datagrams.forget(entry)

    def _settle(self, entry: Datagram, flow: Flow, p: Packet) -> None:
        """What waited goes to the flow that is now known (or never will be)."""
        me = flow.directions[p.direction]
        if entry.packets:
            me.packets += entry.packets
            me.fragments += entry.packets
            me.bytes += entry.bytes
            me.payload += entry.payload
            flow.first_ns = min(flow.first_ns, entry.begin_ns)
            flow.last_ns = max(flow.last_ns, entry.end_ns)
            me.last_ns = max(me.last_ns, entry.end_ns)
            entry.packets = entry.bytes = entry.payload = 0
            self._touch(flow)
        for item in self._datagrams.release(entry):
            if entry.known and self._queue.wants(flow, me):
                side = int(p.direction != flow.initiator)
                item = item._replace(source_port=p.source_port, destination_port=p.destination_port)
                self._queue.put(flow, me, item._replace(flow_id=flow.flow_id, side=side))

    def _expire_fragments(self, everything: bool = False) -> None:
        while (entry := self._datagrams.oldest()) and (everything or entry.born + LIFETIME_NS <= self._last_ns):
            self._expire_oldest()

    def _expire_oldest(self) -> None:
        """The oldest datagram leaves; what still waits gets a flow without ports."""
        entry = self._datagrams.oldest()
        if entry is None:
            return
        if entry.packets:
            p = entry.first
            p.source_port = p.destination_port = 0
            p.has_tcp = False
            p.now = entry.begin_ns
            flow = self._flow_of(p)
            if flow is not None:
                me = flow.directions[p.direction]
                if me.packets == 0:
                    me.ttl, me.tos = p.ttl, p.tos
                entry.known = False
                self._settle(entry, flow, p)
        self._datagrams.forget(entry)

    def _flow_of(self, p: Packet) -> Flow | None:
        """The packet's record, begun when there is none; ``None`` when the table is full."""
        key = key_of(p, p.interface if self._limits.separate_interfaces else 0)
        flow = self._index.get(key)
        generation = 0
        if flow is not None and p.has_tcp and is_new_generation(flow, p):
            generation = flow.generation + 1
            flow.tcp_bits |= TcpBits.SUPERSEDED
            self._touch(flow)
            del self._index[key]
            flow = None
        if flow is None:
            if len(self._flows) >= self._limits.flows:
                self._totals["table_full"] += 1
                return None
            self._totals["flows"] += 1
            flow = Flow(self._totals["flows"], key, p, generation)
            self._index[key] = self._flows[flow.flow_id] = flow
        return flow

    def _touch(self, flow: Flow) -> None:
        if not flow.changed:
            flow.changed = True
            self._changed.append(flow)

    def handler(self, *_: object) -> NativeHandler | None:
        """None: a live source hands its frames to ``feed``."""
        return None

    def attach(self, descriptor: int, link_type: int, interface: int) -> str:  # noqa: ARG002
        """Nothing to attach: frames are counted as they come."""
        return ""

    def feed_chunk(self, chunk: bytes, until_ns: int) -> Fed:  # noqa: ARG002
        """Not by this executor, see ``reads_files``."""
        raise MeterError("the plain Python meter does not read files itself")

    def end_of_file(self) -> str:
        """The file is over: fragments that still wait get their flow."""
        self._expire_fragments(everything=True)
        return ""

    def file_interfaces(self) -> Sequence[CaptureInterface]:
        """None; the reader of the file knows them."""
        return ()

    def set_filter(self, program: int, offline_filter: int) -> None:
        """Skip frames that a compiled filter refuses."""
        self._filter = offline_filter_function(program, offline_filter) if offline_filter else None

    @property
    def last_timestamp_ns(self) -> int:
        """Latest timestamp seen."""
        return self._last_ns

    def take_inspected(self) -> list[Inspected]:
        """Frames worth inspecting since the last call."""
        return self._queue.take()

    def set_attention(self, flow_id: int, attention: Attention) -> None:
        """What inspection still wants of a flow."""
        if flow_id in self._flows:
            self._flows[flow_id].attention = attention

    def step_over(self, flow_id: int, side: int, until: int) -> None:
        """Pass on no segment that ends at or before this position."""
        flow = self._flows.get(flow_id)
        if flow is not None:
            flow.directions[side != flow.initiator].step_over = until

    def endpoints(self, flow_id: int) -> tuple[bytes, bytes] | None:
        """Addresses of the initiator and the responder."""
        flow = self._flows.get(flow_id)
        if flow is None:
            return None
        size = _ADDRESS_SIZE.get(Family(flow.key.family), 4)
        ends = flow.key.address_a[:size], flow.key.address_b[:size]
        return ends[::-1] if flow.initiator else ends

    def read_changed(self) -> list[FlowRecord]:
        """Records changed since the last call."""
        return list(chain.from_iterable(self.read_parts(WHOLE)))

    def read_parts(self, most: int) -> Iterator[list[FlowRecord]]:
        """The same in parts."""
        self._expire_fragments()
        for left in range(len(self._changed), 0, -most):
            size = min(left, most)
            changed, self._changed = self._changed[:size], self._changed[size:]
            for flow in changed:
                flow.changed = False
            yield [flow.record() for flow in changed if flow.flow_id in self._flows]

    def delete(self, flow_ids: Iterable[int]) -> None:
        """Forget finished flows."""
        for flow_id in flow_ids:
            flow = self._flows.pop(flow_id, None)
            if flow is not None and self._index.get(flow.key) is flow:
                del self._index[flow.key]

    def totals(self) -> MeterTotals:
        """Everything seen so far."""
        queue = self._queue
        counted = {"inspected": queue.inspected, "inspect_lost": queue.lost, "inspect_spent": queue.spent}
        return MeterTotals(**(self._totals | counted))

    def close(self) -> None:
        """Nothing to give back but memory."""
        self._index.clear()
        self._flows.clear()
        self._changed.clear()
        self._queue.take()
