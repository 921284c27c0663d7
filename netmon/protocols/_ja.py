"""Fingerprints of TLS hellos: JA3, JA3S (MD5 of the numbers, salesforce/ja3) and JA4 (FoxIO, BSD 3-clause).

In: a hello record. Out: the fingerprint as text. GREASE is left out everywhere. JA4S and the other JA4+ methods are under
FoxIO's own licence and patent-pending, so they are not made here.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import md5, sha256
from typing import Final

from ._tls_hello import ALPN, SERVER_NAME, ClientHello, ServerHello, is_grease, without_grease

_VERSIONS: Final = {
    0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3", 0x0002: "s2",
    0xFEFF: "d1", 0xFEFD: "d2", 0xFEFC: "d3", 0x0100: "s1",
}  # fmt: skip
_EMPTY: Final = "0" * 12
REMEMBERED: Final = 256
"""Lists of cipher suites whose part in the fingerprints is kept: as many as there are kinds of clients."""
_HEX: Final = [f"{number:04x}" for number in range(0x100)]


def _hex(number: int) -> str:
    return _HEX[number] if number < 0x100 else f"{number:04x}"


def _dashed(numbers: list[int] | tuple[int, ...]) -> str:
    return "-".join(map(str, numbers))


@lru_cache(maxsize=REMEMBERED)
def _ciphers(ciphers: tuple[int, ...]) -> tuple[int, str, str]:
    """How many there are without GREASE, their numbers as JA3 has them, their digest as JA4 has it."""
    plain = without_grease(ciphers)
    return len(plain), _dashed(plain), _digest(",".join(map(_hex, sorted(plain))))


def ja3(hello: ClientHello) -> str:
    """``version,ciphers,extensions,groups,point formats``, hashed."""
    extensions = hello.extensions
    text = ",".join(
        (
            str(hello.version),
            _ciphers(hello.ciphers)[1],
            _dashed(without_grease(extensions.types)),
            _dashed(without_grease(extensions.groups)),
            _dashed(extensions.point_formats),
        )
    )
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def ja3s(hello: ServerHello) -> str:
    """``version,cipher,extensions``, hashed."""
    text = f"{hello.version},{hello.cipher},{_dashed(without_grease(hello.extensions.types))}"
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def _alphanumeric(octet: int) -> bool:
    return 0x30 <= octet <= 0x39 or 0x41 <= octet <= 0x5A or 0x61 <= octet <= 0x7A


def _alpn_characters(alpn: tuple[bytes, ...]) -> str:
    """First and last character of the first protocol, of its hexadecimal form when they are not letters or digits."""
    first = next((name for name in alpn[:1] if name), b"")
    if not first:
        return "00"
    if _alphanumeric(first[0]) and _alphanumeric(first[-1]):
        return chr(first[0]) + chr(first[-1])
    text = first.hex()
    return text[0] + text[-1]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12] if text else _EMPTY


def _highest(hello: ClientHello) -> int:
    """The highest version offered; DTLS numbers grow downwards."""
    offered = [version for version in hello.extensions.versions if not is_grease(version)]
    if not offered:
        return hello.version
    return min(offered) if offered[0] >= 0xFE00 else max(offered)


def ja4(hello: ClientHello, transport: str) -> str:
    """``transport`` is ``t`` (TCP), ``q`` (QUIC) or ``d`` (DTLS)."""
    extensions = hello.extensions
    count, _, offered = _ciphers(hello.ciphers)
    types = without_grease(extensions.types)
    start = (
        transport
        + _VERSIONS.get(_highest(hello), "00")
        + ("d" if SERVER_NAME in types else "i")
        + f"{min(count, 99):02d}{min(len(types), 99):02d}"
        + _alpn_characters(extensions.alpn)
    )
    told = _extensions(tuple(sorted(types)), extensions.signature_algorithms)
    return f"{start}_{offered}_{told}"


@lru_cache(maxsize=REMEMBERED)
def _extensions(types: tuple[int, ...], algorithms: tuple[int, ...]) -> str:
    """The digest of the extensions, whose order says nothing, and of the signature algorithms."""
    hashed = ",".join([_hex(kind) for kind in types if kind not in (SERVER_NAME, ALPN)])
    plain = without_grease(algorithms)
    if hashed and plain:
        hashed += "_" + ",".join([_hex(number) for number in plain])
    return _digest(hashed)
