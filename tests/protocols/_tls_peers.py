"""Real TLS and QUIC peers in memory, for the tests of this room: no sockets, certificates made on the spot."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from netmon.model.finding import Finding
from netmon.protocols._contract import ApplicationProtocol, Context, Status

NOW = datetime(2024, 6, 1, tzinfo=UTC)
NOW_NS = int(NOW.timestamp()) * 1_000_000_000

Flight = tuple[int, bytes]
"""Side (0 client, 1 server) and bytes."""


def played(protocol: ApplicationProtocol, context: Context, flights: list[Flight]) -> tuple[Finding, Status]:
    """Feed until done, at ``NOW``; the last finding and status."""
    inspector = protocol.start(context)
    status = Status.MORE
    for side, data in flights:
        status = inspector.feed(side, data, NOW_NS)
        if status is not Status.MORE:
            break
    update = inspector.update()
    assert update is not None
    assert update.finding is not None
    return update.finding, status


@cache
def certificate(days: int = 30) -> tuple[str, str]:
    """Paths of a self-signed certificate for www.example.org (valid ``days`` from the day before NOW) and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "www.example.org")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=100))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("www.example.org"), x509.DNSName("alt.example")]), False)
        .sign(key, hashes.SHA256())
    )
    folder = Path(tempfile.mkdtemp(prefix="netmon-test-"))
    (folder / "cert.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(folder / "cert.pem"), str(folder / "key.pem")


def handshake(
    version: ssl.TLSVersion, *, days: int = 30, groups: str = "", name: str = "www.example.org", alpn: str = "h2 http/1.1"
) -> list[Flight]:
    """Every byte of a whole handshake and one exchange of data, in order."""
    client, server = contexts(version, days=days, groups=groups, alpn=alpn)
    return _talk(client, server, name, None)[0]


def resumed(version: ssl.TLSVersion) -> list[Flight]:
    """The second conversation of two peers, which goes on with the session of the first."""
    client, server = contexts(version)
    _, session = _talk(client, server, "www.example.org", None)
    return _talk(client, server, "www.example.org", session)[0]


def contexts(
    version: ssl.TLSVersion, *, days: int = 30, groups: str = "", alpn: str = "h2 http/1.1"
) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A client's and a server's."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    client.minimum_version = client.maximum_version = version
    client.set_alpn_protocols(alpn.split())
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*certificate(days))
    server.set_alpn_protocols(alpn.split()[:1])
    if groups:
        server.set_ecdh_curve(groups)
    return client, server


def _talk(
    client: ssl.SSLContext, server: ssl.SSLContext, name: str, session: ssl.SSLSession | None
) -> tuple[list[Flight], ssl.SSLSession | None]:
    """The bytes, and the session to go on with."""
    pipes = [ssl.MemoryBIO() for _ in range(4)]
    ends = [
        client.wrap_bio(pipes[0], pipes[1], server_hostname=name, session=session),
        server.wrap_bio(pipes[2], pipes[3], server_side=True),
    ]
    flights: list[Flight] = []
    finished = [False, False]
    while not all(finished):
        for side in (0, 1):
            try:
                ends[side].do_handshake()
                finished[side] = True
            except ssl.SSLWantReadError:
                pass
            _move(pipes, side, flights)
    for side, text in ((0, b"request"), (1, b"response")):
        ends[side].write(text)
        _move(pipes, side, flights)
    ends[0].read(8)  # brings the ticket of TLS 1.3
    return flights, ends[0].session


def _move(pipes: list[ssl.MemoryBIO], side: int, flights: list[Flight]) -> None:
    data = pipes[2 * side + 1].read()
    if data:
        flights.append((side, data))
        pipes[2 - 2 * side].write(data)
