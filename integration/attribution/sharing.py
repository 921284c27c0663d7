"""Sockets that more than one process has to do with: what the actors of sharing.h do, server by server."""

from __future__ import annotations

from lab import SERVER4, wait_until
from stage import Stage

SERVERS = {
    "prefork": ("workers that accept side by side", "the-prefork-server", ("3",)),
    "activate": ("service started on demand", "the-activated-service", ()),
    "hands-over": ("connections handed to another program", "the-worker", ()),
}
"""Mode -> scenario, name of the program that answers, more words."""
PORTS = {"prefork": "7010", "activate": "7011", "hands-over": "7012", "reuse": "7013"}
SHARED = ("opener lets another program talk", "parent sends, child receives")
"""Scenarios in which the record must say that the socket is shared."""
CLIENTS = 12


def play(stage: Stage) -> None:
    """A few clients for each."""
    for mode, (scenario, name, words) in SERVERS.items():
        listens = "the-launcher" if mode != "prefork" else name
        log = stage.log(scenario, name)
        more = words or (stage.actor(name),)
        stage.lab.server.start(stage.actor(listens), log, mode, "0.0.0.0", PORTS[mode], *more)
    scenario = "two servers on one port"
    log = stage.log(scenario, "the-twin-server")
    for _ in range(2):
        stage.lab.server.start(stage.actor("the-twin-server"), log, "server", "0.0.0.0", PORTS["reuse"])
    for port in PORTS.values():
        wait_until(lambda port=port: stage.lab.server.listens(int(port)), f"port {port}")
    client = stage.actor("many-client")
    for port in PORTS.values():
        log = str(stage.folder / "not-scored.log")
        words = (client, log, "client", SERVER4, port, "500", "700")
        stage.lab.client.run(stage.actor("spawner"), log, "spawn", str(CLIENTS), *words)
    talker = stage.actor("talker")
    stage.play_for(SHARED[0], "talker", "opener", "opens-for", SERVER4, "7001", talker)
    stage.play(SHARED[1], "parent", "shared", SERVER4, "7001")
