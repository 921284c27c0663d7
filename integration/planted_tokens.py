"""Secrets of clouds and clusters: presigned addresses, bearer tokens in odd places, SASL mechanisms beside PLAIN."""

from __future__ import annotations

import struct
from base64 import b64encode

from planted import CLIENT, SERVER, Garden, lines, plants, sized

C, S = CLIENT, SERVER


@plants
def object_stores(g: Garden) -> None:
    """Presigned addresses (in the query), signed requests, session tokens in a header."""
    query = (
        b"X-Amz-Credential=AKIA&X-Amz-Signature=" + g.secret(shown=True) + b"&X-Amz-Security-Token=" + g.secret(shown=True)
    )
    presigned = lines(b"GET /bucket/report.pdf?" + query + b" HTTP/1.1", b"Host: s3.example", b"")
    signature = b"AWS4-HMAC-SHA256 Credential=AKIA/x, SignedHeaders=host, Signature=" + g.secret()
    signed = lines(b"GET /bucket HTTP/1.1", b"Host: s3.example", b"Authorization: " + signature,
                   b"X-Amz-Security-Token: " + g.secret(), b"")  # fmt: skip
    answer = lines(b"HTTP/1.1 307 Elsewhere", b"Location: /bucket?sig=" + g.secret(), b"Content-Length: 0", b"")
    g.tcp("HTTP", 9000, (C, presigned), (S, answer), (C, signed), (S, answer), risk="")


@plants
def clusters(g: Garden) -> None:
    """A cluster's bearer token: as a header, and as what a browser can send instead, a WebSocket subprotocol."""
    bearer = g.secret(shown=True)
    listed = lines(b"GET /api/v1/secrets HTTP/1.1", b"Host: kube.example", b"Authorization: Bearer " + bearer, b"")
    secret = b'{"data":{"password":"' + g.secret() + b'"}}'
    answer = lines(b"HTTP/1.1 200 OK", b"Content-Type: application/json", b"Content-Length: %d" % len(secret), b"") + secret
    g.tcp("HTTP", 8001, (C, listed), (S, answer))
    protocol = b"base64url.bearer.authorization.k8s.io." + b64encode(g.secret()).rstrip(b"=")
    g.also(b64encode(g._words[-1].encode()).decode().rstrip("="))
    upgrade = lines(b"GET /api/v1/pods/x/exec?command=" + g.secret(shown=True) + b" HTTP/1.1", b"Host: kube.example",
                    b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13",
                    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", b"Sec-WebSocket-Protocol: " + protocol, b"")  # fmt: skip
    switched = lines(b"HTTP/1.1 101 Switching Protocols", b"Connection: Upgrade", b"Upgrade: websocket",
                     b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", b"")  # fmt: skip
    said = g.secret()
    g.tcp("HTTP.WebSocket", 8001, (C, upgrade), (S, switched), (S, b"\x81" + bytes((len(said),)) + said), risk="")


@plants
def paths(g: Garden) -> None:
    """Tokens in the middle of a path, known by their shape."""
    jwt = b"eyJhbGciOiJIUzI1NiJ9." + g.secret() + b".c2lnbmF0dXJlc2ln"
    hook = b"/services/T00000000/B00000000/" + g.secret(length=24)
    requests = b"".join(
        lines(b"GET " + path + b" HTTP/1.1", b"Host: x.example", b"") for path in (b"/v1/" + jwt + b"/items", hook)
    )
    g.tcp("HTTP", 80, (C, requests), (S, lines(b"HTTP/1.1 204 No", b"") * 2), risk="")


@plants
def sasl(g: Garden) -> None:
    """Bearer tokens in SMTP and IMAP, SCRAM in Kafka: names of mechanisms may be told, their messages may not."""
    token = b"user=alice\x01auth=Bearer " + g.secret() + b"\x01\x01"
    g.tcp("SMTP", 587, (S, lines(b"220 mx ESMTP ready")), (C, lines(b"EHLO me.example")), (S, lines(b"250 AUTH XOAUTH2")),
          (C, lines(b"AUTH XOAUTH2 " + g.base64(token, shown=True))), (S, lines(b"235 ok")))  # fmt: skip
    token = b"user=alice\x01auth=Bearer " + g.secret() + b"\x01\x01"
    g.tcp("IMAP", 143, (S, lines(b"* OK ready")), (C, lines(b"a AUTHENTICATE XOAUTH2 " + g.base64(token, shown=True))),
          (S, lines(b"a OK done")))  # fmt: skip

    def request(api: int, version: int, number: int, body: bytes) -> bytes:
        return sized("!I", struct.pack("!HHI", api, version, number) + sized("!H", b"client") + body)

    scram = request(36, 0, 2, sized("!I", b"n,,n=alice,r=" + g.secret()))
    proof = request(36, 0, 3, sized("!I", b"c=biws,r=x,p=" + g.secret()))
    answer = sized("!I", struct.pack("!IH", 1, 0))
    g.tcp("Kafka", 9092, (C, request(17, 1, 1, sized("!H", b"SCRAM-SHA-256"))), (S, answer), (C, scram), (C, proof), risk="")
    bearer = request(36, 0, 2, sized("!I", b"n,,\x01auth=Bearer " + g.secret(shown=True) + b"\x01\x01"))
    g.tcp("Kafka", 9092, (C, request(17, 1, 1, sized("!H", b"OAUTHBEARER"))), (S, answer), (C, bearer))


@plants
def administration(g: Garden) -> None:
    """Commands that set passwords."""

    def command(*words: bytes) -> bytes:
        return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)

    g.tcp(
        "Redis",
        6379,
        (C, command(b"CONFIG", b"SET", b"requirepass", g.secret())),
        (S, b"+OK\r\n"),
        (C, command(b"ACL", b"SETUSER", b"alice", b"on", b">" + g.secret())),
        (S, b"+OK\r\n"),
        (C, command(b"MIGRATE", b"h", b"6379", g.secret(), b"0", b"100", b"AUTH", g.secret())),
        (S, b"-ERR " + g.secret() + b"\r\n"),
        risk="",
    )


@plants
def messages(g: Garden) -> None:
    """AMQP 1.0: a SASL layer first."""

    def described(code: int, body: bytes) -> bytes:
        return b"\0\x53" + bytes((code,)) + b"\xc0" + sized("B", bytes((2,)) + body)

    def frame(kind: int, body: bytes) -> bytes:
        return struct.pack("!IBBH", 8 + len(body), 2, kind, 0) + body

    start = b"\xa3\x05PLAIN" + b"\xa0" + sized("B", b"\0alice\0" + g.secret(shown=True))
    g.tcp(
        "AMQP",
        5672,
        (C, b"AMQP\3\1\0\0"),
        (S, b"AMQP\3\1\0\0"),
        (C, frame(1, described(0x41, start))),
        (S, frame(1, described(0x44, b"\x50\0\x40"))),
    )
