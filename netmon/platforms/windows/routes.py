"""Default route of Windows, from IP Helper."""

from __future__ import annotations

from collections.abc import Iterable

from netmon.platforms.generic.routes import Routes

from . import ip_helper
from .ip_helper import Adapter, DefaultRoute


def routes(adapters: Iterable[Adapter]) -> Routes:
    """The routing table of now; none where the system does not tell."""
    try:
        rows = ip_helper.forward_table()
    except OSError:
        rows = b""
    return chosen(ip_helper.default_routes(rows), adapters)


def chosen(found: Iterable[DefaultRoute], adapters: Iterable[Adapter]) -> Routes:
    """As Windows chooses: the lowest sum of the metrics of route and adapter; IPv4 comes first."""
    names = {(six, number): (adapter.name, metric) for adapter in adapters for six, number, metric in _numbers(adapter)}
    best: tuple[bool, int, str] | None = None
    gateways = set()
    for route in found:
        if route.gateway:
            gateways.add(route.gateway)
        name, metric = names.get((route.six, route.number), ("", 0))
        if name:
            way = (route.six, route.metric + metric, name)
            best = min(best or way, way)
    return Routes(best[2] if best else "", frozenset(gateways))


def _numbers(adapter: Adapter) -> tuple[tuple[bool, int, int], tuple[bool, int, int]]:
    return (False, adapter.number, adapter.metric), (True, adapter.number6 or adapter.number, adapter.metric6)
