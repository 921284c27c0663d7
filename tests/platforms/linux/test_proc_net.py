"""The kernel's socket tables as text. The lines were recorded from a Linux 6 kernel, little-endian."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.platforms.linux import proc_net
from netmon.platforms.linux.proc_net import Endpoints, Row, rows, sctp_rows, unmapped


@pytest.fixture(autouse=True)
def little_endian(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows was recorded on a little-endian machine, and is read as on one."""
    monkeypatch.setattr(proc_net, "_SWAP", True)


TCP = b"""  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt
   0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0  1000        0 536 1 000000008006ffad 100 0 0 10 0
   1: 020200C0:B3B0 010200C0:01BB 01 0:0 02:000A9B2C 0     0        0 16830 2 0 20 4 30 10 -1
   2: 020200C0:B3B2 010200C0:01BB 06 00000000:00000000 03:00001709 00000000     0        0 0 3 0000000000000000
"""
TCP6 = b"""  sl  local_address                         remote_address                        st tx_queue rx_queue
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0 00:0 0     0        0 7 1 0
   1: B80D0120000000000000000001000000:0050 B80D0120000000000000000002000000:C350 01 0:0 00:0 0     0        0 8 1 0
   2: 0000000000000000FFFF00000100007F:0050 0000000000000000FFFF00000100007F:C350 08 0:0 00:0 0     0        0 9 1 0
"""
UDP = b"""   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt
  100: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000   100        0 20 2 0000000000000000 0
  200: 020200C0:AC00 01020002:0035 01 00000000:00000000 00:00000000 00000000   100        0 21 2 0000000000000000 0
"""
RAW = b"""  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt
    1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 30 2 0000000000000000 0
"""
TCP_BIG = b"""  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 7F000001:E766 7F000001:1F90 02 00000001:00000000 01:000002A1 00000007     0        0 412 2 00000000fd4567f5 800 0 0 1 7
"""
"""Recorded on s390x (Linux 6.12); of IPv6 the words are likewise those of the address."""
TCP6_BIG = TCP6.replace(b"B80D0120", b"20010DB8").replace(b"01000000:", b"00000001:").replace(b"02000000:", b"00000002:")
SCTP_EPS = b""" ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS
ffff0001 ffff0002 2   10  29   3868      0 40 127.0.0.1 192.0.2.2
"""
SCTP_ASSOCS = (
    b" ASSOC     SOCK   STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT LADDRS <-> RADDRS HBINT\n"
    b"ffff0001 ffff0002 2   1   3  0       1        0        0       0 41 3868 40000  *192.0.2.2 10.0.0.1 <-> 198.51.100.1"
    b" *198.51.100.2 7500 10 10 10 0 0 0 0 212992 212992\n"
)
ANY, ANY6 = bytes(4), bytes(16)
LOCAL, REMOTE = bytes([192, 0, 2, 2]), bytes([192, 0, 2, 1])
V6 = bytes.fromhex("20010db8" + "00" * 11)


def test_tcp() -> None:
    """Listening, connected and closing sockets, with state, user and inode."""
    assert list(rows(TCP, 6, Endpoints())) == [
        Row(6, bytes([127, 0, 0, 1]), 8080, b"", 0, "LISTEN", 1000, 536),
        Row(6, LOCAL, 46000, REMOTE, 443, "ESTABLISHED", 0, 16830),
        Row(6, LOCAL, 46002, REMOTE, 443, "TIME_WAIT", 0, 0),
    ]


def test_tcp6_and_mapped_addresses() -> None:
    """IPv6 addresses are put into network order; IPv4-mapped ones become IPv4."""
    loopback = bytes([127, 0, 0, 1])
    assert list(rows(TCP6, 6, Endpoints())) == [
        Row(6, ANY6, 80, b"", 0, "LISTEN", 0, 7),
        Row(6, V6 + b"\1", 80, V6 + b"\2", 50000, "ESTABLISHED", 0, 8),
        Row(6, loopback, 80, loopback, 50000, "CLOSE_WAIT", 0, 9),
    ]


def test_udp_has_no_states() -> None:
    """Datagram sockets: bound or connected, never with a state word."""
    assert list(rows(UDP, 17, Endpoints())) == [
        Row(17, ANY, 68, b"", 0, "", 100, 20),
        Row(17, LOCAL, 44032, bytes([2, 0, 2, 1]), 53, "", 100, 21),
    ]


def test_raw_names_its_protocol() -> None:
    """The place of the port holds the protocol of a raw socket."""
    assert list(rows(RAW, 255, Endpoints())) == [Row(1, ANY, 0, b"", 0, "", 0, 30)]


def test_sctp() -> None:
    """Endpoints listen; associations have their primary remote address."""
    assert list(sctp_rows(SCTP_EPS, SCTP_ASSOCS)) == [
        Row(132, bytes([127, 0, 0, 1]), 3868, b"", 0, "LISTEN", 0, 40),
        Row(132, LOCAL, 3868, bytes([198, 51, 100, 2]), 40000, "", 0, 41),
    ]


def test_unmapped() -> None:
    """Only addresses in ::ffff:0:0/96 change."""
    assert unmapped(bytes(10) + b"\xff\xff" + LOCAL) == LOCAL
    assert unmapped(ANY6) == ANY6
    assert unmapped(LOCAL) == LOCAL


@pytest.mark.parametrize("cut", range(0, len(TCP), 3))
def test_a_table_cut_anywhere_gives_whole_rows_only(cut: int) -> None:
    """A torn read gives the first rows as they are and nothing else."""
    whole = list(rows(TCP, 6, Endpoints()))
    torn = list(rows(TCP[:cut], 6, Endpoints()))
    assert torn == whole[: len(torn)]


def test_the_endpoint_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with many peers does not make it grow without end."""
    monkeypatch.setattr("netmon.platforms.linux.proc_net.ADDRESS_CACHE", 8)
    endpoints = Endpoints()
    for number in range(100):
        assert endpoints.parse(f"0100007F:{number:04X}".encode()) == (bytes([127, 0, 0, 1]), number)
    assert len(endpoints._known) <= 8


def test_a_big_endian_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its words are in network order as they are."""
    monkeypatch.setattr(proc_net, "_SWAP", False)
    loopback = bytes([127, 0, 0, 1])
    assert list(rows(TCP_BIG, 6, Endpoints())) == [Row(6, loopback, 59238, loopback, 8080, "SYN_SENT", 0, 412)]
    assert list(rows(TCP6_BIG, 6, Endpoints()))[:2] == [
        Row(6, ANY6, 80, b"", 0, "LISTEN", 0, 7),
        Row(6, V6 + b"\1", 80, V6 + b"\2", 50000, "ESTABLISHED", 0, 8),
    ]


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=300), st.sampled_from([6, 17, 255]))
def test_any_bytes_are_survived(table: bytes, protocol: int) -> None:
    """A table that is none gives no error."""
    assert all(isinstance(row, Row) for row in rows(b"header\n" + table, protocol, Endpoints()))
    assert all(isinstance(row, Row) for row in sctp_rows(b"header\n" + table, b"header\n" + table))
