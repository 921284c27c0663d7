"""What clients were told by DNS answers on the wire (features 6.2).

In: (client, address, name), until when it holds, and the flow that asked. Out: the name a client, or a process of it, has
for an address. Rule: where an address has several names (one server for many sites), a process means the one it asked for
itself; of others, and where nobody knows who asked, the newest holds. The asker is often known only after its answer has
been read, so it is looked up when a name is needed, and who was named before is named anew. Bounded: the client and address
told about longest ago go first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netmon.model.connection import Name

LIMIT = 10_000
"""Addresses."""
SEVERAL = 4
"""Names of one address for one client."""

ProcessOf = Callable[[int], int | None]
"""The process number of a flow's owner, ``None`` while it is not known."""


@dataclass(slots=True)
class Answer:
    """One name that was told."""

    name: Name
    until: float
    flow_id: int
    pid: int | None = None
    """Who asked, once it is known."""


class Told:
    """Names by client and address, newest first."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], tuple[Answer, ...]] = {}
        self.process_of: ProcessOf = lambda _: None
        self._open: dict[int, set[str]] = {}
        """Flows whose owner would tell whose name an address has, with those addresses."""

    def __len__(self) -> int:
        return len(self._answers)

    def learn(self, client: str, address: str, answer: Answer) -> None:
        """The client was told so."""
        others = self._answers.pop((client, address), ())
        others = tuple(one for one in others if one.name.text != answer.name.text or self._asker(one) != self._asker(answer))
        answers = self._answers[client, address] = (answer, *others[: SEVERAL - 1])
        if len(answers) > 1:
            for one in answers:
                if self._asker(one) is None:
                    self._open.setdefault(one.flow_id, set()).add(address)
            while len(self._open) > LIMIT:
                del self._open[next(iter(self._open))]
        if len(self._answers) > LIMIT:
            del self._answers[next(iter(self._answers))]

    def settled(self, flow_id: int) -> set[str]:
        """The owner of this flow has become known: the addresses whose connections may have another name now."""
        return self._open.pop(flow_id, set())

    def name(self, client: str, address: str, when: float, pid: int | None) -> Name | None:
        """What a process of the client (``None``: any) calls the address at ``when``."""
        newest: Name | None = None
        for answer in self._answers.get((client, address), ()):
            if answer.name.learned <= when <= answer.until:
                if pid is None or self._asker(answer) == pid:
                    return answer.name
                newest = newest or answer.name
        return newest

    def _asker(self, answer: Answer) -> int | None:
        if answer.pid is None:
            answer.pid = self.process_of(answer.flow_id)
        return answer.pid
