"""One frozen settings record: command line over configuration file over these defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Idle timeouts in seconds (features 2.3); ``Finding.idle_timeout`` comes before all but ``applications``."""

    tcp_established: float = 300.0
    tcp_opening_closing: float = 60.0
    tcp_time_wait: float = 30.0
    tcp_closed: float = 15.0
    tcp_midstream: float = 120.0
    udp: float = 60.0
    icmp: float = 10.0
    arp: float = 30.0
    other: float = 60.0
    late_packets: float = 30.0
    """How long a closed connection still swallows its late teardown packets."""
    applications: Mapping[str, float] = field(default_factory=dict)
    """By application protocol, the label in lower case: comes before what the protocol itself says."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a run can be told."""

    interfaces: tuple[str, ...] = ()
    file: str = ""
    bpf_filter: str = ""
    filter: str = ""
    output: str = "auto"
    """``auto`` (screen on a terminal, else text), ``screen``, ``json``, ``csv``, ``text``."""
    once: bool = False
    duration: float | None = None
    assertions: tuple[str, ...] = ()
    """Filter expressions of which each must match some connection."""
    denials: tuple[str, ...] = ()
    """Filter expressions that no connection may match."""
    meter: str = "auto"
    inspect: bool = True
    resolve_dns: bool = True
    show_localhost: bool = False
    show_ptr_lookups: bool = False
    show_secrets: bool = False
    refresh_interval: float = 1.0
    """Seconds between screen refreshes."""
    theme: str = "muted"
    color: bool = True
    ascii: bool = False
    json_log: str = ""
    log_level: str = "warning"
    log_file: str = ""
    buffer_size: int = 16 * 1024 * 1024
    """Bytes of kernel capture buffer per interface."""
    snap_length: int = 262_144
    max_connections: int = 1_000_000
    max_closed: int = 5_000
    process_interval: float = 2.0
    all_sockets: bool = False
    """Show listening sockets and sockets without traffic too (features 5.6)."""
    hash_executables: bool = False
    """SHA-256 of the executables of processes that talk (features 5.1)."""
    kernel_events: bool = True
    """Ask the kernel to tell who opens sockets (Linux: eBPF) where that is possible."""
    network_interval: float = 3.0
    timeouts: Timeouts = field(default_factory=Timeouts)
    speed: float | None = None
    """Playback speed of a file in the screen: 1.0 = real time, 0 = as fast as possible, ``None`` = default."""
    geoip_country: str = ""
    """MaxMind DB files; empty = those found in the usual places."""
    geoip_city: str = ""
    geoip_asn: str = ""
    privacy: bool = False
    """Addresses and names are replaced by stable stand-ins, on the screen and in exports (features 7.11)."""
    privacy_key: str = ""
    """File with the key that stand-ins are made with, created when missing; empty = another key every run."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys of the screen that are not the usual ones, by action (``views/keymap.py``)."""
    columns: tuple[str, ...] = ()
    """The Overview's columns in order, ``remote`` or, with a width, ``remote:40``; empty = all of them."""
    colors: Mapping[str, int] = field(default_factory=dict)
    """256-colour indexes that replace those of the theme, by lower-case role; ``selection`` too."""
    filters: Mapping[str, str] = field(default_factory=dict)
    """Saved filters by name: ``@name`` in a filter stands for them."""
    sort: str = ""
    """Column the table is sorted by at first, with ``-`` before it the other way round than usual."""
    group: str = ""
    """What the table is grouped by at first."""
