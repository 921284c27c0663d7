"""The import rule: arrows point down the list of rooms only, and each foreign library stays in its room."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "netmon"

BANDS: dict[str, int] = {
    "": 0,
    "model": 0, "errors": 0, "units": 0, "settings": 0, "bpf": 0,
    "capture": 1, "meter": 1, "decode": 1, "protocols": 1, "platforms": 1, "names": 1, "config": 1,
    "tracker": 2, "filters": 2,
    "views": 3, "exports": 3, "privacy": 3, "history": 3, "alerts": 3,
    "tasks": 4,
    "app": 5, "cli": 5, "__main__": 5, "doctor": 5, "options": 5, "configure": 5,
}  # fmt: skip

FENCED: dict[str, tuple[str, ...]] = {
    "trio": ("tasks", "app", "cli", "capture/live.py", "names/resolver.py"),
    "impacket": ("decode",),
    "asciimatics": ("views/screen",),
    "libpcap": ("capture",),
    "aiodns": ("names/resolver.py",),
    "pycares": ("names/resolver.py",),
    "psutil": ("platforms",),
}


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def imported(path: Path) -> list[str]:
    """Absolute dotted names a file imports, at any depth of nesting."""
    package = ["netmon", *path.relative_to(ROOT).parent.parts]
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names += [module] if node.module or not node.level else [f"{module}.{alias.name}" for alias in node.names]
            if module == "netmon":
                names += [f"netmon.{alias.name}" for alias in node.names]
    return names


def room_of(parts: tuple[str, ...]) -> str:
    return parts[0].removesuffix(".py") if parts and parts[0] != "__init__.py" else ""


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    """A file imports its own room, lower bands, and nothing of a neighbour in its band."""
    room = room_of(path.relative_to(ROOT).parts)
    assert room in BANDS, f"{room}: a room that is not on the list"
    for name in imported(path):
        if not name.startswith("netmon."):
            continue
        other = name.split(".")[1]
        if other == room or ((ROOT / "__init__.py").exists() and other == "__version__"):
            continue
        allowed = BANDS[other] < BANDS[room] or (BANDS[room] in (0, 5) and BANDS[other] == BANDS[room])
        assert allowed, f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_foreign_libraries_stay_in_their_rooms(path: Path) -> None:
    """trio, impacket, asciimatics, libpcap, psutil and aiodns are imported only where the design puts them."""
    relative = str(path.relative_to(ROOT))
    for name in imported(path):
        library = name.split(".")[0]
        if library in FENCED:
            assert relative.startswith(FENCED[library]), f"{relative} imports {name}"
