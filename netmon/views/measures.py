"""The cards of what is measured: traffic and health of one connection.

In: a connection, the moment, the width of a card; out: entries.
"""

from __future__ import annotations

from netmon.model.connection import Connection
from netmon.model.health import ResponseTime
from netmon.model.track import peaks
from netmon.units import milliseconds, quantity

from . import charts
from .canvas import width_of
from .entry import Entry, Parts, add, both, label_width
from .minute import minutes
from .theme import Role
from .words import pace, state_word

ROWS = 3
"""Lines of a wave."""


def traffic(connection: Connection, now: float, width: int) -> list[Entry]:
    """The last minute as two waves that hang on one line, each on its own scale, and the sums."""
    inward, out = minutes(connection.track, now)
    swap = connection.local_is_source is False
    down, up = (out, inward) if swap else (inward, out)
    columns = max(8, width - label_width(width))
    entries: list[Entry] = []
    if any(down) or any(up):
        entries.append(_wave("down", connection.rate_down, (down, columns), Role.DOWN))
        entries.append(_wave("up", connection.rate_up, (up, columns), Role.UP))
    peak_out, peak_in = peaks(connection.track)
    peak = both(connection, round(peak_out), round(peak_in), lambda value: f"{quantity(value)}/s")
    add(entries, "peak", peak)
    for label, sent, received in (
        ("bytes", connection.bytes_out, connection.bytes_in),
        ("payload", connection.payload_out, connection.payload_in),
        ("packets", connection.packets_out, connection.packets_in),
    ):
        add(entries, label, both(connection, sent, received, quantity))
    return entries


def _wave(label: str, rate: float, drawn: tuple[tuple[int, ...], int], role: Role) -> Entry:
    series, columns = drawn
    rows = charts.area(series, columns, ROWS, max(series, default=0), downwards=label == "up")
    first, *rest = [((row, int(role)),) for row in rows]
    return Entry(f"{label} {quantity(rate)}/s", f"{rate:.0f}", role, first, tuple(rest))


def health(connection: Connection, width: int) -> list[Entry]:
    """Times, and for TCP what went wrong by direction."""
    entries: list[Entry] = []
    rtt = connection.rtt
    times = (("now", rtt.smoothed), ("least", rtt.minimum), ("jitter", rtt.jitter), ("handshake", rtt.handshake))
    words = "  ".join(f"{name} {milliseconds(value)}" for name, value in times if value is not None)
    add(entries, "RTT", words, pace(rtt.smoothed or rtt.handshake or 0.0))
    entries += _slow(connection, width)
    for time in connection.response_times:
        wrong = ((time.unanswered, "unanswered"), (time.failed, "failed"))
        lost = ", ".join(f"{count} {word}" for count, word in wrong if count)
        said = ", ".join(part for part in (_spread(time), lost) if part)
        add(entries, _TIMES.get(time.what, time.what.replace("-", " ")), said, Role.WARN if lost else Role.TEXT)
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
        add(entries, label, both(connection, out, inward), Role.WARN)
    if not any(entry.style == Role.WARN for entry in entries):
        add(entries, "losses", "none seen", Role.OK)
    add(entries, "window", both(connection, connection.window_out, connection.window_in, quantity))
    add(entries, "MSS", both(connection, tcp.mss_out, tcp.mss_in))
    add(entries, "options", " ".join(word for word, on in (("SACK", tcp.sack), ("ECN", tcp.ecn)) if on))
    if tcp.reset_by:
        add(entries, "reset by", "this machine" if state_word(connection).by == "→" else "the other end", Role.BAD)
    return entries


def _spread(time: ResponseTime) -> str:
    """One time, or how several are spread."""
    if time.count <= 1:
        return milliseconds(time.last) if time.count else ""
    return f"{milliseconds(time.last)}, mean {milliseconds(time.mean)}, most {milliseconds(time.maximum)} of {time.count}"


_TIMES = {"tls-handshake": "TLS", "quic-handshake": "QUIC handshake", "http-first-byte": "first byte", "dns": "DNS"}
_STEPS = (("dns", "dns"), ("tls-handshake", "tls"), ("http-first-byte", "first byte"))
_LOOKS = (("█", Role.DOWN), ("▓", Role.ACCENT), ("▒", Role.UP), ("░", Role.WARN))
"""Of each step: told apart by colour, and by shade where there is none."""


def _slow(connection: Connection, width: int) -> list[Entry]:
    """Where the time until the first answer went, as one proportional bar."""
    measured = {time.what: time.last for time in connection.response_times if time.count}
    steps = [(word, measured[what]) for what, word in _STEPS if what in measured]
    if connection.rtt.handshake is not None:
        steps.insert(1 if steps and steps[0][0] == "dns" else 0, ("connect", connection.rtt.handshake))
    if len(steps) < 2:
        return []
    total = milliseconds(sum(value for _, value in steps))
    room = width - label_width(width)
    cells = charts.shares([value for _, value in steps], max(10, min(44, room - len(total) - 1)))
    bar = tuple((glyph * count, int(role)) for (glyph, role), count in zip(_LOOKS, cells, strict=False))
    legend: list[Parts] = [()]
    words: list[str] = []
    for (glyph, role), (word, value) in zip(_LOOKS, steps, strict=False):
        text = f" {word} {milliseconds(value)}"
        words.append(text.strip())
        used = sum(width_of(part) for part, _ in legend[-1])
        if used and used + 3 + len(text) > room:
            legend.append(())
        gap: Parts = (("  ", Role.DIM),) if legend[-1] else ()
        legend[-1] += (*gap, (glyph, int(role)), (text, Role.TEXT))
    return [Entry("why slow", " + ".join(words), Role.TEXT, (*bar, (f" {total}", Role.BRIGHT)), tuple(legend))]
