"""The field output of lsof on macOS as lsof(8) describes it ("OUTPUT FOR OTHER PROGRAMS"); lsof itself is run by
integration/test_lsof.py. Addresses are ours."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.owner import SocketEntry
from netmon.platforms.darwin.lsof import parse

OUTPUT = """p501
u501
f10
tIPv4
PTCP
n192.0.2.2:50000->198.51.100.1:443
TST=ESTABLISHED
TQR=0
TQS=0
f11
tIPv6
PTCP
n*:7000
TST=LISTEN
f12
tIPv6
PTCP
n[2001:db8::2]:50001->[2001:db8::1]:443
TST=FIN_WAIT_2
f13
tIPv4
PUDP
n*:5353
f14
tIPv4
PUDP
n*:5353
f15
tIPv4
PUDP
n*:*
p77
u0
f3
tIPv6
PTCP
n[::ffff:192.0.2.2]:22->[::ffff:192.0.2.9]:4000
TST=SYN_RCVD
f4
tIPv4
PICMP
n*:*
f5
tIPv6
PTCP
n[fe80:4::aede:48ff:fe00:1]:49153->[fe80:4::aede:48ff:fe00:2]:59602
TST=ESTABLISHED
f6
tIPv6
PUDP
n[fe80:1::1]:123
"""
LINK = bytes.fromhex("fe80" + "00" * 6 + "aede48fffe00" + "00")
V6 = bytes.fromhex("20010db8" + "00" * 11)


def test_a_recording() -> None:
    """Both families, listening and connected, wildcard and mapped, link-local with the scope inside; each once."""
    assert parse(OUTPUT) == [
        SocketEntry(6, bytes([192, 0, 2, 2]), 50000, bytes([198, 51, 100, 1]), 443, "ESTABLISHED", 501, 501),
        SocketEntry(6, bytes(16), 7000, b"", 0, "LISTEN", 501, 501, dual_stack=True),
        SocketEntry(6, V6 + b"\2", 50001, V6 + b"\1", 443, "FIN_WAIT2", 501, 501),
        SocketEntry(17, bytes(4), 5353, b"", 0, "", 501, 501),
        SocketEntry(17, bytes(4), 0, b"", 0, "", 501, 501),
        SocketEntry(6, bytes([192, 0, 2, 2]), 22, bytes([192, 0, 2, 9]), 4000, "SYN_RECV", 77, 0),
        SocketEntry(6, LINK + b"\1", 49153, LINK + b"\2", 59602, "ESTABLISHED", 77, 0),
        SocketEntry(17, b"\xfe\x80" + bytes(13) + b"\1", 123, b"", 0, "", 77, 0),
    ]


@settings(deadline=None, max_examples=100)
@given(
    st.one_of(
        st.text(max_size=200), st.lists(st.sampled_from([*OUTPUT.splitlines(), "n", "p", "nx:y", "n:1"])).map("\n".join)
    )
)
def test_any_text_is_survived(text: str) -> None:
    """Lines out of place give no entry and no error."""
    assert all(isinstance(entry, SocketEntry) for entry in parse(text))
