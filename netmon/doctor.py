"""``netmon interfaces`` and ``netmon doctor``: what there is, what works, what does not, why, and what to do."""

from __future__ import annotations

import os
import platform as python_platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import NetmonError
from .model.network import Interface
from .settings import Settings

if TYPE_CHECKING:
    from .platforms.contract import Platform, SocketEvents

_RIGHTS = ("net_raw", "net_admin", "bpf", "perfmon", "sys_ptrace", "dac_read_search")
"""Capabilities that capture, kernel programs and a look into the processes of others take (capabilities(7))."""
OK, LIMITED, FAILED = "ok", "--", "NO"
"""Works; works in part; does not work. What is not ``OK`` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    what: str
    verdict: str
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


def report(settings: Settings, problem: str = "") -> int:
    """Print every check; exit status 1 when live capture cannot work. ``problem``: what is wrong with the configuration."""
    needed = [_python(), *_capture(settings)]
    checks = [
        *needed, _rights(), _meter(settings), _inspection(), *_processes(settings), _names(settings),
        _places(settings),
        _tables(), _configuration(problem), _state(), _terminal(), *_plugins(),
    ]  # fmt: skip
    width = max(len(check.what) for check in checks)
    for check in checks:
        print(f"{check.verdict}  {check.what.ljust(width)}  {check.told}")
    if all(check.verdict == OK for check in needed):
        return 0
    print("\nNo live capture as things stand; capture files can be read: netmon -r FILE")
    return 1


def _try(what: str, question: Callable[[], str]) -> Check:
    try:
        return Check(what, OK, question())
    except NetmonError as error:
        return Check(what, FAILED, str(error))


def _python() -> Check:
    told = f"{python_platform.python_version()} on {python_platform.platform()}"
    return Check("Python", OK if sys.version_info >= (3, 11) else FAILED, told)


def _rights() -> Check:
    from .platforms.select import select_platform

    system = select_platform()
    process = system.process(os.getpid())
    if process is None:
        return Check("user", LIMITED, "this process is not to be seen in the system's tables")
    if system.name != "linux":  # no capabilities there; what may be captured and seen stands in other lines
        return Check("user", OK, process.user or str(process.uid))
    held = process.capabilities
    missing = [right for right in _RIGHTS if held != ("all",) and right not in held]
    told = (
        f"{process.user or process.uid}, may all netmon needs"
        if not missing
        else (f"{process.user or process.uid}, without the capabilities {' '.join(missing)}")
    )
    return Check("user", LIMITED if missing else OK, told)


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

    try:
        obstacle = kernel_obstacle(settings.snap_length)
        meter, reason = open_meter(settings.meter, MeterLimits(), live=True, obstacle=obstacle)
    except NetmonError as error:
        return Check("meter", FAILED, str(error))
    meter.close()
    return Check("meter", LIMITED if reason else OK, f"{meter.name}" + (f" ({reason})" if reason else ""))


def _inspection() -> Check:
    from importlib.util import find_spec

    if find_spec("netmon.compiled__mypyc") is not None:
        return Check("inspection", OK, "compiled, and tracking")
    why = "netmon was built without a C compiler or mypyc, with NETMON_COMPILE=0, or for tests"
    return Check("inspection", LIMITED, f"plain Python, as is tracking; 1.6 times the CPU time: {why}")


def _processes(settings: Settings) -> list[Check]:
    """Kernel events and, while they are on because that changes how it is read, the socket table."""
    from .platforms.select import select_platform

    platform = select_platform()
    lost = "processes that live only briefly may have no name"
    opened: SocketEvents | None = None
    if not settings.kernel_events:
        events = Check("kernel events", LIMITED, f"switched off (--no-kernel-events); {lost}")
    else:
        try:
            opened = platform.open_events()
        except NetmonError as error:
            events = Check("kernel events", LIMITED, f"{error}; {lost}")
        else:
            told = f"{opened.attribution}, {opened.hooks} hooks" if opened is not None else f"this system has none; {lost}"
            notes = opened.notes if opened is not None else ()
            events = Check("kernel events", OK if opened is not None and not notes else LIMITED, "; ".join((told, *notes)))
    try:
        return [_sockets(platform), events]
    finally:
        if opened is not None:
            opened.close()


def _sockets(platform: Platform) -> Check:
    try:
        table = platform.sockets()
    except NetmonError as error:
        return Check("processes", FAILED, str(error))
    owned = sum(1 for entry in table.sockets if entry.pid is not None)
    notes = "".join(f"; {note}" for note in table.notes)
    told = f"{platform.attribution}: {owned} of {len(table.sockets)} sockets have a process{notes}"
    return Check("processes", LIMITED if notes else OK, told)


def _names(settings: Settings) -> Check:
    if not settings.resolve_dns:
        return Check("name servers", LIMITED, "not asked: host names are switched off (resolve_dns, --no-resolve-dns)")
    if os.name == "nt":
        return Check("name servers", OK, "those of the system")
    path = Path("/etc/resolv.conf")
    try:
        lines = [line.split() for line in path.read_text(errors="replace").splitlines()]
    except OSError as error:
        return Check("name servers", LIMITED, f"{path}: {error.strerror}: addresses have no names")
    servers = [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]
    if servers:
        return Check("name servers", OK, " ".join(servers))
    return Check("name servers", LIMITED, f"none in {path}: addresses have no names (--no-resolve-dns)")


def _places(settings: Settings) -> Check:
    from .names.geoip import PLACES, open_geoip

    try:
        geoip = open_geoip(settings.geoip_country, settings.geoip_city, settings.geoip_asn)
    except NetmonError as error:
        return Check("GeoIP", FAILED, str(error))
    if geoip.files:
        return Check("GeoIP", LIMITED if geoip.notes else OK, "; ".join((*geoip.files, *geoip.notes)))
    where = " ".join(map(str, PLACES))
    return Check(
        "GeoIP", LIMITED, "; ".join(geoip.notes) or f"no countries: no .mmdb file in {where} (--geoip-country PATH)"
    )


def _tables() -> Check:
    from .names import oui, services

    told = ["; ".join(source().split("; ")[:3]) for source in (oui.source, services.source)]
    return Check("tables", OK, " · ".join(told))


def _configuration(problem: str) -> Check:
    from .config import configuration_path

    if problem:
        return Check("configuration", FAILED, problem)
    path = configuration_path(os.environ)
    return Check("configuration", OK, str(path) if path.is_file() else f"{path} is not there: the defaults hold")


def _state() -> Check:
    from .config import StateFile

    state = StateFile.usual()
    values = state.load()
    if state.note:
        return Check("state", LIMITED, state.note)
    return Check("state", OK, f"{state.path}: {', '.join(sorted(values)) or 'nothing kept yet'}")


def _terminal() -> Check:
    try:
        from .views.screen import FALLBACK_TERM, UNFIT, colour_depth, colours_of
    except NetmonError as error:
        return Check("terminal", FAILED, str(error))
    term = os.environ.get("TERM", "")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Check("terminal", LIMITED, "this is none: no screen here, but --text, --json and --csv")
    if term in UNFIT:
        return Check("terminal", FAILED, f"TERM={term or '(unset)'} cannot show the screen: set it to your terminal's type")
    size, colours = shutil.get_terminal_size(), colours_of(term, sys.stdout.fileno())
    if colours is None:
        return Check("terminal", LIMITED, f"TERM={term} is unknown here: shown as {FALLBACK_TERM}")
    colours = colour_depth(None, colours, os.environ)
    told = f"{term}, {size.columns}x{size.lines}, {colours or 'no'} colours, {sys.stdout.encoding}"
    if sys.stdout.encoding.lower().replace("-", "") != "utf8":
        return Check("terminal", LIMITED, f"{told}: drawn in ASCII; set LANG to a UTF-8 locale")
    return Check("terminal", OK, told)


def _plugins() -> list[Check]:
    """A line for each protocol plug-in; none without them."""
    from .protocols._registry import load

    registry = load(with_plugins=True)
    working = [Check("plug-in", OK, told) for told in registry.plugins]
    return working + [Check("plug-in", FAILED, note) for note in registry.notes]
