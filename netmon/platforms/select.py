"""Chooses the operating system's folder, once. The only place (with the folders) that looks at ``sys.platform``."""

from __future__ import annotations

import sys
from collections.abc import Callable

from .contract import Platform
from .unsupported import Unsupported


def _linux() -> Platform:
    from .linux import Linux

    return Linux()


def _darwin() -> Platform:
    from .darwin import Darwin

    return Darwin()


def _windows() -> Platform:
    from .windows import Windows

    return Windows()


def _freebsd() -> Platform:
    from .freebsd import FreeBSD

    return FreeBSD()


def _openbsd() -> Platform:
    from .openbsd import OpenBSD

    return OpenBSD()


def _netbsd() -> Platform:
    from .netbsd import NetBSD

    return NetBSD()


PLATFORMS: dict[str, Callable[[], Platform]] = {
    "linux": _linux, "darwin": _darwin, "win32": _windows, "freebsd": _freebsd, "openbsd": _openbsd, "netbsd": _netbsd,
}  # fmt: skip
"""``sys.platform`` without its version number -> the platform."""


def select_platform(system: str = sys.platform) -> Platform:
    """The platform netmon runs on; an unknown one answers "not known" to everything."""
    maker = PLATFORMS.get(system) or PLATFORMS.get(system.rstrip("0123456789"))
    return maker() if maker else Unsupported(system)
