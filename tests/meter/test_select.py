"""Choosing an executor: the best one, or the one asked for, and never silently another."""

from __future__ import annotations

import sys

import pytest

import netmon.meter
from netmon.errors import MeterError
from netmon.meter.contract import MeterLimits
from netmon.meter.select import open_meter

from .conftest import NATIVE_MISSING


@pytest.mark.skipif(bool(NATIVE_MISSING), reason=NATIVE_MISSING or "built")
@pytest.mark.parametrize("wanted", ["auto", "native"])
def test_native_is_best(wanted: str) -> None:
    """No reason is given for the best one."""
    meter, reason = open_meter(wanted, MeterLimits())
    assert (meter.name, reason) == ("native", "")


def test_fallback_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extension: the reference with the reason, and an error when the native one was asked for."""
    monkeypatch.delitem(sys.modules, "netmon.meter.native", raising=False)
    monkeypatch.setitem(sys.modules, "netmon.meter._native", None)
    monkeypatch.delattr(netmon.meter, "_native", raising=False)
    meter, reason = open_meter("auto", MeterLimits())
    assert meter.name == "reference"
    assert reason.startswith("C meter not compiled: ")
    with pytest.raises(MeterError, match="not compiled"):
        open_meter("native", MeterLimits())


def test_reference_on_request() -> None:
    """It says that it was asked for."""
    meter, reason = open_meter("reference", MeterLimits())
    assert (meter.name, reason) == ("reference", "plain Python meter asked for")


@pytest.mark.parametrize("wanted", ["kernel", "nonsense"])
def test_what_there_is_not(wanted: str) -> None:
    """One clear line that names the argument."""
    with pytest.raises(MeterError, match=f"--meter {wanted}"):
        open_meter(wanted, MeterLimits())
