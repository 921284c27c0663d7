"""Country, city and network operator of an address, out of MaxMind DB files where the user has some.

In: an address. Out: a ``Place``, empty where nothing is known. Needs the optional package ``maxminddb`` and files of
GeoLite2, GeoIP2 or DB-IP; what is missing is said in ``notes``. Nothing is downloaded. Texts are cleaned and bounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from netmon.errors import UsageError
from netmon.model.surroundings import Place

PLACES = (
    "/usr/share/GeoIP", "/var/lib/GeoIP", "/usr/local/share/GeoIP", "/usr/local/var/GeoIP", "/opt/homebrew/var/GeoIP",
    "/usr/share/dbip", "/var/lib/dbip",
)  # fmt: skip
"""Where geoipupdate(1), Debian, Homebrew and people put them."""
KINDS = ("city", "country", "asn")
CACHE = 10_000
_TEXT_LIMIT = 128


NOWHERE = Place()


class GeoIP:
    """Open files, asked one after the other: a city file also answers for the country."""

    def __init__(self, paths: Iterable[str | Path] = (), places: Iterable[str] = PLACES) -> None:
        self.notes: tuple[str, ...] = ()
        self._cached = lru_cache(maxsize=CACHE)(self._lookup)
        self.files: tuple[str, ...] = ()
        """Those in use."""
        self._readers: list[Any] = []
        wanted = [Path(path) for path in paths]
        files = wanted or list(_found(places).values())
        if not files:
            return
        try:
            import maxminddb  # type: ignore[import-not-found,unused-ignore]
        except ImportError:
            self.notes = ("no countries are shown: the package maxminddb is not installed: pip install maxminddb",)
            return
        notes: list[str] = []
        for path in files:
            try:
                self._readers.append(maxminddb.open_database(str(path)))
                self.files += (str(path),)
            except (OSError, ValueError, maxminddb.InvalidDatabaseError) as problem:
                notes.append(f"{path} is not used: {getattr(problem, 'strerror', None) or problem}")
        self.notes = tuple(notes)

    @property
    def available(self) -> bool:
        """Whether any file is open."""
        return bool(self._readers)

    def lookup(self, address: str) -> Place:
        """Country, city and operator of an address as text."""
        return self._cached(address) if self._readers else NOWHERE

    def place(self, address: str) -> Place | None:
        """The same; ``None`` when nothing is known."""
        place = self.lookup(address)
        return None if place is NOWHERE or place == NOWHERE else place

    def close(self) -> None:
        """Closes the files."""
        readers, self._readers = self._readers, []
        for reader in readers:
            reader.close()

    def _lookup(self, address: str) -> Place:
        country = country_name = city = organisation = ""
        asn: int | None = None
        for reader in self._readers:
            try:
                record = reader.get(address)
            except Exception:  # noqa: S112 - a damaged file raises whatever its bytes lead to; the others still answer
                continue
            if not isinstance(record, dict):
                continue
            nation = _dict(record, "country") or _dict(record, "registered_country")
            country = country or _text(nation.get("iso_code"))
            country_name = country_name or _name(nation)
            city = city or _name(_dict(record, "city"))
            number = record.get("autonomous_system_number")
            if asn is None and isinstance(number, int):
                asn = number
            organisation = organisation or _text(record.get("autonomous_system_organization"))
        return Place(country, country_name, city, asn, organisation)


def open_geoip(country: str = "", city: str = "", asn: str = "", places: Iterable[str] = PLACES) -> GeoIP:
    """The files given, and those in the usual places for the kinds that are not. Raises ``UsageError`` when a given one
    cannot be used."""
    given = {"city": city, "country": country, "asn": asn}
    usual = _found(places)
    geoip = GeoIP([Path(given[kind]) if given[kind] else usual[kind] for kind in KINDS if given[kind] or kind in usual], ())
    for note in geoip.notes:
        if any(path and (path in note or "maxminddb" in note) for path in given.values()):
            geoip.close()
            raise UsageError(note)
    return geoip


def _found(places: Iterable[str]) -> dict[str, Path]:
    """The newest file of each kind."""
    best: dict[str, tuple[float, Path]] = {}
    for place in places:
        try:
            files = sorted(Path(place).glob("*.mmdb"))[:64]
        except OSError:
            continue
        for path in files:
            kind = next((kind for kind in KINDS if kind in path.name.lower()), "")
            try:
                age = path.stat().st_mtime
            except OSError:
                continue
            if kind and age > best.get(kind, (0.0, path))[0]:
                best[kind] = (age, path)
    return {kind: best[kind][1] for kind in KINDS if kind in best}


def _dict(record: dict[str, Any], key: str) -> dict[str, Any]:
    value = record.get(key)
    return value if isinstance(value, dict) else {}


def _name(record: dict[str, Any]) -> str:
    return _text(_dict(record, "names").get("en"))


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(character for character in value[:_TEXT_LIMIT] if character.isprintable())
