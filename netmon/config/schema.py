"""What may stand in the configuration file: one row per key.

A key is named like the command line's long option, with ``_`` for ``-`` and without ``no-``, and has its unit. In: a value
as TOML gives it. Out: the value of the ``Settings`` field, or ``ValueError`` whose text says what is expected. A setting
without a row of its own is called like its field and takes values of its type, so that none is ever missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, get_type_hints

from netmon.settings import Settings, Timeouts

Convert = Callable[[Any], Any]
NOT_KEPT = frozenset({"file", "timeouts", "keys", "colors", "filters"})
"""A file to read is a matter of one run; the others are tables."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: the setting it sets, how, and what people are told."""

    name: str
    setting: str
    convert: Convert
    meaning: str = ""
    back: Convert = lambda value: value
    """From the setting's value to what is written in the file."""


def text(value: Any) -> str:
    """A string."""
    if not isinstance(value, str):
        raise ValueError("a text in quotes is expected")
    return value


def flag(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError("true or false is expected")
    return value


def number(value: Any) -> float:
    """A number of at least 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        raise ValueError("a number, not below 0, is expected")
    return float(value)


def positive(value: Any) -> float:
    """A number above 0."""
    if number(value) <= 0:
        raise ValueError("a number above 0 is expected")
    return float(value)


def count(value: Any) -> int:
    """A whole number above 0."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 1 << 40:
        raise ValueError("a whole number above 0 is expected")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """A string or a list of strings."""
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise ValueError("a text, or a list of texts in brackets, is expected")
    return tuple(listed)


def one_of(*choices: str) -> Convert:
    """One of the words."""

    def convert(value: Any) -> str:
        if value not in choices or not isinstance(value, str):
            raise ValueError(f"one of {', '.join(choices)} is expected")
        return value

    return convert


def _megabytes(value: Any) -> int:
    if count(value) > 2047:
        raise ValueError("at most 2047 (MB) is expected")
    return count(value) << 20


def color(value: Any) -> int:
    """A 256-colour index, or ``#rrggbb``: the index that comes nearest (6x6x6 cube and greys)."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 255:
        return value
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
        raise ValueError('a colour is expected: 0 to 255, or "#rrggbb"')
    wanted = bytes.fromhex(value[1:])
    steps = (0, 95, 135, 175, 215, 255)
    palette = [
        (16 + 36 * r + 6 * g + b, (steps[r], steps[g], steps[b])) for r in range(6) for g in range(6) for b in range(6)
    ]
    palette += [(232 + index, (8 + 10 * index,) * 3) for index in range(24)]
    return min(palette, key=lambda entry: sum((x - y) ** 2 for x, y in zip(entry[1], wanted, strict=True)))[0]


_ROWS = (
    Key("interface", "interfaces", texts, "interfaces to capture on; none = that of the default route", list),
    Key("bpf_filter", "bpf_filter", text, "capture filter, pcap-filter(7) syntax"),
    Key("filter", "filter", text, "only connections that match"),
    Key("show_localhost", "show_localhost", flag, "loopback conversations too"),
    Key("meter", "meter", one_of("auto", "kernel", "native", "reference"), "auto, kernel, native or reference"),
    Key("dpi", "inspect", flag, "look into application protocols"),
    Key("resolve_dns", "resolve_dns", flag, "look up host names"),
    Key("show_ptr_lookups", "show_ptr_lookups", flag, "show netmon's own reverse look-ups"),
    Key("buffer_size", "buffer_size", _megabytes, "MB of kernel capture buffer per interface", lambda value: value >> 20),
    Key("snaplen", "snap_length", count, "bytes kept of each packet"),
    Key("geoip_country", "geoip_country", text, "MaxMind DB file of countries; empty = one in the usual places"),
    Key("geoip_city", "geoip_city", text, "the same, of cities"),
    Key("geoip_asn", "geoip_asn", text, "the same, of autonomous systems"),
    Key("refresh_interval", "refresh_interval", lambda value: positive(value) / 1000,
        "milliseconds between refreshes", lambda value: round(value * 1000)),
    Key("theme", "theme", text, "colour theme"),
    Key("color", "color", flag, "colours at all"),
    Key("ascii", "ascii", flag, "no characters beyond ASCII"),
    Key("columns", "columns", texts, 'columns of the Overview in order, "remote" or with a width "remote:40"', list),
    Key("sort", "sort", text, 'column to sort by at first, "-down" the other way round'),
    Key("group", "group", text, "what to group by at first"),
    Key("privacy", "privacy", flag, "stand-ins for addresses and names"),
    Key("privacy_key", "privacy_key", text, "file with the key of the stand-ins; empty = others every run"),
    Key("output", "output", one_of("auto", "screen", "json", "csv", "text"), "auto, screen, json, csv or text"),
    Key("once", "once", flag, "headless: one look, then end"),
    Key("duration", "duration", positive, "end after so many seconds"),
    Key("assert", "assertions", texts, "filters that must match some connection", list),
    Key("assert_none", "denials", texts, "filters that no connection may match", list),
    Key("json_log", "json_log", text, "also append JSON lines to this file"),
    Key("show_secrets", "show_secrets", flag, "keep passwords, communities, cookies, queries, and write them to JSON"),
    Key("log_level", "log_level", one_of("debug", "info", "warning", "error"), "debug, info, warning or error"),
    Key("log_file", "log_file", text, "netmon's own log"),
    Key("speed", "speed", number, "playback speed of a file: 1 = real time, 0 = as fast as possible"),
    Key("max_connections", "max_connections", count, "connections kept at once"),
    Key("max_closed", "max_closed", count, "closed connections kept"),
    Key("process_interval", "process_interval", positive, "seconds between two looks at the socket tables"),
    Key("network_interval", "network_interval", positive, "seconds between two looks at the interfaces"),
    Key("all_sockets", "all_sockets", flag, "listening sockets and sockets without traffic too"),
    Key("hash_executables", "hash_executables", flag, "SHA-256 of the executables of processes that talk"),
    Key("kernel_events", "kernel_events", flag, "let the kernel tell who opens sockets, where it can"),
)  # fmt: skip
_BY_TYPE: Mapping[Any, Convert] = {
    str: text, bool: flag, int: count, float: positive, float | None: positive, int | None: count, tuple[str, ...]: texts,
}  # fmt: skip


def _all_keys() -> dict[str, Key]:
    rows = {row.name: row for row in _ROWS}
    known = {row.setting for row in _ROWS} | NOT_KEPT
    hints = get_type_hints(Settings)
    for field in fields(Settings):
        convert = _BY_TYPE.get(hints[field.name])
        if field.name not in known and convert is not None:
            rows[field.name] = Key(field.name, field.name, convert)
    return rows


KEYS: Mapping[str, Key] = _all_keys()
TIMEOUTS = tuple(field.name for field in fields(Timeouts) if field.name != "applications")
TABLES: Mapping[str, Convert] = {"timeouts": positive, "keys": texts, "colors": color, "filters": text}
"""What the values in the tables are."""
