"""Places of addresses: which files are used, how their records are read. The reader itself is a stand-in."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from netmon.errors import UsageError
from netmon.model.surroundings import Place
from netmon.names.geoip import NOWHERE, GeoIP, open_geoip

RECORDS: dict[str, Any] = {
    "city.mmdb": {"city": {"names": {"en": "Berlin\x1b[2J"}}, "country": {"iso_code": "DE", "names": {"en": "Germany"}}},
    "asn.mmdb": {"autonomous_system_number": 64496, "autonomous_system_organization": "Example" * 50},
    "country.mmdb": {"registered_country": {"iso_code": "FR", "names": {"en": "France"}}},
    "odd.mmdb": ["not", "a", "record"],
}


class FakeReader:
    """What ``maxminddb.open_database`` gives."""

    def __init__(self, path: str) -> None:
        name = Path(path).name
        if name.startswith("broken"):
            raise InvalidDatabaseError("not a MaxMind DB file")
        self.record = RECORDS.get(name)
        self.closed = False

    def get(self, address: str) -> Any:
        if address == "bad":
            raise ValueError(address)
        return self.record

    def close(self) -> None:
        self.closed = True


class InvalidDatabaseError(RuntimeError):
    pass


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("maxminddb")
    module.open_database = FakeReader  # type: ignore[attr-defined]
    module.InvalidDatabaseError = InvalidDatabaseError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "maxminddb", module)


def test_without_the_package_a_note_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are there, the package is not: said, not raised."""
    monkeypatch.setitem(sys.modules, "maxminddb", None)
    (tmp_path / "GeoLite2-City.mmdb").touch()
    geoip = GeoIP(places=[str(tmp_path)])
    assert "pip install maxminddb" in geoip.notes[0]
    assert not geoip.available
    assert geoip.lookup("192.0.2.1") is NOWHERE


def test_without_files_nothing_is_said(tmp_path: Path) -> None:
    """GeoIP is optional: no file, no note, no answer."""
    geoip = GeoIP(places=[str(tmp_path), str(tmp_path / "missing")])
    assert geoip.notes == ()
    assert geoip.lookup("192.0.2.1") is NOWHERE


@pytest.mark.usefixtures("reader")
def test_records_are_put_together_and_cleaned() -> None:
    """The first file that knows answers; hostile texts are made harmless and short."""
    geoip = GeoIP(paths=["city.mmdb", "country.mmdb", "asn.mmdb", "odd.mmdb"])
    place = geoip.lookup("192.0.2.1")
    assert (place.country, place.country_name, place.city, place.asn) == ("DE", "Germany", "Berlin[2J", 64496)
    assert len(place.organisation) == 128
    assert geoip.lookup("bad") == Place()
    geoip.close()
    assert not geoip.available


@pytest.mark.usefixtures("reader")
def test_a_broken_file_is_named_and_the_others_answer() -> None:
    """One unusable file costs only its own answers."""
    geoip = GeoIP(paths=["broken.mmdb", "asn.mmdb"])
    assert "broken.mmdb" in geoip.notes[0]
    assert geoip.lookup("192.0.2.1").asn == 64496


@pytest.mark.usefixtures("reader")
def test_the_newest_file_of_each_kind_is_used(tmp_path: Path) -> None:
    """In the usual places only one file per kind is opened; others are left alone."""
    for name, age in (("asn.mmdb", 100), ("dbip-asn-lite.mmdb", 50), ("city.mmdb", 10), ("isp.mmdb", 5)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (age, age))
    geoip = GeoIP(places=[str(tmp_path)])
    place = geoip.lookup("192.0.2.1")
    assert (place.city, place.asn) == ("Berlin[2J", 64496)
    assert len(geoip._readers) == 2


def write_file(path: Path, record: dict[str, Any]) -> Path:
    """A GeoIP file of 203.0.113.0/24 and 2001:db8::/32."""
    from mmdb_writer import MMDBWriter
    from netaddr import IPSet

    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type="Test", languages=["en"])
    writer.insert_network(IPSet(["203.0.113.0/24", "2001:db8::/32"]), record)
    writer.to_db_file(str(path))
    return path


def test_given_files_and_usual_places(tmp_path: Path) -> None:
    """What is not given comes from the usual places; a given file that cannot be used is an error."""
    write_file(tmp_path / "GeoLite2-ASN.mmdb", {"autonomous_system_number": 64496})
    write_file(tmp_path / "GeoLite2-Country.mmdb", {"country": {"iso_code": "DE"}})
    mine = write_file(tmp_path / "mine", {"country": {"iso_code": "FR"}})
    geoip = open_geoip(country=str(mine), places=[str(tmp_path)])
    assert geoip.place("203.0.113.7") == Place("FR", asn=64496)
    geoip.close()
    (tmp_path / "bad").write_bytes(b"x" * 100)
    for name in ("bad", "none"):
        with pytest.raises(UsageError, match=f"{name} is not used"):
            open_geoip(asn=str(tmp_path / name), places=[])
    assert not open_geoip(places=[]).available


def test_a_real_file(tmp_path: Path) -> None:
    """A file in MaxMind's format, written here, is read by the real reader; addresses outside it are nowhere."""
    record = {"country": {"iso_code": "DE", "names": {"en": "Germany"}}, "city": {"names": {"en": "Berlin"}}}
    geoip = GeoIP([write_file(tmp_path / "city.mmdb", record)])
    assert geoip.notes == ()
    wanted = Place("DE", "Germany", "Berlin")
    assert [geoip.place(address) for address in ("203.0.113.7", "2001:db8::7", "198.51.100.1")] == [wanted, wanted, None]
    geoip.close()
