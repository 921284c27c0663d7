"""The text for words without a field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from netmon.filters.fields import visible
from netmon.filters.haystack import haystack, words
from netmon.model.connection import Connection, Name
from netmon.model.finding import Confidence, Finding
from netmon.model.health import TcpHealth
from netmon.model.owner import Match, Owner, Process
from netmon.model.surroundings import Place


def test_everything_visible(connection: Callable[..., Connection]) -> None:
    """Each visible text is in it, in lower case."""
    row = connection()
    assert all(text.lower() in haystack(row) for text in visible(row))
    assert "hunter2" not in haystack(row)


def test_kept_while_only_numbers_change(connection: Callable[..., Connection]) -> None:
    """Counters change no text: all parts are the objects they were."""
    row = connection()
    parts = words(row)
    after = words(replace(row, bytes_in=1))
    assert after[0].bytes_in == 1
    assert all(new is old for new, old in zip(after[1:], parts[1:], strict=True))


def test_whatever_changes_is_seen(connection: Callable[..., Connection]) -> None:
    """Each thing visible that another version of the connection says otherwise is in the text at once."""
    row = connection()
    haystack(row)
    changes = (
        {"state": "ZOMBIE"}, {"service": "zombie"}, {"interface": "zombie"}, {"source_mac": "zombie"},
        {"destination_vendor": "Zombie"}, {"tunnel": ("zombie",)}, {"source": "zombie"}, {"source": "zömbie"},
        {"destination_name": Name("zombie", "ptr")}, {"destination_place": Place("ZZ", "Zombie")},
        {"finding": Finding("Zombie", Confidence.CONTENT)}, {"owner": Owner(Process(1, "zombie"), Match.EXACT)},
    )  # fmt: skip
    for change in changes:
        text = haystack(replace(row, **change))
        assert "zombie" in text or "zömbie" in text, change
    assert "zombie" not in haystack(row)
    assert "\nreset\n" in haystack(replace(row, tcp=TcpHealth(reset_by="source")))
