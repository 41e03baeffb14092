"""Write docs/records/ from the kinds themselves: fields, types, traits, and an example of each.

``python scripts/records_doc.py`` writes; ``--check`` writes nothing and fails when a page is stale.
"""

import inspect
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

from pydantic import StringConstraints

from parley.kinds import FAMILIES, KINDS
from parley.kinds.line import charter, head
from parley.record import kind as contract
from parley.record import scope
from parley.record.claims.claim import Claim
from parley.record.kind import Body, Kind
from parley.values import instants, lengths, places, texts, trajectories, volumes
from parley.values.instants import LAST

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "records"
HEADER = "<!-- Written by scripts/records_doc.py from the kinds; do not edit. -->\n\n"
VALUES = {
    name: item
    for module in (instants, lengths, places, texts, trajectories, volumes)
    for name, item in inspect.getmembers(module, inspect.isclass)
    if item.__module__ == module.__name__
}
# How a name ends says its unit; see the table in docs/records/values.md.
UNITS = {"_e7": "1e-7 degree", "_e4m": "0.1 mm", "_ms": "ms", "_s": "s", "_e4": "0.0001 degree"}

Schema = dict[str, Any]


def _named_patterns() -> dict[str, str]:
    """Give the words for patterns that have a name in the code."""
    named = {
        "digest (64 hex)": contract.RecordName,
        "party name": contract.PartyName,
        "line of text": contract.Line,
        "kind": charter.KindName,
        "language tag": scope.LanguageTag,
        "origin of a log": head.Origin,
    }
    return {
        constraint.pattern: words
        for words, alias in named.items()
        for constraint in get_args(alias)[1:]
        if isinstance(constraint, StringConstraints) and isinstance(constraint.pattern, str)
    }


PATTERNS = _named_patterns()


def page_name(kind: str) -> str:
    """Name the page of a kind: ``warning/1`` stands in ``warning-1.md``."""
    return kind.replace("/", "-") + ".md"


def pages() -> dict[str, str]:
    """Give every page by its file name."""
    written = {page_name(kind.name): kind_page(kind) for kind in KINDS}
    return {"README.md": index_page(), "values.md": values_page(), **written}


def index_page() -> str:
    """List the kinds by family."""
    lines = [
        HEADER + "# Records",
        "",
        "One page for each kind. The common fields around a body, and the bytes that are signed,",
        "are in [formats.md](../formats.md). Values such as places and heights are in",
        "[values.md](values.md). A published version of a kind never changes. Fields that hold",
        "nothing are left out, defaults are written out: a signed body has one form, and any other",
        "is unread. Nodes bring what a person typed into that form before they sign it.",
    ]
    for family in FAMILIES:
        lines += ["", f"## `{_short(family)}`", "", _plain(family.__doc__), ""]
        lines += ["| kind | what it is | traits |", "|---|---|---|"]
        for kind in family.KINDS:
            traits = ", ".join(trait.__name__ for trait in traits_of(kind)) or "none"
            link = f"[`{kind.name}`]({page_name(kind.name)})"
            lines.append(f"| {link} | {_first_line(kind.body.__doc__)} | {traits} |")
    return "\n".join(lines) + "\n"


def values_page() -> str:
    """Describe the value types that bodies are made of."""
    found: dict[str, Schema] = {}
    for kind in KINDS:
        definitions = kind.schema().get("$defs", {})
        found |= {name: part for name, part in definitions.items() if name in VALUES}
    lines = [HEADER + "# Values", "", "Integers only. How a name ends says its unit:", ""]
    lines += ["| ends in | unit |", "|---|---|"]
    lines += [f"| `{suffix}` | {unit} |" for suffix, unit in UNITS.items()]
    lines += ["", "An *instant* is a count of milliseconds UTC since 1970, without leap seconds."]
    for name, part in sorted(found.items()):
        lines += ["", f"## {name}", "", _plain(VALUES[name].__doc__), ""]
        lines += _choices(part) if "enum" in part else _table(part, "#")
    return "\n".join(lines) + "\n"


def kind_page(kind: Kind) -> str:
    """Describe one kind."""
    schema = kind.schema()
    lines = [HEADER + f"# {kind.title}: `{kind.name}`", "", _plain(kind.body.__doc__), ""]
    lines += _duties(kind)
    _write_defaults(kind, schema)
    lines += ["## Fields", "", *_table(schema)]
    for name, part in sorted(schema.get("$defs", {}).items()):
        if name not in VALUES:
            lines += ["", f"### {name}", "", _plain(part.get("description", "")), ""]
            lines += _table(part)
    lines += ["", "## What it tells the views", ""]
    lines += [
        f"- **{trait.__name__}**: {_first_line(trait.__doc__)}" for trait in traits_of(kind)
    ] or ["Nothing of its own: it acts through its references."]
    lines += [f"  - `{claim.__name__}`: {_first_line(claim.__doc__)}" for claim in claims_of(kind)]
    example = json.dumps(first_good(kind), ensure_ascii=False, indent=2)
    return "\n".join([*lines, "", "## Example", "", "```json", example, "```"]) + "\n"


def _write_defaults(kind: Kind, schema: Schema) -> None:
    """Put into the schema those defaults that are made afresh, which pydantic leaves out of it."""
    for name, field in kind.body.model_fields.items():
        if field.default_factory is not None:
            default = field.get_default(call_default_factory=True, validated_data={})
            written = default.to_json() if isinstance(default, Body) else default
            schema["properties"][field.alias or name]["default"] = written


def _duties(kind: Kind) -> list[str]:
    lines = []
    if kind.agreed:
        lines += ["An agreed text: each party it names logs its own record with the same body.", ""]
    if kind.needs_ref:
        roles = ", ".join(f"`{role}`" for role in kind.needs_ref)
        lines += [f"It needs a reference in the role {roles}.", ""]
    return lines


def traits_of(kind: Kind) -> list[type]:
    """Give the traits of a kind, in the order of the contract."""
    mixed_in = {base for base in kind.body.__mro__ if not issubclass(base, Body)}
    return [
        item for item in vars(contract).values() if inspect.isclass(item) and item in mixed_in
        and item.__module__ == contract.__name__
    ]  # fmt: skip


def claims_of(kind: Kind) -> list[type[Claim]]:
    """Give the sorts of claim that a kind makes, by what its ``claims`` is declared to give."""
    if not issubclass(kind.body, contract.Claims):
        return []
    (each, *_) = get_args(get_type_hints(kind.body.claims)["return"])
    sorts = [each, *get_args(each)]
    return [s for s in sorts if inspect.isclass(s) and issubclass(s, Claim) and s is not Claim]


def first_good(kind: Kind) -> Any:
    """Give the body of the first good vector of a kind."""
    family = next(f for f in FAMILIES if kind in f.KINDS)
    for file in sorted((Path(str(family.__file__)).parent / "vectors").glob("*.json")):
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["kind"] == kind.name:
            return data["good"][0]["body"]
    raise SystemExit(f"{kind.name} has no vectors")


def _table(schema: Schema, values: str = "values.md#") -> list[str]:
    required = set(schema.get("required", ()))
    lines = ["| field | type | unit | meaning |", "|---|---|---|---|"]
    for name, part in schema.get("properties", {}).items():
        meaning = _plain(part.get("description", ""))
        default = part.get("default")
        optional = name not in required and default is None
        shown = f"`{name}` (optional)" if optional else f"`{name}`"
        if default is not None:
            written = json.dumps(default, ensure_ascii=False)
            meaning = f"{meaning}; default `{written}`".removeprefix("; ")
        lines.append(f"| {shown} | {_cell(type_words(part, values))} | {_unit(name, part)} |"
                     f" {_cell(meaning)} |")  # fmt: skip
    return lines


def _choices(part: Schema) -> list[str]:
    return [", ".join(f"`{value}`" for value in part["enum"])]


def _options(part: Schema) -> list[Schema]:
    options: list[Schema] = part.get("anyOf") or part.get("oneOf") or []
    return [option for option in options if option.get("type") != "null"]


def type_words(part: Schema, values: str = "values.md#") -> str:
    """Say a JSON Schema type in a few words, with links to what is described elsewhere."""
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        place = values if name in VALUES else "#"
        return f"[{name}]({place}{name.lower()})"
    if options := _options(part):
        return " or ".join(type_words(option, values) for option in options)
    if "const" in part:
        return f"`{part['const']}`"
    if "enum" in part:
        return " or ".join(f"`{value}`" for value in part["enum"])
    if part.get("type") == "array":
        item = part.get("items", {})
        least = f", at least {part['minItems']}" if part.get("minItems") else ""
        return f"list of {type_words(item, values)}{least}"
    if part.get("type") == "object":
        inner = next(iter(part.get("patternProperties", {}).values()), None)
        return f"object: for a name, {type_words(inner, values)}" if inner else "object"
    return _scalar(part)


def _scalar(part: Schema) -> str:
    kind = part.get("type", "anything")
    if kind == "integer":
        low, high = part.get("minimum"), part.get("maximum", part.get("exclusiveMaximum"))
        if high == LAST:
            return "instant"
        if low is None and high is None:
            return "integer"
        below = "below " if "exclusiveMaximum" in part else ""
        return f"integer, {low} to {below}{high}" if high is not None else f"integer from {low}"
    if kind == "string":
        pattern = part.get("pattern")
        if pattern in PATTERNS:
            return PATTERNS[pattern]
        if pattern:
            return f"text like `{pattern}`"
        return f"text, at most {part['maxLength']}" if "maxLength" in part else "text"
    return str(kind)


def _unit(name: str, part: Schema) -> str:
    if "instant" in type_words(part) or name in ("time_start", "time_end", "times", "ms"):
        return "ms UTC"
    for suffix, unit in UNITS.items():
        if name.endswith(suffix) or name == suffix.removeprefix("_"):
            return unit
    return ""


def _short(family: ModuleType) -> str:
    return family.__name__.rpartition(".")[2]


def _first_line(text: str | None) -> str:
    return _plain((text or "").strip().partition("\n\n")[0])


def _plain(text: str | None) -> str:
    paragraphs = inspect.cleandoc(text or "").split("\n\n")
    return "\n\n".join(" ".join(p.split()) for p in paragraphs).replace("``", "`")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n\n", " ")


def main() -> int:
    """Write the pages, or with ``--check`` name those that are not as they would be written."""
    wanted = pages()
    if "--check" in sys.argv[1:]:
        found = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.md")}
        stale = sorted(n for n in wanted.keys() | found.keys() if wanted.get(n) != found.get(n))
        for name in stale:
            print(f"docs/records/{name} is not as scripts/records_doc.py would write it")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in FOLDER.glob("*.md"):
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
