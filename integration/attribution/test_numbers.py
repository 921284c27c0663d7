"""Process numbers that are used again within milliseconds, while netmon scans and reads: never the other program's name."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import scenarios
from stage import Stage, Watch, stage
from test_attribution import why_not
from truth import Records, Score, read_log, score

pytestmark = pytest.mark.root
PAIRS = 60
SETTLE = 0.5


def play(it: Stage) -> list[Score]:
    """Scores of the pairs; none where numbers cannot be chosen."""
    scenarios.servers(it)
    go = scenarios.older_than_netmon(it)
    watch = Watch(it.lab.client, "-i", "veth0")
    go.touch()
    if not all(scenarios.reuse_of_a_number(it, f" {pair}") for pair in range(PAIRS)):
        watch.stop()
        return []
    time.sleep(SETTLE)  # noqa: TID251  # the last packets reach the reader
    records = Records(watch.stop().connections.values())
    logs = {name: path for name, path in it.logs.items() if name.startswith("number used again")}
    return [score(name, read_log(path, it.names[name]), records) for name, path in logs.items()]


def test_a_number_used_again_at_once() -> None:
    """Two programs with one number, often within one clock tick, the unit in which /proc tells when a process began."""
    if reason := why_not():
        pytest.skip(reason)
    with stage() as it:
        scores = play(it)
    if not scores:
        pytest.skip("the kernel does not let process numbers be chosen")
    assert [one.wrong for one in scores if not one.perfect] == []
    assert len(scores) == 2 * PAIRS
