"""The quick way to a field's texts against the plain one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from netmon.filters import FIELDS, compile_filter
from netmon.filters.fields import texts_of
from netmon.filters.terms import QUICK, text_test
from netmon.model.connection import Connection, Direction, Name
from netmon.model.surroundings import Place

Make = Callable[..., Connection]


def variants(make: Make) -> list[Connection]:
    """Connections of every shape."""
    changes: list[dict[str, Any]] = [
        {}, {"local_is_source": False, "direction": Direction.INCOMING}, {"local_is_source": None}, {"finding": None},
        {"owner": None}, {"source_name": Name("me.example", "ptr"), "destination_name": None},
        {"source_place": Place("SE", "Sweden", "Lund", 64497, "Ett"), "destination_place": Place("DE", asn=64496)},
        {"local_is_source": False, "source_place": Place("SE", "Sweden"), "source_vendor": "Example Cards"},
        {"source_mac": "b8:27:eb:00:00:01", "source_scope": "PRIVATE", "destination_scope": "DOCUMENTATION"},
    ]  # fmt: skip
    return [make(**change) for change in changes]


@pytest.mark.parametrize(
    "field", [name for name in [*FIELDS, "tls_alpn", "snmp_community"] if FIELDS.get(name) is None or FIELDS[name].texts]
)
def test_same_texts(connection: Make, field: str) -> None:
    """Each text of a field is found by it, and nothing that is not one."""
    rows = variants(connection)
    every = {text for row in rows for name in FIELDS for text in texts_of(name, None)(row)} | {"hunter2", "none such"}
    for wanted in every:
        test = text_test(field, lambda text, wanted=wanted: text == wanted, None)
        plain = [wanted in list(texts_of(field, None)(row)) for row in rows]
        if not wanted:  # an absent value may be an empty text or none at all
            continue
        assert [bool(test(row, 0.0)) for row in rows] == plain, (field, wanted)


def test_quick_fields_exist() -> None:
    """No quick way to a field that is not there."""
    assert set(QUICK) <= set(FIELDS)


@pytest.mark.parametrize(
    ("text", "there"),
    [("country:de", True), ("country:germany", True), ("country:en", False), ("asn:64496", True), ("asn:as64496", True),
     ("asn:6449", False), ("asn:exam", True), ("city:berl", True), ("country:*", True), ("vendor:cards", True),
     ("cards", True), ("berlin", True)],
)  # fmt: skip
def test_places(connection: Make, text: str, there: bool) -> None:
    """Codes and numbers are meant whole, names in part; Sweden is not DE."""
    place = Place("DE", "Germany", "Berlin", 64496, "Example Networks")
    assert compile_filter(text)(connection(destination_place=place, source_vendor="Cards"), 0.0) is there
    assert not compile_filter("country:de")(connection(destination_place=Place("SE", "Sweden")), 0.0)


@pytest.mark.parametrize(
    "pattern",
    ["fire.ox", "FIRE.OX", "[F-H]irefox", "[^A-Z]irefox", "\\x46irefox", "\\w+fox", "\\Sirefox", "(?:fire)fox", "^tcp",
     "443$", "\\d{3}\\.", "www\\.(example|test)\\.org", "[@-_]irefox", "\\Bfox", "zzz|firefox", "x?firefox", "(fire)(fox)",
     "ſirefox",     "\u212a", "obsolete.tls$", "\\d{7}", "[0-9a-f.]{9}", ":443$", "^$", "^x?$", ".*443$", ".*?fox",
     ".*|zzz", "[12]{2}", "4.3", "\\d4", "[^1]{12}", "(9|8):", "[0-9]{5}$", "(?i:FOX)", "(?-i:FOX)"],
)  # fmt: skip
def test_regex_over_everything(connection: Make, pattern: str) -> None:
    """The quick search over everything visible finds what the plain one over each value, which ignores case, finds."""
    from netmon.filters.evaluate import haystack

    bare = connection(finding=None, owner=None, source_name=None, destination_name=None)
    for row in (*variants(connection), connection(state="ſirefoK"), connection(source="fe80::1%ſ"), bare):
        plain = any(re.search(pattern, line, re.IGNORECASE) for line in haystack(row).split("\n"))
        assert compile_filter(f"/{pattern}/")(row, 0.0) is plain
