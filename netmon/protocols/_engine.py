"""Inspection: frames in; findings and attention decisions out.

    engine = Engine(load())
    harvest = engine.inspect(meter.take_inspected())       # TCP, UDP, and others by ``transport_of``
    engine.datagram(flow_id, "udp", side, ...)              # a reassembled datagram; harvested by the next call
    harvest = engine.finish(flow_ids)                       # these flows are over: decide with what there is, then forget
    engine.forget(flow_id)                                  # this flow is over and nobody wants to know more

A ``Harvest`` holds ``updates`` (flow id, Update) in order, and ``attentions`` (flow id, Attention) and ``steps``, which the
caller passes to ``Meter.set_attention`` and ``Meter.step_over``. Every call is bounded by its input; the engine knows no
clock (time is packet time) and no addresses (``addresses_of`` may tell them, for announced flows).

Rules never broken: nothing a protocol or a packet does raises out of here; at most ``Limits.flows`` flows and
``Limits.buffered`` bytes are held, the least recently heard of go first and are counted; a flow that is finished costs
nothing but a mark against frames that are still on their way.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from netmon.model.finding import Attention, ChildFlow, Update
from netmon.model.flow import Inspected, InspectKind

from ._contract import Context
from ._conversation import Shared
from ._datagram import DatagramConversation
from ._dispatch import Dispatch
from ._expectation import Addresses
from ._ipcomp import IpcompConversation
from ._registry import Registry
from ._sctp import SctpConversation
from ._stream import StreamConversation

MARKS = 65_536
"""Finished flows remembered, so that frames already on their way do not start them anew; in ranges of ``RANGE`` flow ids,
each with a bit for every one that is finished, so up to ``RANGE`` times as many."""
RANGE: Final = 32

AnyConversation = StreamConversation | DatagramConversation | SctpConversation | IpcompConversation
"""Of one flow."""
_KINDS: dict[str, type[AnyConversation]] = {
    "tcp": StreamConversation, "sctp": SctpConversation, "ipcomp": IpcompConversation,
}  # fmt: skip
"""By transport; all others are datagrams."""
_Fields = tuple[int, int, int, int, int, int, int, int, int, bool, bytes]
"""Of an ``Inspected``, as a plain tuple: compiled, that is taken apart without an iterator."""
_TCP: Final = int(InspectKind.TCP)  # plain integers compare four times as fast
_UDP: Final = int(InspectKind.UDP)

_IP_PROTOCOLS: Final = {
    1: "icmp", 2: "igmp", 4: "ipip", 6: "tcp", 17: "udp", 33: "dccp", 41: "ipv6", 46: "rsvp", 47: "gre", 50: "esp", 51: "ah",
    58: "icmpv6", 88: "eigrp", 89: "ospf", 103: "pim", 108: "ipcomp", 112: "vrrp", 113: "pgm", 115: "l2tp", 132: "sctp",
    136: "udplite",
}  # fmt: skip


class Limits(NamedTuple):
    """Bounds of one engine."""

    flows: int = 100_000
    buffered: int = 64 * 1024 * 1024


class Harvest(NamedTuple):
    """What came out of one call."""

    updates: list[tuple[int, Update]]
    attentions: list[tuple[int, Attention]]
    steps: list[tuple[int, int, int]]
    """(flow id, side, position) for ``Meter.step_over``."""


class EngineStatistics(NamedTuple):
    """Counters since the start, except ``flows``, ``buffered`` and ``expected``, which are of now."""

    flows: int
    buffered: int
    peak: int
    """The largest ``buffered`` after a harvest so far."""
    bound: int
    """Of ``buffered``."""
    expected: int
    identified: int
    given_up: int
    evicted: int
    """Flows let go because there were too many, or too many bytes were held."""
    holes: int
    """Times that missing bytes of a stream were given up."""
    failures: dict[str, int]
    """Defects (not parse errors) per protocol label."""


def transport_name(frame: Inspected) -> str:
    """``Context.transport`` of a frame; empty for fragments, which are to be reassembled first."""
    if frame.kind == InspectKind.TRANSPORT:
        return _IP_PROTOCOLS.get(frame.flags, f"ip-{frame.flags}")
    if frame.kind == InspectKind.LINK:
        return "link"
    return {InspectKind.TCP: "tcp", InspectKind.UDP: "udp"}.get(InspectKind(frame.kind), "")


class Engine:
    """Inspection of all flows of one run."""

    __slots__ = (
        "_addresses_of",
        "_evicted",
        "_flows",
        "_limits",
        "_marks",
        "_peak",
        "_secrets",
        "_shared",
        "_touched",
    )

    def __init__(
        self,
        registry: Registry,
        limits: Limits = Limits(),  # noqa: B008  immutable
        addresses_of: Callable[[int], Addresses] | None = None,
        secrets: bool = False,
    ) -> None:
        """``secrets``: the user asked for them (``Context.secrets``)."""
        self._shared = Shared(Dispatch(registry))
        self._limits = limits
        self._addresses_of = addresses_of
        self._secrets = secrets
        self._flows: OrderedDict[int, AnyConversation] = OrderedDict()
        self._marks: OrderedDict[int, int] = OrderedDict()
        self._touched: list[AnyConversation] = []
        self._evicted = self._peak = 0

    # -- input

    def inspect(self, frames: Iterable[Inspected], transport_of: Callable[[Inspected], str] = transport_name) -> Harvest:
        """Take frames in, in capture order. ``transport_of`` names what is neither TCP nor UDP; an empty answer skips it."""
        get, touched = self._flows.get, self._touched
        renew = self._flows.move_to_end
        for frame in frames:
            fields: _Fields = frame
            flow_id, kind, side, now_ns, offset, _, length, source, destination, midstream, data = fields
            if kind == _TCP:
                if not length:
                    continue
                flow = get(flow_id)
                if flow is None:
                    ports = (destination, source) if side else (source, destination)
                    flow = self._open(flow_id, "tcp", ports, midstream, now_ns)
                    if flow is None:
                        continue
                else:
                    renew(flow_id)
                if not flow.touched:
                    flow.touched = True
                    touched.append(flow)
                if isinstance(flow, StreamConversation):
                    flow.segment(side, offset, data, length, now_ns)
                if flow.announces:
                    self._announce(flow, now_ns)
            elif data:
                transport = "udp" if kind == _UDP else transport_of(frame)
                if transport:
                    self.datagram(flow_id, transport, side, source, destination, data, now_ns, length)
        return self.harvest()

    def datagram(
        self,
        flow_id: int,
        transport: str,
        side: int,
        source_port: int,
        destination_port: int,
        data: bytes,
        timestamp_ns: int,
        length: int = 0,
    ) -> None:
        """Take one payload in, for example of a reassembled datagram; harvested by the next call that harvests.

        ``length`` is what it had on the wire, where that is more than was captured.
        """
        if not data:
            return
        flow = self._flows.get(flow_id)
        if flow is None:
            ports = (destination_port, source_port) if side else (source_port, destination_port)
            flow = self._open(flow_id, transport, ports, False, timestamp_ns)
            if flow is None:
                return
        else:
            self._flows.move_to_end(flow_id)
        if not flow.touched:
            flow.touched = True
            self._touched.append(flow)
        if length > len(data):
            flow.cut = True
        flow.take(side, data, timestamp_ns)
        if flow.announces:
            self._announce(flow, timestamp_ns)

    def _announce(self, flow: AnyConversation, now_ns: int) -> None:
        """What it names may begin with the very next frame."""
        self._shared.expectations.now_ns = now_ns
        flow.collect()

    def expect(self, child: ChildFlow) -> None:
        """Announce a flow from outside (inspectors do it through ``Update.children``)."""
        self._shared.expectations.add(child)

    # -- output

    def harvest(self) -> Harvest:
        """What has been found out since the last harvest."""
        shared = self._shared
        for flow in self._touched:
            flow.touched = False
            flow.collect()
            if flow.finished:
                if flow.flow_id in self._flows:
                    self._drop(flow.flow_id)
                    self._mark(flow.flow_id)
            else:
                flow.charge()
        self._touched.clear()
        while shared.buffered > self._limits.buffered and self._flows:
            self._evict()
        self._peak = max(self._peak, shared.buffered)
        result = Harvest(shared.updates, shared.attentions, shared.steps)
        shared.updates, shared.attentions, shared.steps = [], [], []
        return result

    def holds(self, flow_id: int) -> bool:
        """Whether ``finish`` may find out anything about this flow."""
        return flow_id in self._flows or bool(self._touched)

    def finish(self, flow_ids: Iterable[int]) -> Harvest:
        """These flows have ended (or the input has)."""
        for flow_id in flow_ids:
            flow = self._flows.get(flow_id)
            if flow is not None:
                flow.end()
                flow.collect()
            self.forget(flow_id)
        return self.harvest()

    def finish_all(self) -> Harvest:
        """The input has ended."""
        return self.finish(list(self._flows))

    def forget(self, flow_id: int) -> None:
        """Hold nothing about this flow any more."""
        self._drop(flow_id)
        place = flow_id // RANGE
        marked = self._marks.get(place, 0)
        if marked:
            marked &= ~(1 << flow_id % RANGE)
            if marked:
                self._marks[place] = marked
            else:
                del self._marks[place]

    def statistics(self) -> EngineStatistics:
        """For the System panel."""
        shared = self._shared
        return EngineStatistics(
            flows=len(self._flows),
            buffered=shared.buffered,
            peak=self._peak,
            bound=self._limits.buffered,
            expected=len(shared.expectations),
            identified=shared.identified,
            given_up=shared.given_up,
            evicted=self._evicted,
            holes=shared.holes,
            failures=dict(shared.door.failures),
        )

    # -- the table

    def _open(
        self, flow_id: int, transport: str, ports: tuple[int, int], midstream: bool, now_ns: int
    ) -> AnyConversation | None:
        """A new flow; ``None`` when it is finished already."""
        if self._marks.get(flow_id // RANGE, 0) & 1 << flow_id % RANGE:
            return None
        shared = self._shared
        shared.expectations.now_ns = now_ns
        child = None
        if shared.expectations.possible(ports):
            addresses = self._addresses_of(flow_id) if self._addresses_of else None
            child = shared.expectations.match(transport, ports, addresses)
        context = Context(transport, ports[0], ports[1], midstream, (), child.label if child else "", self._secrets)
        kind = _KINDS.get(transport, DatagramConversation)
        if len(self._flows) >= self._limits.flows:
            self._evict()
        flow = self._flows[flow_id] = kind(flow_id, context, shared)
        if child is not None and child.fields:
            flow.know(child.fields)
        return flow

    def _evict(self) -> None:
        """Let the flow go that has been silent longest."""
        flow_id, flow = self._flows.popitem(last=False)
        flow.collect()
        flow.drop()
        flow.finished = True
        self._shared.attentions.append((flow_id, Attention.DONE))
        self._evicted += 1
        self._mark(flow_id)

    def _drop(self, flow_id: int) -> None:
        if flow_id in self._flows:
            flow = self._flows.pop(flow_id)
            flow.finished = True
            flow.drop()

    def _mark(self, flow_id: int) -> None:
        place = flow_id // RANGE
        self._marks[place] = self._marks.get(place, 0) | 1 << flow_id % RANGE
        if len(self._marks) > MARKS:
            self._marks.popitem(last=False)
