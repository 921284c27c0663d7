"""Response times of live traffic against servers that are known to take their time (features 3.4)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lab import ROOT, SERVER4, Lab, wait_until
from netmon_run import Live
from timed_talks import TALKS, Timed

SECONDS = 0.08
MOST = 3.0
"""Times what it should be: programs of a busy machine wake late."""
PEERS = str(ROOT / "integration" / "slow_peers.py")
FIRST_PORT = 21_000


@pytest.fixture(scope="module")
def records(network: Lab) -> list[dict[str, Any]]:
    """Of the talks, in their order."""
    talks: list[Timed] = TALKS
    plan = [
        {
            "transport": one.transport,
            "port": one.port or FIRST_PORT + number,
            "flights": [(side, data.hex()) for side, data in one.flights],
        }
        for number, one in enumerate(talks)
    ]
    path = Path(network.folder) / "talks.json"
    path.write_text(json.dumps(plan))
    arguments = (SERVER4, str(path), str(SECONDS))
    network.server.start(sys.executable, PEERS, "serve", *arguments, stdout=subprocess.DEVNULL)
    wait_until(lambda: network.server.listens(FIRST_PORT), "the slow servers")
    live = Live(network.client, "-i", network.client.device, "--no-resolve-dns")
    ports = json.loads(network.client.run(sys.executable, PEERS, "talk", *arguments, timeout=60))
    result = live.stop()
    found = []
    for number, one in enumerate(talks):  # two may have the same port on the client, to different ones of the server
        where = {"src_port": ports[str(number)], "dst_ip": SERVER4, "dst_port": plan[number]["port"]}
        (record,) = result.find(protocol=one.transport, **where)
        found.append(record)
    return found


@pytest.mark.parametrize("number", range(len(TALKS)), ids=lambda number: f"{TALKS[number].label}-{TALKS[number].transport}")
def test_as_long_as_the_server_takes(records: list[dict[str, Any]], number: int) -> None:
    """Every request is paired with its answer, and the time is what the server waited."""
    talk, record = TALKS[number], records[number]
    assert record["application"] == talk.label
    (times,) = record["response_ms"]
    assert (times["what"], times["count"], times["unanswered"]) == (talk.what, talk.count, 0)
    assert 1000 * SECONDS <= times["min"] <= times["mean"] <= times["max"] <= 1000 * SECONDS * MOST
