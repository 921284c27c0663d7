"""Databases and brokers as Debian has them, each skipped with the reason where it is not installed: label, fields, times."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from lab import SERVER4, Lab, end, missing_tools, wait_until
from netmon_run import Live

REDIS, MEMCACHED, MQTT, POSTGRESQL = 22_300, 22_301, 22_302, 22_303
SECONDS = 0.1
SECRET = "planted-secret"


def need(*tools: str) -> None:
    """Skip where they are not installed."""
    missing = missing_tools(*tools)
    if missing:
        pytest.skip(f"not installed: {' '.join(missing)}")


def watched(lab: Lab, port: int, *commands: tuple[str, ...], said: bytes = b"") -> dict[str, Any]:
    """The last connection to this port, made by these commands; its record."""
    live = Live(lab.client, "-i", lab.client.device, "--no-resolve-dns")
    wrong = []
    for command in commands:
        done = subprocess.run(lab.client.command(*command), input=said, capture_output=True, timeout=20, check=False)
        wrong += [done.stderr.decode()] * bool(done.returncode)
    result = live.stop()
    assert not wrong, wrong
    assert SECRET not in str(result.connections)
    return result.find(dst_port=port)[-1]


def test_redis(network: Lab) -> None:
    """A command that takes its time, after a log-on."""
    need("redis-server", "redis-cli")
    options = ("--bind", SERVER4, "--save", "", "--appendonly", "no", "--enable-debug-command", "yes")
    server = network.server.start("redis-server", "--port", str(REDIS), "--requirepass", SECRET, *options)
    wait_until(lambda: network.server.listens(REDIS), "redis-server")
    base = ("redis-cli", "-h", SERVER4, "-p", str(REDIS), "--no-auth-warning", "-a", SECRET)
    record = watched(network, REDIS, (*base, "DEBUG", "SLEEP", str(SECONDS)))
    told = watched(network, REDIS, (*base, "-3", "-n", "3", "--user", "default", "INFO", "server"))["fields"]
    version = subprocess.run(("redis-server", "--version"), capture_output=True, text=True, check=True).stdout
    end(server)
    assert (told["redis_user"], told["redis_db"]) == (["default"], [3])
    assert f"v={told['redis_version']} " in version
    assert record["application"] == "Redis"
    assert record["fields"]["redis_command"][:2] == ["AUTH", "DEBUG"]
    assert "clear-text-credentials" in record["risks"]
    (times,) = record["response_ms"]
    assert (times["what"], times["unanswered"]) == ("redis", 0)
    assert times["min"] < 1000 * SECONDS <= times["max"] <= 2000 * SECONDS


def test_memcached(network: Lab) -> None:
    """The text protocol: stored, read, counted."""
    need("memcached")
    server = network.server.start("memcached", "-u", "root", "-l", SERVER4, "-p", str(MEMCACHED), "-U", "0")
    wait_until(lambda: network.server.listens(MEMCACHED), "memcached")
    talk = b"set k 0 0 14\r\nplanted-secret\r\nget k\r\nstats\r\nquit\r\n"
    record = watched(network, MEMCACHED, ("curl", "-sS", "-m", "5", f"telnet://{SERVER4}:{MEMCACHED}"), said=talk)
    end(server)
    assert record["application"] == "Memcache"
    assert record["fields"]["memcache_command"] == ["set", "get", "stats", "quit"]
    (times,) = record["response_ms"]
    assert (times["what"], times["count"], times["unanswered"]) == ("memcache", 3, 0)


def test_mosquitto(network: Lab) -> None:
    """A message that has to be acknowledged, from a client with a password."""
    need("mosquitto", "mosquitto_pub")
    configuration = network.folder / "mosquitto.conf"
    configuration.write_text(f"listener {MQTT} {SERVER4}\nallow_anonymous true\nuser root\n")
    server = network.server.start("mosquitto", "-c", str(configuration))
    wait_until(lambda: network.server.listens(MQTT), "mosquitto")
    command = ("mosquitto_pub", "-h", SERVER4, "-p", str(MQTT), "-u", "alice", "-P", SECRET, "-t", "house/door", "-q", "1")
    message = network.folder / "message"  # not on the command line, which is told
    message.write_text(SECRET)
    record = watched(network, MQTT, (*command, "-f", str(message), "-i", "lab", "-V", "mqttv5"))
    end(server)
    assert record["application"] == "MQTT"
    assert (record["fields"]["mqtt_topic"], record["fields"]["mqtt_username"]) == (["house/door"], "alice")
    assert "clear-text-credentials" in record["risks"]
    (times,) = record["response_ms"]
    assert (times["what"], times["count"], times["unanswered"]) == ("mqtt", 2, 0)


def postgresql_folder() -> str:
    """Where Debian keeps the programs of the newest version there is; empty without one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return str(found[-1].parent) if found else ""


def test_postgresql(network: Lab) -> None:
    """A statement that takes its time: its verb, and nothing that stands in it."""
    need("psql", "runuser")
    programs = postgresql_folder()
    if not programs:
        pytest.skip("not installed: postgresql")
    with tempfile.TemporaryDirectory(prefix="netmon-lab-") as folder:
        shutil.chown(folder, "postgres")
        data = f"{folder}/data"
        subprocess.run(
            ["runuser", "-u", "postgres", "--", f"{programs}/initdb", "-D", data, "-A", "trust", "--no-sync"],
            check=True, capture_output=True, cwd="/",
        )  # fmt: skip
        with Path(data, "pg_hba.conf").open("a") as rules:
            rules.write("host all all 192.0.2.0/24 trust\n")
        options = ("-h", SERVER4, "-p", str(POSTGRESQL), "-k", folder, "-c", "fsync=off")
        server = network.server.start(
            "runuser", "-u", "postgres", "--", f"{programs}/postgres", "-D", data, *options, cwd="/"
        )
        try:
            wait_until(lambda: network.server.listens(POSTGRESQL), "postgres", 30.0)
            statement = f"SELECT pg_sleep({SECONDS}) WHERE '{SECRET}' <> 'x'"
            client = ("psql", "-h", SERVER4, "-p", str(POSTGRESQL), "-U", "postgres", "-d", "postgres", "-c", statement)
            record = watched(network, POSTGRESQL, client)
        finally:
            end(server)
    assert record["application"] == "PostgreSQL"
    assert record["fields"]["pg_verb"] == ["SELECT"]
    (times,) = record["response_ms"]
    assert (times["what"], times["count"], times["unanswered"]) == ("postgresql", 1, 0)
    assert 1000 * SECONDS <= times["min"] <= 2000 * SECONDS
