"""Risk flags of real TLS: OpenSSL on both ends, certificates made for the purpose, the bytes through netmon as it is run."""

from __future__ import annotations

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conversations import CLIENT, SERVER, START, Conversations
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from netmon_run import Record, replay

NOW = datetime.fromtimestamp(START / 1e9, tz=UTC)
"""Packet time: certificates are judged by it, not by today."""
NAME = "www.example.org"
Flight = tuple[int, bytes]
V10, V11, V12, V13 = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


class Authority:
    """Signs certificates that nothing is wrong with, and others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example Authority")])

    def issue(self, first: int, last: int, self_signed: bool) -> tuple[str, str]:
        """Files of a certificate valid from so many days after NOW until so many, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject if self_signed else self._name)
        builder = builder.public_key(key.public_key()).serial_number(1)
        builder = builder.not_valid_before(NOW + timedelta(days=first)).not_valid_after(NOW + timedelta(days=last))
        made = builder.sign(key if self_signed else self._key, hashes.SHA256())
        certificate, private = self._folder / f"{first}.{last}.{self_signed}.pem", self._folder / "key.pem"
        certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        private.write_bytes(key.private_bytes(*kinds))
        return str(certificate), str(private)


def handshake(files: tuple[str, str], version: ssl.TLSVersion, ciphers: str) -> list[Flight]:
    """Everything both ends send, up to the first data."""
    client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old versions are what is tested
        for context in (client, server):
            if ciphers:
                context.set_ciphers(ciphers)
            context.minimum_version = context.maximum_version = version
    server.load_cert_chain(*files)
    pipes = [ssl.MemoryBIO() for _ in range(4)]
    ends = (
        client.wrap_bio(pipes[0], pipes[1], server_hostname=NAME),
        server.wrap_bio(pipes[2], pipes[3], server_side=True),
    )
    flights: list[Flight] = []

    def move(side: int) -> None:
        data = pipes[2 * side + 1].read()
        if data:
            flights.append((side, data))
            pipes[2 - 2 * side].write(data)

    done = [False, False]
    while not all(done):
        for side in (CLIENT, SERVER):
            try:
                ends[side].do_handshake()
                done[side] = True
            except ssl.SSLWantReadError:
                pass
            move(side)
    ends[CLIENT].write(b"request")
    move(CLIENT)
    return flights


def seen(folder: Path, flights: list[Flight], port: int = 44_330) -> Record:
    """The conversation's record."""
    made = Conversations()
    client = made.tcp(port, flights)
    (record,) = replay(str(made.write(folder / "tls.pcap"))).find(src_port=client)
    return record


GOOD, EXPIRED, EARLY = (-100, 100), (-100, -1), (1, 100)
LAX = "ALL:@SECLEVEL=0"


@pytest.mark.parametrize(
    ("version", "valid", "self_signed", "ciphers", "risks"),
    [
        (V12, GOOD, False, "", set()),
        (V12, GOOD, True, "", {"self-signed-certificate"}),
        (V12, EXPIRED, False, "", {"expired-certificate"}),
        (V12, EARLY, False, "", {"not-yet-valid-certificate"}),
        (V12, EXPIRED, True, "", {"expired-certificate", "self-signed-certificate"}),
        (V11, GOOD, False, LAX, {"obsolete-tls"}),
        (V10, GOOD, True, LAX, {"obsolete-tls", "self-signed-certificate"}),
        (V12, GOOD, False, "ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0", {"weak-cipher"}),
        (V12, GOOD, False, "AECDH-AES128-SHA:@SECLEVEL=0", {"weak-cipher"}),
        (V13, EXPIRED, True, "", set()),  # the certificate is encrypted: nothing is claimed about it
    ],
)
def test_risks(
    tmp_path: Path, version: ssl.TLSVersion, valid: tuple[int, int], self_signed: bool, ciphers: str, risks: set[str]
) -> None:
    """Each risk where it is, and none where it is not."""
    try:
        flights = handshake(Authority(tmp_path).issue(*valid, self_signed), version, ciphers)
    except ssl.SSLError as problem:
        pytest.skip(f"this OpenSSL does not do it: {problem.reason}")
    record = seen(tmp_path, flights)
    assert record["application"] == "TLS"
    assert record["fields"]["sni"] == NAME
    assert set(record.get("risks", [])) == risks


def test_inside_starttls(tmp_path: Path) -> None:
    """A mail server that says STARTTLS and has an expired certificate: TLS inside SMTP, with the certificate's risk."""
    opening = [
        (SERVER, b"220 mail.example ESMTP\r\n"), (CLIENT, b"EHLO a\r\n"), (SERVER, b"250 STARTTLS\r\n"),
        (CLIENT, b"STARTTLS\r\n"), (SERVER, b"220 go on\r\n"),
    ]  # fmt: skip
    flights = handshake(Authority(tmp_path).issue(*EXPIRED, False), V12, "")
    record = seen(tmp_path, [*opening, *flights], 2525)
    assert (record["application"], record["inside"]) == ("SMTP.TLS", ["SMTP"])
    assert record["risks"] == ["expired-certificate"]
