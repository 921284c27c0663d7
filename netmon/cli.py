"""Arguments to settings; errors to one line and an exit status.

Exit status: 0 all well; 1 something could not be done, or an assertion failed; 2 wrong usage; 130 a capture file was
interrupted before its end. Nothing heavy is imported before it is needed: ``--help`` must be quick.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from netmon import __version__

from .errors import FilterError, NetmonError, UsageError
from .settings import Settings

EPILOG = """\
examples:
  sudo netmon                                   this machine's connections, live
  sudo netmon -i eth0 -i wg0 -f 'not port 22'   two interfaces, with a pcap-filter(7) expression
  netmon -r capture.pcap                        a capture file on the screen
  netmon -r capture.pcap --json | jq .          the same as JSON lines
  sudo netmon --json --duration 60              one minute, headless
  netmon -r ci.pcap --assert 'app:tls sni:example.org' --assert-none 'dport:23'

exit status: 0 all well, 1 failure or failed assertion, 2 wrong usage, 130 interrupted before the end of a file
"""


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
    add("command", nargs="?", choices=["interfaces", "doctor"], help="list interfaces, or say what works and what does not")
    _source_options(top)
    _output_options(top)
    _screen_options(top)
    return top


def _source_options(top: argparse.ArgumentParser) -> None:
    group = top.add_argument_group("where packets come from")
    add = group.add_argument
    add("-i", "--interface", action="append", default=[], metavar="IFACE",
        help="interface to capture on, repeatable; 'any' for all (default: the one of the default route)")  # fmt: skip
    add("-r", "--read", metavar="FILE", default="",
        help="read a capture file (pcap, pcapng; gzip, bzip2, xz, zstd, lz4), '-' for standard input")  # fmt: skip
    add("-f", "--bpf-filter", metavar="BPF", default="", help="capture filter, pcap-filter(7) syntax")
    add("--show-localhost", action="store_true", help="show loopback conversations too")
    add("--meter", choices=["auto", "kernel", "native", "reference"], default="auto",
        help="how packets are counted (default: the best one that works here)")  # fmt: skip
    add("--no-dpi", action="store_true", help="do not inspect application protocols")
    add("--no-resolve-dns", action="store_true", help="do not look up host names")
    add("--show-ptr-lookups", action="store_true", help="show netmon's own reverse look-ups")
    add("--buffer-size", type=_megabytes, default=16, metavar="MB", help="kernel capture buffer per interface (default 16)")
    add("--snaplen", type=_positive, default=262_144, metavar="BYTES", help="bytes kept of each packet (default 262144)")


def _output_options(top: argparse.ArgumentParser) -> None:
    group = top.add_argument_group("what comes out")
    add = group.add_argument
    kind = group.add_mutually_exclusive_group()
    for word, what in (("json", "JSON lines"), ("csv", "comma-separated values"), ("text", "one line a connection")):
        kind.add_argument(f"--{word}", dest="output", action="store_const", const=word, help=f"headless: {what}")
    add("--filter", metavar="EXPR", default="", help="only connections that match (see 'Filters' in the documentation)")
    add("--once", action="store_true", help="headless: what there is after one look (live: 2 s unless --duration), then end")
    add("--duration", type=_seconds, metavar="S", help="end after this many seconds")
    add("--assert", dest="assertions", action="append", default=[], metavar="EXPR",
        help="exit status 1 unless some connection matches; repeatable")  # fmt: skip
    add("--assert-none", dest="denials", action="append", default=[], metavar="EXPR",
        help="exit status 1 if any connection matches; repeatable")  # fmt: skip
    add("--json-log", metavar="FILE", default="", help="also append JSON lines to FILE (mode 0600)")
    add("--show-secrets", action="store_true", help="show passwords and the like in outputs")
    add(
        "--log-level",
        choices=["debug", "info", "warning", "error"],
        default="warning",
        help="how much netmon says of itself",
    )
    add("--log-file", metavar="FILE", default="", help="write that to FILE (mode 0600) instead of standard error")


def _screen_options(top: argparse.ArgumentParser) -> None:
    group = top.add_argument_group("the screen")
    add = group.add_argument
    add(
        "--refresh-interval",
        type=_positive,
        default=1000,
        metavar="MS",
        help="time between refreshes (default 1000)",
    )
    add("--theme", default="muted", metavar="NAME", help="colour theme")
    add("--no-color", action="store_true", help="no colours (also: the NO_COLOR variable)")
    add("--ascii", action="store_true", help="no characters beyond ASCII")
    add("--speed", type=_speed, metavar="X", help="with -r: play at X times real time, 0 = as fast as possible (default)")


def _positive(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value <= 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number above 0")
    return value


def _megabytes(text: str) -> int:
    value = _positive(text)
    if value > 2047:
        raise argparse.ArgumentTypeError("at most 2047 MB")
    return value


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


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Validated settings. Raises ``UsageError``."""
    if arguments.read and arguments.interface:
        raise UsageError("-r and -i exclude each other: read a file or capture live")
    if arguments.speed is not None and not arguments.read:
        raise UsageError("--speed goes with -r FILE")
    output = arguments.output or "auto"
    if output == "auto" and (
        arguments.once or arguments.assertions or arguments.denials or not (sys.stdout.isatty() and sys.stdin.isatty())
    ):
        output = "text"
    return Settings(
        interfaces=tuple(arguments.interface),
        file=arguments.read,
        bpf_filter=arguments.bpf_filter,
        filter=arguments.filter,
        output=output,
        once=arguments.once,
        duration=arguments.duration,
        assertions=tuple(arguments.assertions),
        denials=tuple(arguments.denials),
        meter=arguments.meter,
        inspect=not arguments.no_dpi,
        resolve_dns=not arguments.no_resolve_dns,
        show_localhost=arguments.show_localhost,
        show_ptr_lookups=arguments.show_ptr_lookups,
        show_secrets=arguments.show_secrets,
        refresh_interval=arguments.refresh_interval / 1000,
        theme=arguments.theme,
        color=not arguments.no_color and not os.environ.get("NO_COLOR"),
        ascii=arguments.ascii,
        json_log=arguments.json_log,
        log_level=arguments.log_level,
        log_file=arguments.log_file,
        buffer_size=arguments.buffer_size * 1024 * 1024,
        snap_length=arguments.snaplen,
        speed=arguments.speed,
    )


def check_filters(settings: Settings) -> None:
    """Wrong filters are told before anything is opened, with a caret under the fault. Raises ``UsageError``."""
    given = [("--filter", settings.filter)] if settings.filter else []
    given += [("--assert", text) for text in settings.assertions]
    given += [("--assert-none", text) for text in settings.denials]
    if not given:
        return
    from .filters import compile_filter, explain

    for option, text in given:
        try:
            compile_filter(text)
        except FilterError as error:
            shown, fault = explain(text, error)
            raise UsageError(f"{option} is not understood\n  {shown}\n  {fault}") from error


def configure_logging(settings: Settings) -> None:
    """netmon's own log: a file, or standard error when there is no screen to spoil. Raises ``UsageError``."""
    handler: logging.Handler
    if settings.log_file:
        try:
            descriptor = os.open(
                settings.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o600
            )
        except OSError as error:
            raise UsageError(f"cannot write the log {settings.log_file}: {error.strerror}") from error
        handler = logging.StreamHandler(os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace"))
    elif settings.output in ("auto", "screen"):
        handler = logging.NullHandler()
    else:
        handler = logging.StreamHandler()
    logging.basicConfig(
        level=settings.log_level.upper(),
        handlers=[handler],
        format="netmon: %(asctime)s %(levelname)s %(name)s: %(message)s",
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run netmon with these arguments; the exit status."""
    arguments = parser().parse_args(argv)
    try:
        settings = settings_of(arguments)
        check_filters(settings)
        if settings.theme != Settings().theme:
            from .views.theme import choose_theme

            choose_theme(settings.theme)
        configure_logging(settings)
        if arguments.command:
            from netmon import doctor

            return doctor.interfaces() if arguments.command == "interfaces" else doctor.report(settings)
        from . import app

        return app.run(settings)
    except NetmonError as error:
        print(f"netmon: {error}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:
        # The reader of standard output has gone: nothing is left to be said, also not at interpreter exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except KeyboardInterrupt:
        return 130
