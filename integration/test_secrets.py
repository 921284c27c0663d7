"""Secrets planted in real conversations of every protocol that has some are in nothing netmon shows or writes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import planted_binary  # noqa: F401  lists its conversations
import planted_devices  # noqa: F401
import planted_mail  # noqa: F401
import planted_network  # noqa: F401
import planted_services  # noqa: F401
import planted_text  # noqa: F401
import planted_tokens  # noqa: F401
import pytest
import trio
from lab import ROOT
from netmon_run import PYTHON, Result, parse, text_of
from planted import PLANTERS, Garden, Planted
from pseudo_terminal import Session

from netmon.capture.file import open_file
from netmon.exports.record import event_record
from netmon.filters import compile_filter
from netmon.meter.contract import MeterLimits
from netmon.meter.select import open_meter
from netmon.model.snapshot import ConnectionEvent, Snapshot, SystemStatus
from netmon.platforms.select import select_platform
from netmon.settings import Settings
from netmon.tasks.pipeline import Pipeline
from netmon.tasks.replay import Replay
from netmon.views.events import KeyEvent
from netmon.views.view import View

TABS = ("1", "t", "g", "3", "i", "4", "5")


@dataclass
class Field:
    """The conversations as a file, and what is in it."""

    path: str
    planted: list[Planted]

    @property
    def words(self) -> list[str]:
        """All secrets in all their forms."""
        return [word for one in self.planted for word in one.words]


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Field:
    """Plays every planter."""
    garden = Garden()
    for plant in PLANTERS:
        plant(garden)
    path = garden.made.write(tmp_path_factory.mktemp("planted") / "planted.pcap")
    return Field(str(path), garden.planted)


def run(*arguments: str) -> Result:
    """A headless run that writes JSON."""
    command = [PYTHON, "-P", "-m", "netmon", "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return parse(done.stdout, 0, done.stderr)


def found(words: list[str], text: str) -> list[str]:
    """Which of them are in there, however a JSON encoder or a person writes them."""
    lowered = text.lower()
    return [word for word in words if word.lower() in lowered]


def test_the_words_are_in_the_file(field: Field) -> None:
    """Each secret is on the wire, in clear or as what is listed beside it; otherwise nothing here would mean anything."""
    data = Path(field.path).read_bytes()
    assert len(field.words) > 100 and len(set(field.words)) == len(field.words)
    for one in field.planted:
        assert any(word.encode() in data for word in one.words) or one.label in ("Telnet", "TDS"), one


def test_every_conversation_is_recognised(field: Field) -> None:
    """As what it is, with the risk it is instead of the secret."""
    result = run("-r", field.path)
    wrong = []
    for one in field.planted:
        records = result.find(src_port=one.port) if one.port else result.find(application=one.label)
        good = len(records) == 1 and records[0].get("application") == one.label and records[0].get("confidence") != "port"
        risks = records[0].get("risks", []) if records else []
        if not good or (one.risk and one.risk not in risks) or (not one.risk and "clear-text-credentials" in risks):
            wrong.append((one.label, one.port, [(record.get("application"), record.get("risks")) for record in records]))
    assert not wrong, wrong


@pytest.mark.parametrize("output", ["--json", "--csv", "--text"])
def test_outputs(field: Field, output: str) -> None:
    """No secret in what a script reads."""
    assert found(field.words, text_of("-r", field.path, output)) == []
    assert found(field.words, text_of("-r", field.path, output, "--privacy")) == []


def test_logs(field: Field, tmp_path: Path) -> None:
    """Nor in the JSON log, nor in what netmon says of itself at its most talkative."""
    log, own = tmp_path / "log.jsonl", tmp_path / "netmon.log"
    result = run("-r", field.path, "--json-log", str(log), "--log-file", str(own), "--log-level", "debug")
    assert len(log.read_text().splitlines()) > len(field.planted)
    assert found(field.words, log.read_text() + own.read_text() + result.errors) == []


def test_shown_on_request(field: Field) -> None:
    """``--show-secrets`` brings to light what is promised, in its own conversation, and in JSON only."""
    result = run("-r", field.path, "--show-secrets")
    missing = []
    for one in field.planted:
        text = json.dumps([record["fields"] for record in result.find(src_port=one.port) if "fields" in record])
        missing += [(one.label, word) for word in one.shown if word not in text]
    assert missing == []
    assert sum(len(one.shown) for one in field.planted) > 30
    for output in ("--csv", "--text"):
        assert found(field.words, text_of("-r", field.path, output, "--show-secrets")) == []


def test_privacy_comes_before_secrets(field: Field) -> None:
    """Who wants stand-ins gets them for secrets as well."""
    result = run("-r", field.path, "--show-secrets", "--privacy")
    assert found(field.words, json.dumps(result.connections)) == []


def played(path: str, **values: object) -> tuple[Pipeline, list[str], Snapshot]:
    """A file through the program's own pipeline: it, everything it exported with secrets asked for, the last snapshot."""
    settings = Settings(**{"output": "screen", "file": path, "show_localhost": True, **values})  # type: ignore[arg-type]
    meter, _ = open_meter("auto", MeterLimits())
    pipeline = Pipeline(settings, meter, live=False, services=lambda port, transport: "")
    lines: list[str] = []
    source = open_file(path)

    def export(events: Sequence[ConnectionEvent]) -> None:
        lines.extend(json.dumps(event_record(event, secrets=True)) for event in events)

    replay = Replay(pipeline, source, export)

    async def play() -> None:
        await replay.run(lambda fraction: None)

    trio.run(play)
    now = meter.last_timestamp_ns / 1e9
    export(pipeline.tick(now))
    snapshot = pipeline.snapshot(now, pipeline.complete(SystemStatus(source=path)))
    replay.finish()
    source.close()
    return pipeline, lines, snapshot


def test_not_even_kept(field: Field) -> None:
    """Without ``--show-secrets`` an export that would write them finds none."""
    _, lines, _ = played(field.path)
    assert len(lines) >= len(field.planted)
    assert found(field.words, "\n".join(lines)) == []


@pytest.mark.parametrize("secrets", [False, True])
def test_every_screen(field: Field, secrets: bool) -> None:
    """Every view, Details of every connection value by value, as drawn and as copied: no secret, asked for or not."""
    _, _, snapshot = played(field.path, show_secrets=secrets)
    view = View(Settings(show_localhost=True, show_secrets=secrets), compile_filter, zone=UTC)
    view.resize((200, 60))
    view.feed(snapshot)
    texts = []
    for key in TABS:
        view.event(KeyEvent(key), 0.0)
        texts += view.frame().lines()
    everybody = (*snapshot.connections, *snapshot.closed)
    assert len(everybody) >= len(field.planted)
    for connection in everybody:
        alone = View(Settings(show_localhost=True, show_secrets=secrets), compile_filter, zone=UTC)
        alone.resize((200, 60))
        alone.feed(Snapshot(snapshot.now, (connection,), (), snapshot.status))
        alone.event(KeyEvent("Enter"), 0.0)
        seen = ""
        for _ in range(60):
            effects = [repr(effect) for effect in alone.event(KeyEvent("c"), 0.0)]
            drawn = "\n".join([*alone.frame().lines(), *effects])
            if drawn == seen:
                break
            seen = drawn
            texts.append(drawn)
            alone.event(KeyEvent("j"), 0.0)
    assert any("Application" in text for text in texts)
    assert found(field.words, "\n".join(texts)) == []


def test_filters_do_not_answer(field: Field) -> None:
    """Searching must not tell whether a guess was right, even where secrets were asked for."""
    _, _, snapshot = played(field.path, show_secrets=True)
    everybody = (*snapshot.connections, *snapshot.closed)
    alice = compile_filter("alice")
    assert sum(alice(connection, snapshot.now) for connection in everybody) > 5
    for word in field.words:
        matches = compile_filter(f'"{word}"')
        assert not any(matches(connection, snapshot.now) for connection in everybody), word


def test_on_a_terminal(field: Field) -> None:
    """The program as it is, every view of it."""
    session = Session((160, 50), [sys.executable, "-P", "-m", "netmon", "-r", field.path, "--show-localhost"])
    try:
        session.until(session.shows("end of the file"))
        for key in (b"\r", b"\x1b", b"3", b"4", b"5", b"1", b"?", b"\x1b"):
            session.send(key)
            session.pump(0.3)
        session.send(b"qq")
        session.until(session.ended)
        assert found(field.words, session.raw.decode("utf-8", "replace")) == []
    finally:
        session.close()


def test_command_lines() -> None:
    """Of a real process: arguments lose their secrets, its environment is not looked at."""
    secrets = [f"Zp{number}hidden" for number in range(9)]
    arguments = [
        f"--password={secrets[0]}", "--token", secrets[1], f"PGPASSWORD={secrets[2]}", f"https://u:{secrets[3]}@h/?k={secrets[4]}",
        f"Authorization: Bearer {secrets[5]}", f'{{"api_key": "{secrets[6]}"}}', f"--user=alice:{secrets[7]}", "--port=80",
    ]  # fmt: skip
    code = "import sys; sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        env={"API_TOKEN": secrets[8], "PATH": "/usr/bin:/bin"},
    )
    try:
        known = select_platform().process(process.pid)
        assert known is not None and "--port=80" in known.command_line
        assert found(secrets, repr(known)) == []
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait(10)
