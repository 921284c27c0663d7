"""The wiring diagram: which source, meter, tasks and readers a run consists of.

Four kinds of run: a capture file or a live capture, headless or on the screen. Each opens what it needs in the order in
which it may fail with a clear line, starts the tasks, and ends by flushing whatever has been recorded.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import trio

from netmon.capture.contract import FileSource, LiveSource
from netmon.errors import CaptureError, NetmonError
from netmon.meter.contract import Meter, MeterLimits
from netmon.meter.select import kernel_obstacle, open_meter
from netmon.settings import Settings
from netmon.tasks.pipeline import Pipeline

if TYPE_CHECKING:
    from netmon.names.geoip import GeoIP
    from netmon.privacy import Veil

LOOPBACK = ("lo", "lo0")


def run(settings: Settings) -> int:
    """Run to the end; the exit status. Raises ``NetmonError`` with one clear line, ``BrokenPipeError`` when the reader of
    standard output has gone."""
    main = _file if settings.file else _live
    # Many long-lived objects without cycles: with the default thresholds collections cost a quarter of the run, and from a
    # file nobody waits for the end of one. Live, one collection must not last longer than a key may wait.
    gc.set_threshold(*((1_000_000, 20, 100) if settings.file else (2_500, 80, 500)))
    gc.freeze()
    if not settings.file:  # a thread that writes or scans lets the capture go on after a millisecond, not five
        sys.setswitchinterval(0.001)
    try:
        return trio.run(main, settings, strict_exception_groups=True)
    except BaseExceptionGroup as group:
        for kind in (NetmonError, BrokenPipeError, KeyboardInterrupt):
            found = _first(group, kind)
            if found is not None:
                raise found from None
        raise
    finally:
        gc.freeze()  # the program ends: its last collection would look at every object and give back what the system takes


def _first(group: BaseExceptionGroup[BaseException], kind: type[BaseException]) -> BaseException | None:
    """The first exception of this kind in the group, unless there is something of another kind too."""
    _, rest = group.split((NetmonError, BrokenPipeError, KeyboardInterrupt, trio.Cancelled))
    if rest is not None:
        return None
    matching = group.subgroup(kind)
    while isinstance(matching, BaseExceptionGroup):
        matching = matching.exceptions[0]  # type: ignore[assignment]
    return matching


def _meter(settings: Settings, *, live: bool, separate_interfaces: bool = False) -> tuple[Meter, str]:
    limits = MeterLimits(flows=settings.max_connections, separate_interfaces=separate_interfaces)
    if not settings.inspect:
        limits = limits._replace(inspect_packets=0)
    obstacle, filtered = kernel_obstacle(settings.snap_length), bool(settings.bpf_filter)
    return open_meter(settings.meter, limits, live=live, obstacle=obstacle, filtered=filtered)


def _pipeline(settings: Settings, meter: Meter, geoip: GeoIP, *, live: bool) -> Pipeline:
    from netmon.names import oui
    from netmon.names.services import service

    pipeline = Pipeline(settings, meter, live=live, services=service)
    pipeline.tracker.set_vendors(oui.lookup)
    pipeline.notes = geoip.notes
    if geoip.available:
        pipeline.tracker.set_places(geoip.place)
    return pipeline


def _geoip(settings: Settings) -> GeoIP:
    from netmon.names.geoip import open_geoip

    return open_geoip(settings.geoip_country, settings.geoip_city, settings.geoip_asn)


async def _file(settings: Settings) -> int:
    from netmon.capture.file import open_file

    geoip = _geoip(settings)
    veil: Veil | None = None

    def make() -> tuple[Pipeline, FileSource, str]:
        nonlocal veil
        source = open_file(settings.file)
        try:
            meter, reason = _meter(settings, live=False)
            if settings.bpf_filter:
                meter.set_filter(*source.compile_filter(settings.bpf_filter))
            pipeline = _pipeline(settings, meter, geoip, live=False)
            pipeline.veil = veil = veil or pipeline.veil  # the same stand-ins when playback goes back
            return pipeline, source, reason
        except BaseException:
            source.close()
            raise

    if settings.output in ("auto", "screen"):
        from netmon.tasks.screen import FileScreen

        return await FileScreen(settings, make).run()
    from netmon.tasks.headless import FileRun

    pipeline, source, reason = make()
    try:
        return await FileRun(settings, pipeline, source, reason).run()
    finally:
        source.close()


async def _live(settings: Settings) -> int:
    from netmon.capture.live import open_live
    from netmon.platforms.select import select_platform
    from netmon.tasks.clock import wall_clock
    from netmon.tasks.monitor import Monitor

    platform = select_platform()
    names = _interfaces(settings, platform.network().default_interface)
    meter, reason = _meter(settings, live=True, separate_interfaces=len(names) > 1 or "any" in names)
    monitor = Monitor(settings, _pipeline(settings, meter, _geoip(settings), live=True), platform, wall_clock)
    monitor.meter_reason = reason
    if not settings.show_ptr_lookups:
        monitor.pipeline.own = monitor.names.own

    def open_source(name: str, index: int) -> LiveSource:
        source = open_live(name, index=index, snap_length=settings.snap_length, buffer_size=settings.buffer_size)
        try:
            if settings.bpf_filter:
                source.compile_filter(settings.bpf_filter)
        except CaptureError:
            source.close()
            raise
        return source

    show_localhost = settings.show_localhost or all(name in LOOPBACK for name in names)
    try:
        await monitor.open(names, open_source)
        if settings.output in ("auto", "screen"):
            from netmon.tasks.screen import LiveScreen

            return await LiveScreen(settings, monitor, show_localhost=show_localhost).run()
        from netmon.tasks.headless import LiveRun

        return await LiveRun(settings, monitor, show_localhost=show_localhost).run()
    finally:
        monitor.close()


def _interfaces(settings: Settings, default: str) -> Sequence[str]:
    """The interfaces to capture on, as the system spells them. Raises ``CaptureError`` with the list of those there are."""
    from netmon.capture.interfaces import available, resolve

    if not settings.interfaces and not default:
        raise CaptureError("there is no default route to choose an interface by: name one with -i (netmon interfaces)")
    there = available()
    wanted = settings.interfaces or (default,)
    return tuple(dict.fromkeys(resolve(name, there) for name in wanted))
