"""SSH: banners, negotiated algorithms, HASSH and state, however the stream is cut."""

from __future__ import annotations

import hashlib
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.model.finding import Attention, Finding
from netmon.protocols._contract import CLIENT, SERVER, Claim, Context
from netmon.protocols.ssh import LOGIN_BYTES, MAXIMUM_PACKET, PROTOCOL, agreed, parse_kexinit

from ._talk import Talk, Wire, engine, every_cutting, fields, finding_of, run

TCP = Context("tcp", 50000, 2200)
CLIENT_LISTS = [
    b"curve25519-sha256,diffie-hellman-group14-sha256,ext-info-c",
    b"ssh-ed25519,rsa-sha2-512",
    b"aes128-ctr,aes256-gcm@openssh.com",
    b"aes128-cbc",
    b"hmac-sha2-256,hmac-sha1",
    b"hmac-md5",
    b"none,zlib@openssh.com",
    b"zlib",
    b"",
    b"",
]
SERVER_LISTS = [
    b"diffie-hellman-group14-sha256,diffie-hellman-group14-sha256-x,curve25519-sha256@libssh.org",
    b"rsa-sha2-512,ssh-ed25519",
    b"aes256-gcm@openssh.com,aes128-ctr",
    b"aes256-ctr",
    b"hmac-sha1",
    b"hmac-sha2-512",
    b"none",
    b"none",
    b"",
    b"",
]


def packet(payload: bytes) -> bytes:
    """RFC 4253 section 6, without encryption: padded to a multiple of eight."""
    padding = 8 - (len(payload) + 5) % 8
    padding += 8 if padding < 4 else 0
    return struct.pack(">IB", len(payload) + padding + 1, padding) + payload + b"\0" * padding


def kexinit(lists: list[bytes]) -> bytes:
    """RFC 4253 section 7.1."""
    body = b"".join(struct.pack(">I", len(names)) + names for names in lists)
    return b"\x14" + bytes(16) + body + b"\0" + bytes(4)


CLIENT_HELLO = packet(kexinit(CLIENT_LISTS))
SERVER_HELLO = packet(kexinit(SERVER_LISTS))
NEWKEYS = packet(b"\x15")
TALK: Talk = [
    (SERVER, b"Please behave\r\nor else\r\nSSH-2.0-OpenSSH_9.6 Debian-1\r\n"),
    (CLIENT, b"SSH-2.0-PuTTY_0.80\r\n" + CLIENT_HELLO),
    (SERVER, SERVER_HELLO),
    (CLIENT, packet(b"\x1e" + b"k" * 60)),
    (SERVER, packet(b"\x1f" + b"k" * 600) + NEWKEYS + b"\xff" * 50),
    (CLIENT, NEWKEYS + b"\xff" * 60),
]


def md5(lists: list[bytes], *indices: int) -> str:
    return hashlib.md5(b";".join(lists[index] for index in indices)).hexdigest()


EXPECTED = {
    "ssh_server": ("SSH-2.0-OpenSSH_9.6 Debian-1",),
    "ssh_client": ("SSH-2.0-PuTTY_0.80",),
    "hassh": (md5(CLIENT_LISTS, 0, 2, 4, 6),),
    "hassh_server": (md5(SERVER_LISTS, 0, 3, 5, 7),),
    "ssh_kex": ("diffie-hellman-group14-sha256",),
    "ssh_hostkey": ("ssh-ed25519",),
    "ssh_cipher": ("aes128-ctr",),
    "ssh_mac": ("hmac-sha1",),
    "ssh_compression": ("none",),
}


def test_whole_handshake() -> None:
    """Both banners, both fingerprints, and of each list the client's first that the server has."""
    finding = run(Wire().frames(TALK))
    assert finding is not None
    assert fields(finding) == EXPECTED
    assert (finding.label, finding.state, finding.summary) == ("SSH", "AUTHENTICATION", "OpenSSH_9.6")
    assert finding.idle_timeout == 1800.0


def test_every_cutting_gives_the_same() -> None:
    """Byte by byte, in any pieces, shuffled and repeated: the same finding."""
    results = every_cutting(TALK)
    assert all(finding == results["whole"] for finding in results.values()), results


@pytest.mark.parametrize(
    ("steps", "state"), [(1, "BANNER"), (2, "KEYEXCHANGE"), (4, "KEYEXCHANGE"), (5, "KEYEXCHANGE"), (6, "AUTHENTICATION")]
)
def test_state_follows_the_messages(steps: int, state: str) -> None:
    """The state word after each step of the conversation."""
    finding = run(Wire().frames(TALK[:steps]))
    assert finding is not None
    assert finding.state == state


def test_established_by_volume() -> None:
    """After more encrypted bytes than a login takes the connection is called established and is left alone."""
    machine = engine(PROTOCOL)
    harvest = machine.inspect(Wire().frames([*TALK, (SERVER, b"\xff" * LOGIN_BYTES)]))
    finding = finding_of(harvest.updates)
    assert finding is not None
    assert finding.state == "ESTABLISHED"
    assert harvest.attentions == [(1, Attention.DONE)]


def test_missing_packet() -> None:
    """After a gap the banners and whatever was whole stay; nothing is invented."""
    frames = Wire().frames(TALK, 40)
    del frames[3]
    found = fields(run(frames))
    assert found["ssh_server"] == EXPECTED["ssh_server"]
    assert "hassh" not in found
    assert found["hassh_server"] == EXPECTED["hassh_server"]


def test_old_ssh() -> None:
    """SSH 1.x is named and flagged; 1.99 speaks 2.0."""
    old = run(Wire().frames([(SERVER, b"SSH-1.5-1.2.27\n"), (CLIENT, b"SSH-1.5-x\n" + bytes(20))]))
    assert old is not None
    assert (old.label, old.risks) == ("SSH", ("obsolete-ssh",))
    both = run(Wire().frames([(SERVER, b"SSH-1.99-Cisco-1.25\n"), (CLIENT, b"SSH-2.0-x\n" + CLIENT_HELLO)]))
    assert both is not None
    assert both.risks == ()
    assert fields(both)["hassh"] == EXPECTED["hassh"]


def test_banner_without_end() -> None:
    """A banner that is never ended by a newline is told as far as it came."""
    assert fields(run(Wire().frames([(SERVER, b"SSH-2.0-Cisco-1.25")], 1)))["ssh_server"] == ("SSH-2.0-Cisco-1.25",)


def test_weak_cipher() -> None:
    """Agreeing on an obsolete cipher is a risk."""
    lists = [*CLIENT_LISTS]
    lists[2] = b"3des-cbc"
    finding = run(
        Wire().frames(
            [(CLIENT, b"SSH-2.0-a\r\n" + packet(kexinit(lists))), (SERVER, b"SSH-2.0-b\r\n" + packet(kexinit(lists)))]
        )
    )
    assert finding is not None
    assert finding.risks == ("weak-cipher",)


@pytest.mark.parametrize(
    ("client", "server", "claim"),
    [
        (b"", b"SSH-2.0-OpenSSH", Claim.YES),
        (b"SSH-2.0-x\r\n", b"", Claim.YES),
        (b"", b"SSH-", Claim.MORE),
        (b"", b"hello\r\nSSH-2.0-x", Claim.YES),
        (b"", b"Welcome\r\n", Claim.MORE),
        (b"hello", b"Welcome\r\n", Claim.NO),
        (b"GET /", b"", Claim.MORE),
        (b"GET /", b"HTTP/1.1 ", Claim.NO),
        (b"PING\r\n", b"", Claim.NO),
        (b"", b"\xff\xfd\x18", Claim.NO),
    ],
)
def test_claims(client: bytes, server: bytes, claim: Claim) -> None:
    """By the identification string of either side only; a web client may have come to the wrong door."""
    assert PROTOCOL.claims(TCP, client, server) is claim


def test_agreed_is_by_whole_names() -> None:
    """A name that is part of another is not the same algorithm."""
    assert agreed("aes128,b", "aes128-ctr,b") == "b"
    assert agreed("a", "b") == ""


def test_kexinit_truncated_anywhere() -> None:
    """A KEXINIT cut short is a parse error at every length before its last list ends."""
    whole = kexinit(CLIENT_LISTS)
    assert parse_kexinit(whole).kex == CLIENT_LISTS[0].decode()
    for length in range(len(whole) - 13):
        with pytest.raises(ParseError):
            parse_kexinit(whole[:length])


def test_bounded() -> None:
    """An endless line or packet is not kept."""
    inspector = PROTOCOL.start(TCP)
    inspector.feed(SERVER, b"SSH-2.0-x\r\n" + struct.pack(">I", MAXIMUM_PACKET), 1)
    for _ in range(100):
        inspector.feed(SERVER, b"x" * 1000, 1)
        assert len(inspector._sides[SERVER].buffer) <= MAXIMUM_PACKET + 4  # type: ignore[attr-defined]
    endless = PROTOCOL.start(TCP)
    with pytest.raises(ParseError):
        for _ in range(100):
            endless.feed(SERVER, b"x" * 1000, 1)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1),
            st.one_of(
                st.binary(max_size=60),
                st.integers(1, 50),
                st.sampled_from((b"SSH-2.0-x\r\n", b"SSH-1.5-x\n", CLIENT_HELLO, SERVER_HELLO, NEWKEYS)),
            ),
        ),
        max_size=20,
    )
)
def test_hostile_streams(pieces: list[tuple[int, bytes | int]]) -> None:
    """Any bytes and gaps in any order raise nothing but ParseError; the finding stays a finding."""
    inspector = PROTOCOL.start(TCP)
    for side, piece in pieces:
        try:
            _ = inspector.gap(side, piece) if isinstance(piece, int) else inspector.feed(side, piece, 1)
        except ParseError:
            return
    update = inspector.update()
    assert update is not None
    assert isinstance(update.finding, Finding)


def test_hassh_of_a_published_client() -> None:
    """OpenSSH 7.7 as salesforce/hassh lists it (README): its algorithms and their hash."""
    keys = (
        b"curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
        b"diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,"
        b"diffie-hellman-group-exchange-sha1,diffie-hellman-group14-sha256,diffie-hellman-group14-sha1,ext-info-c"
    )
    ciphers = b"chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com"
    macs = (
        b"umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,"
        b"hmac-sha1-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1"
    )
    compression = b"none,zlib@openssh.com,zlib"
    lists = [keys, b"ssh-rsa", ciphers, ciphers, macs, macs, compression, compression, b"", b""]
    found = fields(
        run(Wire(server_port=22).frames([(CLIENT, b"SSH-2.0-OpenSSH_7.7p1 Ubuntu-4\r\n" + packet(kexinit(lists)))]))
    )
    assert found["hassh"] == ("06046964c022c6407d15a27b12a6a4fb",)
