"""IANA service names."""

from __future__ import annotations

import pytest

from netmon.names import services


@pytest.mark.parametrize(
    ("transport", "port", "name"),
    [
        ("tcp", 443, "https"), ("udp", 443, "https"), ("tcp", 22, "ssh"), ("udp", 53, "domain"), ("udp", 5353, "mdns"),
        ("tcp", 8080, "http-alt"), ("tcp", 6063, "x11"), ("sctp", 3868, "diameter"), ("udp", 123, "ntp"),
        ("tcp", 6379, "redis"), ("udp", 6379, ""), ("tcp", 65535, ""), ("icmp", 8, ""), ("tcp", 0, ""), ("tcp", None, ""),
        ("", 80, ""), ("tcp", -1, ""), ("tcp", 70000, ""),
    ],
)  # fmt: skip
def test_registered_names(transport: str, port: int | None, name: str) -> None:
    """The registry's name for transport and port, and nothing for what is not registered."""
    assert services.service(transport, port) == name


def test_the_table_is_whole_and_says_where_it_comes_from() -> None:
    """Thousands of entries, every name printable, with source and date."""
    table = services._table()
    assert sum(map(len, table.values())) > 10_000
    assert all(name.isascii() and name.isprintable() and name for names in table.values() for name in names.values())
    assert services.source().startswith("IANA ")
    assert "20" in services.source()
