"""``parley demo --deny``: eight attempts to deny, each acted out and settled from files alone."""

from collections.abc import Callable
from pathlib import Path

from parley.desk.demo.deny.carried import exchange_by_file
from parley.desk.demo.deny.case import DAY, Case
from parley.desk.demo.deny.history import backdate_a_record, rewrite_a_record, show_two_histories
from parley.desk.demo.deny.silence import (
    say_nobody_read_it,
    say_the_text_was_different,
    withhold_a_receipt,
)
from parley.desk.demo.deny.storage import delete_the_database, restore_an_old_backup
from parley.desk.demo.ground import Ground
from parley.desk.demo.script import Script
from parley.desk.demo.world import PARTIES, World
from parley.desk.tables import table
from parley.desk.words import EXERCISE, LEGAL

FOLDER = "deny"

ATTEMPTS: tuple[tuple[str, Callable[[Case], None]], ...] = (
    ("deletes the database", delete_the_database),
    ("restores an old backup", restore_an_old_backup),
    ("rewrites a record", rewrite_a_record),
    ("backdates a record", backdate_a_record),
    ("shows two histories", show_two_histories),
    ("withholds a receipt", withhold_a_receipt),
    ("says the text was different", say_the_text_was_different),
    ("says nobody read it", say_nobody_read_it),
)
"""What one side's operator tries, in this order; the last is said to be beyond proof."""


def deny(folder: Path, script: Script) -> bool:
    """Act out every attempt and the cut line; tell whether all ended as they should."""
    with Ground(folder, (FOLDER,)):
        script.as_is(EXERCISE)
        script.say(
            "One side's operator, who has all keys and files of its own side, tries to deny what"
            " happened. Either side could; here they take turns, and what they say is invented."
            " Each attempt is really made, on throw-away nodes; then all are shut, and files alone"
            " decide."
        )
        rows = []
        for number, (what, attempt) in enumerate(ATTEMPTS, 1):
            slug = f"{number}-{what.replace(' ', '-')}"
            denier = PARTIES[number % 2]
            script.scene(f"{number}. The operator of {denier} {what}")
            case = _case(folder / FOLDER / slug, slug, denier, script)
            script.item("charter", case.channel)
            with case.world:
                attempt(case)
            last = attempt is say_nobody_read_it
            rows.append((number, what, _outcome(case, last=last), case.settled))
            script.pause()
        script.scene("The line is cut: the exchange goes by file")
        case = _case(folder / FOLDER / "9-the-line-is-cut", "9", PARTIES[0], script)
        with case.world:
            met = exchange_by_file(case)
        rows.append((9, "(the line is cut)", "by file, equal roots" if met else "NOT MET", met))
        _summary(script, rows)
        return all(held for *_, held in rows)


def _case(folder: Path, seed: str, denier: str, script: Script) -> Case:
    world = World(folder, DAY, seed=f"parley demo --deny {seed}")
    try:
        channel = world.charter("Exercise: what can be denied")
    except BaseException:
        world.close()
        raise
    return Case(folder, script, world, denier, channel)


def _outcome(case: Case, *, last: bool) -> str:
    if not case.settled:
        return "NOT SETTLED"
    return "cannot be proven, either way" if last else "settled"


def _summary(script: Script, rows: list[tuple[int, str, str, bool]]) -> None:
    script.scene("Summary")
    shown = [(number, what, outcome) for number, what, outcome, _ in rows]
    for line in table(shown, ("", "attempt", "outcome")).splitlines():
        script.as_is(line)
    script.say()
    script.say(
        "The files lie beside the nodes. Every verdict can be had again from them, with the charter"
        " as the fingerprint:"
    )
    for line in (
        "parley verify FILE --trust CHARTER",
        'parley fork check FILE --key "$(cat log-key.txt)"',
    ):
        script.as_is(f"  {line}")
    script.say(LEGAL)
