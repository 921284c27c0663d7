"""Everything known about one connection, as cards of labelled values.

In: a connection, the snapshot it is from, how to write clock times; out: cards, each a title and lines. Values that
inspection marks as secret are never among them. Nothing is measured or looked up here.
"""

from __future__ import annotations

from collections.abc import Callable

from netmon.model.connection import Connection, Name
from netmon.model.finding import Secrecy
from netmon.model.owner import Match, Process
from netmon.model.snapshot import Snapshot
from netmon.tracker.community import community_id
from netmon.units import duration, elapsed

from .entry import Card, Entry, add, both, label_width
from .kernel_card import kernel
from .measures import health, traffic
from .theme import Role
from .words import local_end, remote_end, state_word

Clock = Callable[[float], str]


def cards(connection: Connection, snapshot: Snapshot, clock: Clock, width: int) -> list[Card]:
    """The cards that have something to say; ``width`` is that of one column of them."""
    built = (
        ("Connection", _connection(connection, snapshot.now, clock, width)),
        ("Application", _application(connection)),
        ("Process", _process(connection, clock)),
        ("Traffic", traffic(connection, snapshot.now, width)),
        ("Health", health(connection, width)),
        ("Kernel", kernel(connection.kernel_tcp, snapshot.now)),
        ("Names", _names(connection, snapshot.now)),
    )
    return [Card(title, tuple(entries)) for title, entries in built if entries]


def _connection(connection: Connection, now: float, clock: Clock, width: int) -> list[Entry]:
    entries: list[Entry] = []
    word = state_word(connection)
    parts = ((word.dot, word.dot_role), (f" {word.word} {word.by}", Role.BRIGHT), (f" {connection.state}", Role.DIM))
    entries.append(Entry("state", connection.state, Role.TEXT, parts))
    add(entries, "direction", connection.direction.value)
    add(entries, "protocol", " in ".join((connection.protocol.upper(), *connection.tunnel)))
    room = width - label_width(width)
    local, remote = _end(connection, True, room), _end(connection, False, room)
    entries += [Entry("local", local[0], Role.TEXT, local[1]), Entry("remote", remote[0], Role.BRIGHT, remote[1])]
    place = connection.remote_place
    if place is not None:
        add(entries, "location", ", ".join(filter(None, (place.city, place.country_name or place.country))))
        number = f"AS{place.asn}" if place.asn is not None else ""
        add(entries, "network", " ".join(filter(None, (number, place.organisation))))
    add(entries, "service", connection.service)
    add(entries, "interface", connection.interface)
    add(entries, "VLAN", ", ".join(str(vlan) for vlan in connection.vlans))
    add(entries, "opened", f"{clock(connection.first_seen)}, {duration(now - connection.first_seen)} ago")
    idle = now - connection.last_seen
    if connection.closed:
        lasted = elapsed(connection.last_seen - connection.first_seen)
        add(entries, "closed", f"{clock(connection.last_seen)}, {duration(idle)} ago, after {lasted}")
    else:
        limit = f", over after {duration(connection.idle_timeout)}" if connection.idle_timeout else ""
        styles = {"ageing": Role.WARN, "expiring": Role.BAD}
        add(entries, "idle", duration(idle) + limit, styles.get(connection.staleness.value, Role.TEXT))
    add(entries, "hardware", _both_ends(connection, connection.source_mac, connection.destination_mac))
    makers = (connection.source_vendor, connection.destination_vendor)
    add(entries, "card by", _both_ends(connection, *(maker or "?" for maker in makers)) if any(makers) else "")
    add(entries, "TTL", both(connection, connection.ttl_out, connection.ttl_in))
    add(entries, "DSCP", both(connection, connection.dscp_out, connection.dscp_in))
    add(entries, "community", community_id(connection), Role.DIM)
    return entries


def _end(connection: Connection, local: bool, room: int) -> tuple[str, tuple[tuple[str, int], ...]]:
    """An end as text, and the same with what kind of address it is; the port apart where both do not fit on a line."""
    source = local == (connection.local_is_source is not False)
    kind, scope = (
        (connection.source_kind, connection.source_scope)
        if source
        else (connection.destination_kind, connection.destination_scope)
    )
    text = local_end(connection) if local else remote_end(connection)
    words = " ".join(word for word in (kind if kind != "unicast" else "", scope.lower()) if word)
    role = Role.TEXT if local else Role.BRIGHT
    address, _, port = text.removeprefix("[").rpartition("]:")
    if len(address) <= room < len(text) and address:
        return text, ((address, role), (f"  :{port}  {words}".rstrip(), Role.DIM))
    return text, ((text, role), (f"  {words}" if words else "", Role.DIM))


def _both_ends(connection: Connection, source: str, destination: str) -> str:
    """This machine's first."""
    ends = (destination, source) if connection.local_is_source is False else (source, destination)
    return " → ".join(filter(None, ends))


def _application(connection: Connection) -> list[Entry]:
    finding = connection.finding
    if finding is None:
        return []
    entries: list[Entry] = []
    inside = " in ".join((finding.label, *reversed(finding.outer)))
    parts = ((inside, Role.BRIGHT), (f"  by {finding.confidence.value}", Role.DIM))
    entries.append(Entry("protocol", inside, Role.BRIGHT, parts))
    if finding.state != connection.state:
        add(entries, "state", finding.state)
    if finding.hostname:
        source = f"  from {finding.hostname_source}" if finding.hostname_source else ""
        entries.append(Entry("host", finding.hostname, Role.BRIGHT, ((finding.hostname, Role.BRIGHT), (source, Role.DIM))))
    known = {word for field in finding.fields for value in field.values for word in str(value).split()}
    if not known | {finding.hostname} >= set(finding.summary.split()):
        add(entries, "summary", finding.summary)
    for field in finding.fields:
        text = ", ".join(str(value) for value in field.values)
        if field.secrecy is Secrecy.PUBLIC and text and text != finding.hostname:
            add(entries, _label(field.title or field.name), text)
    for risk in finding.risks:
        entries.append(Entry("risk", risk, Role.WARN, ((f"▲ {risk}", Role.WARN),)))
    return entries


def _label(title: str) -> str:
    """Labels are in lower case, but for what is written in capitals."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


_MATCHES = {
    Match.KERNEL: "told by the kernel",
    Match.EXACT: "socket table, exact",
    Match.LISTENER: "listening socket",
    Match.WILDCARD: "socket bound to any address",
}


def _process(connection: Connection, clock: Clock) -> list[Entry]:
    owner = connection.owner
    if owner is None:
        return []
    process = owner.process
    entries: list[Entry] = []
    depth = 0
    for parent in reversed(process.parents):
        entries.append(_branch(depth, parent.name, parent.pid, Role.TEXT))
        depth += 1
    entries.append(_branch(depth, process.title, process.pid, Role.BRIGHT))
    add(entries, "shared by", ", ".join(f"{other.name} {other.pid}" for other in owner.shared), Role.WARN)
    if owner.peer is not None:
        add(entries, "other end", f"{owner.peer.title} {owner.peer.pid}{_of(owner.peer)}")
    add(entries, "command", process.command_line)
    add(entries, "program", process.executable)
    add(entries, "directory", process.working_directory)
    add(entries, "user", _user(process))
    container = process.container
    add(entries, "unit", "" if container is not None and container.identifier in process.unit else process.unit)
    if container is not None:
        name = container.name or container.identifier[:12]
        add(entries, "container", f"{name} ({container.runtime})")
        add(entries, "image", container.image)
        if container.pod:
            add(entries, "pod", f"{container.namespace}/{container.pod}")
    add(entries, "cgroup", "" if process.unit or container is not None else process.cgroup)
    add(entries, "rights", _rights(process))
    add(entries, "label", process.label)
    add(entries, "SHA-256", process.sha256, Role.DIM)
    add(entries, "started", clock(process.started) if process.started else "")
    add(entries, "found by", _MATCHES[owner.match], Role.DIM)
    return entries


def _of(process: Process) -> str:
    """Where it runs or as whom, in parentheses."""
    box = process.container
    where = f"{box.name or box.identifier[:12]}, {box.runtime}" if box is not None else process.user
    return f" ({where})" if where else ""


def _branch(depth: int, name: str, pid: int, style: int) -> Entry:
    lead = "" if not depth else "   " * (depth - 1) + "└─ "
    return Entry("" if depth else "tree", f"{name} {pid}", style, ((lead, Role.DIM), (name, style), (f" {pid}", Role.DIM)))


def _rights(process: Process) -> str:
    """Its capabilities; root's, which are all, go without saying, and of most of them those that are missing are told."""
    if process.uid == 0 and process.capabilities == ("all",) and not process.own_user_namespace:
        return ""
    rights = f"all but {', '.join(process.lacking)}" if process.lacking else ", ".join(process.capabilities)
    return f"{rights} (in its own user namespace)" if rights and process.own_user_namespace else rights


def _user(process: Process) -> str:
    user = process.user or ("" if process.uid is None else str(process.uid))
    return f"{user}, group {process.group}" if user and process.group and process.group != user else user


def _names(connection: Connection, now: float) -> list[Entry]:
    entries: list[Entry] = []
    for label, name in (("remote", connection.remote_name), ("local", connection.local_name)):
        if name is not None and name.text:
            parts = ((name.text, Role.TEXT), (f"  {_origin(name, now)}", Role.DIM))
            entries.append(Entry(label, name.text, Role.TEXT, parts))
    return entries


_ORIGINS = {
    "ptr": "reverse DNS", "dns": "seen in a DNS answer", "sni": "asked for in TLS", "http": "asked for in HTTP",
    "hosts": "hosts file",
}  # fmt: skip


def _origin(name: Name, now: float) -> str:
    age = f", {duration(now - name.learned)} ago" if name.learned else ""
    return _ORIGINS.get(name.source, name.source) + age
