"""Who is called after how long: ``escalation.toml`` in the node's folder, which stays there.

    [[step]]
    post = "deputy"
    addresses = ["mailto://user:password@mail.example.org?to=deputy@example.org"]

    [[step]]
    post = "chief"
    after_s = 900
    addresses = ["json://pager.example.org/parley"]

Addresses are those of the library apprise: mail, SMS and pager gateways, webhooks. They may hold
passwords, so nobody but the file's owner may read it, and no answer of the API shows them. A step
without ``after_s`` comes by the charter: the last when an urgent answer is due, those before it in
equal parts of that time.
"""

import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.errors import BadEscalation
from parley.record.terms import Terms

FILE = "escalation.toml"
MOST_STEPS = 8
MOST_ADDRESSES = 8
LONGEST_S = 86_400


@dataclass(frozen=True, slots=True)
class Step:
    """A post that is called, its addresses, and after how many seconds if that is stated."""

    post: str
    addresses: tuple[str, ...]
    after_s: int | None = None


def read_steps(folder: Path) -> tuple[Step, ...]:
    """Read who is called, in order; nobody where there is no file. Raises ``BadEscalation``."""
    path = folder / FILE
    try:
        data = path.read_bytes()
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise BadEscalation(f"cannot be read: {error.strerror}", where=FILE) from None
    if mode & 0o077:
        hint = f"chmod 600 {FILE}: addresses may hold passwords"
        raise BadEscalation("others can read it", where=FILE, hint=hint)
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadEscalation(f"not TOML: {error}", where=FILE) from None
    listed = table.get("step", [])
    if set(table) - {"step"} or not isinstance(listed, list) or len(listed) > MOST_STEPS:
        raise BadEscalation(f"up to {MOST_STEPS} tables [[step]] and nothing else", where=FILE)
    steps = tuple(_step(each, f"{FILE} step {i}") for i, each in enumerate(listed, 1))
    posts = [step.post for step in steps]
    if len(set(posts)) != len(posts):
        raise BadEscalation("a post stands there twice", where=FILE)
    return steps


def _step(value: Any, where: str) -> Step:
    if not isinstance(value, dict) or set(value) - {"post", "addresses", "after_s"}:
        raise BadEscalation("a step has post, addresses and after_s", where=where)
    post, addresses, after = value.get("post"), value.get("addresses", []), value.get("after_s")
    if not isinstance(post, str) or not post.strip() or len(post) > 100 or not post.isprintable():
        raise BadEscalation("a post on one line is needed", where=f"{where} post")
    texts = isinstance(addresses, list) and all(isinstance(a, str) and a for a in addresses)
    if not texts or len(addresses) > MOST_ADDRESSES:
        said = f"a list of up to {MOST_ADDRESSES} addresses is needed"
        raise BadEscalation(said, where=f"{where} addresses")
    whole = isinstance(after, int) and not isinstance(after, bool)
    if after is not None and not (whole and 0 <= after <= LONGEST_S):
        raise BadEscalation(f"0 to {LONGEST_S} seconds", where=f"{where} after_s")
    return Step(post.strip(), tuple(addresses), after)


def after_ms(steps: tuple[Step, ...], terms: Terms) -> tuple[int, ...]:
    """Give when each step is due after an item began to sound, in ms, never before the last one."""
    allowed = terms.deadlines["urgent"].answer_ms
    times: list[int] = []
    for i, step in enumerate(steps, 1):
        by_charter = allowed * i // len(steps)
        due = by_charter if step.after_s is None else step.after_s * 1000
        times.append(max(due, times[-1] if times else 0))
    return tuple(times)
