"""Snapshots, connections and events to the same with stand-ins.

In: values of the model. Out: equal values with every address, host, user and hardware address replaced, and with what
names somebody by another way (places below the country, paths of home folders, container names). Rule: fields of protocols
are replaced unless they are known to tell nothing but technique (``TECHNICAL``); numbers stay. Pure for one key; a
connection that has not changed gives the same object again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from netmon.model.connection import Connection, Name
from netmon.model.finding import Field, Finding
from netmon.model.network import Interface
from netmon.model.owner import Container, Owner, Process, ProcessTotals
from netmon.model.snapshot import ConnectionEvent, Snapshot, SystemStatus
from netmon.model.surroundings import Place, Surroundings

from .addresses import Addresses
from .words import Words

LIMIT = 262_144
TECHNICAL = (
    "_opcode", "_type", "_rcode", "_qtype", "_cipher", "_ciphers", "_alpn", "_alpn_offer", "_version", "_status", "_method",
    "_mode", "_stratum", "_pdu", "_exchange", "_facility", "_level", "_func", "_dialect", "_code", "_command", "_chunk",
    "_ppid", "_kex", "_algorithm", "_signature", "_content_type", "_flags", "_edns", "_capabilities", "_ja3", "_curve",
    "_offer", "_verb", "_carries",
)  # fmt: skip
TECHNICAL_NAMES = frozenset({
    "ja3", "ja3s", "ja4", "ja4s", "hassh", "hassh_server", "alpn", "version", "cipher", "tls_group", "tls_resumed",
    "tls_ech", "encrypted_dns", "quic_retry", "ssh_hostkey", "ssh_mac", "ssh_compression", "dcerpc_interface", "dcerpc_uuid",
    "pg_error", "redis_error", "kafka_error",
})  # fmt: skip
PRODUCTS = frozenset({
    "ssh_client", "ssh_server", "http_server", "user_agent", "sip_ua", "ssdp_server", "stun_software", "tds_server",
    "kafka_client_software",
})  # fmt: skip
"""Programs and their versions: free text in which names are looked for."""


class Veil:
    """Stand-ins under one key. ``known`` are words that must go wherever they stand: this machine's own name."""

    def __init__(self, key: bytes, known: Iterable[str] = ()) -> None:
        self._addresses = Addresses(key)
        self._words = Words(key, self._addresses)
        self._known = {word: self._words.host(word) for word in known if word and word != "localhost"}
        self._texts: dict[str, str] = {}
        self._connections: dict[str, tuple[Connection, Connection]] = {}
        self._parts: dict[int, tuple[object, object]] = {}
        self._closed: tuple[tuple[Connection, ...], tuple[Connection, ...]] = ((), ())

    # What goes out

    def snapshot(self, snapshot: Snapshot) -> Snapshot:
        """Everything in it but its status (``status``)."""
        if snapshot.closed is not self._closed[0]:
            self._closed = (snapshot.closed, tuple(map(self.connection, snapshot.closed)))
        return replace(
            snapshot,
            connections=tuple(map(self.connection, snapshot.connections)),
            closed=self._closed[1],
            gone=tuple(self._totals(totals) for totals in snapshot.gone),
        )

    def event(self, event: ConnectionEvent) -> ConnectionEvent:
        """The connection in it."""
        return event._replace(connection=self.connection(event.connection))

    def connection(self, connection: Connection) -> Connection:
        """One connection; the same object as last time when it is the same."""
        known = self._connections.get(connection.identifier)
        if known is not None and known[0] is connection:
            return known[1]
        if known is None and len(self._connections) >= LIMIT:
            self._connections.clear()
        veiled = self._connection(connection)
        self._connections[connection.identifier] = (connection, veiled)
        return veiled

    def status(self, status: SystemStatus) -> SystemStatus:
        """Interfaces, notes, problems, the name of the file (interfaces have neither dot nor slash)."""
        text = self._text
        return replace(
            status,
            source=self._words.opaque(status.source) if set("/.") & set(status.source) else status.source,
            meter_reason=text(status.meter_reason),
            capture=replace(
                status.capture, truncated_tail=text(status.capture.truncated_tail), problem=text(status.capture.problem)
            ),
            interfaces=tuple(map(self._interface, status.interfaces)),
            notes=tuple(map(text, status.notes)),
            sandbox=tuple(map(text, status.sandbox)),
            neighbours=tuple(
                replace(one, address=self.address(one.address), mac=self.address(one.mac)) for one in status.neighbours
            ),
        )

    def address(self, text: str) -> str:
        """An address as text; empty stays empty."""
        found = self._texts.get(text)
        if found is None:
            if len(self._texts) >= LIMIT:
                self._texts.clear()
            try:
                found = self._addresses.stand_in(text)
            except ValueError:
                found = self._words.value(text)
            self._texts[text] = found
        return found

    # Parts of a connection

    def _connection(self, c: Connection) -> Connection:
        finding, owner = self._finding(c.finding), self._owner(c.owner)
        return replace(
            c,
            source=self.address(c.source),
            destination=self.address(c.destination),
            state=self._text(c.state) if " " in c.state else c.state,
            finding=finding,
            owner=owner,
            source_name=self._name(c.source_name),
            destination_name=self._name(c.destination_name),
            surroundings=self._surroundings(c.surroundings),
        )

    def _surroundings(self, seen: Surroundings) -> Surroundings:
        known = self._parts.get(id(seen))
        if known is None:
            veiled = replace(
                seen,
                source_mac=self.address(seen.source_mac),
                destination_mac=self.address(seen.destination_mac),
                source_place=_country(seen.source_place),
                destination_place=_country(seen.destination_place),
            )
            known = self._remember(seen, veiled)
        assert isinstance(known[1], Surroundings)
        return known[1]

    def _text(self, text: str) -> str:
        return self._words.text(text, self._known)

    def _name(self, name: Name | None) -> Name | None:
        return None if name is None else Name(self._words.host(name.text), name.source, name.learned)

    def _finding(self, finding: Finding | None) -> Finding | None:
        if finding is None:
            return None
        known = self._parts.get(id(finding))
        if known is None:
            known = self._remember(finding, self._veiled_finding(finding))
        assert isinstance(known[1], Finding)
        return known[1]

    def _remember(self, part: object, veiled: object) -> tuple[object, object]:
        """What is remembered by identity is kept, so that nothing else can come to have that identity."""
        if len(self._parts) >= LIMIT:
            self._parts.clear()
        self._parts[id(part)] = (part, veiled)
        return part, veiled

    def _veiled_finding(self, finding: Finding) -> Finding:
        known = dict(self._known)
        fields = []
        for field in finding.fields:
            values = tuple(self._value(field, value) for value in field.values)
            known |= {
                old: new
                for old, new in zip(field.values, values, strict=True)
                if isinstance(old, str) and isinstance(new, str)
            }
            fields.append(field._replace(values=values))
        if finding.hostname:
            known[finding.hostname] = self._words.host(finding.hostname)
        return replace(
            finding,
            hostname=self._words.host(finding.hostname),
            summary=self._words.text(finding.summary, known),
            fields=tuple(fields),
        )

    def _value(self, field: Field, value: str | int) -> str | int:
        if not isinstance(value, str):
            return value
        if field.name in TECHNICAL_NAMES or field.name.endswith(TECHNICAL):
            return self._text(value)
        if field.name in PRODUCTS:
            return self._text(value)
        return self._words.value(value)

    def _owner(self, owner: Owner | None) -> Owner | None:
        if owner is None:
            return None
        known = self._parts.get(id(owner))
        if known is None:
            peer = self._process(owner.peer) if owner.peer is not None else None
            known = self._remember(owner, replace(owner, process=self._process(owner.process), peer=peer))
        assert isinstance(known[1], Owner)
        return known[1]

    def _process(self, process: Process) -> Process:
        known = {**self._known, **{name: self._words.user(name) for name in (process.user, process.group) if name != "root"}}
        if process.container is not None:
            box = process.container
            known |= {name: self._words.opaque(name) for name in (box.identifier, box.name, box.pod, box.namespace) if name}

        def text(value: str) -> str:
            return self._words.text(value, known)

        return replace(
            process,
            executable=text(process.executable),
            command_line=text(process.command_line),
            working_directory=text(process.working_directory),
            user=self._words.user(process.user),
            group=self._words.user(process.group),
            unit=text(process.unit),
            cgroup=text(process.cgroup),
            container=self._container(process.container),
            script=text(process.script),
        )

    def _container(self, box: Container | None) -> Container | None:
        if box is None:
            return None
        word = self._words.opaque
        return replace(
            box,
            identifier=word(box.identifier),
            name=word(box.name),
            image=self._text(box.image),
            pod=word(box.pod),
            namespace=word(box.namespace),
        )

    def _totals(self, totals: ProcessTotals) -> ProcessTotals:
        return totals if totals.process is None else replace(totals, process=self._process(totals.process))

    def _interface(self, one: Interface) -> Interface:
        return replace(
            one,
            mac=self._addresses.mac(one.mac) if len(one.mac) == 6 else b"",
            prefixes=tuple((self._addresses.ip(address), length) for address, length in one.prefixes),
            description=self._text(one.description),
        )


def _country(place: Place | None) -> Place | None:
    """A city or an operator tells too much about who it is."""
    return None if place is None else Place(place.country, place.country_name)
