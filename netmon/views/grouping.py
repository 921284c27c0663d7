"""The dimensions connections can be folded by: process, host, domain, country, application, port, user, container, unit.

In: a connection; out: the name of the group it belongs to, empty when it has none (shown as ``-``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from netmon.model.connection import Connection

from .words import application_label, remote_text, service_port

Dimension = Callable[[Connection], str]

_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gob", "gov", "mil", "ne", "net", "nom", "or", "org", "sch"})
"""Second-level labels under which country registries sell names (``example.co.uk``)."""


@lru_cache(maxsize=16384)
def registrable(name: str) -> str:
    """The registrable domain of a host name, by the usual shape of names (no public-suffix list is consulted)."""
    labels = name.rstrip(".").split(".")
    if len(labels) < 3:
        return ".".join(labels)
    keep = 3 if len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-keep:])


def host_name(connection: Connection) -> str:
    """The best name of the other end: what the protocol said when this machine asked for it, else a learned name."""
    finding = connection.finding
    if finding is not None and finding.hostname and connection.local_is_source is not False:
        return finding.hostname
    name = connection.remote_name
    return name.text if name is not None else ""


def by_process(connection: Connection) -> str:
    """Process name and pid: two instances of a program are two groups."""
    process = connection.process
    return f"{process.title} {process.pid}" if process is not None else ""


def by_host(connection: Connection) -> str:
    """The other end as it is shown in the table."""
    return remote_text(connection, True).lstrip("~")


def by_domain(connection: Connection) -> str:
    """The registrable domain of the other end, or its address."""
    name = host_name(connection)
    return registrable(name) if name else connection.remote


def by_port(connection: Connection) -> str:
    """The responder's port with its service name."""
    port, _ = service_port(connection)
    if port is None:
        return ""
    service = connection.service if port == connection.destination_port else ""
    return f"{connection.protocol} {port}" + (f" {service}" if service else "")


def by_user(connection: Connection) -> str:
    """The user the owning process runs as."""
    process = connection.process
    if process is None:
        return ""
    return process.user or ("" if process.uid is None else str(process.uid))


def by_container(connection: Connection) -> str:
    """The container, pod first."""
    process = connection.process
    container = process.container if process is not None else None
    if container is None:
        return ""
    if container.pod:
        return f"{container.namespace}/{container.pod}"
    return container.name or container.identifier[:12]


def by_unit(connection: Connection) -> str:
    """The systemd unit of the owning process."""
    process = connection.process
    return process.unit if process is not None else ""


def by_country(connection: Connection) -> str:
    """The country of the other end."""
    place = connection.remote_place
    return (place.country_name or place.country) if place is not None else ""


def by_network(connection: Connection) -> str:
    """The autonomous system of the other end, by its operator's name."""
    place = connection.remote_place
    return (place.organisation or (f"AS{place.asn}" if place.asn is not None else "")) if place is not None else ""


def by_interface(connection: Connection) -> str:
    """The interface, with its VLAN."""
    return ".".join((connection.interface, *map(str, connection.vlans))) if connection.interface else ""


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to fold the table."""

    name: str
    key: Dimension


GROUPINGS: dict[str, Grouping] = {
    grouping.name: grouping
    for grouping in (
        Grouping("process", by_process),
        Grouping("host", by_host),
        Grouping("domain", by_domain),
        Grouping("country", by_country),
        Grouping("network", by_network),
        Grouping("application", application_label),
        Grouping("port", by_port),
        Grouping("user", by_user),
        Grouping("container", by_container),
        Grouping("unit", by_unit),
        Grouping("interface", by_interface),
    )
}
SPEAKING = frozenset({"process"})
"""Dimensions a row begins with itself: a group of one needs no line above it."""
CYCLE: tuple[str, ...] = ("", *GROUPINGS)
"""What ``a`` and ``A`` step through; empty = no grouping."""
