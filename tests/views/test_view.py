"""Snapshots and events in, effects and pictures out."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sample
from sample import Open

from netmon.model.snapshot import Snapshot, SystemStatus
from netmon.model.status import Playback
from netmon.views.effects import ClearConnections, CopyText, Effect, Play, PlaybackCommand, Quit, ShowNames, Suspend
from netmon.views.events import Button, KeyEvent, MouseEvent
from netmon.views.state import Tab
from netmon.views.view import View


def press(view: View, *keys: str, now: float = 0.0) -> list[Effect]:
    return [effect for key in keys for effect in view.event(KeyEvent(key), now)]


def test_quit_asks_once(open_view: Open) -> None:
    """q says so, q again quits; another key or three seconds between them start over; Ctrl+C quits at once."""
    view = open_view()
    assert press(view, "q") == []
    assert "press again to quit" in view.frame().lines()[-1]
    assert press(view, "q") == [Quit()]
    assert press(view, "q", "j", "q") == []
    assert press(view, "q", now=10.0) == []
    assert press(view, "Ctrl+C") == [Quit()]


@pytest.mark.parametrize(
    ("key", "effect"), [("d", ShowNames(False)), ("Ctrl+Z", Suspend()), ("c", CopyText("77.72.0.44:443"))]
)
def test_effects(open_view: Open, key: str, effect: Effect) -> None:
    """What has to be done outside comes back as a value."""
    assert press(open_view(), key) == [effect]


def test_the_sidebar_is_the_overviews(open_view: Open) -> None:
    """i changes nothing unseen on the other views."""
    view = open_view((80, 24))
    press(view, "4", "i", "1")
    assert not view.state.sidebar_shown
    press(view, "i")
    assert view.state.sidebar_shown


def test_clear_asks_once(open_view: Open) -> None:
    """x twice asks the tracker to forget."""
    assert press(open_view(), "x", "x") == [ClearConnections()]


def test_pause_holds_the_picture(open_view: Open, snapshot: Snapshot) -> None:
    """While paused rows stay; what the monitor says about itself goes on; going on shows the latest."""
    view = open_view()
    press(view, "Space")
    view.feed(replace(snapshot, connections=(), status=replace(snapshot.status, rate_down=5.0)))
    lines = view.frame().lines()
    assert any("lobste.rs" in line for line in lines)
    assert "paused" in lines[0]
    press(view, "Space")
    assert not any("lobste.rs" in line for line in view.frame().lines())


def test_what_came_while_the_picture_was_held(open_view: Open, snapshot: Snapshot) -> None:
    """How many are new is counted in the title; they carry the mark for a while when the picture goes on."""
    view = open_view()
    press(view, "Space")
    assert " +" not in view.frame().lines()[0].partition("paused")[2][:3]
    one = snapshot.connections[0]
    came = replace(one, identifier="new", first_seen=snapshot.now + 5, rate_in=1.0, rate_out=0.0)
    old = replace(one, first_seen=snapshot.now - 50)
    later = replace(
        snapshot, now=snapshot.now + 30, connections=(came, old), closed=(),
        status=replace(snapshot.status, opened=snapshot.status.opened + 1),
    )  # fmt: skip
    view.feed(later)
    assert "paused +1" in view.frame().lines()[0]
    press(view, "Space")
    assert [line[0] for line in view.frame().lines()[3:5]] == ["▌", "•"]
    view.feed(replace(later, now=later.now + 3))
    assert not any("•" in line for line in view.frame().lines())


def test_a_file_at_its_end_is_not_paused(open_view: Open) -> None:
    """There is nothing to hold, and the key bar does not offer it; while it is played Space is named by what it does."""
    played = sample.playing()
    assert played.status.playback is not None

    def at(**changes: bool) -> View:
        playback = replace(played.status.playback, **changes)  # type: ignore[type-var,arg-type]
        return open_view((120, 40), replace(played, status=replace(played.status, playback=playback)))

    ended = at(finished=True)
    assert "Space" not in ended.frame().lines()[-1]
    assert press(ended, "Space") == []
    assert not ended.state.paused
    assert "the file is at its end" in ended.frame().lines()[-1]
    lines = at(paused=True).frame().lines()
    assert "‖ paused, ×2" in lines[-3]
    assert "Space go on" in lines[-3]
    assert "Space go on" in lines[-1]


def test_filter_is_live(open_view: Open) -> None:
    """Every letter narrows the table; Enter keeps it, Esc clears it; arrows move meanwhile."""
    view = open_view()
    press(view, "/", *"app:tls")
    count = view.state.table.matched
    assert 0 < count < view.state.table.total
    press(view, "Down")
    assert view.state.cursor == 1
    press(view, "Enter")
    assert f"{count} of" in view.frame().lines()[-1]
    press(view, "Esc")
    assert view.state.table.matched == view.state.table.total


def test_a_wrong_filter_keeps_the_last_good_result(open_view: Open) -> None:
    """The error is shown where it is, the rows stay, and Enter does not close the line."""
    view = open_view()
    press(view, "/", *"dns", "Space", "(")
    assert view.state.filter.error
    assert 0 < view.state.table.matched < view.state.table.total
    press(view, "Enter")
    assert view.state.line is not None


def test_a_filter_that_is_not_typed_to_its_end(open_view: Open) -> None:
    """What stands before the term that still lacks its value is in force, and Enter waits for the rest."""
    view = open_view()
    press(view, "/", *"app:dns")
    dns = view.state.table.matched
    press(view, "Space", *"port:")
    assert view.state.filter.error and view.state.table.matched == dns
    press(view, "Enter")
    assert view.state.line is not None
    press(view, "Esc", "/", *"port:")
    assert view.state.filter.error and view.state.table.matched == view.state.table.total


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (SystemStatus(), "starting …"),
        (SystemStatus(source="eth0"), "no packets yet on eth0"),
        (SystemStatus(source="/x/a.pcap", playback=Playback(0, 0, None, 0, False, False, 0)), "reading a.pcap …"),
        (SystemStatus(source="/x/a.pcap", playback=Playback(0, 0, None, 0, False, True, 1)), "a.pcap has no packets"),
    ],
)
def test_an_empty_table_says_why(open_view: Open, status: SystemStatus, words: str) -> None:
    """Live and from a file, while it is read and when there was nothing in it."""
    lines = open_view((80, 24), Snapshot(0.0, status=status)).frame().lines()
    assert any(words in line for line in lines)


def test_keys_that_are_letters_are_typed_into_the_filter(open_view: Open) -> None:
    """q and digits are text there."""
    view = open_view()
    assert press(view, "/", "q", "q", "1") == []
    assert view.state.line is not None
    assert view.state.line.text == "qq1"


def test_search_hides_nothing(open_view: Open) -> None:
    """Search selects the match, n the next one."""
    view = open_view()
    press(view, "\\", *"firefox", "Enter")
    first = view.state.cursor
    press(view, "n")
    assert view.state.cursor > first
    assert view.state.table.matched == view.state.table.total


def test_playback_keys(open_view: Open) -> None:
    """In a file Space pauses the player, and speed, step and seek are asked of it."""
    view = open_view((120, 40), sample.playing())
    assert press(view, "Space", ".", "+", ">") == [
        Play(PlaybackCommand.PAUSE),
        Play(PlaybackCommand.STEP),
        Play(PlaybackCommand.SPEED, 5.0),
        Play(PlaybackCommand.SEEK, sample.NOW + 90),
    ]


def test_details_copy_the_value_under_the_cursor(open_view: Open) -> None:
    """j moves over the values, c copies the one under the cursor, k stops at the first."""
    view = open_view()
    press(view, "Enter", *"jjjj")
    assert press(view, "c") == [CopyText("77.72.0.44:443")]
    press(view, *"kkkkkkkk")
    assert press(view, "c") == [CopyText("ESTABLISHED")]
    press(view, "G", "c")
    assert view.state.detail > 10


def test_mouse(open_view: Open) -> None:
    """Click selects, click on a title sorts, click on a tab opens it, double click opens Details, wheel moves."""
    view = open_view((120, 40))
    view.event(MouseEvent(10, 5, Button.LEFT), 0.0)
    assert view.state.cursor == 2
    view.event(MouseEvent(12, 2, Button.LEFT), 0.0)
    assert view.state.sort == "remote" or view.state.sort == "process"
    view.event(MouseEvent(5, 7, Button.WHEEL_DOWN), 0.0)
    view.event(MouseEvent(10, 6, Button.DOUBLE), 0.0)
    assert view.state.tab is Tab.DETAILS
    view.event(MouseEvent(40, 0, Button.LEFT), 0.0)
    assert view.state.tab is Tab.ACTIVITY


def test_reset(open_view: Open) -> None:
    """r undoes sorting, grouping, filter and toggles."""
    view = open_view()
    press(view, "s", "a", "t", "/", "t", "Enter", "r")
    state = view.state
    assert (state.sort, state.group, state.closed, state.filter.text) == ("down", "", False, "")


def test_the_filter_of_the_settings_is_in_force(open_view: Open) -> None:
    """``--filter`` shows from the first frame."""
    view = open_view(filter="proto:udp")
    assert all(connection.protocol == "udp" for connection in view.state.table.connections)


def test_tab_completes_the_filter(open_view: Open) -> None:
    """Tab completes field names, and values from what is on screen."""
    view = open_view()
    press(view, "/", *"proc", "Tab", *"mosq", "Tab")
    assert view.state.line is not None
    assert view.state.line.text == "process:mosquitto"
    assert view.state.table.matched == 1


def test_copy_is_of_what_the_cursor_is_on(open_view: Open) -> None:
    """A group's name, a process with its number, a host, an interface; nothing where nothing can be marked."""

    def copied(*keys: str) -> list[str]:
        view = open_view((120, 40))
        return [effect.text for effect in press(view, *keys, "c") if isinstance(effect, CopyText)]

    assert copied("a", "g") == ["firefox 4803"]
    assert copied("3") == ["firefox 4803"]
    assert copied("3", "i") == ["eth0"]
    assert copied("5", "g") == ["lobste.rs"]
    assert copied("g", "4") == []
