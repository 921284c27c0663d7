"""A server that begins in the clear and goes on in TLS, and one that speaks TLS at once.

usage: tls_peer.py PROTOCOL ADDRESS PORT CERTIFICATE KEY

PROTOCOL is one that ``openssl s_client -starttls`` speaks. One connection after the other, until it is ended.
"""

from __future__ import annotations

import socket
import ssl
import sys
from typing import NamedTuple

from planted import ber


class Script(NamedTuple):
    """What is said before TLS: the server's greeting, then for each request that ends so, an answer."""

    greeting: bytes
    steps: tuple[tuple[bytes, bytes], ...]


def _ldap_answer() -> bytes:
    result = ber(0x78, ber(10, b"\0"), ber(4), ber(4), ber(0x8A, b"1.3.6.1.4.1.1466.20037"))
    return ber(0x30, ber(2, b"\1"), result)


_MYSQL = b"\x0a8.0.36\0" + bytes(4) + b"saltsalt\0\xff\xff\xff\2\0\xff\xc1\x15" + bytes(10) + b"saltsaltsalt\0"
_FEATURES = (
    b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' "
    b"from='server.example' version='1.0'><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>"
    b"<required/></starttls></stream:features>"
)
SCRIPTS = {
    "smtp": Script(
        b"220 mx.example ESMTP\r\n",
        ((b"\r\n", b"250-mx.example\r\n250 STARTTLS\r\n"), (b"STARTTLS\r\n", b"220 go on\r\n")),
    ),
    "pop3": Script(b"+OK ready\r\n", ((b"STLS\r\n", b"+OK go on\r\n"),)),
    "imap": Script(
        b"* OK IMAP4rev1\r\n",
        ((b"CAPABILITY\r\n", b"* CAPABILITY IMAP4rev1 STARTTLS\r\n. OK\r\n"), (b"STARTTLS\r\n", b". OK go on\r\n")),
    ),
    "ftp": Script(b"220 FTP\r\n", ((b"AUTH TLS\r\n", b"234 go on\r\n"),)),
    "xmpp": Script(
        b"",
        ((b"version='1.0'>", _FEATURES), (b"/>", b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")),
    ),
    "ldap": Script(b"", ((b"1.3.6.1.4.1.1466.20037", _ldap_answer()),)),
    "postgres": Script(b"", ((b"\0\0\0\x08\x04\xd2\x16\x2f", b"S"),)),
    "mysql": Script(len(_MYSQL).to_bytes(3, "little") + b"\0" + _MYSQL, ((b"\0" * 23, b""),)),
    "nntp": Script(
        b"200 news\r\n",
        ((b"CAPABILITIES\r\n", b"101 list\r\nVERSION 2\r\nSTARTTLS\r\n.\r\n"), (b"STARTTLS\r\n", b"382 go on\r\n")),
    ),
    "irc": Script(b"", ((b"STARTTLS\r\n", b":irc.example 670 a :STARTTLS successful, go ahead with TLS handshake\r\n"),)),
}


def hold(connection: socket.socket, script: Script, context: ssl.SSLContext) -> None:
    """One connection."""
    connection.settimeout(10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(script.greeting)
    for end, answer in script.steps:
        heard = b""
        while not heard.endswith(end):
            part = connection.recv(1)  # nothing of what follows is taken
            if not part:
                return
            heard += part
        connection.sendall(answer)
    with context.wrap_socket(connection, server_side=True) as inside:
        inside.recv(100)


def main() -> None:
    """See the module."""
    protocol, address, port, certificate, key = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server((address, int(port))) as listener:
        while True:
            connection, _ = listener.accept()
            with connection:
                try:
                    hold(connection, SCRIPTS[protocol], context)
                except OSError as problem:
                    print(f"{protocol}: {problem}", file=sys.stderr)


if __name__ == "__main__":
    main()
