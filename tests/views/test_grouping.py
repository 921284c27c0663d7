"""Names of groups."""

from __future__ import annotations

import pytest
import sample

from netmon.views.grouping import GROUPINGS, registrable


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("www.freebsd.org", "freebsd.org"), ("freebsd.org", "freebsd.org"), ("a.b.example.co.uk", "example.co.uk"),
        ("localhost", "localhost"), ("x.com.au", "x.com.au"), ("a.b.c.dev.", "c.dev"), ("", ""),
    ],
)  # fmt: skip
def test_registrable(name: str, domain: str) -> None:
    """The part of a name that is sold."""
    assert registrable(name) == domain


def test_every_dimension_names_every_connection() -> None:
    """Each way to group gives a text for each connection, and tells at least two apart in the sample."""
    live, closed = sample.busy()
    for grouping in GROUPINGS.values():
        assert len({grouping.key(connection) for connection in live + closed}) >= 2
