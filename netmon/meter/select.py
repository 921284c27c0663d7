"""Chooses the executor once, at start: the best one there is, or the one asked for.

In: ``auto``, ``kernel``, ``native`` or ``reference``, and what the run is. Out: an open meter and, when it is not the
best one, the reason in words. An executor that was asked for by name is never silently replaced by another.
"""

from __future__ import annotations

import sys

from netmon.errors import MeterError

from .contract import Meter, MeterLimits

SHORTEST_SNAP = 512
"""Below, frames that the kernel passes up may lack headers that it has read itself."""


def open_meter(
    wanted: str, limits: MeterLimits, *, live: bool = False, obstacle: str = "", filtered: bool = False
) -> tuple[Meter, str]:
    """Open a meter; the second value is empty, or says why it is not the best one. Raises ``MeterError``.

    ``obstacle``: why the kernel meter cannot serve this live run, see ``kernel_obstacle``. ``filtered``: its sources will
    have a capture filter.
    """
    if wanted == "auto":
        try:
            return _best_live(limits, obstacle, filtered) if live else (_open_native(limits), "")
        except ImportError as error:
            return _open_reference(limits), f"C meter not compiled: {_why(error)}"
    if wanted == "native":
        try:
            return _open_native(limits), "asked for" if live and sys.platform.startswith("linux") else ""
        except ImportError as error:
            raise MeterError(f"--meter native: the C meter is not compiled ({_why(error)})") from error
    if wanted == "reference":
        return _open_reference(limits), "plain Python meter asked for"
    if wanted == "kernel":
        return _forced_kernel(limits, live, obstacle, filtered)
    raise MeterError(f"--meter {wanted}: unknown; use auto, kernel, native or reference")


def kernel_obstacle(snap_length: int) -> str:
    """Why the kernel meter cannot serve a live run with these options; empty when it can."""
    if snap_length < SHORTEST_SNAP:
        return f"frames cut to {snap_length} bytes (--snaplen) are counted by the native meter"
    return ""


def _best_live(limits: MeterLimits, obstacle: str, filtered: bool) -> tuple[Meter, str]:
    """The kernel's, else the native one with the reason. Raises ``ImportError`` when there is no C meter at all."""
    if not sys.platform.startswith("linux"):
        return _open_native(limits), ""
    if obstacle:
        return _open_native(limits), obstacle
    try:
        return _open_kernel(limits, required=False, filtered=filtered)
    except MeterError as error:
        return _open_native(limits), f"kernel meter: {error}"


def _forced_kernel(limits: MeterLimits, live: bool, obstacle: str, filtered: bool) -> tuple[Meter, str]:
    if not live:
        raise MeterError("--meter kernel: it counts live packets only; a file is read with native or reference")
    if obstacle:
        raise MeterError(f"--meter kernel: {obstacle}")
    try:
        return _open_kernel(limits, required=True, filtered=filtered)
    except ImportError as error:
        raise MeterError(f"--meter kernel: the C meter is not compiled ({_why(error)})") from error
    except MeterError as error:
        raise MeterError(f"--meter kernel: {error}") from error


def _why(error: ImportError) -> str:
    """An extension that is not there says no more than that; one that does not load says what is wrong with it."""
    missing = str(error).startswith("cannot import name") or isinstance(error, ModuleNotFoundError)
    return "no C compiler or no Python headers at installation" if missing else str(error)


def _open_kernel(limits: MeterLimits, *, required: bool, filtered: bool) -> tuple[Meter, str]:
    from .kernel import KernelMeter

    meter = KernelMeter(limits, required=required, filtered=filtered)
    return meter, meter.note


def _open_native(limits: MeterLimits) -> Meter:
    from .native import NativeMeter

    return NativeMeter(limits)


def _open_reference(limits: MeterLimits) -> Meter:
    from .reference import ReferenceMeter

    return ReferenceMeter(limits)
