"""OpenBSD's fstat, as its manual page (fstat(1)) says and its source (usr.bin/fstat) prints; no recording: the system did
not run here. Names and addresses are ours."""

from __future__ import annotations

import socket

from hypothesis import given
from hypothesis import strategies as st

from netmon.model.owner import SocketEntry
from netmon.platforms.openbsd.fstat import parse

OUTPUT = """USER     CMD          PID   FD MOUNT        INUM  MODE         R/W    SZ|DV
root     sshd       75629 text 4,0          51902  100755          r   543880
root     sshd       75629    0 4,0          27650  20666          rw     2,2
root     sshd       75629    3* internet stream tcp 0x0 *:22
root     sshd       75629    4* internet6 stream tcp 0xffff8000008e9440 [::]:22
jane     ssh         4321    3* internet stream tcp 0x0 192.0.2.7:5000 --> 198.51.100.1:22
root     sshd: jane  4400    4* internet6 stream tcp 0x0 [2001:db8::7]:22 <-- [2001:db8::9]:40000
_ntp     ntpd       80114    5* internet dgram udp 192.0.2.7:123 <-> 198.51.100.5:123
_syslogd syslogd    11111    4* internet dgram udp *:514
_pflogd  pflogd     22222    3* unix stream 0x0
_relayd  relayd     34010   12* internet stream tcp 0x0 192.0.2.7:80 <-- 198.51.100.1:5000 <==> 0x0 *:9
_relayd  relayd     34010   13* internet6 stream tcp 0x0 *:443 rtable 2
_dhcp    dhcpleased 34020    5* internet dgram udp 192.0.2.7:68 rtable 1
root     ntpd       33333    3* internet raw icmp 0x0
jane     ssh         4321    3* internet stream tcp 0x0 192.0.2.7:5000 --> 198.51.100.1:22
jane     ssh         4322    5* internet6 stream tcp 0x0 [fe80::7%vio0]:5001 --> [fe80::9%vio0]:22
jane     1 3* internet stre  4323    3* internet stream tcp 0x0 *:9000
"""
HERE, THERE = socket.inet_aton("192.0.2.7"), socket.inet_aton("198.51.100.1")
HERE6, THERE6 = (socket.inet_pton(socket.AF_INET6, text) for text in ("2001:db8::7", "2001:db8::9"))
LINK, LINK9 = (socket.inet_pton(socket.AF_INET6, text) for text in ("fe80::7", "fe80::9"))


def test_sockets_with_their_processes() -> None:
    """Listening, connected from either side, spliced, in other routing tables, zones, datagrams; the rest is left out."""
    assert parse(OUTPUT) == [
        SocketEntry(6, bytes(4), 22, b"", 0, "LISTEN", 75629),
        SocketEntry(6, bytes(16), 22, b"", 0, "LISTEN", 75629),
        SocketEntry(6, HERE, 5000, THERE, 22, "ESTABLISHED", 4321),
        SocketEntry(6, HERE6, 22, THERE6, 40_000, "ESTABLISHED", 4400),
        SocketEntry(17, HERE, 123, socket.inet_aton("198.51.100.5"), 123, "", 80114),
        SocketEntry(17, bytes(4), 514, b"", 0, "", 11111),
        SocketEntry(6, HERE, 80, THERE, 5000, "ESTABLISHED", 34010),
        SocketEntry(6, bytes(16), 443, b"", 0, "LISTEN", 34010),
        SocketEntry(17, HERE, 68, b"", 0, "", 34020),
        SocketEntry(6, LINK, 5001, LINK9, 22, "ESTABLISHED", 4322),
        SocketEntry(6, bytes(4), 9000, b"", 0, "LISTEN", 4323),
    ]


@given(st.text(max_size=200), st.integers(0, len(OUTPUT)))
def test_any_text_is_survived(noise: str, place: int) -> None:
    """Damaged output gives fewer sockets, and no error."""
    assert len(parse(OUTPUT[:place] + noise + OUTPUT[place:])) <= 13
