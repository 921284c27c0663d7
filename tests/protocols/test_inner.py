"""Packets inside tunnels, judged by their lengths."""

from __future__ import annotations

from netmon.protocols._inner import is_ethernet, is_ip

V4 = bytes.fromhex("45000018000100004011 0000 c0000201 c0000202".replace(" ", "")) + b"data"
V6 = bytes.fromhex("6000000000041140") + bytes(32) + b"data"


def test_ip_packets_are_judged_by_version_and_length() -> None:
    """Trailing bytes are allowed unless it must be exact."""
    for packet in (V4, V6):
        assert is_ip(packet, exact=True) and is_ip(packet + b"x")
        assert not is_ip(packet + b"x", exact=True) and not is_ip(packet[:-1]) and not is_ip(packet[:10])
    assert not is_ip(b"\x42" + V4[1:]) and not is_ip(b"\x15" + V4[1:])


MACS = bytes(7) + b"\2\3\4\5\6"


def test_frames_are_judged_by_their_type() -> None:
    """Known ethertypes, IP that fits, IEEE 802.3 lengths; nobody sends from a group or from nowhere."""
    assert is_ethernet(MACS + b"\x08\0" + V4) and is_ethernet(MACS + b"\x86\xdd" + V6)
    assert is_ethernet(MACS + b"\x08\x06" + bytes(28)) and is_ethernet(MACS + b"\0\x04\x42\x42" + bytes(44))
    assert not is_ethernet(MACS + b"\x12\x34" + bytes(60)) and not is_ethernet(bytes(13))
    assert not is_ethernet(MACS + b"\x08\0" + bytes(60)) and not is_ethernet(MACS + b"\0\x04" + bytes(46))
    for source in (bytes(6), b"\1" + bytes(5)):
        assert not is_ethernet(MACS[:6] + source + b"\x08\x06" + bytes(28))
