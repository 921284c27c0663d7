"""Every scenario runs on each executor there is; what the native one says is compared with the reference, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import pytest

from netmon.meter.contract import Meter, MeterLimits
from netmon.meter.reference import ReferenceMeter
from netmon.model.flow import FlowRecord, Inspected, MeterTotals
from netmon.model.frame import Frame

try:
    from netmon.meter.native import NativeMeter
except ImportError as error:
    NATIVE_MISSING = f"the C meter is not built: {error}"
else:
    NATIVE_MISSING = ""


class Outcome(NamedTuple):
    """All a meter has to say about some frames."""

    records: list[FlowRecord]
    inspected: list[Inspected]
    totals: MeterTotals


def outcome(meter: Meter, frames: Iterable[Frame]) -> Outcome:
    """Feed, end, read, close."""
    meter.feed(frames)
    assert meter.end_of_file() == ""
    result = Outcome(meter.read_changed(), meter.take_inspected(), meter.totals())
    meter.close()
    return result


@pytest.fixture(params=["reference", "native"])
def open_meter(request: pytest.FixtureRequest) -> Callable[..., Meter]:
    """A constructor of one executor."""
    if request.param == "native" and NATIVE_MISSING:
        pytest.skip(NATIVE_MISSING)
    return NativeMeter if request.param == "native" else ReferenceMeter


Run = Callable[..., Outcome]


@pytest.fixture
def run(open_meter: Callable[..., Meter]) -> Run:
    """Runs frames through one executor and checks that the reference says the same."""

    def run_frames(frames: list[Frame], **changes: int) -> Outcome:
        limits = MeterLimits()._replace(**changes)
        result = outcome(open_meter(limits), frames)
        assert result == outcome(ReferenceMeter(limits), frames)
        return result

    return run_frames
