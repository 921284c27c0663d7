"""Conversations that become another on real sockets: STARTTLS by OpenSSL's client, ALPN, HTTP/2 in clear, WebSocket."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from lab import NAME, ROOT, SERVER4, Lab, end, wait_until
from netmon_run import Live, Result
from planted import CLIENT, SERVER, lines

LABELS = {
    "smtp": "SMTP", "pop3": "POP3", "imap": "IMAP", "ftp": "FTP", "xmpp": "XMPP", "ldap": "LDAP", "postgres": "PostgreSQL",
    "mysql": "MySQL", "nntp": "NNTP", "irc": "IRC",
}  # fmt: skip
ALPN = {
    "h2": "HTTP2", "http/1.1": "HTTP", "dot": "DNS", "mqtt": "MQTT", "postgresql": "PostgreSQL", "imap": "IMAP",
    "pop3": "POP3", "xmpp-client": "XMPP", "ftp": "FTP", "sip/2": "SIP",
}  # fmt: skip
FIRST, ALPN_PORT = 22_000, 22_100


def client(lab: Lab, port: int, *options: str) -> str:
    """``openssl s_client`` until its handshake is over; what went wrong."""
    arguments = ("openssl", "s_client", "-connect", f"{SERVER4}:{port}", "-servername", NAME, *options)
    done = subprocess.run(lab.client.command(*arguments), input=b"Q\n", capture_output=True, timeout=20, check=False)
    return "" if b"BEGIN CERTIFICATE" in done.stdout else f"{options}: {done.stderr.decode()}"


def media(address: bytes, port: int) -> bytes:
    """A session description (RFC 8866) of one stream of sound."""
    return lines(b"v=0", b"o=- 1 1 IN IP4 " + address, b"s=-", b"c=IN IP4 " + address, b"t=0 0",
                 b"m=audio %d RTP/AVP 96" % port)  # fmt: skip


def sip(start: bytes, method: bytes, body: bytes) -> bytes:
    """One message of a call."""
    head = lines(start, b"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK7", b"From: <sip:a@x.example>;tag=1",
                 b"To: <sip:b@x.example>", b"Call-ID: 7@x", b"CSeq: 1 " + method, b"Content-Type: application/sdp",
                 b"Content-Length: %d" % len(body), b"")  # fmt: skip
    return head + body


TRANSPORT = b"Transport: RTP/AVP;unicast;client_port=23002-23003"
TALKING: list[dict[str, Any]] = [
    {"transport": "udp", "port": 22_200, "flights": [
        (CLIENT, sip(b"INVITE sip:b@x.example SIP/2.0", b"INVITE", media(b"192.0.2.1", 23_000))),
        (SERVER, sip(b"SIP/2.0 200 OK", b"INVITE", media(b"192.0.2.2", 23_100))),
    ]},
    {"transport": "tcp", "port": 22_201, "flights": [
        (CLIENT, lines(b"SETUP rtsp://server.example/cam/1 RTSP/1.0", b"CSeq: 1", TRANSPORT, b"")),
        (SERVER, lines(b"RTSP/1.0 200 OK", b"CSeq: 1", b"Session: 1", TRANSPORT + b";server_port=23102-23103", b"")),
        (CLIENT, lines(b"PLAY rtsp://server.example/cam/ RTSP/1.0", b"CSeq: 2", b"Session: 1", b"")),
        (SERVER, lines(b"RTSP/1.0 200 OK", b"CSeq: 2", b"Session: 1", b"")),
    ]},
    {"transport": "tcp", "port": 22_202, "flights": [
        (CLIENT, lines(b"GET /chat?token=planted-secret HTTP/1.1", b"Host: server.example", b"Upgrade: websocket",
                       b"Connection: Upgrade", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                       b"Sec-WebSocket-Version: 13", b"")),
        (SERVER, lines(b"HTTP/1.1 101 Switching Protocols", b"Upgrade: websocket", b"Connection: Upgrade",
                       b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", b"")),
        (CLIENT, b"\x81\x85\1\2\3\4" + bytes((0x69, 0x67, 0x6F, 0x68, 0x6E))),
        (SERVER, b"\x81\x05hello"),
    ]},
]  # fmt: skip
RTP = bytes.fromhex("8060000100000000000000aa") + bytes(20)
ANNOUNCED: list[dict[str, Any]] = [
    {"transport": "udp", "port": server, "client_port": port, "flights": [(CLIENT, RTP)]}
    for port, server in ((23_000, 23_100), (23_002, 23_102), (23_004, 23_104))
]
"""One packet each, which says little by itself; nobody has announced the last."""


def held(lab: Lab, plan: list[dict[str, Any]]) -> None:
    """These conversations, over real sockets."""
    path = lab.folder / "plan.json"
    coded = [one | {"flights": [(side, data.hex()) for side, data in one["flights"]]} for one in plan]
    path.write_text(json.dumps(coded))
    program, arguments = str(ROOT / "integration" / "slow_peers.py"), (SERVER4, str(path), "0.01")
    server = lab.server.start(sys.executable, program, "serve", *arguments)
    for one in plan:
        wait_until(lambda one=one: lab.server.listens(one["port"], udp=one["transport"] == "udp"), "a server")
    lab.client.run(sys.executable, program, "talk", *arguments)
    end(server)


@pytest.fixture(scope="module")
def seen(network: Lab) -> Result:
    """All of them, one after the other, under one capture."""
    network.certificate()
    files = (str(network.folder / "cert.pem"), str(network.folder / "key.pem"))
    servers = []
    for number, protocol in enumerate(LABELS):
        port = FIRST + number
        peer = str(ROOT / "integration" / "tls_peer.py")
        servers.append(network.server.start(sys.executable, peer, protocol, SERVER4, str(port), *files))
        wait_until(lambda port=port: network.server.listens(port), protocol)
    secure = ("-cert", files[0], "-key", files[1], "-accept", f"{SERVER4}:{ALPN_PORT}", "-alpn", ",".join(ALPN), "-quiet")
    servers.append(network.server.start("openssl", "s_server", *secure))
    wait_until(lambda: network.server.listens(ALPN_PORT), "openssl s_server")
    live = Live(network.client, "-i", network.client.device, "--no-resolve-dns")
    wrong = []
    for number, protocol in enumerate(LABELS):
        host = ("-xmpphost", NAME) if protocol == "xmpp" else ()
        wrong.append(client(network, FIRST + number, "-starttls", protocol, *host))
    for version in ("-tls1_2", "-tls1_3"):
        for name in ALPN:
            wrong.append(client(network, ALPN_PORT, "-alpn", name, version))
    network.curl("--http2-prior-knowledge", f"http://{NAME}:8082/index.html?token=planted-secret")
    held(network, TALKING)
    held(network, ANNOUNCED)
    result = live.stop()
    for server in servers:
        end(server)
    assert not any(wrong), wrong
    return result


def only(result: Result, **wanted: object) -> dict[str, Any]:
    """The one record with these values."""
    (record,) = result.find(**wanted)
    return record


@pytest.mark.parametrize("protocol", LABELS)
def test_starttls(seen: Result, protocol: str) -> None:
    """The clear part and TLS inside it, with the name the client asked for."""
    record = only(seen, dst_port=FIRST + list(LABELS).index(protocol))
    assert record["application"] == f"{LABELS[protocol]}.TLS"
    assert record["inside"] == [LABELS[protocol]]
    assert record["hostname"] == NAME
    assert record["fields"]["tls_version"] == "TLS 1.3"


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("name", ALPN)
def test_named_by_alpn(seen: Result, name: str, version: str) -> None:
    """What is inside TLS is known by the name negotiated; in TLS 1.3, where that is hidden, by the only one offered."""
    found = [
        one
        for one in seen.find(dst_port=ALPN_PORT, application="TLS")
        if one["fields"]["tls_alpn_offer"] == [name] and version in str(one["fields"]["tls_version"])
    ]
    assert [one["fields"]["tls_carries"] for one in found] == [ALPN[name]]
    assert ("tls_alpn" in found[0]["fields"]) == (version == "1.2")


def test_http2_in_clear(seen: Result) -> None:
    """Prior knowledge: curl and nginx."""
    record = only(seen, dst_port=8082)
    assert (record["application"], record["confidence"]) == ("HTTP2", "content")
    assert (record["fields"]["http_path"], record["fields"]["http_status"]) == (["/index.html"], [200])
    assert record["fields"]["http_host"] == [f"{NAME}:8082"]
    assert [one["what"] for one in record["response_ms"]] == ["http-first-byte"]


def test_websocket(seen: Result) -> None:
    """After the server's consent, without the query."""
    record = only(seen, dst_port=22_202)
    assert (record["application"], record["inside"]) == ("HTTP.WebSocket", ["HTTP"])
    assert record["fields"]["http_path"] == ["/chat"]
    assert "planted-secret" not in str(seen.connections)


def test_announced_media(seen: Result) -> None:
    """SIP and RTSP say where RTP will be; the same packet elsewhere is nobody's yet."""
    assert only(seen, dst_port=22_200)["application"] == "SIP"
    assert only(seen, dst_port=22_201)["application"] == "RTSP"
    assert [only(seen, dst_port=port).get("application") for port in (23_100, 23_102, 23_104)] == ["RTP", "RTP", None]
