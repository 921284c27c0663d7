"""Secrets in protocols of text: web, chat, telephony, logs."""

from __future__ import annotations

import struct

from planted import CLIENT, SERVER, Garden, lines, plants

C, S = CLIENT, SERVER


@plants
def http(g: Garden) -> None:
    answer = lines(b"HTTP/1.1 200 OK", b"Content-Length: 0", b"Set-Cookie: id=" + g.secret() + b"; HttpOnly", b"")
    query, cookie = g.secret(shown=True), g.secret(shown=True)
    basic = g.base64(b"alice:" + g.secret(), shown=True)
    g.tcp(
        "HTTP",
        80,
        (
            C,
            lines(
                b"GET /shop?token=" + query + b"&x=1 HTTP/1.1",
                b"Host: example.org",
                b"Cookie: session=" + cookie,
                b"Authorization: Basic " + basic,
                b"X-Api-Key: " + g.secret(),
                b"Referer: http://example.org/?t=" + g.secret(),
                b"",
            ),
        ),
        (S, answer),
    )
    jwt = b"eyJhbGciOiJIUzI1NiJ9." + g.secret() + b".c2lnbmF0dXJlc2ln"
    paths = (
        b"/reset/" + jwt,
        b"/a;jsessionid=" + g.secret() + b"/b",
        b"/bot123456789:AAF" + g.secret(length=32) + b"/getMe",
    )
    requests = b"".join(lines(b"GET " + path + b" HTTP/1.1", b"Host: example.org", b"") for path in paths)
    empty = lines(b"HTTP/1.1 204 No", b"")
    g.tcp("HTTP", 8080, (C, requests), (S, empty * len(paths)), risk="")
    bearer = g.secret(shown=True)
    g.tcp(
        "HTTP",
        3128,
        (C, lines(b"GET http://alice:" + g.secret() + b"@example.org/x HTTP/1.1", b"Host: example.org", b"")),
        (S, empty),
        (C, lines(b"GET /y#" + g.secret() + b" HTTP/1.1", b"Host: h", b"Authorization: Bearer " + bearer, b"")),
        (S, empty),
    )
    form = b"user=alice&password=" + g.secret()
    head = lines(
        b"POST /login HTTP/1.1",
        b"Host: h",
        b"Content-Type: application/x-www-form-urlencoded",
        b"Content-Length: %d" % len(form),
        b"",
    )
    body = b'{"token": "' + g.secret() + b'"}'
    g.tcp(
        "HTTP",
        80,
        (C, head + form),
        (S, lines(b"HTTP/1.1 200 OK", b"Content-Type: application/json", b"Content-Length: %d" % len(body), b"") + body),
    )


@plants
def tunnel(g: Garden) -> None:
    g.tcp(
        "HTTP.HTTP",
        3128,
        (
            C,
            lines(
                b"CONNECT example.org:80 HTTP/1.1", b"Proxy-Authorization: Basic " + g.base64(b"a:" + g.secret(), True), b""
            ),
        ),
        (S, lines(b"HTTP/1.1 200 OK", b"")),
        (C, lines(b"GET /?k=" + g.secret(shown=True) + b" HTTP/1.1", b"Host: x.example", b"")),
        (S, lines(b"HTTP/1.1 204 No", b"")),
    )
    g.tcp(
        "HTTP.WebSocket",
        80,
        (
            C,
            lines(
                b"GET /chat?access_token=" + g.secret(shown=True) + b" HTTP/1.1",
                b"Host: x.example",
                b"Upgrade: websocket",
                b"Connection: Upgrade",
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                b"Sec-WebSocket-Protocol: " + g.secret(),
                b"",
            ),
        ),
        (S, lines(b"HTTP/1.1 101 Go", b"Upgrade: websocket", b"Connection: Upgrade", b"")),
        (C, b"\x81\x0b" + g.secret()),
        risk="",
    )


@plants
def irc(g: Garden) -> None:
    g.tcp(
        "IRC",
        6667,
        (C, lines(b"PASS " + g.secret(shown=True), b"NICK alice", b"USER alice 0 * :Alice")),
        (S, lines(b":irc.example 001 alice :Welcome")),
        (C, lines(b"PRIVMSG NickServ :IDENTIFY " + g.secret(shown=True))),
        (C, lines(b"JOIN #room " + g.secret(), b"OPER alice " + g.secret(shown=True), b"PRIVMSG #room :" + g.secret())),
    )
    g.tcp(
        "IRC",
        6667,
        (C, lines(b"CAP REQ :sasl", b"NICK alice", b"USER alice 0 * :Alice", b"AUTHENTICATE PLAIN")),
        (S, lines(b"AUTHENTICATE +")),
        (C, lines(b"AUTHENTICATE " + g.base64(b"alice\0alice\0" + g.secret(), shown=True))),
        (S, lines(b":irc.example 001 alice :Welcome")),
    )


@plants
def xmpp(g: Garden) -> None:
    stream = (
        b"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='x.example' version='1.0'>"
    )
    auth = (
        b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
        + g.base64(b"\0alice\0" + g.secret())
        + b"</auth>"
    )
    g.tcp(
        "XMPP",
        5222,
        (C, stream),
        (S, stream),
        (C, auth),
        (S, b"<success/>"),
        (C, b"<message to='b@x.example'><body>" + g.secret() + b"</body></message>"),
    )


@plants
def nats(g: Garden) -> None:
    info = (S, lines(b'INFO {"server_id":"A","version":"2.9.0","nonce":"' + g.secret() + b'"}'))
    connect = b'CONNECT {"verbose":false,"user":"alice","pass":"' + g.secret(shown=True) + b'"}'
    g.tcp("NATS", 4222, info, (C, lines(connect, b"PUB secret." + g.secret() + b" 5", b"hello")))
    g.tcp("NATS", 4222, info, (C, lines(b'CONNECT {"auth_token": "' + g.secret(shown=True) + b'"}', b"PING")))


@plants
def sip(g: Garden) -> None:
    digest = (
        b'Authorization: Digest username="alice", realm="x", nonce="' + g.secret() + b'", response="' + g.secret() + b'"'
    )
    register = lines(
        b"REGISTER sip:x.example SIP/2.0",
        b"Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK1",
        b"From: <sip:alice:" + g.secret() + b"@x.example;pin=" + g.secret() + b">;tag=1",
        b"To: <sip:alice@x.example?subject=" + g.secret() + b">",
        b"Call-ID: 1@x",
        b"CSeq: 1 REGISTER",
        digest,
        b"",
    )
    ok = lines(
        b"SIP/2.0 200 OK",
        b"From: <sip:alice@x.example>",
        b"To: <sip:alice@x.example>",
        b"Call-ID: 1@x",
        b"CSeq: 1 REGISTER",
        b"",
    )
    g.udp("SIP", 5060, (C, register), (S, ok), risk="")
    sdp = b"v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nm=audio 0 RTP/SAVP 0\r\na=crypto:1 AES inline:"
    sdp += g.base64(g.secret())
    g.tcp(
        "SIP",
        5060,
        (
            C,
            lines(
                b"INVITE sip:bob:" + g.secret() + b"@x.example SIP/2.0",
                b"From: sip:alice@x.example;tag=2",
                b"To: <sip:bob@x.example>",
                b"Call-ID: 2@x",
                b"CSeq: 1 INVITE",
                b"Content-Type: application/sdp",
                b"Content-Length: %d" % len(sdp),
                b"",
            )
            + sdp,
        ),
        risk="",
    )


@plants
def rtsp(g: Garden) -> None:
    url = b"rtsp://alice:p@ss/" + g.secret() + b"@cam.example/live?key=" + g.secret()
    g.tcp(
        "RTSP",
        554,
        (C, lines(b"OPTIONS " + url + b" RTSP/1.0", b"CSeq: 1", b"")),
        (S, lines(b"RTSP/1.0 401 No", b"CSeq: 1", b"")),
        (
            C,
            lines(
                b"DESCRIBE rtsp://cam.example/live RTSP/1.0", b"Authorization: Basic " + g.base64(b"a:" + g.secret()), b""
            ),
        ),
    )


@plants
def rtsp_digest(g: Garden) -> None:
    """RFC 7616: not in clear, and still everything that a password could be guessed from, or a request repeated with."""
    nonce, opaque, session = g.secret(), g.secret(), g.secret()
    url = b"rtsp://cam.example/live?key=" + g.secret()
    challenge = b'WWW-Authenticate: Digest realm="' + g.secret() + b'", nonce="' + nonce + b'", opaque="' + opaque + b'"'
    answer = b'Authorization: Digest username="alice", realm="cam", nonce="' + nonce + b'", uri="' + url + b'", '
    answer += (
        b'response="' + g.secret() + b'", cnonce="' + g.secret() + b'", opaque="' + opaque + b'", qop=auth, nc=00000001'
    )
    g.tcp(
        "RTSP",
        8554,
        (C, lines(b"DESCRIBE " + url + b" RTSP/1.0", b"CSeq: 1", b"")),
        (S, lines(b"RTSP/1.0 401 Unauthorized", b"CSeq: 1", challenge, b"")),
        (C, lines(b"DESCRIBE " + url + b" RTSP/1.0", b"CSeq: 2", answer, b"")),
        (
            S,
            lines(
                b"RTSP/1.0 200 OK",
                b"CSeq: 2",
                b"Session: " + session,
                b'Authentication-Info: nextnonce="' + g.secret() + b'"',
                b"",
            ),
        ),
        (C, lines(b"SETUP " + url + b" RTSP/1.0", b"CSeq: 3", b"Session: " + session, b"Proxy-" + answer, b"")),
        risk="",
    )


@plants
def telnet(g: Garden) -> None:
    typed = [(C, bytes((octet,))) for octet in b"alice\r\n" + g.secret() + b"\r\n"]
    g.tcp(
        "Telnet",
        23,
        (S, b"\xff\xfd\x18\xff\xfd\x20"),
        (C, b"\xff\xfc\x18"),
        (S, b"login: "),
        *typed,
        risk="clear-text-session",
    )


@plants
def syslog(g: Garden) -> None:
    g.udp(
        "Syslog",
        514,
        (C, b"<13>Oct 11 22:14:15 host app: login password=" + g.secret()),
        (C, b'<165>1 2023-10-11T22:14:15.003Z host app - ID47 [id@1 token="' + g.secret() + b'"] key=' + g.secret()),
        (C, b"<13>Oct 11 22:14:15 password=" + g.secret() + b" app: x"),
        (C, b"<13>1 2023-10-11T22:14:15Z token=" + g.secret() + b" key=" + g.secret() + b" - - - x"),
        risk="",
    )
    g.tcp(
        "Syslog",
        514,
        (C, b"<13>Oct 11 22:14:15 host app: secret " + g.secret() + b"\n<13>Oct 11 22:14:16 h b: " + g.secret() + b"\n"),
        risk="",
    )


@plants
def others(g: Garden) -> None:
    g.tcp(
        "Rsync",
        873,
        (S, b"@RSYNCD: 31.0\n"),
        (C, b"@RSYNCD: 31.0\nmodule\n"),
        (S, b"@RSYNCD: AUTHREQD " + g.secret() + b"\n"),
        (C, b"alice " + g.secret() + b"\n"),
        risk="",
    )
    logon = (
        b"35=A\x0149=A\x0156=B\x0134=1\x0152=20231114-22:13:20\x0198=0\x01108=30\x01553=alice\x01554=" + g.secret() + b"\x01"
    )
    message = b"8=FIX.4.4\x019=%d\x01" % len(logon) + logon
    g.tcp("FIX", 9878, (C, message + b"10=%03d\x01" % (sum(message) % 256)), risk="")
    g.tcp("WHOIS", 43, (C, lines(g.secret() + b".example")), (S, lines(b"Domain Name: X.EXAMPLE", b"Registrar: R")), risk="")
    json = b'{"request":"active checks","session":"' + g.secret() + b'"}'
    g.tcp("Zabbix", 10051, (C, b"ZBXD\x01" + len(json).to_bytes(8, "little") + json), risk="")
    cookie = g.secret(length=16)
    g.tcp(
        "X11",
        6000,
        (C, b"l\0\x0b\0\0\0\x12\0\x10\0\0\0MIT-MAGIC-COOKIE-1\0\0" + cookie),
        (S, b"\x01\0\x0b\0\0\0\0\x01" + bytes(1024)),
        risk="",
    )


@plants
def logins(g: Garden) -> None:
    headers = b"CONNECT\naccept-version:1.2\nhost:x\nlogin:alice\npasscode:" + g.secret() + b"\n\n\0"
    g.tcp("STOMP", 61613, (C, headers), (S, b"CONNECTED\nversion:1.2\n\n\0"))
    g.tcp("Rlogin", 513, (C, b"\0alice\0alice\0xterm/38400\0"), (S, b"\0Password: "), (C, g.secret() + b"\r"))
    subscribe = b'{"id":1,"method":"mining.subscribe","params":["miner/1.0"]}\n'
    authorize = b'{"id":2,"method":"mining.authorize","params":["alice.worker","' + g.secret() + b'"]}\n'
    g.tcp("Stratum", 3333, (C, subscribe), (S, b'{"id":1,"result":[]}\n'), (C, authorize), risk="")
    body = b"alice\0" + g.secret(length=8) + b"\0type\0\x34\0\0\0"
    g.tcp("SMPP", 2775, (C, struct.pack("!IIII", 16 + len(body), 2, 0, 1) + body))
    query, cookie = b"token=" + g.secret(), b"session=" + g.secret()
    basic = b"Basic " + g.base64(b"alice:" + g.secret())
    pairs = (b"REQUEST_METHOD", b"GET"), (b"QUERY_STRING", query), (b"HTTP_COOKIE", cookie), (b"HTTP_AUTHORIZATION", basic)
    values = b"".join(bytes((len(name), len(value))) + name + value for name, value in pairs)
    begin = b"\1\1\0\1\0\x08\0\0\0\1\0\0\0\0\0\0"
    g.tcp("FastCGI", 9000, (C, begin + b"\1\4\0\1" + struct.pack("!H", len(values)) + b"\0\0" + values), risk="")
