"""Which protocols to ask, in which order, for a first byte and a port.

A protocol may carry an attribute ``first_bytes: frozenset[int]``: the first byte of at least one direction (stream) or of
the payload (datagram) is in it, so it need not be asked about anything else; ``datagram_first_bytes`` where its datagrams
begin otherwise than its streams. One without it is asked about everything. One with ``bound = True`` recognises nothing
away from its ports, so that it is asked there only.
A port else only moves a protocol to the front. The answer depends neither on the registry's order nor on earlier questions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ._contract import ApplicationProtocol, Context, Look
from ._registry import Registry

Candidates = tuple[ApplicationProtocol, ...]
ANYTHING: Final = Look(1)


def look_of(protocol: ApplicationProtocol) -> Look:
    """The optional attribute."""
    look = getattr(protocol, "look", None)
    return look if isinstance(look, Look) and 0 <= look.at < look.shortest else ANYTHING


def first_bytes_of(protocol: ApplicationProtocol, transport: str = "tcp") -> frozenset[int] | None:
    """The optional attribute that counts for this transport."""
    if transport != "tcp":
        found = getattr(protocol, "datagram_first_bytes", None)
        if isinstance(found, frozenset):
            return found
    found = getattr(protocol, "first_bytes", None)
    return found if isinstance(found, frozenset) else None


class Traits:
    """A protocol's optional attributes, each read once: looking for one that is not there costs as much as asking it."""

    __slots__ = ("announces", "bound", "datagram_first_bytes", "first_bytes", "ports", "protocol", "steps_over", "unanimous")

    def __init__(self, protocol: ApplicationProtocol) -> None:
        self.protocol = protocol
        self.ports = protocol.ports
        self.announces = bool(getattr(protocol, "announces", False))
        self.steps_over = bool(getattr(protocol, "steps_over", False))
        self.unanimous = bool(getattr(protocol, "unanimous", False))
        self.bound = bool(getattr(protocol, "bound", False))
        self.first_bytes = first_bytes_of(protocol)
        self.datagram_first_bytes = first_bytes_of(protocol, "udp")

    def allowed(self, transport: str) -> frozenset[int] | None:
        """The first bytes that count for this transport."""
        return self.first_bytes if transport == "tcp" else self.datagram_first_bytes


class Dispatch:
    """Candidate tables over a registry, filled as they are asked for (bounded by ports listed x 256)."""

    __slots__ = ("_known", "_looks", "_tables", "_traits", "registry")

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._tables: dict[tuple[str, int, int], Candidates] = {}
        self._looks: dict[tuple[str, int, int], list[tuple[ApplicationProtocol, int, int, frozenset[int]]]] = {}
        self._known = {(transport, port) for one in registry.protocols for transport in one.transports for port in one.ports}
        """Transports and ports where somebody usually listens."""
        self._traits = {protocol.label: Traits(protocol) for protocol in registry.protocols}

    def traits(self, protocol: ApplicationProtocol) -> Traits:
        """Of a protocol of the registry."""
        return self._traits[protocol.label]

    def _known_port(self, context: Context) -> int:
        """The port that says something, if one does: the server's before the client's."""
        transport, known = context.transport, self._known
        if (transport, context.server_port) in known:
            return context.server_port
        return context.client_port if (transport, context.client_port) in known else -1

    def candidates(self, context: Context, first: int) -> Candidates:
        """Protocols that may begin with byte ``first``: those on their usual port first, then by label."""
        key = (context.transport, first, self._known_port(context))
        found = self._tables.get(key)
        if found is None:
            fitting = []
            for protocol in self.registry.by_transport(context.transport):
                traits = self._traits[protocol.label]
                allowed = traits.allowed(context.transport)
                away = traits.bound and key[2] not in traits.ports
                if not away and (allowed is None or first in allowed):
                    fitting.append(protocol)
            fitting.sort(key=lambda protocol: key[2] not in protocol.ports)
            found = self._tables[key] = tuple(fitting)
        if context.client_port != key[2] and (context.transport, context.client_port) in self._known:
            others = self.registry.by_port(context.transport, context.client_port)
            if others:  # the other end's port is known, too
                found += tuple(
                    protocol for protocol in others if self._traits[protocol.label].bound and protocol not in found
                )
        if context.hint:
            hinted = self.registry.by_label(context.hint)
            if hinted is not None and context.transport in hinted.transports:
                return (hinted, *(protocol for protocol in found if protocol is not hinted))
        return found

    def fitting(self, context: Context, data: bytes) -> Sequence[ApplicationProtocol]:
        """Protocols that may recognise this datagram at first look; the order is that of ``candidates``."""
        known = self._known_port(context)
        other = context.client_port != known and (context.transport, context.client_port) in self._known
        if context.hint or other:
            return self.candidates(context, data[0])
        key = (context.transport, data[0], known)
        looks = self._looks.get(key)
        if looks is None:
            looks = self._looks[key] = []
            for protocol in self.candidates(context, data[0]):
                look = look_of(protocol) if known not in protocol.ports else ANYTHING
                looks.append((protocol, look.shortest, look.at, look.octets))
        size = len(data)
        found = []
        for protocol, shortest, at, octets in looks:
            if size >= shortest and (shortest == 1 or data[at] in octets):
                found.append(protocol)
        return found

    def further(self, context: Context, first: int, other: int) -> Candidates:
        """Stream protocols that may begin with byte ``first`` and did not come into question for the other direction's."""
        table = self._traits
        return tuple(
            [
                protocol
                for protocol in self.candidates(context, first)
                if (allowed := table[protocol.label].first_bytes) is not None and other not in allowed
            ]
        )

    def ways_round(self, context: Context) -> tuple[int, ...]:
        """Who is the server is a guess mid-stream: the end with a usual port first. 1 stands for turned over."""
        if not context.midstream:
            return (0,)
        known = self.registry.by_port
        backwards = known(context.transport, context.client_port) and not known(context.transport, context.server_port)
        return (1, 0) if backwards else (0, 1)

    def port_label(self, context: Context, refused: Callable[[ApplicationProtocol], bool]) -> str:
        """What the port alone suggests; empty when nothing, or when what was seen speaks against it."""
        for protocol in self.registry.by_port(context.transport, self._known_port(context)):
            if not refused(protocol):
                return protocol.label
        return ""
