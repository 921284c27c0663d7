"""Ctrl-C and the like end a run in good order: the first signal cancels, a second one is the interpreter's own."""

from __future__ import annotations

import signal

import trio

STOPPING = tuple(number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None)


async def cancel_on_signal(scope: trio.CancelScope) -> None:
    """Cancel ``scope`` on the first of ``STOPPING``; from then on they do what they did before."""
    with trio.open_signal_receiver(*STOPPING) as signals:
        async for _ in signals:
            scope.cancel()
            return
