"""Every scenario once, with netmon on both hosts; the scores."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import scenarios
from lab import end, run
from netmon_run import Result
from scenarios import Sizes
from stage import Stage, Watch, stage
from truth import Records, Score, read_log, score

SETTLE = 0.5


@contextlib.contextmanager
def control_groups() -> Iterator[str]:
    """The root of the control groups, mounted where nobody else looks."""
    with tempfile.TemporaryDirectory(prefix="netmon-cgroup-") as folder:
        run("mount", "-t", "cgroup2", "none", folder)
        try:
            yield folder
        finally:
            run("umount", folder, check=False)


def perform(sizes: Sizes, nethogs: list[str] | None = None) -> tuple[list[Score], dict[str, str], tuple[Result, Result]]:
    """Scores, the scenarios that could not be played with the reason, and what netmon saw on client and server.

    ``nethogs``: run it on the client at the same time and put what it says there.
    """
    skipped: dict[str, str] = {}
    with stage() as it:
        scenarios.servers(it)
        near = Watch(it.lab.client, "-i", "veth0", "-i", "lo", "-i", "inner0")
        far = Watch(it.lab.server, "-i", "veth0")
        other = it.folder / "nethogs.txt"
        hogs = None
        if nethogs is not None:
            hogs = it.lab.client.start("nethogs", "-t", "-C", "-v", "2", "-d", "1", "veth0", "lo", stdout=other.open("wb"))
            time.sleep(1.5)  # noqa: TID251  # it says nothing when it is ready
        scenarios.many(it, sizes)
        scenarios.datagrams(it)
        skipped |= dict.fromkeys(scenarios.paths(it), "this kernel has it not")
        pings = scenarios.pings(it)
        with control_groups() as root:
            scenarios.containers(it, root)
        scenarios.behind_nat(it)
        if not scenarios.reuse_of_a_number(it):
            skipped["number used again"] = "the kernel does not let process numbers be chosen"
        if not Path("/proc/net/sctp").exists():
            skipped["SCTP"] = "this kernel has it not (CONFIG_IP_SCTP)"
        time.sleep(SETTLE)  # noqa: TID251  # the last packets reach the readers
        seen = near.stop(), far.stop()
        if nethogs is not None and hogs is not None:
            end(hogs)
            nethogs += other.read_text(errors="replace").splitlines()
        return _scores(it, seen, pings), skipped, seen


def _scores(it: Stage, seen: tuple[Result, Result], pings: list[scenarios.Deed]) -> list[Score]:
    near, far = Records(seen[0].connections.values()), Records(seen[1].connections.values())
    found = []
    for name, log in it.logs.items():
        deeds = read_log(log, it.names[name])
        if name == "local-server":
            continue  # both ends of the loopback scenario are on this machine; the opener is the one that is named
        found.append(score(name, deeds, far if name in ("server", "fork-server", "udp-server") else near))
    found.append(score("ping and ping6", pings, near))
    for runtime in scenarios.RUNTIMES:
        one = next(one for one in found if one.scenario == f"container: {runtime}")
        _check_container(one, runtime, seen[0], it)
    return found


def _check_container(one: Score, runtime: str, seen: Result, it: Stage) -> None:
    pids = {deed.pid for deed in read_log(it.logs[one.scenario], "")}
    words = {
        record["process"].get("container", {}).get("runtime")
        for record in seen.connections.values()
        if record.get("process", {}).get("pid") in pids
    }
    if words != {runtime}:
        one.named = 0
        one.wrong.append(f"the container is {words}")
