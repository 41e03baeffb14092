"""The charter of a scenario: who takes part, and what they have agreed on. Always an exercise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from parley.desk.scenario.basis import BASIS_KEYS, Basis, read_basis
from parley.desk.scenario.measures import a_table, a_text, an_object, check_keys, tables, texts
from parley.errors import BadScenario
from parley.node.charter import DEFAULTS
from parley.record.canonical import Json

# Fields of charter/1 that a scenario may set; the others follow from the nodes and the play.
TERM_KEYS = (
    *("minima", "deadlines", "lead_times_ms", "places", "frequencies", "line_check_ms"),
    *("day_zone", "day_cutoff", "readback_kinds", "warning_repeat_ms", "public", "texts"),
)
_KEYS = ("party", "voice", "mirror", *TERM_KEYS, *BASIS_KEYS)
_PLAYER_KEYS = ("name", "code", "display", "languages", "liaison")
_DEFAULT = Basis(
    "assumed", assumed="the whole charter: the scenario states none, so an exercise's stands in"
)


@dataclass(frozen=True, slots=True)
class Player:
    """One that has a node: its name, its code in short numbers, its role, the post to ask for."""

    name: str
    code: str
    role: Literal["party", "mirror"]
    display: str
    languages: tuple[str, ...] = ("en",)
    liaison: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """Who plays, parties first, then mirrors; voice parties; and the charter's terms."""

    players: tuple[Player, ...]
    voices: tuple[tuple[str, str], ...]
    terms: Mapping[str, Json]
    basis: Basis

    @property
    def parties(self) -> tuple[str, ...]:
        """The sides that sign a log."""
        return tuple(player.name for player in self.players if player.role == "party")


def read_setting(value: object, where: str = "charter") -> Setting:
    """Read a charter table; refuse what is not of a charter, and fewer than two parties."""
    table = a_table(value, where)
    check_keys(table, _KEYS, where)
    players = [
        _player(each, f"{where}.party[{i}]") for i, each in enumerate(tables(table, "party", where))
    ]
    if len(players) < 2:
        raise BadScenario("two parties or more are needed", where=f"{where}.party")
    mirror = table.get("mirror", True)
    if mirror is True:
        players.append(_mirror())
    elif mirror is not False:
        raise BadScenario("true or false", where=f"{where}.mirror")
    terms = {key: table[key] for key in TERM_KEYS if key in table}
    return Setting(
        tuple(players),
        tuple(
            _voice(each, f"{where}.voice[{i}]")
            for i, each in enumerate(tables(table, "voice", where))
        ),
        {**DEFAULTS, **an_object(terms, where)},
        read_basis(table, where),
    )


def default_setting(parties: Iterable[str]) -> Setting:
    """Give the exercise's charter for sides of which only the names are known."""
    codes: list[str] = []
    players = []
    for name in dict.fromkeys(parties):
        codes.append(_code(name, codes))
        players.append(Player(name, codes[-1], "party", name))
    if len(players) == 1:
        raise BadScenario(
            "one side alone makes no channel", where="charter", hint="name the parties in [charter]"
        )
    return Setting((*players, _mirror()), (), dict(DEFAULTS), _DEFAULT)


def _mirror() -> Player:
    return Player("mirror", "MI", "mirror", "Neutral mirror")


def _code(name: str, taken: Sequence[str]) -> str:
    """Make a code of two letters out of a name, of more where two letters are taken."""
    letters = [c for c in name.upper() if "A" <= c <= "Z"]
    tail = letters[1:] + [chr(ord("A") + i) for i in range(26)]
    codes = [f"{(letters or ['X'])[0]}{letter}" for letter in tail]
    code = next((code for code in codes if code not in (*taken, "MI")), None)
    if code is None:
        hint = "name the parties and their codes in [charter]"
        raise BadScenario("too many sides of one first letter", where="charter", hint=hint)
    return code


def _player(table: Mapping[str, object], where: str) -> Player:
    check_keys(table, _PLAYER_KEYS, where)
    name = a_text(table, "name", where)
    return Player(
        name,
        a_text(table, "code", where),
        "party",
        a_text(table, "display", where) if "display" in table else name,
        texts(table["languages"], f"{where}.languages") if "languages" in table else ("en",),
        a_text(table, "liaison", where) if "liaison" in table else None,
    )


def _voice(table: Mapping[str, object], where: str) -> tuple[str, str]:
    check_keys(table, ("name", "code"), where)
    return a_text(table, "name", where), a_text(table, "code", where)
