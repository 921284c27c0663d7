"""Nothing planted is left in anything that is shown or written."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC

import pytest

from netmon.exports.summary import Tally
from netmon.exports.writers import open_writer
from netmon.filters import compile_filter
from netmon.model.connection import Connection, Direction, Name
from netmon.model.finding import Confidence, Field, Finding
from netmon.model.frame import CaptureStatistics
from netmon.model.network import Interface, Neighbour
from netmon.model.owner import Container, Match, Owner, Process, ProcessTotals
from netmon.model.snapshot import ConnectionEvent, EventKind, Snapshot, SystemStatus
from netmon.model.surroundings import Place
from netmon.privacy import Veil
from netmon.settings import Settings
from netmon.views.events import KeyEvent
from netmon.views.view import View

NOW = 1_700_000_000.0
PLANTED = (
    "192.168.77.5", "203.0.113.99", "b8:27:eb", "12:34:56", "secret", "alice", "planted", "laptop", "64777", "hamburg",
    "c0ffee", "ba27",
)  # fmt: skip


def connection() -> Connection:
    """Whose every text gives somebody away."""
    finding = Finding(
        "DHCP", Confidence.CONTENT, state="REQUEST", hostname="www.secret.org", hostname_source="sni",
        summary="REQUEST alice-laptop 192.168.77.5 www.secret.org",
        fields=(
            Field("dhcp_hostname", "Host", ("alice-laptop",)), Field("dhcp_mac", "MAC", ("b8:27:eb:12:34:56",)),
            Field("dhcp_requested_ip", "Address", ("192.168.77.5",)), Field("dhcp_type", "Type", ("REQUEST",)),
            Field("sni", "Name", ("www.secret.org",)), Field("ntlm_user", "User", ("Alice",)),
            Field("tls_cert_san", "SAN", ("*.secret.org", "mail.secret.org")),
            Field("http_path", "Path", ("/~alice/planted",)),
            Field("sip_from", "From", ("sip:alice@secret.org",)),
            Field("user_agent", "Agent", ("curl/8.1 (www.secret.org)",)),
            Field("tls_version", "Version", ("1.3",)), Field("dns_qtype", "Type", ("A",)), Field("ttl", "TTL", (300,)),
            Field("tls_cipher_offer", "Ciphers", ("TLS_AES_128_GCM_SHA256",)), Field("pg_verb", "Verbs", ("SELECT",)),
            Field("encrypted_dns", "DNS", ("DoT",)), Field("sasl_user", "User", ("alice",)),
            Field("dcerpc_endpoint", "Endpoint", ("ncacn_ip_tcp:192.168.77.5[49667]",)),
        ),
    )  # fmt: skip
    process = Process(
        4242, "firefox", executable="/home/alice/bin/firefox", user="alice", group="alice", uid=1000,
        command_line="firefox --profile /home/alice/x --host www.secret.org --bind 192.168.77.5:80 --as alice",
        working_directory="/home/alice", unit="app-planted-c0ffee.scope", cgroup="/user.slice/c0ffee",
        container=Container("docker", "c0ffee", "planted", "registry.secret.org/x:1", "planted-pod", "planted-ns"),
        script="/home/alice/run.py",
    )  # fmt: skip
    return Connection(
        identifier="p1", flow_id=1, protocol="tcp", source="192.168.77.5", source_port=50_000, destination="203.0.113.99",
        destination_port=443, direction=Direction.OUTGOING, local_is_source=True,
        state="IS_AT b8:27:eb:12:34:56", closed=False,
        first_seen=NOW - 9, last_seen=NOW, packets_out=1, packets_in=1, bytes_out=60, bytes_in=60, finding=finding,
        owner=Owner(process, Match.EXACT, peer=replace(process, pid=4243)), source_name=Name("alice-laptop", "ptr"),
        destination_name=Name("www.secret.org", "dns"), source_mac="b8:27:eb:12:34:56", destination_mac="00:11:22:12:34:56",
        source_scope="PRIVATE", destination_scope="DOCUMENTATION",
        destination_place=Place("DE", "Germany", "Hamburg", 64777, "Planted Networks"),
    )  # fmt: skip


def snapshot() -> Snapshot:
    """Everything planted."""
    one = connection()
    status = SystemStatus(
        source="/home/alice/planted.secret.org.pcap",
        capture=CaptureStatistics(problem="www.secret.org is gone"),
        interfaces=(
            Interface("eth0", mac=bytes.fromhex("b827eb123456"), prefixes=((bytes([192, 168, 77, 5]), 24),)),
            Interface("eth1", prefixes=((bytes.fromhex("fe80000000000000ba27ebfffe123456"), 64),)),
        ),
        neighbours=(Neighbour("192.168.77.9", "b8:27:eb:12:34:56", "eth0", "reachable", 1.0),),
        notes=("name server 203.0.113.99 does not answer on alice-laptop",),
    )
    totals = ProcessTotals(one.process, 3, 10, 10, NOW)
    six = replace(one, identifier="p2", source="fe80::ba27:ebff:fe12:3456", local_is_source=False, closed=True)
    return Snapshot(NOW, (one,), (six,), status, (totals,))


def assert_clean(text: str) -> None:
    found = [word for word in PLANTED if word in text.lower()]
    assert not found, (found, text)


@pytest.fixture
def veil() -> Veil:
    return Veil(b"k" * 32, ["alice-laptop"])


def test_the_plants_are_there() -> None:
    """Without the veil every planted value is in the snapshot, so the tests below can fail."""
    assert all(word in repr(snapshot()).lower() or word in "ba27" for word in PLANTED)


def test_snapshot_and_status(veil: Veil) -> None:
    """Nothing is left anywhere in the values themselves."""
    before = snapshot()
    assert_clean(repr(replace(veil.snapshot(before), status=veil.status(before.status))))


@pytest.mark.parametrize("output", ["json", "csv", "text"])
def test_exports(veil: Veil, output: str) -> None:
    """Nothing is left in any output."""
    stream, tally, before = io.StringIO(), Tally(), snapshot()
    writer = open_writer(output, stream, secrets=True)
    for one in (*before.connections, *before.closed):
        event = veil.event(ConnectionEvent(EventKind.CLOSED, one, NOW))
        writer.write([event])
        tally.add(event)
    writer.finish(tally.summary(veil.status(before.status)))
    assert "DHCP" in stream.getvalue()
    assert_clean(stream.getvalue())


@pytest.mark.parametrize("keys", ["", "2", "3", "4", "5", "i", "d", "t"])
def test_screen(veil: Veil, keys: str) -> None:
    """Nothing is left on any view."""
    before = snapshot()
    view = View(Settings(), compile_filter, zone=UTC)
    view.resize((200, 50))
    view.feed(replace(veil.snapshot(before), status=veil.status(before.status)))
    for key in keys:
        view.event(KeyEvent(key), 0.0)
    lines = view.frame().lines()
    assert any(line.strip() for line in lines)
    assert_clean("\n".join(lines))


def test_what_is_technical_stays(veil: Veil) -> None:
    """Ports, labels, versions, countries, process names, counts."""
    made = veil.connection(connection())
    assert made.finding is not None and made.process is not None
    fields = {field.name: field.values for field in made.finding.fields}
    assert (fields["dhcp_type"], fields["tls_version"], fields["dns_qtype"]) == (("REQUEST",), ("1.3",), ("A",))
    assert (fields["tls_cipher_offer"], fields["pg_verb"]) == (("TLS_AES_128_GCM_SHA256",), ("SELECT",))
    assert fields["encrypted_dns"] == ("DoT",)
    assert fields["ttl"] == (300,)
    assert fields["user_agent"][0].startswith("curl/8.1")  # type: ignore[union-attr]
    assert (made.destination_port, made.finding.label, made.process.name, made.process.pid) == (443, "DHCP", "firefox", 4242)
    assert made.destination_place == Place("DE", "Germany")
    assert made.destination_scope == "DOCUMENTATION"


def test_stand_ins_agree(veil: Veil) -> None:
    """The same thing has the same stand-in wherever it is."""
    made = veil.connection(connection())
    assert made.finding is not None and made.destination_name is not None
    fields = {field.name: field.values for field in made.finding.fields}
    assert made.finding.hostname == made.destination_name.text == fields["sni"][0]
    assert fields["dhcp_requested_ip"][0] == made.source
    assert str(fields["sni"][0]) in made.finding.summary and made.source in made.finding.summary


def test_unchanged_is_the_same_object(veil: Veil) -> None:
    """What has not changed costs nothing and stays the same object; what has changed shares its parts."""
    one = connection()
    first = veil.connection(one)
    assert veil.connection(one) is first
    later = veil.connection(replace(one, bytes_in=70))
    assert later is not first and later.finding is first.finding and later.owner is first.owner
