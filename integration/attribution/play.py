"""Every scenario once, with netmon on both hosts; the scores."""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
import time
from collections.abc import Iterator

import scenarios
import sharing
from lab import CLIENT4, end, run
from netmon_run import Result
from scenarios import Sizes
from stage import PUBLISHED_PORT, Stage, Watch, stage
from truth import Deed, Records, Score, read_log, score

SETTLE = 0.5
FAR = (
    "server",
    "fork-server",
    "udp-server",
    "udp6-server",
    "udplite-server",
    "mptcp-server",
    "sctp-server",
    "two servers on one port",
)
"""Logs of programs that run on the server, besides those of ``sharing.SERVERS``."""
UNSCORED = ("local-server", "published-server", "published-client")
"""Of the loopback scenario both ends are on this machine, and the opener is named; published ports are scored apart."""

TRACED = {
    *sharing.SHARED, "fork-server", "UDP, not connected", "UDP, connected", "UDP over IPv6", "UDP-Lite", "raw protocol 253",
    "packet socket", "ping and ping6", "SCTP", "SCTP over IPv6",
}  # fmt: skip
"""Only the kernel's tracepoints tell who works here; where it has them not, scans may or may not."""


@contextlib.contextmanager
def control_groups() -> Iterator[str]:
    """The root of the control groups, mounted where nobody else looks."""
    with tempfile.TemporaryDirectory(prefix="netmon-cgroup-") as folder:
        run("mount", "-t", "cgroup2", "none", folder)
        try:
            yield folder
        finally:
            run("umount", folder, check=False)


def perform(
    sizes: Sizes, beside: dict[str, list[str]] | None = None, answers: dict[str, str] | None = None
) -> tuple[list[Score], dict[str, str], tuple[Result, Result]]:
    """Scores, the scenarios that could not be played with the reason, and what netmon saw on client and server.

    ``beside``: other monitors (name, command) to run on the client at the same time; what they print goes to ``answers``.
    """
    skipped: dict[str, str] = {}
    with stage() as it:
        scenarios.servers(it)
        go = scenarios.older_than_netmon(it)
        near = Watch(it.lab.client, "-i", "veth0", "-i", "lo", "-i", "inner0")
        far = Watch(it.lab.server, "-i", "veth0")
        others = {
            name: it.lab.client.start(*command, stdout=(it.folder / f"{name}.txt").open("wb"))
            for name, command in (beside or {}).items()
        }
        if others:
            time.sleep(1.5)  # noqa: TID251  # they say nothing when they are ready
        go.touch()
        scenarios.many(it, sizes)
        sharing.play(it)
        skipped |= dict.fromkeys([*scenarios.datagrams(it), *scenarios.paths(it)], "this kernel has it not")
        pings = scenarios.pings(it)
        with control_groups() as root:
            scenarios.containers(it, root)
        scenarios.behind_nat(it)
        if not scenarios.reuse_of_a_number(it):
            skipped["number used again"] = "the kernel does not let process numbers be chosen"
        if not scenarios.sctp(it):
            skipped["SCTP"] = "this kernel has it not (CONFIG_IP_SCTP)"
        time.sleep(SETTLE)  # noqa: TID251  # the last packets reach the readers
        seen = near.stop(), far.stop()
        for name, process in others.items():
            end(process)
            if answers is not None:
                answers[name] = (it.folder / f"{name}.txt").read_text(errors="replace")
        return _scores(it, seen, pings), skipped, seen


def _scores(it: Stage, seen: tuple[Result, Result], pings: list[scenarios.Deed]) -> list[Score]:
    near, far = Records(seen[0].connections.values()), Records(seen[1].connections.values())
    found = []
    far_away = {*FAR, *(scenario for scenario, _, _ in sharing.SERVERS.values())}
    for name, log in it.logs.items():
        if name not in UNSCORED:
            found.append(score(name, read_log(log, it.names[name]), far if name in far_away else near))
    found += _translated(it, near, far)
    found.append(score("ping and ping6", pings, near))
    for runtime in scenarios.RUNTIMES:
        one = next(one for one in found if one.scenario == f"container: {runtime}")
        _check_container(one, runtime, seen[0], it)
    for scenario in sharing.SHARED:
        one = next(one for one in found if one.scenario == scenario)
        _check_shared(one, seen[0])
    return found


def _translated(it: Stage, near: Records, far: Records) -> list[Score]:
    """What passes through the client's host, as it looks outside: the process is the one inside."""
    inside = read_log(it.logs["other namespace"], it.names["other namespace"])
    published = read_log(it.logs["published-server"], it.names["published-server"])
    clients = read_log(it.logs["published-client"], it.names["published-client"])

    def outside(deeds: list[Deed], **changes: object) -> list[Deed]:
        return [dataclasses.replace(deed, **changes) for deed in deeds]  # type: ignore[arg-type]

    return [
        score("masqueraded, seen outside", outside(inside, local=CLIENT4), near),
        score("published port, seen inside", published, near),
        score("published port, seen outside", outside(published, local=CLIENT4, local_port=int(PUBLISHED_PORT)), near),
        score("published port, its client", clients, far),
    ]


def _check_shared(one: Score, seen: Result) -> None:
    shared = [record for record in seen.connections.values() if record.get("process", {}).get("shared")]
    if not any({process["pid"], *(other["pid"] for other in process["shared"])} & one.client_pids for process in
               (record["process"] for record in shared)):  # fmt: skip
        one.named = 0
        one.wrong.append("nothing says that the socket is shared")


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
