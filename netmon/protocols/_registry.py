"""The application protocols there are.

In: the module names of ``_modules``, and on request the plug-ins that installed distributions offer
under the entry point group ``netmon.protocols`` (a module with ``PROTOCOL``, or the protocol object itself). Out: a
``Registry``. A module offers ``PROTOCOL`` or, when it speaks several related protocols, a tuple ``PROTOCOLS``.

Rules never broken: the order of the list decides nothing (the registry sorts by label); a plug-in never replaces a built-in
protocol, is asked after those, and works behind ``_fence``; one that cannot be loaded is a note, not a failure. A protocol
that needs a dear library imports it inside the function that first uses it, so that loading the registry stays cheap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from ._contract import ApplicationProtocol
from ._fence import Fenced, check_offer, loaded
from ._guard import Watch
from ._modules import MODULES
from ._report import clean

PLUGIN_GROUP = "netmon.protocols"


class Registry:
    """Protocols by label, transport and port. Immutable. ``plugins`` says which came from outside, and from where."""

    __slots__ = ("_by_label", "_by_port", "_by_transport", "notes", "plugins", "protocols")

    def __init__(
        self, protocols: Iterable[ApplicationProtocol], notes: Sequence[str] = (), plugins: Sequence[str] = ()
    ) -> None:
        self._by_label: dict[str, ApplicationProtocol] = {}
        extra = []
        for protocol in protocols:
            if self._by_label.setdefault(protocol.label, protocol) is not protocol:
                extra.append(f"protocol {protocol.label}: a second one of that name was left out")
        self.protocols = tuple(sorted(self._by_label.values(), key=_rank))
        self.notes = (*notes, *extra)
        self.plugins = tuple(plugins)
        self._by_transport: dict[str, list[ApplicationProtocol]] = {}
        self._by_port: dict[tuple[str, int], list[ApplicationProtocol]] = {}
        for protocol in self.protocols:
            for transport in sorted(protocol.transports):
                self._by_transport.setdefault(transport, []).append(protocol)
                for port in protocol.ports:
                    self._by_port.setdefault((transport, port), []).append(protocol)

    def dropped(self) -> list[str]:
        """A note for each plug-in that is not asked any more."""
        fenced = [protocol for protocol in self.protocols if isinstance(protocol, Fenced)]
        return [f"plug-in protocol {one.label} was dropped: {one.dropped}" for one in fenced if one.dropped]

    def by_label(self, label: str) -> ApplicationProtocol | None:
        """The protocol of that name."""
        return self._by_label.get(label)

    def by_transport(self, transport: str) -> Sequence[ApplicationProtocol]:
        """Protocols that run over ``transport``, by label, plug-ins last."""
        return self._by_transport.get(transport, ())

    def by_port(self, transport: str, port: int) -> Sequence[ApplicationProtocol]:
        """Protocols that usually listen there, by label, plug-ins last."""
        return self._by_port.get((transport, port), ())


def _rank(protocol: ApplicationProtocol) -> tuple[bool, str]:
    return isinstance(protocol, Fenced), protocol.label


def _offered(thing: object) -> tuple[ApplicationProtocol, ...]:
    """The protocols a module (or a plug-in's object) offers; ``TypeError`` when it does not fulfil the contract."""
    if isinstance(thing, ModuleType):
        several = getattr(thing, "PROTOCOLS", None)
        offered = tuple(several) if several is not None else (thing.PROTOCOL,)
    else:
        offered = (thing,)
    for protocol in offered:
        check_offer(protocol)
    return offered


def builtin() -> list[ApplicationProtocol]:
    """Every protocol of this room."""
    return [protocol for name in MODULES for protocol in _offered(import_module(f"{__package__}.{name}"))]


def plugins(
    points: Iterable[EntryPoint], watch: Watch | None = None
) -> tuple[list[ApplicationProtocol], list[str], list[str]]:
    """What the entry points offer, behind the fence; one note for each that failed (foreign code may fail in any way it
    likes); and for each that did not, what it is and where it is from."""
    found: list[ApplicationProtocol] = []
    notes: list[str] = []
    told: list[str] = []
    for point in points:
        try:
            offered = [Fenced(protocol, watch) for protocol in _offered(loaded(point.load))]
        except Exception as problem:
            why = f"{type(problem).__name__}: {clean(str(problem))}"
            notes.append(f"plug-in {point.name} ({point.value}) was not loaded: {why}")
            continue
        found += offered
        source = f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.value
        told.append(f"{', '.join(protocol.label for protocol in offered)} ({source})")
    return found, notes, told


def load(with_plugins: bool = False, watch: Watch | None = None) -> Registry:
    """The registry of this program, with installed plug-ins when asked for; their calls are timed by ``watch``."""
    protocols = builtin()
    notes: list[str] = []
    told: list[str] = []
    if with_plugins:
        offered, notes, told = plugins(entry_points(group=PLUGIN_GROUP), watch)
        protocols += offered
    return Registry(protocols, notes, told)
