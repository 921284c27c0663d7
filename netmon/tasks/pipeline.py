"""Meter, decoding, inspection and tracking, joined by plain calls: frames in, connections out.

Nothing here waits or reads a clock, so the same object serves a live capture, a capture file and a test. The order of
calls is the contract: feed the meter, ``inspect`` what it passed on, ``tick`` now and then with the time that holds,
``finish`` once. A live run does the same as ``tick`` in parts, with other calls in between: ``reading``, ``judging``,
``judge``, ``forgetting``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from socket import gethostname

from netmon.decode.describe import describe
from netmon.decode.fragments import Datagram, Reassembler
from netmon.decode.names import link_name, transport_name
from netmon.errors import DecodeError
from netmon.meter.contract import Meter
from netmon.model.finding import Attention, Finding
from netmon.model.flow import NO_PLACE, Inspected, InspectKind
from netmon.model.snapshot import ConnectionEvent, Snapshot, SystemStatus
from netmon.model.status import InspectionStatistics
from netmon.platforms.darwin import pktap
from netmon.privacy import Veil, load_key
from netmon.protocols._engine import Engine, Harvest
from netmon.protocols._registry import load
from netmon.settings import Settings
from netmon.tracker.tracker import Tracker

from .clock import AlarmWatch
from .own import OwnLookups

UDP_HEADER = 8
TCP, UDP, IPCOMP, SCTP = 6, 17, 108, 132
TCP_HEADER = 20
_NOTHING: tuple[Finding | None, bytes | None] = (None, None)
_BY_ENGINE = {IPCOMP: "ipcomp", SCTP: "sctp"}
"""What carries conversations besides TCP and UDP, and what the engine calls it."""
_UDP, _TRANSPORT, _FRAGMENT, _LINK, _PROCESS = (  # plain integers compare faster, and this is asked of every frame
    int(InspectKind.UDP), int(InspectKind.TRANSPORT), int(InspectKind.FRAGMENT), int(InspectKind.LINK),
    int(InspectKind.PROCESS),
)  # fmt: skip


class Pipeline:
    """Everything between a source of frames and the readers of connections."""

    def __init__(self, settings: Settings, meter: Meter, *, live: bool, services: Callable[[str, int], str]) -> None:
        self.meter = meter
        self.settings = settings
        watched = live or settings.output in ("auto", "screen")
        self.tracker = Tracker(settings, live=live, services=services, opened_events=live, sample_rates=watched)
        self.registry = load(with_plugins=True, watch=AlarmWatch())
        self._engine = Engine(self.registry, addresses_of=meter.endpoints, secrets=settings.show_secrets)
        self.tracker.set_last_word(self._last_word)
        self._fragments = Reassembler()
        self._described: dict[int, tuple[Finding, bytes | None]] = {}
        """What was last said about a flow that is neither TCP nor UDP, and the frame that said nothing beyond it."""
        self._finished: list[int] = []
        """Flows that are over and still in the meter."""
        self.undecodable = 0
        self.veil = Veil(load_key(settings.privacy_key), (gethostname(),)) if settings.privacy else None
        """Replaces addresses and names in everything that leaves here (features 7.11)."""
        self.own: OwnLookups | None = None
        """Connections that are netmon's own look-ups and not to be seen."""
        self.notes: tuple[str, ...] = ()
        """What else is missing, for the status."""

    def inspect(self, frames: Sequence[Inspected] | None = None) -> None:
        """Inspect these frames (default: all that wait in the meter) and tell tracker and meter what came of it."""
        if frames is None:
            frames = self.meter.take_inspected()
        if not frames:
            return
        others = [(at, frame) for at, frame in enumerate(frames) if frame[1] > _UDP]
        seen = list(frames)
        for at, frame in others:
            if frame.kind == _PROCESS:
                owner = pktap.owner(frame.data)
                if owner is not None:
                    self.tracker.apply_owner(frame.flow_id, owner)
            elif self.settings.inspect:
                seen[at] = self._other(frame)
        if not self.settings.inspect:
            return
        self._apply(self._engine.inspect(seen, _by_engine))

    def read_meter(self, now: float) -> None:
        """Take in what the meter has counted since the last time."""
        self.tracker.apply_records(self.meter.read_changed(), now)

    def tick(self, now: float) -> list[ConnectionEvent]:
        """Read the meter's table and judge it; what is over is forgotten everywhere."""
        self.read_meter(now)
        events = self.judge(now)
        for _ in self.forgetting(len(self._finished)):
            pass
        return events

    def reading(self, now: float, most: int) -> Iterator[None]:
        """``read_meter`` in parts of about ``most`` records."""
        for records in self.meter.read_parts(most):
            self.tracker.apply_records(records, now)
            yield

    def judging(self, now: float, most: int) -> Iterator[None]:
        """What takes long in ``judge`` and ``snapshot``, ``most`` connections at a time."""
        while self.tracker.judge(now, most):
            yield
        while self.tracker.prepare(most):
            yield

    def judge(self, now: float) -> list[ConnectionEvent]:
        """Let the tracker's time pass."""
        self._unfinished(now)
        events = self.tracker.tick(now)
        self._finished += self.tracker.take_finished()
        return self._leaving(events)

    def forgetting(self, most: int) -> Iterator[None]:
        """Forget what is over, ``most`` flows at a time."""
        while self._finished:
            some, self._finished = self._finished[:most], self._finished[most:]
            for flow_id in some:
                self._described.pop(flow_id, None)
            self.meter.delete(some)
            yield

    def finish(self, now: float) -> list[ConnectionEvent]:
        """The end of the run: inspection decides with what it has; the events of everything that is still open."""
        self._unfinished(now, all_of_them=True)
        self._apply(self._engine.finish_all())
        self.tracker.apply_records(self.meter.read_changed(), now)
        return self._leaving([*self.tracker.tick(now), *self.tracker.finish(now)])

    def _leaving(self, events: list[ConnectionEvent]) -> list[ConnectionEvent]:
        own = self.own
        if own is not None:
            events = [event for event in events if not own(event.connection)]
        return events if self.veil is None else [self.veil.event(event) for event in events]

    def snapshot(self, now: float, status: SystemStatus) -> Snapshot:
        """Everything there is to show; the status comes from ``complete``."""
        snapshot = self.tracker.snapshot(now, status)
        if self.own is not None:
            live, closed = self.own.others(snapshot.connections), self.own.others(snapshot.closed)
            if live is not snapshot.connections or closed is not snapshot.closed:
                snapshot = replace(snapshot, connections=live, closed=closed)
        return snapshot if self.veil is None else self.veil.snapshot(snapshot)

    def complete(self, status: SystemStatus) -> SystemStatus:
        """The status with what tracker and engine know."""
        inspection, fragments = self._engine.statistics(), self._fragments.statistics()
        notes = [*self.notes, *self.registry.notes, *self.registry.dropped()]
        notes += [
            f"inspection of {label} failed {count} times (see the log)" for label, count in inspection.failures.items()
        ]
        status = replace(
            status,
            inspection=InspectionStatistics(
                flows=inspection.flows,
                held=inspection.buffered,
                peak=inspection.peak,
                bound=inspection.bound,
                given_up=inspection.given_up,
                evicted=inspection.evicted,
                holes=inspection.holes,
                fragments=fragments.timed_out + fragments.evicted + fragments.overlapping,
                failures=sum(inspection.failures.values()),
            ),
            notes=(*status.notes, *notes),
        )
        return status if self.veil is None else self.veil.status(status)

    def _last_word(self, flow_id: int) -> None:
        """A connection is over: inspection decides with what it has, and wants no more."""
        if self._engine.holds(flow_id):
            self._apply(self._engine.finish((flow_id,)))
        else:
            self._engine.forget(flow_id)
        self.meter.set_attention(flow_id, Attention.DONE)

    def _apply(self, harvest: Harvest) -> None:
        for flow_id, update in harvest.updates:
            self.tracker.apply_update(flow_id, update)
        set_attention = self.meter.set_attention
        for flow_id, attention in harvest.attentions:
            set_attention(flow_id, attention)
        for flow_id, side, until in harvest.steps:
            self.meter.step_over(flow_id, side, until)

    def _other(self, frame: Inspected) -> Inspected:
        """A frame that is neither TCP nor UDP, or the piece of one; what the engine sees in its place."""
        kind, protocol, data = frame.kind, frame.flags, frame.data
        try:
            if kind == _FRAGMENT:
                tag, flow = frame.offset << 1 | frame.midstream, (frame.flow_id, frame.side)
                datagram = self._fragments.add(data, frame.timestamp_ns, tag, flow)
                if datagram is not None and datagram.protocol == TCP and datagram.tag >> 1 != NO_PLACE:
                    return _segment(frame, datagram)
                if datagram is not None:
                    self._datagram(frame, datagram)
            elif kind == _LINK:
                if not self._told(frame.flow_id, data):
                    self._describe(frame, link_name(frame.source_port, protocol), data)
            elif protocol not in _BY_ENGINE and not self._told(frame.flow_id, data):
                self._describe(frame, transport_name(protocol), data)
        except DecodeError:
            self.undecodable += 1
        return frame

    def _unfinished(self, now: float, all_of_them: bool = False) -> None:
        """Fragments whose others do not come any more: their beginnings are inspected as if they had been cut."""
        self._fragments.expire(int(now * 1e9))
        unfinished = self._fragments.take_unfinished(all_of_them)
        for one in unfinished:
            kind, place, midstream = int(InspectKind.FRAGMENT), one.tag >> 1, bool(one.tag & 1)
            ports = int.from_bytes(one.payload[:2]), int.from_bytes(one.payload[2:4])
            frame = Inspected(
                one.flow_id, kind, one.side, one.first_ns, place, one.protocol, one.length, *ports, midstream, one.payload
            )
            if one.protocol == TCP and place != NO_PLACE:
                self._apply(self._engine.inspect([_segment(frame, one)], _by_engine))
            else:
                with suppress(DecodeError):
                    self._datagram(frame, one)
        if unfinished:
            self._apply(self._engine.harvest())

    def _datagram(self, frame: Inspected, datagram: Datagram) -> None:
        payload = datagram.payload
        if datagram.protocol in _BY_ENGINE:
            ports = (int.from_bytes(payload[0:2]), int.from_bytes(payload[2:4])) if datagram.protocol == SCTP else (0, 0)
            name = _BY_ENGINE[datagram.protocol]
            self._engine.datagram(frame.flow_id, name, frame.side, *ports, payload, frame.timestamp_ns, datagram.length)
        elif datagram.protocol != UDP:
            if not self._told(frame.flow_id, payload):
                self._describe(frame, transport_name(datagram.protocol), payload)
        elif len(payload) > UDP_HEADER:
            source, destination = int.from_bytes(payload[0:2]), int.from_bytes(payload[2:4])
            payload, length = payload[UDP_HEADER:], datagram.length - UDP_HEADER
            self._engine.datagram(frame.flow_id, "udp", frame.side, source, destination, payload, frame.timestamp_ns, length)

    def _told(self, flow_id: int, data: bytes) -> bool:
        """The last frame of the flow was the same, and said nothing beyond what is told."""
        described = self._described.get(flow_id)
        return described is not None and described[1] == data

    def _describe(self, frame: Inspected, transport: str, data: bytes) -> None:
        earlier = self._described.get(frame.flow_id, _NOTHING)[0]
        update = describe(transport, data, frame.timestamp_ns, earlier)
        if update is None:
            if earlier is None:
                self.meter.set_attention(frame.flow_id, Attention.DONE)
            else:
                self._described[frame.flow_id] = earlier, data
            return
        if update.finding is not None:
            if earlier is None:
                self.meter.set_attention(frame.flow_id, Attention.ALWAYS)
            self._described[frame.flow_id] = update.finding, None if update.exchanges else data
        self.tracker.apply_update(frame.flow_id, update)


def _segment(frame: Inspected, datagram: Datagram) -> Inspected:
    """The TCP segment that was in fragments, as if it had come whole with the last of them (RFC 9293, 3.1)."""
    header = datagram.payload[:TCP_HEADER]
    size = max(TCP_HEADER, (header[12] >> 4) * 4) if len(header) == TCP_HEADER else datagram.length
    return frame._replace(
        kind=int(InspectKind.TCP),
        offset=datagram.tag >> 1,
        midstream=bool(datagram.tag & 1),
        flags=header[13] if len(header) == TCP_HEADER else 0,
        length=max(0, datagram.length - size),
        data=datagram.payload[size:],
    )


def _by_engine(frame: Inspected) -> str:
    """Transports with application protocols of their own (``Engine.inspect``); the rest has been described already."""
    return _BY_ENGINE.get(frame.flags, "") if frame.kind == _TRANSPORT else ""
