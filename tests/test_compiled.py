"""What ``setup.py`` compiles: modules that are there, in a form that mypyc takes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def listed() -> list[str]:
    """``COMPILED`` of ``setup.py``."""
    for node in ast.parse((ROOT / "setup.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "COMPILED":
            names: dict[str, list[str]] = {}
            exec(compile(ast.Module([node], []), "setup.py", "exec"), names)
            return names["COMPILED"]
    raise AssertionError("setup.py lists nothing")


@pytest.mark.parametrize("name", listed())
def test_classes_are_what_mypyc_takes(name: str) -> None:
    """No tuple on the left in a class, no annotation that names a class of the same file from further down: the first ends
    the compilation, the second the interpreter."""
    body = ast.parse((ROOT / name).read_text(encoding="utf-8")).body
    begin = {node.name: node.lineno for node in body if isinstance(node, ast.ClassDef)}
    for kind in (node for node in body if isinstance(node, ast.ClassDef)):
        for line in kind.body:
            assert not (isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Tuple)), f"{name}:{line.lineno}"
            if isinstance(line, ast.AnnAssign):
                used = {node.id for node in ast.walk(line.annotation) if isinstance(node, ast.Name)}
                assert all(begin.get(one, 0) < kind.lineno for one in used), f"{name}:{line.lineno}"
