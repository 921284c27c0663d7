"""Secrets in the protocols of services: databases, storage, access control, proxies, web services in HTTP/2 and JSON."""

from __future__ import annotations

import json
import struct

from planted import CLIENT, SERVER, Garden, ber, lines, plants, sized

C, S = CLIENT, SERVER


@plants
def http2(g: Garden) -> None:
    def frame(kind: int, flags: int, stream: int, body: bytes = b"") -> bytes:
        return struct.pack("!I", len(body))[1:] + struct.pack("!BBI", kind, flags, stream) + body

    def block(*pairs: tuple[bytes, bytes]) -> bytes:
        """Literals that the other end keeps for later (RFC 7541, 6.2.1)."""
        return b"".join(b"\x40" + sized("B", name) + sized("B", value) for name, value in pairs)

    query, cookie, bearer = g.secret(shown=True), g.secret(shown=True), g.secret(shown=True)
    head = block(
        (b":method", b"POST"),
        (b":scheme", b"http"),
        (b":authority", b"alice:" + g.secret() + b"@x.example"),
        (b":path", b"/shop.Cart/Pay?token=" + query),
        (b"content-type", b"application/grpc"),
        (b"cookie", b"session=" + cookie),
        (b"authorization", b"Bearer " + bearer),
        (b"x-api-key", g.secret()),
        (b"referer", b"http://x.example/?t=" + g.secret()),
    )
    repeated = bytes(0x80 | 62 + at for at in range(9))
    answer = block((b":status", b"200"), (b"set-cookie", b"id=" + g.secret()), (b"location", b"/?code=" + g.secret()))
    trailer = block((b"grpc-status", b"16"), (b"grpc-message", b"bad token " + g.secret()))
    g.tcp(
        "HTTP2",
        8080,
        (C, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0) + frame(1, 4, 1, head)),
        (C, frame(0, 1, 1, b"\0" + sized("!I", g.secret()))),
        (S, frame(4, 0, 0) + frame(1, 4, 1, answer) + frame(0, 0, 1, g.secret()) + frame(1, 5, 1, trailer)),
        (C, frame(1, 5, 3, repeated)),
        (S, frame(1, 5, 3, b"\xbe")),
    )


@plants
def json_bodies(g: Garden) -> None:
    def request(line: bytes, body: bytes, *fields: bytes) -> bytes:
        head = (b"Host: db.example", b"Content-Type: application/json", b"Content-Length: %d" % len(body), *fields)
        return lines(line + b" HTTP/1.1", *head, b"") + body

    def answer(body: bytes) -> bytes:
        return lines(b"HTTP/1.1 200 OK", b"Content-Type: application/json", b"Content-Length: %d" % len(body), b"") + body

    login = {
        "query": 'mutation { login(password: "' + g.secret().decode() + '") { token } }',
        "variables": {"pin": g.secret().decode()},
    }
    told = {"data": {"login": {"token": g.secret().decode()}}}
    g.tcp(
        "HTTP",
        8080,
        (C, request(b"POST /graphql?access_token=" + g.secret(shown=True), json.dumps(login).encode())),
        (S, answer(json.dumps(told).encode())),
        risk="",
    )
    call = b'{"jsonrpc":"2.0","id":1,"method":"login","params":["alice","' + g.secret() + b'"]}'
    g.tcp("JSON-RPC", 8332, (C, call), (S, b'{"jsonrpc":"2.0","id":1,"result":"' + g.secret() + b'"}'), risk="")
    # CouchDB's session, and what only a usual port tells from HTTP
    g.tcp(
        "HTTP",
        5984,
        (C, request(b"POST /_session?next=/" + g.secret(shown=True), b'{"password":"' + g.secret() + b'"}')),
        (S, lines(b"HTTP/1.1 200 OK", b"Set-Cookie: AuthSession=" + g.secret() + b"; HttpOnly", b"Content-Length: 0", b"")),
        (C, lines(b"GET http://alice:" + g.secret() + b"@db.example:5984/shop/_all_docs?key=%22" + g.secret(shown=True)
                  + b"%22 HTTP/1.1", b"Host: db.example", b"Cookie: AuthSession=" + g.secret(shown=True), b"")),
        (S, answer(b"{}")),
    )  # fmt: skip


@plants
def elasticsearch(g: Garden) -> None:
    body = b'{"query":{"match":{"pin":"' + g.secret() + b'"}}}'
    g.tcp(
        "HTTP",
        9200,
        (C, lines(b"GET /users/_search?q=password:" + g.secret(shown=True) + b" HTTP/1.1", b"Host: x.example",
                  b"Authorization: ApiKey " + g.base64(b"id:" + g.secret(), shown=True), b"Content-Length: %d" % len(body),
                  b"") + body),
        (S, lines(b"HTTP/1.1 200 OK", b"Content-Length: 0", b"")),
    )  # fmt: skip


@plants
def graphs(g: Garden) -> None:
    def small(value: bytes) -> bytes:
        return bytes((0x80 | len(value),)) + value if len(value) < 16 else b"\xd0" + sized("B", value)

    def chunk(message: bytes) -> bytes:
        return sized("!H", message) + b"\0\0"

    pairs = (b"scheme", b"basic", b"principal", b"neo4j", b"credentials", g.secret())
    hello = b"\xb1\x01\xa3" + b"".join(map(small, pairs))
    run = b"\xb3\x10" + small(b"MATCH (n) WHERE n.pin = '" + g.secret() + b"' RETURN n") + b"\xa1" + small(b"p")
    g.tcp(
        "Bolt",
        7687,
        (C, bytes.fromhex("6060b017") + b"\0\0\4\4\0\0\1\4" + bytes(8)),
        (S, b"\0\0\4\4"),
        (C, chunk(hello)),
        (S, chunk(b"\xb1\x70\xa1" + small(b"connection_id") + small(b"bolt-1"))),
        (C, chunk(run + small(g.secret()) + b"\xa0")),
        (S, chunk(b"\xb1\x7f\xa1" + small(b"message") + small(b"no " + g.secret()))),
    )


@plants
def clickhouse(g: Garden) -> None:
    def text(value: bytes) -> bytes:
        return sized("B", value)

    hello = b"\0" + text(b"ClickHouse client") + b"\x18\x03\xb5\xa9\x03"
    g.tcp(
        "ClickHouse",
        9000,
        (C, hello + text(b"shop") + text(b"alice") + text(g.secret())),
        (S, b"\0" + text(b"ClickHouse") + b"\x18\x03\xb5\xa9\x03" + text(b"UTC") + text(b"host") + b"\1"),
        (C, b"\1" + text(b"q1") + b"\1" + text(b"SELECT '" + g.secret() + b"'")),
        (S, b"\2\xc1\0\0\0" + text(b"DB::Exception") + text(b"Syntax error near " + g.secret()) + text(b"") + b"\0"),
    )


@plants
def zookeeper(g: Garden) -> None:
    def message(body: bytes) -> bytes:
        return sized("!I", body)

    def operation(number: int, code: int, body: bytes) -> bytes:
        return message(struct.pack("!II", number, code) + body)

    connect = struct.pack("!IQIQ", 0, 0, 30_000, 0) + sized("!I", g.secret(length=16)) + b"\0"
    connected = struct.pack("!IIQ", 0, 30_000, 0x1234) + sized("!I", g.secret(length=16)) + b"\0"
    auth = struct.pack("!I", 0) + sized("!I", b"digest") + sized("!I", b"alice:" + g.secret())
    create = sized("!I", b"/app/" + g.secret()) + sized("!I", g.secret()) + struct.pack("!II", 1, 31)
    create += sized("!I", b"digest") + sized("!I", b"alice:" + g.secret()) + bytes(4)
    g.tcp(
        "ZooKeeper",
        2181,
        (C, message(connect)),
        (S, message(connected)),
        (C, operation(0xFFFFFFFC, 100, auth)),
        (S, message(struct.pack("!IQI", 0xFFFFFFFC, 0, 0))),
        (C, operation(1, 1, create)),
        (S, message(struct.pack("!IQI", 1, 1, 0) + sized("!I", b"/app/" + g.secret()))),
    )


@plants
def iscsi(g: Garden) -> None:
    def pdu(opcode: int, stage: int, text: bytes) -> bytes:
        padded = text + bytes(-len(text) % 4)
        return struct.pack("!BBHBBHQI", opcode, stage, 0, 0, 0, len(text), 0, 1) + bytes(28) + padded

    def keys(*pairs: bytes) -> bytes:
        return b"".join(pair + b"\0" for pair in pairs)

    names = keys(b"InitiatorName=iqn.2024-01.example:host", b"TargetName=iqn.2024-01.example:disk", b"AuthMethod=CHAP")
    g.tcp(
        "iSCSI",
        3260,
        (C, pdu(0x43, 0, names)),
        (S, pdu(0x23, 0, keys(b"AuthMethod=CHAP", b"TargetPortalGroupTag=1"))),
        (C, pdu(0x43, 0, keys(b"CHAP_A=5"))),
        (S, pdu(0x23, 0, keys(b"CHAP_A=5", b"CHAP_I=7", b"CHAP_C=0x" + g.secret()))),
        (
            C,
            pdu(
                0x43, 0x81, keys(b"CHAP_N=" + g.secret(), b"CHAP_R=0x" + g.secret(), b"CHAP_I=8", b"CHAP_C=0x" + g.secret())
            ),
        ),
        (S, pdu(0x23, 0x81, keys(b"CHAP_N=target", b"CHAP_R=0x" + g.secret()))),
        (C, pdu(0x01, 0xA0, g.secret())),
    )


@plants
def tacacs(g: Garden) -> None:
    def packet(kind: int, number: int, body: bytes) -> bytes:
        return struct.pack("!BBBBII", 0xC1, kind, number, 1, 0x1234, len(body)) + body

    user, port, remote = b"alice", b"tty0", b"192.0.2.1"
    password = g.secret()
    start = struct.pack("!BBBBBBBB", 1, 1, 2, 1, len(user), len(port), len(remote), len(password))
    told = g.secret()
    g.tcp(
        "TACACS",
        49,
        (C, packet(1, 1, start + user + port + remote + password)),
        (S, packet(1, 2, struct.pack("!BBHH", 2, 0, len(told), 0) + told)),
        (C, packet(1, 3, sized("!H", g.secret()) + b"\0\0\0")),
        (C, packet(2, 1, struct.pack("!BBBBBBBB", 6, 1, 2, 1, 5, 4, 9, 1) + b"\x15" + user + port + remote
                   + b"cmd-arg=" + g.secret())),
    )  # fmt: skip


@plants
def kerberos(g: Garden) -> None:
    def tagged(number: int, *parts: bytes) -> bytes:
        return ber(0xA0 | number, *parts)

    def integer(value: int) -> bytes:
        return ber(2, bytes((value,)))

    def name(kind: int, *parts: bytes) -> bytes:
        return ber(0x30, tagged(0, integer(kind)), tagged(1, ber(0x30, *(ber(0x1B, part) for part in parts))))

    def sealed(cipher: bytes) -> bytes:
        return ber(0x30, tagged(0, integer(23)), tagged(2, ber(4, cipher)))

    proof = ber(0x30, tagged(1, integer(2)), tagged(2, ber(4, sealed(g.secret(length=24)))))
    body = ber(
        0x30,
        tagged(0, ber(3, b"\0\x40\x80\0\0")),
        tagged(1, name(1, b"alice")),
        tagged(2, ber(0x1B, b"X.EXAMPLE")),
        tagged(3, name(2, b"krbtgt", b"X.EXAMPLE")),
        tagged(5, ber(0x18, b"20370913024805Z")),
        tagged(7, integer(7)),
        tagged(8, ber(0x30, integer(23))),
    )
    request = ber(
        0x6A, ber(0x30, tagged(1, integer(5)), tagged(2, integer(10)), tagged(3, ber(0x30, proof)), tagged(4, body))
    )
    ticket = ber(
        0x61,
        ber(
            0x30,
            tagged(0, integer(5)),
            tagged(1, ber(0x1B, b"X.EXAMPLE")),
            tagged(2, name(2, b"krbtgt", b"X.EXAMPLE")),
            tagged(3, sealed(g.secret(length=40))),
        ),
    )
    answer = ber(
        0x6B,
        ber(
            0x30,
            tagged(0, integer(5)),
            tagged(1, integer(11)),
            tagged(3, ber(0x1B, b"X.EXAMPLE")),
            tagged(4, name(1, b"alice")),
            tagged(5, ticket),
            tagged(6, sealed(g.secret(length=40))),
        ),
    )
    g.udp("Kerberos", 88, (C, request), (S, answer), risk="")


@plants
def proxies(g: Garden) -> None:
    ends = b"\xc0\0\2\x0a\xc6\x33\x64\x14" + struct.pack("!HH", 40000, 80)
    values = b"\x05" + sized("!H", g.secret()) + b"\xe0" + sized("!H", b"token=" + g.secret()) + b"\x02" + sized("!H", b"x")
    head = b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack("!H", len(ends + values)) + ends + values
    request = lines(b"GET /?k=" + g.secret(shown=True) + b" HTTP/1.1", b"Host: x.example", b"")
    g.tcp("PROXY.HTTP", 80, (C, head + request), (S, lines(b"HTTP/1.1 204 No", b"")), risk="")

    inner = lines(b"GET /?t=" + g.secret() + b" HTTP/1.1", b"Host: x.example", b"Cookie: s=" + g.secret(), b"")
    scan = lines(
        b"REQMOD icap://alice:" + g.secret() + b"@scan.example/check?key=" + g.secret() + b" ICAP/1.0",
        b"Host: scan.example",
        b"Authorization: Basic " + g.base64(b"alice:" + g.secret()),
        b"Encapsulated: req-hdr=0, null-body=%d" % len(inner),
        b"",
    )
    g.tcp("ICAP", 1344, (C, scan + inner), (S, lines(b"ICAP/1.0 204 No", b"Server: scan", b"")), risk="")

    def counted(value: bytes) -> bytes:
        return sized("!H", value) + b"\0"

    body = b"\2\2" + counted(b"HTTP/1.1") + counted(b"/a/" + g.secret()) + counted(b"192.0.2.1") + counted(b"h")
    body += counted(b"x.example") + b"\0\x50\0" + b"\0\2\xa0\x09" + counted(b"s=" + g.secret()) + b"\xa0\x05"
    body += counted(b"Basic " + g.base64(b"alice:" + g.secret())) + b"\x05" + counted(b"q=" + g.secret()) + b"\xff"
    g.tcp("AJP", 8009, (C, b"\x12\x34" + sized("!H", body)), (S, b"AB" + sized("!H", b"\x05\1")), risk="")


@plants
def settings(g: Garden) -> None:
    def command(*words: bytes) -> bytes:
        return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)

    ok = (S, b"+OK\r\n")
    g.tcp(
        "Redis",
        6379,
        (C, command(b"CONFIG", b"SET", b"requirepass", g.secret())),
        ok,
        (C, command(b"ACL", b"SETUSER", b"bob", b"on", b">" + g.secret())),
        ok,
        (C, command(b"MIGRATE", b"192.0.2.9", b"6379", g.secret(), b"0", b"99", b"AUTH", g.secret())),
        ok,
        (C, command(b"EVAL", b"return '" + g.secret() + b"'", b"0")),
        (S, b"$11\r\n" + g.secret() + b"\r\n"),
        risk="",
    )
