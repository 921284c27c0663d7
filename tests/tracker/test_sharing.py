"""One object for what findings say alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netmon.model.finding import Confidence, Field, Finding
from netmon.tracker import sharing
from netmon.tracker.sharing import Sharing


def said(name: str) -> Finding:
    """A finding none of whose parts is an object that another one has."""
    values = tuple("".join(list(text)) for text in ("h2", "http/1.1"))
    fields = (Field("sni", "Server name", ("".join(list(name)),)), Field("tls_alpn", "ALPN", values))
    return Finding("TLS", Confidence.CONTENT, hostname="".join(list(name)), fields=fields)


def test_equal_fields_are_one_object() -> None:
    """Whatever else the findings say; they stay equal to what they were."""
    share = Sharing()
    first, second, third = said("one.example"), said("two.example"), said("one.example")
    before = [replace(finding) for finding in (first, second, third)]
    shared = [share.share(finding) for finding in (first, second, third)]
    assert shared == before
    assert shared[0] is first is shared[2]
    assert shared[1] is second
    assert first.fields[1] is second.fields[1]
    assert first.fields[0] is not second.fields[0]
    newer = share.share(replace(said("one.example"), state="CONNECTED"))
    assert newer is not first
    assert newer.hostname is first.hostname
    assert newer.fields[0] is first.fields[0]


def test_a_number_and_a_text_stay_apart() -> None:
    """Only what is written alike is shared: a one is not a true, a text not a number."""
    share = Sharing()
    for value in (1, "1"):
        finding = Finding("X", Confidence.CONTENT, fields=(Field("x", "X", (value,)),))
        shared = share.share(finding)
        assert shared.fields[0].values == (value,)
        assert type(shared.fields[0].values[0]) is type(value)


def test_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that never come again do not stay."""
    monkeypatch.setattr(sharing, "MOST", 10)
    monkeypatch.setattr(sharing, "WHOLE", 10)
    share = Sharing()
    for number in range(100):
        share.share(said(f"{number}.example"))
    assert len(share._fields) <= 13
    assert len(share._texts) <= 13
    assert len(share._findings) <= 11
