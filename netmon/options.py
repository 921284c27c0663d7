"""The command line's options; each one's destination is the ``Settings`` field it sets, in that field's unit.

What is not given does not appear in the result at all, so that the configuration file and the defaults hold underneath.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import Any, NoReturn

from netmon import __version__

from .errors import UsageError

EPILOG = """\
examples:
  sudo netmon                                   this machine's connections, live
  sudo netmon -i eth0 -i wg0 -f 'not port 22'   two interfaces, with a pcap-filter(7) expression
  netmon -r capture.pcap                        a capture file on the screen
  netmon -r capture.pcap --json | jq .          the same as JSON lines
  sudo netmon --json --duration 60              one minute, headless
  netmon -r ci.pcap --assert 'app:tls sni:example.org' --assert-none 'dport:23'
  netmon config print > ~/.config/netmon/config.toml    every setting, with its default (also: path, check)

exit status: 0 all well, 1 failure or failed assertion, 2 wrong usage, 130 interrupted before the end of a file
"""


COMMANDS = ("interfaces", "doctor", "config")
LISTS = ("interfaces", "assertions", "denials")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """A wrong argument: exit status 2."""
        self.exit(UsageError.exit_status, f"netmon: {message} (see netmon --help)\n")


def parser() -> argparse.ArgumentParser:
    """The command line (names are the field's, see design)."""
    top = Parser(
        prog="netmon",
        description="The per-process network monitor: every conversation of this machine, live or from a capture file.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = top.add_argument
    add("--version", action="version", version=f"netmon {__version__}")
    add("command", nargs="?", choices=COMMANDS,
        help="list interfaces; say what works and what does not; print, find or check the configuration")  # fmt: skip
    add("--config", metavar="FILE", help="configuration file (default: netmon/config.toml in $XDG_CONFIG_HOME or ~/.config)")
    _source_options(top)
    _output_options(top)
    _screen_options(top)
    for action in top._actions:
        if action.option_strings:
            action.default = argparse.SUPPRESS
    return top


def given(argv: Sequence[str] | None) -> dict[str, Any]:
    """What was given: values by ``Settings`` field, besides ``command`` and ``config``. Ends the program on a wrong one."""
    found = vars(parser().parse_args(argv))
    for name in LISTS:
        if name in found:
            found[name] = tuple(found[name])
    if os.environ.get("NO_COLOR"):
        found["color"] = False
    return found


def _source_options(top: argparse.ArgumentParser) -> None:
    group = top.add_argument_group("where packets come from")
    add = group.add_argument
    add("-i", "--interface", dest="interfaces", action="append", metavar="IFACE",
        help="interface to capture on, repeatable; 'any' for all (default: the one of the default route)")  # fmt: skip
    add("-r", "--read", dest="file", metavar="FILE",
        help="read a capture file (pcap, pcapng; gzip, bzip2, xz, zstd, lz4), '-' for standard input")  # fmt: skip
    add("-f", "--bpf-filter", metavar="BPF", help="capture filter, pcap-filter(7) syntax")
    add("--show-localhost", action="store_true", help="show loopback conversations too")
    add("--all-sockets", action="store_true", help="show listening sockets and sockets without traffic too")
    add("--hash-executables", action="store_true", help="SHA-256 of the executables of processes that talk")
    add("--no-kernel-events", dest="kernel_events", action="store_false",
        help="find processes in the system's tables only")  # fmt: skip
    add("--meter", choices=["auto", "kernel", "native", "reference"],
        help="how packets are counted (default: the best one that works here)")  # fmt: skip
    add("--no-dpi", dest="inspect", action="store_false", help="do not inspect application protocols")
    add("--no-resolve-dns", dest="resolve_dns", action="store_false", help="do not look up host names")
    add("--show-ptr-lookups", action="store_true", help="show netmon's own reverse look-ups")
    add("--buffer-size", type=_megabytes, metavar="MB", help="kernel capture buffer per interface (default 16)")
    add("--snaplen", dest="snap_length", type=_positive, metavar="BYTES", help="bytes kept of each packet (default 262144)")
    for word, what in (("country", "countries"), ("city", "cities"), ("asn", "autonomous systems")):
        add(f"--geoip-{word}", metavar="PATH", help=f"MaxMind DB file of {what} (default: one in the usual places)")


def _output_options(top: argparse.ArgumentParser) -> None:
    group = top.add_argument_group("what comes out")
    add = group.add_argument
    kind = group.add_mutually_exclusive_group()
    for word, what in (("json", "JSON lines"), ("csv", "comma-separated values"), ("text", "one line a connection")):
        kind.add_argument(f"--{word}", dest="output", action="store_const", const=word, help=f"headless: {what}")
    add("--filter", metavar="EXPR", help="only connections that match (see 'Filters' in the documentation)")
    add("--once", action="store_true", help="headless: what there is after one look (live: 2 s unless --duration), then end")
    add("--duration", type=_seconds, metavar="S", help="end after this many seconds")
    add("--assert", dest="assertions", action="append", metavar="EXPR",
        help="exit status 1 unless some connection matches; repeatable")  # fmt: skip
    add("--assert-none", dest="denials", action="append", metavar="EXPR",
        help="exit status 1 if any connection matches; repeatable")  # fmt: skip
    add("--json-log", metavar="FILE", help="also append JSON lines to FILE (mode 0600)")
    add("--show-secrets", action="store_true", help="keep passwords, communities, cookies, queries, and write them to JSON")
    add(
        "--log-level",
        choices=["debug", "info", "warning", "error"],
        help="how much netmon says of itself",
    )
    add("--log-file", metavar="FILE", help="write that to FILE (mode 0600) instead of standard error")


def _screen_options(top: argparse.ArgumentParser) -> None:
    group = top.add_argument_group("the screen")
    add = group.add_argument
    add(
        "--refresh-interval",
        type=_milliseconds,
        metavar="MS",
        help="time between refreshes (default 1000)",
    )
    add("--theme", metavar="NAME", help="colour theme (default muted)")
    add("--no-color", dest="color", action="store_false", help="no colours (also: the NO_COLOR variable)")
    add("--ascii", action="store_true", help="no characters beyond ASCII (default on the Linux console and in the locale C)")
    add("--privacy", action="store_true", help="stable stand-ins for addresses, names, users; in outputs too")
    add("--privacy-key", metavar="FILE", help="the same stand-ins in every run with this key (made when missing)")
    add("--speed", type=_speed, metavar="X", help="with -r: play at X times real time, 0 = as fast as possible (default)")


def _positive(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value <= 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number above 0")
    return value


def _milliseconds(text: str) -> float:
    return _positive(text) / 1000


def _megabytes(text: str) -> int:
    value = _positive(text)
    if value > 2047:
        raise argparse.ArgumentTypeError("at most 2047 MB")
    return value << 20


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e9:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds above 0")
    return value


def _speed(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1e6:
        raise argparse.ArgumentTypeError(f"'{text}' is not a speed: 1 = real time, 10 = ten times, 0 = as fast as possible")
    return value
