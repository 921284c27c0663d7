"""Fingerprints: the examples their inventors publish, and JA4's rules for ALPN and empty lists."""

from __future__ import annotations

import pytest

from netmon.protocols._ja import ja3, ja3s, ja4
from netmon.protocols._tls_hello import ClientHello, Extensions, ServerHello


def numbers(text: str) -> tuple[int, ...]:
    """Comma-separated hexadecimal numbers."""
    return tuple(int(number, 16) for number in text.split(","))


CIPHERS = numbers("0a0a,1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035")
TYPES = numbers("2a2a,001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015")
ALGORITHMS = numbers("0403,0804,0401,0503,0805,0501,0806,0601")


def test_ja4_example_of_its_specification() -> None:
    """FoxIO, technical_details/JA4.md; GREASE added, which must not matter."""
    extensions = Extensions(
        TYPES, alpn=(b"h2", b"http/1.1"), versions=(0x5A5A, 0x0304, 0x0303), signature_algorithms=ALGORITHMS
    )
    assert ja4(ClientHello(0x0303, b"", CIPHERS, extensions), "t") == "t13d1516h2_8daaf6152771_e5627efa2ab1"
    without = Extensions(TYPES, versions=(0x0304,))
    assert ja4(ClientHello(0x0303, b"", CIPHERS, without), "q") == "q13d151600_8daaf6152771_6d807ffa2a79"


@pytest.mark.parametrize(
    ("alpn", "characters"),
    [
        (b"\xab", "ab"),
        (b"\xab\xcd", "ad"),
        (b"0\xab", "3b"),
        (b"01\xab\xcd", "3d"),
        (b"0\xab\xcd1", "01"),
        (b"x", "xx"),
        (b"", "00"),
    ],
)
def test_ja4_alpn(alpn: bytes, characters: str) -> None:
    """The specification's table."""
    hello = ClientHello(0x0303, b"", (0x1301,), Extensions((16,), alpn=(alpn,)))
    assert ja4(hello, "t")[8:10] == characters


def test_ja4_of_nothing() -> None:
    """No ciphers, no extensions; the highest DTLS version has the lowest number."""
    assert ja4(ClientHello(0x0301), "t") == "t10i000000_000000000000_000000000000"
    assert ja4(ClientHello(0xFEFD, extensions=Extensions((43,), versions=(0xFEFD, 0xFEFC))), "d").startswith("dd3")


def test_ja3_example_of_its_specification() -> None:
    """salesforce/ja3, README; GREASE added to every list."""
    ciphers = (0x0A0A, 47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4)
    extensions = Extensions((0, 10, 0xFAFA, 11), groups=(0x1A1A, 23, 24, 25), point_formats=(0,))
    assert ja3(ClientHello(769, b"", ciphers, extensions)) == "ada70206e40642a3e4461f35503241d5"
    assert ja3(ClientHello(769, b"", (4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99))) == "de350869b8c85de67a350c8d186f11e6"


def test_ja3s() -> None:
    """Version, cipher, extensions in order."""
    hello = ServerHello(771, b"", 49199, False, Extensions((65281, 0, 11, 35)))
    other = ServerHello(771, b"", 49199, False, Extensions((0, 65281, 11, 35)))
    assert ja3s(hello) != ja3s(other)
    assert len(ja3s(hello)) == 32
