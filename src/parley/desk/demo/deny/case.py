"""One attempt to deny, acted out: a small world of its own, what is said and done, what settles it.

The one who denies has every key of its own side and all of its files, and nothing of the other's.
When it comes to judging, all nodes are shut: there is nothing left but files.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from parley.desk.demo.offline import Verdict, offline, verify
from parley.desk.demo.script import Script
from parley.desk.demo.world import MIRROR, PARTIES, World
from parley.errors import DemoFailed
from parley.node.publishing import Published
from parley.record.canonical import Json
from parley.record.envelope import Priority, Ref
from parley.values.instants import Instant, parse_instant
from parley.values.lengths import E4M_PER_METRE

DAY = parse_instant("2016-06-16T04:00:00Z")
MINUTE = 60_000
BRIDGE: Json = {
    "lat_e7": 340_000_000,
    "lon_e7": 380_000_000,
    "precision_e4m": 500 * E4M_PER_METRE,
    "stated": "34.000 N 38.000 E, bridge at kilometre 12",
}


@dataclass
class Case:
    """An attempt under way: its world and folder, whose operator denies, and what was judged."""

    folder: Path
    script: Script
    world: World
    denier: str
    channel: str
    judged: list[tuple[str, int, bool]] = field(default_factory=list)

    @property
    def other(self) -> str:
        """The other side."""
        return next(name for name in PARTIES if name != self.denier)

    @property
    def mirror(self) -> str:
        """The neutral mirror."""
        return MIRROR

    # --- what happens

    def warn(self, by: str, text: str) -> Published:
        """Let a side send a complete, urgent warning."""
        now = self.world.clock.now()
        body: dict[str, Json] = {
            "urgency": "stop",
            "asked": {"lang": "en", "text": text},
            "place": BRIDGE,
            "window": {"time_start": now, "time_end": now + 240 * MINUTE},
            "valid_until": now + 240 * MINUTE,
            "owner": "duty officer",
        }
        return self.publish(by, "warning/1", body, priority="urgent")

    def acknowledge(self, by: str, record: Published) -> Published:
        """Let a side acknowledge a warning with its read-back."""
        now = self.world.clock.now()
        body: dict[str, Json] = {
            "stance": "acknowledge",
            "officer": "duty officer",
            "place": BRIDGE,
            "window": {"time_start": now, "time_end": now + 240 * MINUTE},
        }
        return self.publish(by, "answer/1", body, refs=[Ref("answers", record.name)])

    def account(self, by: str, text: str, *, issued: Instant | None = None) -> Published:
        """Let a side enter its account of something."""
        body: dict[str, Json] = {"text": {"lang": "en", "text": text}, "known_by": "own_people"}
        return self.publish(by, "account/1", body, issued=issued)

    def publish(
        self,
        by: str,
        kind: str,
        body: dict[str, Json],
        *,
        priority: Priority = "routine",
        refs: Iterable[Ref] = (),
        issued: Instant | None = None,
    ) -> Published:
        """Log a record as one side."""
        return self.world.nodes[by].publish(
            self.channel, kind, body, priority=priority, refs=tuple(refs), issued=issued
        )

    def wait(self, minutes: int) -> None:
        """Let minutes pass for everybody."""
        self.world.clock.advance(minutes * MINUTE)

    # --- what is told

    def did(self, text: str) -> None:
        """Tell what the operator does."""
        self.script.item("does", text)

    def says(self, text: str) -> None:
        """Tell what the operator claims."""
        self.script.item("says", f'"{text}"')

    def note(self, label: str, text: str) -> None:
        """Tell something else."""
        self.script.item(label, text)

    # --- what settles it

    def keep(self, name: str, data: bytes) -> Path:
        """Write a file that settles something, into the folder of the attempt."""
        path = self.folder / name
        path.write_bytes(data)
        return path

    def evidence(self, name: str, by: str, record: Published) -> Path:
        """Keep the evidence of a record as a side's node writes it."""
        return self.keep(name, self.world.nodes[by].evidence(self.channel, record.name))

    def shut_all(self) -> None:
        """Shut every node: from here on there are only files."""
        self.world.close()

    def verify(
        self,
        file: Path,
        *,
        code: int,
        shows: Iterable[tuple[str, str]] = (),
        lacks: Iterable[tuple[str, str]] = (),
        also: bool = True,
    ) -> Verdict:
        """Judge an evidence file by the charter's fingerprint; note whether it ends as expected."""
        verdict = verify(file, self.channel)
        found = verdict.grades()
        held = also and set(shows) <= found and not set(lacks) & found
        self.judge(file, verdict, code=code, held=held)
        return verdict

    def offline(self, file: Path, *arguments: str, code: int) -> Verdict:
        """Judge a file by another offline command."""
        verdict = offline(*arguments)
        self.judge(file, verdict, code=code, held=True)
        return verdict

    def judge(self, file: Path, verdict: Verdict, *, code: int, held: bool) -> None:
        """Print how an offline command judged a file, and keep whether that was expected."""
        settled = verdict.code == code and held
        self.judged.append((str(file), verdict.code, settled))
        command = verdict.command.split()[1]
        second = verdict.command.split()[2]
        name = f"parley {command}{' ' + second if command == 'fork' else ''}"
        self.script.item("file", str(file))
        self.script.item("verdict", f"{name}: exit code {verdict.code}, {_words(verdict)}")
        if not settled:
            self.script.item("NOT SETTLED", f"expected exit code {code} and what it should show")

    @property
    def settled(self) -> bool:
        """Tell whether every file was judged as expected, and there was one."""
        return bool(self.judged) and all(settled for _, _, settled in self.judged)

    def conclude(self, text: str) -> None:
        """Say what the files settle."""
        self.script.item("settled" if self.settled else "NOT SETTLED", text)

    def expect(self, held: bool, what: str) -> None:
        """Refuse to go on where the stage is not set as the attempt needs it."""
        if not held:
            raise DemoFailed(what, where=str(self.folder))


def _words(verdict: Verdict) -> str:
    if verdict.refusal:
        return f"refused: {verdict.refusal.removeprefix('parley: ')}"
    report = verdict.report
    if "heads" in report:
        sizes = [head["size"] for head in report["heads"]]
        return f"two histories proven: one key signed heads of {sizes[0]} and {sizes[1]} entries"
    if "cosigners" in report:
        names = [name.removeprefix("exercise.invalid/") for name in report["cosigners"]]
        return f"stands in the log, cosigned by {', '.join(names)}"
    shown = [f"{_GRADE[grade]} {holder}" for grade, holder in sorted(verdict.grades(), key=_rank)]
    return f"{report['result']}: {', '.join(shown) or 'held by nobody else'}"


_GRADE = {"answered": "answered by", "stored": "stored by", "head_seen": "head seen by"}
_GRADE |= {"told": "told (own account)"}


def _rank(grade: tuple[str, str]) -> tuple[int, str]:
    return list(_GRADE).index(grade[0]), grade[1]
