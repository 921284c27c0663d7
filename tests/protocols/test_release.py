"""What is kept of a conversation goes when the conversation goes: nothing waits for the garbage collector.

A monitor runs for weeks and a file has millions of conversations, and what only a collection of the oldest generation frees
is as good as lost for hours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from netmon.protocols._engine import Engine
from netmon.protocols._registry import load

from ._samples import samples
from ._talk import wire_of

REGISTRY = load()
LABELS = [protocol.label for protocol in REGISTRY.protocols if samples(protocol.label)]


@pytest.mark.parametrize("label", LABELS)
def test_nothing_stays_behind(garbage: Callable[[], Any], label: str) -> None:
    """Every protocol's recorded conversations, through the engine, on their own and inside SCTP."""
    with garbage() as found:
        for number, sample in enumerate(samples(label), 1):
            for transport in {sample.context.transport, "sctp"}:
                engine = Engine(REGISTRY)
                frames = wire_of(transport, number, sample.context.server_port).frames(sample.flights)
                engine.inspect(frames)
                engine.finish([number])
    assert found == {}
