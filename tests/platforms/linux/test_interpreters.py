"""Scripts of interpreters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.platforms.linux.interpreters import script_of


@pytest.mark.parametrize(
    ("program", "arguments", "script"),
    [
        ("python3.11", "python3 /srv/app.py --port 80", "app.py"),
        ("python3", "python3 -W ignore -u /srv/app.py", "app.py"),
        ("python3", "python3 -m http.server 80", "-m http.server"),
        ("python3", "python3 -c import-something", ""),
        ("python3", "python3 -", ""),
        ("python3", "python3", ""),
        ("perl", "perl -w -I /lib /usr/bin/tool", "tool"),
        ("node", "node --require ts-node index.js", "index.js"),
        ("deno", "deno run -A main.ts", "main.ts"),
        ("bash", "bash -o pipefail ./build.sh", "build.sh"),
        ("sh", "sh -c ls", ""),
        ("java", "java -cp a.jar:b.jar org.example.Main", "org.example.Main"),
        ("java", "java -Xmx1g -jar /opt/server.jar", "server.jar"),
        ("ruby3.1 (deleted)", "ruby /app/bin/rails", "rails"),
        ("curl", "curl /tmp/file.py", ""),
        ("pythonista", "pythonista x.py", ""),
    ],
)
def test_what_it_runs(program: str, arguments: str, script: str) -> None:
    """The script, module or class; nothing for programs that are no interpreters."""
    assert script_of(program, [word.encode() for word in arguments.split()]) == script


@given(st.sampled_from(["python3", "java", "sh", "node"]), st.lists(st.binary(max_size=40), max_size=80))
@settings(deadline=None, max_examples=100)
def test_any_arguments(program: str, arguments: list[bytes]) -> None:
    """Whatever the arguments are, the answer is printable and bounded."""
    script = script_of(program, arguments)
    assert script.isprintable()
    assert len(script) <= 256
