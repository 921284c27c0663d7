"""Every link-layer row has a word, and an unknown number is shown as one."""

from __future__ import annotations

import pytest

from netmon.model.flow import LinkNumbers
from netmon.tracker.link_words import link_word


@pytest.mark.parametrize(
    ("numbers", "number", "word"),
    [
        (LinkNumbers.ETHERTYPE, 0x88CC, "lldp"),
        (LinkNumbers.ETHERTYPE, 0x88B5, "ethertype-0x88b5"),
        (LinkNumbers.ETHERTYPE, 0x0102, "llc-0x0102"),
        (LinkNumbers.LINK_TYPE, 195, "ieee802.15.4"),
        (LinkNumbers.LINK_TYPE, 147, "linktype-147"),
        (LinkNumbers.PPP, 0xC021, "lcp"),
        (LinkNumbers.PPP, 0x1234, "ppp-0x1234"),
        (LinkNumbers.WLAN, 0x80, "wlan-beacon"),
        (LinkNumbers.WLAN, 0x60, "wlan-0x60"),
        (LinkNumbers.FAMILY, 99, "af-99"),
        (LinkNumbers.COOKED, 0x0C, "can"),
        (LinkNumbers.NLPID, 0x81, "clnp"),
        (LinkNumbers.ARCNET, 0x01, "arcnet-0x01"),
        (200, 7, "link-7"),
    ],
)
def test_word(numbers: int, number: int, word: str) -> None:
    """By whose number it is."""
    assert link_word(numbers, number) == word
