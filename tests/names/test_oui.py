"""Vendors of MAC addresses."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.names import oui


@pytest.mark.parametrize(
    ("mac", "vendor"),
    [
        ("b827eb010203", "Raspberry Pi Foundation"),  # MA-L
        ("001b63aabbcc", "Apple"),
        ("00000c112233", "Cisco Systems"),
        ("70b3d5f2f111", "Teleplatforms"),  # MA-S inside a block of the registration authority
        ("0050c27d5111", "DEUTA-WERKE"),  # IAB
        ("70b3d5000000", ""),  # the block itself belongs to nobody
        ("0242ac110002", ""),  # locally administered
        ("01005e0000fb", ""),  # multicast
        ("ffffffffffff", ""),
        ("", ""),
        ("001b63", ""),
    ],
)
def test_vendors(mac: str, vendor: str) -> None:
    """The longest assignment wins; addresses nobody assigned have no vendor."""
    assert oui.lookup(bytes.fromhex(mac)) == vendor


def test_the_table_is_whole_and_sorted() -> None:
    """Tens of thousands of assignments, ascending as the search needs them, names short and printable, source named."""
    table = oui._table()
    assert sum(map(len, table.prefixes)) > 40_000
    for prefixes, vendors in zip(table.prefixes, table.vendors, strict=True):
        assert list(prefixes) == sorted(set(prefixes))
        assert len(prefixes) == len(vendors)
        assert max(vendors) < len(table.names)
    assert all(name and name.isprintable() and len(name) <= 32 for name in table.names)
    assert oui.source().startswith("IEEE ")


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=8))
def test_any_bytes_are_answered(mac: bytes) -> None:
    """Nothing raises."""
    assert isinstance(oui.lookup(mac), str)
