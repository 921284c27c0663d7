"""``netmon interfaces`` and ``netmon doctor``: what there is, what works, what does not, why, and what to do."""

from __future__ import annotations

import os
import platform as python_platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

from .errors import NetmonError
from .model.network import Interface
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    what: str
    works: bool
    told: str


def interfaces() -> int:
    """List the interfaces a capture may be opened on."""
    from .capture.interfaces import available
    from .platforms.select import select_platform

    network = select_platform().network()
    known = {one.name: one for one in network.interfaces}
    rows = []
    for one in available():
        full = known.get(one.name, one)
        rows.append((one.name, _flags(full, network.default_interface), _addresses(full), one.description))
    widths = [max(len(row[column]) for row in rows) for column in range(3)] if rows else [0, 0, 0]
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)), row[3]]).rstrip())
    return 0


def _flags(one: Interface, default: str) -> str:
    words = ["default"] if one.name == default else []
    words += ["up" if one.up else "down"]
    words += ["loopback"] if one.loopback else []
    return " ".join(words)


def _addresses(one: Interface) -> str:
    import ipaddress

    return " ".join(f"{ipaddress.ip_address(address)}/{length}" for address, length in one.prefixes) or "-"


def report(settings: Settings) -> int:
    """Print every check; exit status 1 when live capture cannot work."""
    checks = [
        _python(), *_capture(settings), _meter(settings), _processes(), _names(), _terminal(), *_plugins()
    ]  # fmt: skip
    width = max(len(check.what) for check in checks)
    for check in checks:
        print(f"{'ok ' if check.works else 'NO '} {check.what.ljust(width)}  {check.told}")
    return 0 if all(check.works for check in checks[:3]) else 1


def _try(what: str, question: Callable[[], str]) -> Check:
    try:
        return Check(what, True, question())
    except NetmonError as error:
        return Check(what, False, str(error))


def _python() -> Check:
    return Check(
        "Python", sys.version_info >= (3, 11), f"{python_platform.python_version()} on {python_platform.platform()}"
    )


def _capture(settings: Settings) -> list[Check]:
    from .capture import library_version
    from .capture.interfaces import available, resolve
    from .capture.live import open_live
    from .platforms.select import select_platform

    def opened() -> str:
        there = available()
        name = settings.interfaces[0] if settings.interfaces else select_platform().network().default_interface
        if not name:
            return "no default route: name an interface with -i"
        source = open_live(resolve(name, there))
        source.close()
        return f"{name} opened"

    return [_try("libpcap", library_version), _try("live capture", opened)]


def _meter(settings: Settings) -> Check:
    from .meter.contract import MeterLimits
    from .meter.select import kernel_obstacle, open_meter

    def chosen() -> str:
        obstacle = kernel_obstacle(settings.snap_length)
        meter, reason = open_meter(settings.meter, MeterLimits(), live=True, obstacle=obstacle)
        meter.close()
        return f"{meter.name}" + (f" ({reason})" if reason else "")

    return _try("meter", chosen)


def _processes() -> Check:
    from .platforms.select import select_platform

    def scanned() -> str:
        platform = select_platform()
        table = platform.sockets()
        owned = sum(1 for entry in table.sockets if entry.pid is not None)
        notes = "; ".join(table.notes)
        return f"{platform.attribution}: {owned} of {len(table.sockets)} sockets have a process" + (
            f" ({notes})" if notes else ""
        )

    return _try("processes", scanned)


def _names() -> Check:
    from pathlib import Path

    path = Path("/etc/resolv.conf")
    try:
        servers = [line.split()[1] for line in path.read_text().splitlines() if line.startswith("nameserver ")]
    except (OSError, IndexError):
        servers = []
    if servers:
        return Check("name servers", True, " ".join(servers))
    return Check("name servers", os.name == "nt", f"none in {path}: addresses have no names (--no-resolve-dns)")


def _terminal() -> Check:
    term = os.environ.get("TERM", "")
    size = shutil.get_terminal_size()
    return Check(
        "terminal", sys.stdout.isatty() and term not in ("", "dumb"), f"TERM={term or '-'} {size.columns}x{size.lines}"
    )


def _plugins() -> list[Check]:
    """A line for each protocol plug-in; none without them."""
    from .protocols._registry import load

    registry = load(with_plugins=True)
    working = [Check("plug-in", True, told) for told in registry.plugins]
    return working + [Check("plug-in", False, note) for note in registry.notes]
