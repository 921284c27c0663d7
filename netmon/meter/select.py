"""Chooses the executor once, at start: the best one there is, or the one asked for.

In: ``auto``, ``kernel``, ``native`` or ``reference``. Out: an open meter and, when it is not the best one, the reason in
words. An executor that was asked for by name is never silently replaced by another.
"""

from __future__ import annotations

from netmon.errors import MeterError

from .contract import Meter, MeterLimits


def open_meter(wanted: str, limits: MeterLimits) -> tuple[Meter, str]:
    """Open a meter; the second value is empty, or says why it is not the best one. Raises ``MeterError``."""
    if wanted == "auto":
        try:
            return _open_native(limits), ""
        except ImportError as error:
            return _open_reference(limits), f"C meter not compiled: {error}"
    if wanted == "native":
        try:
            return _open_native(limits), ""
        except ImportError as error:
            raise MeterError(f"--meter native: the C meter is not compiled ({error})") from error
    if wanted == "reference":
        return _open_reference(limits), "plain Python meter asked for"
    if wanted == "kernel":
        raise MeterError("--meter kernel: this netmon has no kernel meter yet; use auto, native or reference")
    raise MeterError(f"--meter {wanted}: unknown; use auto, kernel, native or reference")


def _open_native(limits: MeterLimits) -> Meter:
    from .native import NativeMeter

    return NativeMeter(limits)


def _open_reference(limits: MeterLimits) -> Meter:
    from .reference import ReferenceMeter

    return ReferenceMeter(limits)
