"""Everything known about one connection, as cards of labelled values.

In: a connection, the snapshot it is from, how to write clock times; out: cards, each a title and lines. Values that
inspection marks as secret are never among them. Nothing is measured or looked up here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netmon.model.connection import Connection, Name, Snapshot
from netmon.model.finding import Secrecy
from netmon.model.owner import Match, Process
from netmon.units import duration, milliseconds, quantity

from . import charts
from .minute import minutes
from .theme import Role
from .words import endpoint, state_word

Clock = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One labelled value; ``parts`` draws it where plain text would not do. Only text can be copied."""

    label: str
    value: str
    style: int = Role.TEXT
    parts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A title and its values."""

    title: str
    entries: tuple[Entry, ...]


def label_width(width: int) -> int:
    """Columns of labels beside their values in a card of that width."""
    return 17 if width >= 50 else 13


def cards(connection: Connection, snapshot: Snapshot, clock: Clock, width: int) -> list[Card]:
    """The cards that have something to say; ``width`` is that of one column of them."""
    built = (
        ("Connection", _connection(connection, snapshot.now, clock)),
        ("Application", _application(connection)),
        ("Process", _process(connection, clock)),
        ("Traffic", _traffic(connection, snapshot.now, width)),
        ("Health", _health(connection, width)),
        ("Names", _names(connection, snapshot.now)),
    )
    return [Card(title, tuple(entries)) for title, entries in built if entries]


def _add(entries: list[Entry], label: str, value: str | int | None, style: int = Role.TEXT) -> None:
    if value not in (None, ""):
        entries.append(Entry(label, str(value), style))


def _connection(connection: Connection, now: float, clock: Clock) -> list[Entry]:
    entries: list[Entry] = []
    word = state_word(connection)
    parts = ((word.dot, word.dot_role), (f" {word.word} {word.by}", Role.BRIGHT), (f" {connection.state}", Role.DIM))
    entries.append(Entry("state", connection.state, Role.TEXT, parts))
    _add(entries, "direction", connection.direction.value)
    _add(entries, "protocol", " in ".join((connection.protocol.upper(), *connection.tunnel)))
    local, remote = _end(connection, True), _end(connection, False)
    entries += [Entry("local", local[0], Role.TEXT, local[1]), Entry("remote", remote[0], Role.BRIGHT, remote[1])]
    _add(entries, "service", connection.service)
    _add(entries, "interface", connection.interface)
    _add(entries, "VLAN", ", ".join(str(vlan) for vlan in connection.vlans))
    end = connection.last_seen if connection.closed else now
    _add(entries, "opened", f"{clock(connection.first_seen)}, {duration(end - connection.first_seen)} ago")
    idle = now - connection.last_seen
    if connection.closed:
        _add(entries, "closed", f"{clock(connection.last_seen)}, {duration(idle)} ago")
    else:
        limit = f", over after {duration(connection.idle_timeout)}" if connection.idle_timeout else ""
        styles = {"ageing": Role.WARN, "expiring": Role.BAD}
        _add(entries, "idle", duration(idle) + limit, styles.get(connection.staleness.value, Role.TEXT))
    _add(entries, "hardware", _macs(connection))
    _add(entries, "TTL", _pair(connection.ttl_out, connection.ttl_in))
    if connection.dscp_out or connection.dscp_in:
        _add(entries, "DSCP", f"→ {connection.dscp_out}  ← {connection.dscp_in}")
    _add(entries, "community", connection.community_id, Role.DIM)
    return entries


def _end(connection: Connection, local: bool) -> tuple[str, tuple[tuple[str, int], ...]]:
    """An end as text, and the same with what kind of address it is."""
    source = local == (connection.local_is_source is not False)
    kind, scope = (
        (connection.source_kind, connection.source_scope)
        if source
        else (connection.destination_kind, connection.destination_scope)
    )
    address, port = (connection.local, connection.local_port) if local else (connection.remote, connection.remote_port)
    text = endpoint(address, port)
    words = " ".join(word for word in (kind if kind != "unicast" else "", scope.lower()) if word)
    return text, ((text, Role.TEXT if local else Role.BRIGHT), (f"  {words}" if words else "", Role.DIM))


def _macs(connection: Connection) -> str:
    ends = (connection.source_mac, connection.destination_mac)
    if connection.local_is_source is False:
        ends = (ends[1], ends[0])
    return " → ".join(mac for mac in ends if mac)


def _pair(out: int, inward: int) -> str:
    return f"→ {out or '·'}  ← {inward or '·'}" if out or inward else ""


def _application(connection: Connection) -> list[Entry]:
    finding = connection.finding
    if finding is None:
        return []
    entries: list[Entry] = []
    inside = " in ".join((finding.label, *reversed(finding.outer)))
    parts = ((inside, Role.BRIGHT), (f"  by {finding.confidence.value}", Role.DIM))
    entries.append(Entry("protocol", inside, Role.BRIGHT, parts))
    _add(entries, "state", finding.state)
    if finding.hostname:
        source = f"  from {finding.hostname_source}" if finding.hostname_source else ""
        entries.append(Entry("host", finding.hostname, Role.BRIGHT, ((finding.hostname, Role.BRIGHT), (source, Role.DIM))))
    if finding.summary != finding.hostname:
        _add(entries, "summary", finding.summary)
    for field in finding.fields:
        text = ", ".join(str(value) for value in field.values)
        if field.secrecy is Secrecy.PUBLIC and text and text != finding.hostname:
            _add(entries, _label(field.title or field.name), text)
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
    entries.append(_branch(depth, process.name, process.pid, Role.BRIGHT))
    _add(entries, "command", process.command_line)
    _add(entries, "program", process.executable)
    _add(entries, "directory", process.working_directory)
    _add(entries, "user", _user(process))
    _add(entries, "unit", process.unit)
    container = process.container
    if container is not None:
        name = container.name or container.identifier[:12]
        _add(entries, "container", f"{name} ({container.runtime})")
        _add(entries, "image", container.image)
        if container.pod:
            _add(entries, "pod", f"{container.namespace}/{container.pod}")
    _add(entries, "started", clock(process.started) if process.started else "")
    _add(entries, "found by", _MATCHES[owner.match], Role.DIM)
    return entries


def _branch(depth: int, name: str, pid: int, style: int) -> Entry:
    lead = "" if not depth else "   " * (depth - 1) + "└─ "
    return Entry("" if depth else "tree", f"{name} {pid}", style, ((lead, Role.DIM), (name, style), (f" {pid}", Role.DIM)))


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


def _traffic(connection: Connection, now: float, width: int) -> list[Entry]:
    entries: list[Entry] = []
    rates = connection.rates
    down, up = minutes(rates, now)
    peak_down, peak_up = rates.peak_in, rates.peak_out
    packets_down, packets_up = connection.packets_in, connection.packets_out
    if connection.local_is_source is False:
        down, up, peak_down, peak_up = up, down, peak_up, peak_down
        packets_down, packets_up = packets_up, packets_down
    top = max([1, *down, *up])
    wave = max(8, min(60, width - label_width(width) - 13))
    for label, series, rate, role in (
        ("60 s down", down, connection.rate_down, Role.DOWN),
        ("60 s up", up, connection.rate_up, Role.UP),
    ):
        parts = ((charts.spark(series, wave, top).ljust(wave), int(role)), (f" {quantity(rate)}/s", int(role)))
        entries.append(Entry(label, f"{rate:.0f}", role, parts))
    _add(entries, "peak", f"↓ {quantity(peak_down)}/s  ↑ {quantity(peak_up)}/s" if peak_down or peak_up else "")
    _add(entries, "bytes", f"↓ {quantity(connection.bytes_down)}  ↑ {quantity(connection.bytes_up)}")
    _add(entries, "packets", f"↓ {quantity(packets_down)}  ↑ {quantity(packets_up)}")
    payload = (connection.payload_in, connection.payload_out)
    if any(payload):
        ends = payload if connection.local_is_source is not False else payload[::-1]
        _add(entries, "payload", f"↓ {quantity(ends[0])}  ↑ {quantity(ends[1])}")
    return entries


def _health(connection: Connection, width: int) -> list[Entry]:
    entries: list[Entry] = []
    rtt = connection.rtt
    times = (("now", rtt.smoothed), ("least", rtt.minimum), ("jitter", rtt.jitter), ("handshake", rtt.handshake))
    _add(entries, "RTT", "  ".join(f"{name} {milliseconds(value)}" for name, value in times if value is not None))
    entries += _slow(connection, width)
    for time in connection.response_times:
        lost = f"{time.unanswered} unanswered" if time.unanswered else ""
        text = (
            f"{milliseconds(time.last)}, mean {milliseconds(time.mean)}, most {milliseconds(time.maximum)} of {time.count}"
        )
        said = ", ".join(part for part in (text if time.count else "", lost) if part)
        _add(entries, _TIMES.get(time.what, time.what.replace("-", " ")), said, Role.WARN if lost else Role.TEXT)
    tcp = connection.tcp
    if tcp is None:
        return entries
    for label, out, inward in (
        ("retransmits", tcp.retransmissions_out, tcp.retransmissions_in),
        ("fast ones", tcp.fast_retransmissions_out, tcp.fast_retransmissions_in),
        ("disordered", tcp.out_of_order_out, tcp.out_of_order_in),
        ("repeat ACKs", tcp.duplicate_acks_out, tcp.duplicate_acks_in),
        ("zero windows", tcp.zero_windows_out, tcp.zero_windows_in),
    ):
        if out or inward:
            _add(entries, label, f"→ {out}  ← {inward}", Role.WARN)
    if not any(entry.style == Role.WARN for entry in entries):
        _add(entries, "losses", "none seen", Role.OK)
    if tcp.window_out is not None or tcp.window_in is not None:
        _add(entries, "windows", f"→ {quantity(tcp.window_out or 0)}  ← {quantity(tcp.window_in or 0)}")
    _add(entries, "MSS", _pair(tcp.mss_out or 0, tcp.mss_in or 0))
    _add(entries, "options", " ".join(word for word, on in (("SACK", tcp.sack), ("ECN", tcp.ecn)) if on))
    if tcp.reset_by:
        _add(entries, "reset by", "this machine" if state_word(connection).by == "→" else "the other end", Role.BAD)
    return entries


_TIMES = {"tls-handshake": "TLS", "http-first-byte": "first byte", "dns": "DNS"}
_STEPS = (("dns", "dns"), ("tls-handshake", "tls"), ("http-first-byte", "first byte"))


def _slow(connection: Connection, width: int) -> list[Entry]:
    """Where the time until the first answer went, as one proportional bar."""
    measured = {time.what: time.last for time in connection.response_times if time.count}
    steps = [(word, measured[what]) for what, word in _STEPS if what in measured]
    if connection.rtt.handshake is not None:
        steps.insert(1 if steps and steps[0][0] == "dns" else 0, ("connect", connection.rtt.handshake))
    if len(steps) < 2:
        return []
    cells = charts.shares([value for _, value in steps], max(10, min(40, width - 20)))
    parts = tuple((glyph * count, int(Role.ACCENT)) for glyph, count in zip("█▓▒░", cells, strict=False))
    words = [f"{glyph} {word} {milliseconds(value)}" for glyph, (word, value) in zip("█▓▒░", steps, strict=False)]
    total = milliseconds(sum(value for _, value in steps))
    legend = "  ".join(words)
    lines = [legend] if len(legend) <= width - label_width(width) else ["  ".join(words[:2]), "  ".join(words[2:])]
    bar = Entry("why slow", legend, Role.ACCENT, (*parts, (f" {total}", Role.TEXT)))
    return [bar, *(Entry("", line, Role.DIM) for line in lines if line)]
