"""sockstat of FreeBSD (up to 14, and 15 with columns of their own widths) and NetBSD, as their manual pages (sockstat(1))
and their sources (usr.bin/sockstat) have it; no recordings: neither system ran here. Names and addresses are ours."""

from __future__ import annotations

import socket

from hypothesis import given
from hypothesis import strategies as st

from netmon.model.owner import SocketEntry
from netmon.platforms.generic.sockstat import parse

FREEBSD = """USER     COMMAND    PID   FD PROTO  LOCAL ADDRESS         FOREIGN ADDRESS       PATH STATE   CONN STATE
0        sshd       851   3  tcp6   *:22                  *:*                                LISTEN
0        sshd       851   4  tcp4   *:22                  *:*                                LISTEN
80       nginx      900   6  tcp46  *:80                  *:*                                LISTEN
1001     ssh        4321  3  tcp4   192.0.2.7:5000        198.51.100.1:22                    ESTABLISHED
1001     my tool    4400  3  tcp6   2001:db8::7:5001      2001:db8::9:443                    SYN_RCVD
123      ntpd       700   20 udp4   192.0.2.7:123         *:*
123      ntpd       700   21 udp6   fe80::1%lo0:123       *:*
70       postgres   1310  102tcp4   192.0.2.7:5432        198.51.100.1:40000                 ESTABLISHED
0        sctpd      10    3  sctp4  192.0.2.7:9           198.51.100.1:9        ACTIVE       ESTABLISHED
                                     192.0.2.8:9           198.51.100.2:9        INACTIVE
0        sctpd      10    4  sctp46 *:9                   *:*                                LISTEN
65534    nobody     77777 123456tcp4 192.0.2.7:80          198.51.100.1:40001                 CLOSE_WAIT
0        nginx      900   7  toe4   192.0.2.7:443         198.51.100.1:40002                 FIN_WAIT_2
1001     1 3tcp4 *: 4500  3  tcp4   127.0.0.1:9000        *:*                                LISTEN
1001     1 2 3 tcp4 4501  3  tcp4   127.0.0.1:9001        *:*                                LISTEN
?        ?          ?     ?  tcp6   ::1:4045              *:*                                LISTEN
"""
FREEBSD15 = """USER COMMAND      PID  FD PROTO LOCAL ADDRESS                              FOREIGN ADDRESS   PATH STATE CONN
0    sshd-sessi 20018   5 tcp6  2001:db8:1234:5678:9abc:def0:1234:5678:22 [x]:1             ??         LISTEN
0    sshd-sessi 20018   7 tcp6  2001:db8:1234:5678:9abc:def0:1234:5678:22 2001:db8::9:50000 ??         ESTABLISHED
123  ntp d 7    16661 102 udp4  192.0.2.7:123                             *:*               ??         ??
??   ??            ??  ?? tcp4  192.0.2.7:22                              198.51.100.1:4000 ??         TIME_WAIT
0    hysteria    7850   4 udp46 *:5554                                    *:*               ??         ??
"""
NETBSD = """USER     COMMAND    PID   FD PROTO  LOCAL ADDRESS         FOREIGN ADDRESS
root     sshd       434   4  tcp    *.22                  *.*
root     master     501   11 tcp    127.0.0.1.25          *.*
root     master     501   12 tcp6   ::1.25                *.*
jane     ssh        612   3  tcp    192.0.2.7.65000       198.51.100.1.22
root     syslogd    200   5  udp    *.514                 *.*
jane     ssh        612   4  tcp6   fe80::7%wm0.1.65001   fe80::9%wm0.1.22
daemon   named      300   21 udp6   ::1.53                *.*
root     syslogd    200   6  stream /var/run/log
"""
HERE, THERE = socket.inet_aton("192.0.2.7"), socket.inet_aton("198.51.100.1")


def packed(text: str) -> bytes:
    """IPv6."""
    return socket.inet_pton(socket.AF_INET6, text)


def test_freebsd() -> None:
    """States, both families in one socket, zones, names with spaces or like columns; what has no process is left out."""
    assert parse(FREEBSD) == [
        SocketEntry(6, bytes(16), 22, b"", 0, "LISTEN", 851, 0),
        SocketEntry(6, bytes(4), 22, b"", 0, "LISTEN", 851, 0),
        SocketEntry(6, bytes(16), 80, b"", 0, "LISTEN", 900, 80, dual_stack=True),
        SocketEntry(6, HERE, 5000, THERE, 22, "ESTABLISHED", 4321, 1001),
        SocketEntry(6, packed("2001:db8::7"), 5001, packed("2001:db8::9"), 443, "SYN_RECV", 4400, 1001),
        SocketEntry(17, HERE, 123, b"", 0, "", 700, 123),
        SocketEntry(17, packed("fe80::1"), 123, b"", 0, "", 700, 123),
        SocketEntry(6, HERE, 5432, THERE, 40_000, "ESTABLISHED", 1310, 70),
        SocketEntry(132, HERE, 9, THERE, 9, "", 10, 0),
        SocketEntry(132, bytes(16), 9, b"", 0, "", 10, 0, dual_stack=True),
        SocketEntry(6, HERE, 80, THERE, 40_001, "CLOSE_WAIT", 77777, 65534),
        SocketEntry(6, HERE, 443, THERE, 40_002, "FIN_WAIT2", 900, 0),
        SocketEntry(6, socket.inet_aton("127.0.0.1"), 9000, b"", 0, "LISTEN", 4500, 1001),
        SocketEntry(6, socket.inet_aton("127.0.0.1"), 9001, b"", 0, "LISTEN", 4501, 1001),
    ]


def test_freebsd_15() -> None:
    """Columns as wide as their longest value, ``??`` for what is not there; an address that is none is left out."""
    assert parse(FREEBSD15) == [
        SocketEntry(
            6, packed("2001:db8:1234:5678:9abc:def0:1234:5678"), 22, packed("2001:db8::9"), 50_000, "ESTABLISHED", 20018, 0
        ),
        SocketEntry(17, HERE, 123, b"", 0, "", 16661, 123),
        SocketEntry(17, bytes(16), 5554, b"", 0, "", 7850, 0, dual_stack=True),
    ]


def test_netbsd() -> None:
    """The port is behind a dot, users are names, states are not told."""
    assert parse(NETBSD) == [
        SocketEntry(6, bytes(4), 22, b"", 0, "LISTEN", 434),
        SocketEntry(6, socket.inet_aton("127.0.0.1"), 25, b"", 0, "LISTEN", 501),
        SocketEntry(6, packed("::1"), 25, b"", 0, "LISTEN", 501),
        SocketEntry(6, HERE, 65_000, THERE, 22, "", 612),
        SocketEntry(17, bytes(4), 514, b"", 0, "", 200),
        SocketEntry(6, packed("fe80::7"), 65_001, packed("fe80::9"), 22, "", 612),
        SocketEntry(17, packed("::1"), 53, b"", 0, "", 300),
    ]


@given(st.text(max_size=200), st.integers(0, len(FREEBSD)))
def test_any_text_is_survived(noise: str, place: int) -> None:
    """Damaged output gives fewer sockets, and no error."""
    assert len(parse(FREEBSD[:place] + noise + FREEBSD[place:])) <= 17
