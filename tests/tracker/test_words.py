"""Words for numbers."""

from __future__ import annotations

import pytest

from netmon.model.flow import Family, Tunnel
from netmon.tracker.words import arp_word, message_word, protocol_word, tunnel_words


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ((Family.IPV4, 6, 80), "tcp"), ((Family.IPV6, 58, 0), "icmpv6"), ((Family.IPV4, 4, 0), "ipip"),
        ((Family.IPV4, 41, 0), "ipv6"), ((Family.IPV4, 253, 0), "ip-253"), ((Family.IPV6, 0, 0), "ip-0"),
        ((Family.ARP, 0, 0), "arp"), ((Family.LINK, 0, 0x88CC), "lldp"), ((Family.LINK, 0, 0x4242), "stp"),
        ((Family.LINK, 0, 0x88B5), "ethertype-0x88b5"), ((Family.LINK, 0, 0x0102), "llc-0x0102"),
    ],
)  # fmt: skip
def test_protocol_words(given: tuple[int, int, int], word: str) -> None:
    """The corpus's words, numbers for the rest."""
    assert protocol_word(*given) == word


def test_message_words() -> None:
    """ICMPv6's names are its own; unknown types keep their number."""
    assert (message_word(1, 8 << 8), message_word(58, 135 << 8), message_word(2, 0x22 << 8)) == (
        "ECHO_REQUEST", "NEIGHBOR_SOLICIT", "MEMBERSHIP_REPORT_V3",
    )  # fmt: skip
    assert message_word(1, 200 << 8 | 3) == "ICMP_TYPE_200"
    assert arp_word(9, "", "") == "ARP_OPERATION_9"


def test_tunnel_words() -> None:
    """Every tunnel of the model has a word; network ids where there are some."""
    assert tunnel_words(0) == ()
    assert tunnel_words(Tunnel.VXLAN << 24 | 42) == ("vxlan:42",)
    assert {tunnel_words(kind << 24)[0] for kind in Tunnel if kind} >= {"gre", "teredo", "6in4"}
    assert "tunnel" not in {tunnel_words(kind << 24)[0] for kind in Tunnel if kind}
    assert tunnel_words(200 << 24) == ("tunnel-200",)
