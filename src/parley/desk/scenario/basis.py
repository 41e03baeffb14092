"""What an entry, a sighting or a charter of a scenario rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from parley.errors import BadScenario

BasisKind = Literal["documented", "claimed", "assumed"]
BASIS_KEYS = ("basis", "source", "claimed_by", "assumed", "assumed_for")


@dataclass(frozen=True, slots=True)
class Basis:
    """What something rests on: a document, a side's claim, or nothing but our assumption.

    ``source`` names the document; ``claimed_by`` the side; ``assumed`` says what in an otherwise
    documented entry is our own filling, such as the hour. ``assumed_for`` names the rules whose
    findings would rest on that filling: they do not count as caught.
    """

    kind: BasisKind
    source: str = ""
    claimed_by: str = ""
    assumed: str = ""
    assumed_for: tuple[str, ...] = ()

    def words(self) -> str:
        """Say the basis in a few words."""
        tail = f" (assumed: {self.assumed})" if self.assumed else ""
        if self.kind == "documented":
            return f"documented: {self.source}{tail}"
        if self.kind == "claimed":
            return f"claimed by {self.claimed_by}: {self.source}{tail}"
        return f"assumed: {self.assumed}"

    def carries(self, rule: str) -> bool:
        """Tell whether a finding of a rule may rest on this without resting on an assumption."""
        return self.kind != "assumed" and rule not in self.assumed_for

    def to_json(self) -> dict[str, object]:
        """Write the basis; what is not said is left out."""
        said = {"source": self.source, "claimed_by": self.claimed_by, "assumed": self.assumed}
        listed = {"assumed_for": list(self.assumed_for)} if self.assumed_for else {}
        return {"basis": self.kind, **{k: v for k, v in said.items() if v}, **listed}


def read_basis(table: Mapping[str, object], where: str) -> Basis:
    """Read the basis of an entry; refuse one that does not say what it rests on."""
    kind = table.get("basis")
    if kind not in ("documented", "claimed", "assumed"):
        raise BadScenario(
            "every entry says what it rests on",
            where=f"{where}.basis",
            hint="documented (with source), claimed (claimed_by, source) or assumed",
        )
    source, claimed_by = str(table.get("source", "")), str(table.get("claimed_by", ""))
    assumed, rules = str(table.get("assumed", "")), table.get("assumed_for", [])
    if kind != "assumed" and not source.strip():
        raise BadScenario(f"a {kind} entry names its source", where=f"{where}.source")
    if (kind == "claimed") != bool(claimed_by.strip()):
        raise BadScenario("a claim, and no other, names its side", where=f"{where}.claimed_by")
    if kind == "assumed" and not assumed.strip():
        raise BadScenario("an assumption says what is assumed", where=f"{where}.assumed")
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        raise BadScenario("a list of rules, such as W2", where=f"{where}.assumed_for")
    if rules and not assumed.strip():
        raise BadScenario("say what is assumed", where=f"{where}.assumed")
    return Basis(kind, source, claimed_by, assumed, tuple(map(str, rules)))
