"""What the cases share: where to call, what is said, and the list that they put themselves on."""

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Callable

# Written by python-clients.mjs: the base URLs and the script that the stand-ins of the vendors play.
PLAN = json.loads(os.environ["SLUICE_CLIENTS_PLAN"])
BASES = PLAN["bases"]
SCRIPT = PLAN["script"]
FAILURES = PLAN["failures"]
CHAT, EMBEDDING, TRANSCRIPTION, UNKNOWN = (
    PLAN["tokens"][kind] for kind in ("chat", "embedding", "transcription", "unknown")
)


@dataclass(frozen=True)
class Case:
    """One call of one client, and the row that it leaves in the gateway's log."""

    name: str
    run: Callable[[], None]
    row: dict


CASES: list[Case] = []


def case(name: str, *, provider: str, model: str, tokens: dict = CHAT, status: int = 200):
    """Puts the function on the list. It makes exactly one call."""

    def register(run: Callable[[], None]):
        row = {"provider": provider, "model": model, "status": status, "tokens": tokens}
        CASES.append(Case(name, run, row))
        return run

    return register


@contextmanager
def raises(error_class: type[Exception]):
    """Content when the block raises this class; the caught error is in the yielded list."""
    caught: list[Exception] = []
    try:
        yield caught
    except error_class as error:
        caught.append(error)
    else:
        raise AssertionError(f"{error_class.__name__} was not raised")


def equal(actual: object, expected: object) -> None:
    """Asserts, and says both sides."""
    assert actual == expected, f"expected {expected!r}, got {actual!r}"


def in_pieces(pieces: list[str], whole: str) -> None:
    """Asserts that the text came as a stream and is complete."""
    assert len(pieces) > 1, f"expected several pieces, got {pieces!r}"
    equal("".join(pieces), whole)
