"""The filter line on a pseudo-terminal: typing, completion, errors, history, pastes, wide and overlong text."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from crowd import crowd
from pseudo_terminal import Session

SIZE = (120, 30)
CONFIGURATION = '[filters]\nreset = "state:reset dport:443 port:40056-40060"\nrest = "app:dns"\n'


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One program for all tests."""
    folder = tmp_path_factory.mktemp("filters")
    (folder / "config.toml").write_text(CONFIGURATION)
    words = ["--config", str(folder / "config.toml"), "-r", str(crowd(folder / "crowd.pcap"))]
    session = Session(SIZE, [sys.executable, "-P", "-m", "netmon", *words])
    session.until(session.shows("end of the file"))
    yield session
    session.close()


@pytest.fixture
def line(started: Session) -> Session:
    """The filter line, open and empty."""
    started.send(b"\x1b")
    started.pump(0.05)
    started.send(b"1r/")
    started.until(lambda: bottom(started).startswith(" /") and "61 of 61" in bottom(started))
    return started


def bottom(session: Session) -> str:
    return session.screen.display[-1]


def above(session: Session) -> str:
    return session.screen.display[-2]


def typed(session: Session) -> str:
    """What stands in the line."""
    return bottom(session)[2:].rsplit("  ", 1)[0].rstrip() if bottom(session).startswith(" /") else ""


def matching(number: int, session: Session) -> bool:
    return f"{number} of 61" in bottom(session)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("dport:443 -port:40050-40060", 49), ("port:40001,40010-40019", 11), ("dst:198.51.100.0/29", 60), ("app:dns", 1),
        ("(port:40001 OR port:40002) proto:tcp", 2), ("NOT proto:tcp", 1), ("bytes>=0.6K", 5), ("host:/^ONE\\./", 10),
        ('"one.crowd"', 11), ("dst:198.51.100.6 bytes<200B", 2), ("/:4000[1-3]$/", 3), ("@reset", 5),
        ("@reset !port:40060", 4), ("state:=closed dport:443", 59), ("state:reset", 5),
        ("idle>100000d", 0), ("packets>1", 6), ("dir:out", 0), ("service:https", 60),
    ],
)  # fmt: skip
def test_what_is_typed_narrows(line: Session, text: str, count: int) -> None:
    """While it is typed; the rows follow."""
    line.send(text.encode())
    line.until(lambda: typed(line) == text and matching(count, line))


def test_an_error_is_marked_and_the_last_good_filter_stays(line: Session) -> None:
    """An arrow over the fault with what is wrong; Enter does not take it."""
    line.send(b"app:dns (")
    line.until(lambda: "↓ a word or a field is missing here" in above(line))
    assert above(line).index("↓") == 2 + len("app:dns (")
    assert matching(1, line)
    line.send(b"\r")
    line.pump(0.1)
    assert typed(line) == "app:dns ("
    line.send(b"udp OR tcp)")
    line.until(lambda: "↓" not in above(line) and matching(1, line))


def test_enter_keeps_and_esc_clears(line: Session) -> None:
    """The kept filter is on the key bar; Esc on the table clears it."""
    line.send(b"app:dns\r")
    line.until(lambda: bottom(line).startswith(" /app:dns 1 of 61") and "help" in bottom(line))
    line.send(b"\x1b")
    line.until(lambda: "1 of 61" not in bottom(line) and line.shows(":40060")())


def test_arrows_move_while_typing(line: Session) -> None:
    """Up and Down go through the rows, Left and Right through the text."""
    line.send(b"dport:443\x1bOB\x1bOB")
    line.until(lambda: line.screen.display[5].startswith("▌"))
    line.send(b"\x1bOD\x1bOD\x1bOD5")
    line.until(lambda: typed(line) == "dport:5443")


def test_tab_completes_fields_values_and_saved_filters(line: Session) -> None:
    """What all have in common, then each in turn, which are shown above."""
    line.send(b"servi\t")
    line.until(lambda: typed(line) == "service:")
    line.send(b"htt\t ")
    line.until(lambda: typed(line) == "service:https" and matching(60, line))
    line.send(b"@re\t")
    line.until(lambda: typed(line).endswith("@res") and "@reset" in above(line) and "@rest" in above(line))
    line.send(b"\t")
    line.until(lambda: typed(line).endswith("@reset") and matching(5, line))
    line.send(b"\t")
    line.until(lambda: typed(line).endswith("@rest") and matching(0, line))
    line.send(b"\x1b[Z")
    line.until(lambda: typed(line).endswith("@reset") and "@rest" in above(line))
    line.send(b" ")
    line.until(lambda: "@rest" not in above(line))


def test_history(line: Session) -> None:
    """Filters kept before come back, newest first, and are in the state file."""
    for text in ("port:40001", "port:40002"):
        line.send(text.encode() + b"\r")
        line.until(lambda text=text: bottom(line).startswith(f" /{text} 1 of 61"))  # type: ignore[misc]
        line.send(b"\x1b/")
        line.until(lambda: matching(61, line))
    line.send(b"port\x10")
    line.until(lambda: typed(line) == "port:40002")
    line.send(b"\x10")
    line.until(lambda: typed(line) == "port:40001")
    line.send(b"\x0e\x0e")
    line.until(lambda: typed(line) == "port")
    kept = json.loads((Path(line.folder) / "netmon" / "state.json").read_text())
    assert kept["filter_history"][-2:] == ["port:40001", "port:40002"]


def test_wide_characters(line: Session) -> None:
    """Two cells each: typed, deleted, and the count at the right edge stays where it is."""
    line.send("日本語 e\u0301ℓ".encode())
    line.until(lambda: "日" in bottom(line) and matching(0, line))
    edge = bottom(line).rstrip()
    assert edge.endswith("0 of 61")
    line.send(b"\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f")
    line.until(lambda: typed(line) == "" and matching(61, line))


def test_overlong_text(line: Session) -> None:
    """A line longer than the screen scrolls with the cursor, and ends at its bound."""
    line.send(b"port:40001" + b" tcp" * 400)
    line.until(lambda: bottom(line).startswith(" /") and "tcp tcp tcp" in bottom(line) and matching(1, line))
    line.send(b"\x01")
    line.until(lambda: typed(line).startswith("port:40001 tcp"))
    line.send(b"\x0b")
    line.until(lambda: typed(line) == "" and matching(61, line))


def test_paste(line: Session) -> None:
    """A paste goes in whole, its line breaks press nothing; on the table it does nothing at all."""
    line.send(b"\x1b[200~port:40001\nqqxx\x1b[201~")
    line.until(lambda: typed(line) == "port:40001 qqxx")
    line.send(b"\x1b")
    line.until(lambda: "help" in bottom(line))
    line.send(b"\x1b[200~qqxxT3\r\x1b[201~")
    line.until(lambda: "press / to paste a filter" in bottom(line))
    assert line.process.poll() is None and line.shows("CLIENT")()
