"""A person in the place of one side: at its entries the play stops, and takes what is typed.

What is typed are Parley's own verbs, run on that side's node as at a real desk. All that is asked
and shown goes to stderr, so that stdout holds the report alone.
"""

import shlex
import sys
from contextlib import redirect_stdout
from io import TextIOWrapper
from typing import Any, TextIO

import click

from parley.desk.cli import run
from parley.desk.demo.world import World
from parley.desk.plain import plain_lines
from parley.desk.rehearsal.play import Entered, Rehearsal
from parley.desk.rehearsal.said import Said
from parley.desk.scenario.entries import Line
from parley.desk.serving import ApiServer
from parley.desk.tables import shown
from parley.kinds import KINDS
from parley.node.entropy import SystemEntropy
from parley.node.publishing import Published
from parley.values.instants import format_instant

VERBS = ("answer", "warn", "call", "notify", "record", "records", "show", "view", "print", "kinds")
_HELP = (
    "case      do what this side did in the case, and go on",
    "go        go on; what the case has here is not sent",
    "stands    what stands on this desk now",
    f"or a verb of Parley: {', '.join(VERBS)} (each with --help)",
)


class Person:
    """Somebody at the desk of ``side``; the end of the input leaves the rest to the case."""

    def __init__(
        self, world: World, rehearsal: Rehearsal, side: str, given: TextIO | None = None
    ) -> None:
        self.side = side
        self._world = world
        self._rehearsal = rehearsal
        self._channel = rehearsal.course.channel
        self._given = sys.stdin if given is None else given
        if isinstance(self._given, TextIOWrapper):
            self._given.reconfigure(errors="replace")  # a slip of the keyboard is no end
        self._gone = False
        self._own = 0
        _tell(f"You play {side}. At each stop type a verb, `case`, `go`, `stands` or `help`.")

    # --- what the play asks for

    def turn(self, line: Line) -> bool:
        """Stop where this side has an entry; tell whether the case's own is to be entered."""
        if not self._gone:
            self._clock(f"{self.side} acts here in the case ({line.priority})")
        return self._stop(at_end=True)

    def asked(self, notice: Published, line: Line) -> None:
        """Stop where another side's record asks this side for an answer."""
        if not self._gone and self._is_asked(notice.name):
            self._clock(f"{notice.number} asks {self.side} for an answer")
            self._stop(at_end=False)

    def hear(self, entered: Entered) -> None:
        """Show what another side has entered: the record itself, and nothing said in hindsight."""
        node = self._world.nodes[self.side]
        zone = self._rehearsal.course.terms.day_zone
        for party, done in entered.published:
            record = node.find(done.name, self._channel).said
            self._clock(f"{party} {done.number} {record.kind} {record.priority}")
            for line in plain_lines(KINDS.read(record), zone):
                # other forms of the same place or time are left to `show`
                said = [words for words in line.lines if not words.startswith(" ")]
                _tell(f"    {line.label}: {'; '.join(said)}")

    def told(self, said: Said) -> None:
        """Show what stands on this desk since now."""
        self._clock(f"{said.rule}: {said.what}")

    # --- what the person does

    def _stop(self, *, at_end: bool) -> bool:
        while not self._gone:
            click.echo(f"{self.side}> ", nl=False, err=True)
            typed = self._given.readline()
            if not typed:
                self._gone = True
                _tell("(end of input: the rest is played as in the case)")
                break
            word = typed.strip()
            if word in ("case", "go"):
                return word == "case"
            self._do(word)
        return at_end

    def _do(self, typed: str) -> None:
        if not typed:
            return
        if typed == "stands":
            self._stands()
            return
        if any(ord(c) < ord(" ") for c in typed.replace("\t", " ")):
            _tell("not understood: control characters")
            return
        try:
            words = shlex.split(typed)
        except ValueError as error:
            _tell(f"not understood: {error}")
            return
        if words[:1] == ["parley"]:
            words = words[1:]
        if not words or words[0] not in VERBS:
            for line in _HELP:
                _tell(line)
            return
        self._verb(words)

    def _verb(self, words: list[str]) -> None:
        node = self._world.nodes[self.side]
        before = self._records()
        where = [] if words[0] == "kinds" else ["--channel", self._channel]
        at = [] if words[0] == "kinds" else ["--node", str(node.folder)]
        with ApiServer(node, SystemEntropy()), redirect_stdout(sys.stderr):
            run([*words, *at, *where])
        new = self._records() - before
        for name in sorted(new):
            self._own += 1
            self._rehearsal.sources.played(name, f"played-{self._own}")
        if new:
            self._world.settle()
            self._rehearsal.look()

    # --- what the desk knows

    def _records(self) -> set[str]:
        logs = self._world.nodes[self.side].opened(self._channel)
        return {opened.name for log in logs.values() for opened in log}

    def _view(self, name: str) -> dict[str, Any]:
        view: dict[str, Any] = self._world.nodes[self.side].view(self._channel, name)
        data: dict[str, Any] = view["data"]
        return data

    def _is_asked(self, record: str) -> bool:
        return any(
            notice["name"] == record and asked["party"] == self.side and not asked["answers"]
            for notice in self._view("notices")["notices"]
            for asked in notice["asked"]
        )

    def _stands(self) -> None:
        found = self._view("advisories")["advisories"]
        for row in found:
            _tell(f"{row['rule']} {row['id']}: {row['text']['text']}")
        for row in self._view("air")["conflicts"]:
            _tell(f"{row['id']}: {row['verdict']}")
        if not found:
            _tell("no finding stands")

    def _clock(self, text: str) -> None:
        _tell(f"{format_instant(self._world.clock.now())}  {text}")


def _tell(text: str) -> None:
    click.echo(shown(text), err=True)
