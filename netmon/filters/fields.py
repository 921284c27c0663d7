"""The fields of the filter language: one row each (features 8.2, 8.3).

In: a connection. Out: the texts or the number a field stands for. Rule: local and remote follow the connection's own
properties; secret values are not there at all, neither to match nor to complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from netmon.model.connection import Connection, Name
from netmon.model.finding import Finding, Secrecy
from netmon.model.owner import Container, Owner, Process
from netmon.model.state_word import word_of

Texts = Callable[[Connection], Iterable[str]]
Number = Callable[[Connection, float], float | None]
Sources = Mapping[str, Texts]
"""What is known outside the connection (``country``, ``asn``), by field name."""

BYTES = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "ki": 2.0**10, "mi": 2.0**20, "gi": 2.0**30, "ti": 2.0**40}
BYTE_UNITS = {**BYTES, **{unit + "b": factor for unit, factor in BYTES.items()}}
RATE_UNITS = {**BYTE_UNITS, **{unit + "b/s": factor for unit, factor in BYTES.items()}}
COUNT_UNITS = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9}
MILLISECOND_UNITS = {"": 1.0, "us": 1e-3, "ms": 1.0, "s": 1e3, "m": 60e3}
SECOND_UNITS = {"": 1.0, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
PLAIN_UNITS = {"": 1.0}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it means, and how its values are had. A field has texts, a number, or integers (exact ones)."""

    meaning: str
    texts: Texts | None = None
    number: Number | None = None
    units: Mapping[str, float] | None = None
    integers: Callable[[Connection], Iterable[int | None]] | None = None
    addresses: Texts | None = None
    prefix: bool = False
    """Text matches at the beginning only."""


def _name(name: Name | None) -> Iterator[str]:
    if name is not None:
        yield name.text


def _names_of_process(connection: Connection) -> Iterable[str]:
    return _names(connection.process)


def _names_of_peer(connection: Connection) -> Iterable[str]:
    return _names(connection.owner.peer if connection.owner is not None else None)


def _names(process: Process | None) -> Iterator[str]:
    """The program's, and with it what an interpreter runs."""
    if process is not None:
        yield process.name
        if process.script:
            yield process.title


def _process(take: Callable[[Process], str]) -> Texts:
    def texts(connection: Connection) -> tuple[str, ...]:
        owner = connection.owner
        return (take(owner.process),) if owner is not None else ()

    return texts


def _container(*takes: Callable[[Container], str]) -> Texts:
    def texts(connection: Connection) -> tuple[str, ...]:
        owner = connection.owner
        container = owner.process.container if owner is not None else None
        return tuple(take(container) for take in takes) if container is not None else ()

    return texts


def values_of(connection: Connection, name: str, *, prefix: bool = False) -> list[str]:
    """The public values of a protocol's field, or of all whose name begins so."""
    if connection.finding is None:
        return []
    return [
        str(value)
        for field in connection.finding.fields
        if field.secrecy is Secrecy.PUBLIC and (field.name == name or (prefix and field.name.startswith(name)))
        for value in field.values
    ]


def _protocol_field(name: str, *, prefix: bool = False) -> Texts:
    return lambda connection: values_of(connection, name, prefix=prefix)


def _hosts(connection: Connection) -> Iterator[str]:
    if connection.finding is not None and connection.finding.hostname:
        yield connection.finding.hostname
    yield from _name(connection.destination_name)
    yield from _name(connection.source_name)


def _local(connection: Connection) -> Iterator[str]:
    yield connection.local
    yield from _name(connection.local_name)


def _remote(connection: Connection) -> Iterator[str]:
    yield connection.remote
    yield from _name(connection.remote_name)
    if connection.local_is_source is not False and connection.finding is not None:
        yield connection.finding.hostname


def _states(connection: Connection) -> tuple[str, ...]:
    finding = connection.finding
    own = (connection.state, finding.state) if finding is not None else (connection.state,)
    return (*own, word_of(connection))


def _application(connection: Connection) -> Iterator[str]:
    if connection.finding is not None:
        yield connection.finding.label
        yield from connection.finding.outer


def _user(connection: Connection) -> Iterator[str]:
    process = connection.process
    if process is not None:
        yield process.user
        if process.uid is not None:
            yield str(process.uid)


def _country(connection: Connection) -> Iterator[str]:
    place = connection.remote_place
    if place is not None:
        yield place.country
        yield place.country_name


def _network(connection: Connection) -> Iterator[str]:
    place = connection.remote_place
    if place is not None:
        if place.asn is not None:
            yield f"AS{place.asn}"
            yield str(place.asn)
        yield place.organisation


def _rtt(connection: Connection, _: float) -> float | None:
    rtt = connection.rtt
    return rtt.smoothed if rtt.smoothed is not None else rtt.handshake


def _retransmissions(connection: Connection, _: float) -> float | None:
    health = connection.tcp
    return None if health is None else health.retransmissions_out + health.retransmissions_in


def _pid(connection: Connection) -> Iterator[int]:
    if connection.owner is not None:
        yield connection.owner.process.pid


FIELDS: dict[str, Field] = {
    "port": Field("either port: 80,443,8000-8100, or a service name", texts=lambda c: (c.service,),
                  integers=lambda c: (c.source_port, c.destination_port)),
    "sport": Field("local port", integers=lambda c: (c.local_port,)),
    "dport": Field("remote port", texts=lambda c: (c.service,), integers=lambda c: (c.remote_port,)),
    "src": Field("local address or name, or a network: 10.0.0.0/8", texts=_local, addresses=lambda c: (c.local,)),
    "dst": Field("remote address or name, or a network", texts=_remote, addresses=lambda c: (c.remote,)),
    "ip": Field("address of either end, or a network", texts=lambda c: (c.source, c.destination),
                addresses=lambda c: (c.source, c.destination)),
    "mac": Field("hardware address of either end", texts=lambda c: (c.source_mac, c.destination_mac)),
    "scope": Field("public, private, multicast, ... of either end", texts=lambda c: (c.source_scope, c.destination_scope)),
    "proto": Field("tcp, udp, icmp, arp, ...", texts=lambda c: (c.protocol,)),
    "app": Field("application protocol", texts=_application),
    "service": Field("service name of the port", texts=lambda c: (c.service,)),
    "state": Field("the word on the screen, or the protocol's own: closed, established, query, ...", texts=_states),
    "dir": Field("outgoing, incoming, local, forwarded, unknown", texts=lambda c: (c.direction.value,), prefix=True),
    "iface": Field("interface", texts=lambda c: (c.interface,)),
    "vlan": Field("VLAN id", integers=lambda c: c.vlans),
    "tunnel": Field("tunnel it runs in", texts=lambda c: c.tunnel),
    "host": Field("host name, however it is known", texts=_hosts),
    "sni": Field("host name, however it is known", texts=_hosts),
    "ssh": Field("banners and algorithms", texts=_protocol_field("ssh", prefix=True)),
    "ja4": Field("TLS or QUIC client fingerprint", texts=_protocol_field("ja4")),
    "risk": Field("risk: clear-text-credentials, ...", texts=lambda c: c.finding.risks if c.finding is not None else ()),
    "info": Field("what the protocol tells in a few words", texts=lambda c: (c.finding.summary,) if c.finding else ()),
    "process": Field("process name", texts=_names_of_process),
    "pid": Field("process id", integers=_pid),
    "peer": Field("name of the process at the other end, where that is on this machine", texts=_names_of_peer),
    "cmd": Field("command line", texts=_process(lambda p: p.command_line)),
    "exe": Field("executable", texts=_process(lambda p: p.executable)),
    "user": Field("user name or number", texts=_user),
    "unit": Field("systemd unit", texts=_process(lambda p: p.unit)),
    "container": Field("container name, id, image or runtime",
                       texts=_container(lambda c: c.name, lambda c: c.identifier, lambda c: c.image, lambda c: c.runtime)),
    "pod": Field("Kubernetes pod", texts=_container(lambda c: c.pod)),
    "ns": Field("Kubernetes namespace", texts=_container(lambda c: c.namespace)),
    "country": Field("country of the remote address: de, germany", texts=_country),
    "city": Field("city of the remote address", texts=lambda c: (p.city,) if (p := c.remote_place) is not None else ()),
    "asn": Field("autonomous system of the remote address: 64496, as64496, its operator's name", texts=_network),
    "vendor": Field("maker of a network card", texts=lambda c: (c.source_vendor, c.destination_vendor)),
    "field": Field("any field of a protocol: field:http_path=/index"),
    "bytes": Field("bytes both ways", number=lambda c, _: c.bytes_out + c.bytes_in, units=BYTE_UNITS),
    "sent": Field("bytes sent", number=lambda c, _: c.bytes_up, units=BYTE_UNITS),
    "received": Field("bytes received", number=lambda c, _: c.bytes_down, units=BYTE_UNITS),
    "packets": Field("packets both ways", number=lambda c, _: c.packets_out + c.packets_in, units=COUNT_UNITS),
    "rate": Field("bytes per second both ways", number=lambda c, _: c.rate_out + c.rate_in, units=RATE_UNITS),
    "down": Field("bytes per second received", number=lambda c, _: c.rate_down, units=RATE_UNITS),
    "up": Field("bytes per second sent", number=lambda c, _: c.rate_up, units=RATE_UNITS),
    "rtt": Field("round-trip time", number=_rtt, units=MILLISECOND_UNITS),
    "age": Field("time since the first packet", number=lambda c, now: now - c.first_seen, units=SECOND_UNITS),
    "idle": Field("time since the last packet", number=lambda c, now: now - c.last_seen, units=SECOND_UNITS),
    "duration": Field("first to last packet", number=lambda c, _: c.last_seen - c.first_seen, units=SECOND_UNITS),
    "retrans": Field("TCP retransmissions both ways", number=_retransmissions, units=COUNT_UNITS),
}  # fmt: skip


def is_generic(name: str) -> bool:
    """Protocols' own fields are named ``http_path``, ``dns_query``: with an underscore, as no field above is."""
    return "_" in name


def _nothing(_: Connection) -> Iterable[str]:
    return ()


def texts_of(name: str, sources: Sources | None) -> Texts:
    """Where the texts of a field come from; nowhere when it has none here."""
    if sources and name in sources:
        return sources[name]
    field = FIELDS.get(name)
    if field is None:
        return _protocol_field(name)
    return field.texts or _nothing


def visible(connection: Connection) -> list[str]:
    """Everything a person can see of a connection, for words without a field."""
    found = [*visible_ends(connection), *visible_names(connection), *visible_rest(connection)]
    if connection.finding is not None:
        found += visible_finding(connection.finding)
    if connection.owner is not None:
        found += visible_owner(connection.owner)
    return found


def visible_ends(connection: Connection) -> tuple[str, str]:
    """Addresses with their ports: what hardly two connections share."""
    c = connection
    return (
        c.source if c.source_port is None else f"{c.source}:{c.source_port}",
        c.destination if c.destination_port is None else f"{c.destination}:{c.destination_port}",
    )


def visible_names(connection: Connection) -> list[str]:
    """Names of the ends."""
    return [name.text for name in (connection.source_name, connection.destination_name) if name is not None]


def visible_rest(connection: Connection) -> list[str]:
    """What is neither ends nor names nor finding nor owner: many connections share it."""
    c = connection
    found = [
        c.protocol,
        c.state,
        word_of(c),
        c.service,
        c.direction.value,
        c.interface,
        c.source_mac,
        c.destination_mac,
        c.source_vendor,
        c.destination_vendor,
        *c.tunnel,
    ]
    for place in (c.source_place, c.destination_place):
        if place is not None:
            found += (place.country_name, place.city, place.organisation)
    return found


def visible_finding(finding: Finding) -> list[str]:
    """What the application protocol tells, secrets apart."""
    found = [finding.label, finding.hostname, finding.summary, *finding.outer, *finding.risks]
    public = Secrecy.PUBLIC
    for field in finding.fields:
        if field.secrecy is public:
            found += map(str, field.values)
    return found


def visible_owner(owner: Owner) -> list[str]:
    """The process and its container."""
    process = owner.process
    found = [process.title, str(process.pid), process.executable, process.command_line, process.user, process.unit]
    box = process.container
    if box is not None:
        found += (box.runtime, box.identifier, box.name, box.image, box.pod, box.namespace)
    if owner.peer is not None:
        found += (owner.peer.title, str(owner.peer.pid))
    return found
