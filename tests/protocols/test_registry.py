"""The registry: every protocol file is listed, labels are unique, plug-ins cannot do harm."""

from __future__ import annotations

import random
from importlib.metadata import EntryPoint
from pathlib import Path

import netmon.protocols
from netmon.protocols import _registry
from netmon.protocols._modules import MODULES
from netmon.protocols._registry import Registry, builtin, load, plugins

from ._talk import Toy


def test_every_protocol_file_is_listed() -> None:
    """A file without a leading underscore speaks a protocol and is in the list, once."""
    directory = Path(netmon.protocols.__file__).parent
    files = [path for path in directory.glob("*.py") if not path.stem.startswith("_")]
    speaking = sorted(path.stem for path in files if "\nPROTOCOL" in path.read_text(encoding="utf-8"))
    assert sorted(MODULES) == speaking


def test_lookups() -> None:
    """By label, by transport and by port."""
    first, second = Toy("B", b"b", ports=[1, 2]), Toy("A", b"a", ports=[2])
    second.transports = frozenset(("udp",))
    registry = Registry([first, second])
    assert registry.by_label("B") is first
    assert registry.by_label("C") is None
    assert [protocol.label for protocol in registry.by_transport("udp")] == ["A", "B"]
    assert [protocol.label for protocol in registry.by_port("udp", 2)] == ["A", "B"]
    assert [protocol.label for protocol in registry.by_port("tcp", 2)] == ["B"]


def test_order_of_the_list_is_forgotten() -> None:
    """Shuffling the list gives the same registry."""
    protocols = builtin()
    labels = [protocol.label for protocol in Registry(protocols).protocols]
    random.Random(1).shuffle(protocols)
    assert [protocol.label for protocol in Registry(protocols).protocols] == labels
    assert len(set(labels)) == len(protocols)


def test_plugins_are_isolated() -> None:
    """A plug-in that cannot be imported, or is no protocol, is a note; a good one is found."""
    points = [
        EntryPoint("missing", "no_such_module_anywhere", _registry.PLUGIN_GROUP),
        EntryPoint("wrong", "netmon.units:quantity", _registry.PLUGIN_GROUP),
        EntryPoint("good", "netmon.protocols.http1", _registry.PLUGIN_GROUP),
        EntryPoint("object", "netmon.protocols.ssh:PROTOCOL", _registry.PLUGIN_GROUP),
    ]
    found, notes, told = plugins(points)
    assert [protocol.label for protocol in found] == ["HTTP", "SSH"]
    assert [note.split()[1] for note in notes] == ["missing", "wrong"]
    assert told == ["HTTP (netmon.protocols.http1)", "SSH (netmon.protocols.ssh:PROTOCOL)"]


def test_plugins_replace_nothing() -> None:
    """A second protocol with a label in use is left out and noted."""
    first, second = Toy("A", b"a"), Toy("A", b"b")
    registry = Registry([first, second])
    assert registry.protocols == (first,)
    assert len(registry.notes) == 1


def test_load_reads_plugins_on_request_only() -> None:
    """Without being asked, no entry point is looked at; with it, the built-in protocols are all still there."""
    plain, extended = load(), load(with_plugins=True)
    assert {protocol.label for protocol in plain.protocols} <= {protocol.label for protocol in extended.protocols}
