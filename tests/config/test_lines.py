"""Lines of keys."""

from __future__ import annotations

from netmon.config.lines import key_lines

DOCUMENT = '''\
# a comment
a = 1
b.c = [
  "x = 1",  # not a key
  "[y]",
]
text = """
[no.table]
d = 4
"""

[t]
"quoted key" = 1
inner = { one = 1, two = 2 }

[t.sub]
z = 1

[[list]]
k = 1
[[list]]
l = 2
'''


def test_every_kind_of_key() -> None:
    """Plain, dotted, quoted and inline keys, tables and lists of them; texts that look like keys are none."""
    assert key_lines(DOCUMENT) == {
        ("a",): 2, ("b",): 3, ("b", "c"): 3, ("text",): 7, ("t",): 12, ("t", "quoted key"): 13, ("t", "inner"): 14,
        ("t", "inner", "one"): 14, ("t", "inner", "two"): 14, ("t", "sub"): 16, ("t", "sub", "z"): 17, ("list",): 19,
        ("list", "k"): 20, ("list", "l"): 22,
    }  # fmt: skip
