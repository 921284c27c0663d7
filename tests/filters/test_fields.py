"""What fields stand for."""

from __future__ import annotations

from collections.abc import Callable

from netmon.filters.fields import FIELDS, texts_of, values_of, visible
from netmon.model.connection import Connection


def test_secrets_are_nowhere(connection: Callable[..., Connection]) -> None:
    """A secret value is neither visible nor had by any field."""
    row = connection()
    assert not any("hunter2" in text for text in visible(row))
    assert values_of(row, "snmp_community") == []
    assert not any("hunter2" in text for name in FIELDS for text in texts_of(name, None)(row))


def test_bare_connection_has_values_for_no_field(connection: Callable[..., Connection]) -> None:
    """Without finding, owner, names every field still answers."""
    row = connection(finding=None, owner=None, destination_name=None, tcp=None, source_port=None)
    for name, field in FIELDS.items():
        assert list(texts_of(name, None)(row)) is not None
        if field.number is not None:
            assert field.number(row, 1000.0) is None or field.number(row, 1000.0) >= 0
