"""Every kind of every family keeps the contract, by the vectors of its own folder; names no kind.

A vector file holds ``kind``, ``good`` bodies and ``bad`` ones. A good one has ``title``, ``body``
and ``says``: what trait methods give, each claim with the name of its class under ``claim``. A bad
one has ``title``, the expected ``where``, and either a whole ``body`` or changes to a good one:
``of`` (its index, 0), ``set`` (path to value), ``drop`` (paths). A path joins names and indices
with dots; setting the index after the last appends.
"""

import copy
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parley.kinds
from parley.errors import BadBody, UnknownKind
from parley.kinds import FAMILIES, KINDS
from parley.record import kind as contract
from parley.record.canonical import MAX_INTEGER, canonical, decode
from parley.record.claims.claim import Claim
from parley.record.envelope import Record, agreed_digest, origin_of, read_record
from parley.record.kind import Body, Kind, Kinds
from parley.values.instants import Instant
from scripts.records_doc import FOLDER as DOCS
from scripts.records_doc import pages

FOLDER = Path(parley.kinds.__path__[0])
TRAITS = tuple(
    item
    for item in vars(contract).values()
    if inspect.isclass(item)
    and item.__module__ == contract.__name__
    and item.__bases__ == (object,)
    and not hasattr(item, "__dataclass_fields__")
    and item is not Kinds
)


@dataclass(frozen=True)
class Case:
    """One body of a vector file, and for a bad one the place of its refusal."""

    kind: str
    title: str
    body: dict[str, Any]
    where: str = ""
    says: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind}: {self.title}"


def put(body: Any, path: str, value: Any) -> None:
    """Set what a path points at; the index after the last appends."""
    *parents, last = path.split(".")
    for step in parents:
        body = body[int(step)] if isinstance(body, list) else body[step]
    if not isinstance(body, list):
        body[last] = value
    elif int(last) == len(body):
        body.append(value)
    else:
        body[int(last)] = value


def drop(body: Any, path: str) -> None:
    """Remove what a path points at."""
    *parents, last = path.split(".")
    for step in parents:
        body = body[int(step)] if isinstance(body, list) else body[step]
    del body[int(last) if isinstance(body, list) else last]


def plain(value: Any) -> Any:
    """Write what a trait gives as JSON: None left out, bytes as hex, a claim with its class."""
    if is_dataclass(value) and not isinstance(value, type):
        sort = {"claim": type(value).__name__} if isinstance(value, Claim) else {}
        named = {item.name: getattr(value, item.name) for item in fields(value)}
        return sort | {name: plain(item) for name, item in named.items() if item is not None}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Enum):
        return value.value
    return value.hex() if isinstance(value, bytes) else value


def vector_files() -> list[Path]:
    return sorted(FOLDER.glob("*/vectors/*.json"))


def cases(sort: str) -> Iterator[Case]:
    for file in vector_files():
        data = json.loads(file.read_text(encoding="utf-8"))
        for case in data[sort]:
            body = case.get("body")
            if body is None:
                body = copy.deepcopy(data["good"][case.get("of", 0)]["body"])
                for path in case.get("drop", ()):
                    drop(body, path)
                for path, value in case.get("set", {}).items():
                    put(body, path, value)
            where, says = case.get("where", ""), case.get("says", {})
            yield Case(data["kind"], case["title"], body, where, says)


GOOD, BAD = tuple(cases("good")), tuple(cases("bad"))
good = pytest.mark.parametrize("case", GOOD, ids=str)
ALL = tuple(KINDS)
every_kind = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)


def a_record(kind: str, body: dict[str, Any]) -> Record:
    """A record that holds a body, read back from its bytes."""
    channel = "ab" * 32
    record = Record(
        channel=channel,
        log=origin_of("russia", channel, "main", "exercise"),
        id="0" * 32,
        author="russia",
        kind=kind,
        status="exercise",
        priority="routine",
        issued=Instant(1_466_049_600_000),
        body=body,
    )
    return read_record(record.payload())


def test_every_folder_in_kinds_is_listed() -> None:
    """A family that is not in the one list would be carried and never read."""
    folders = sorted(file.parent.name for file in FOLDER.glob("*/__init__.py"))
    listed = [family.__name__ for family in FAMILIES]
    assert all(isinstance(family, ModuleType) for family in FAMILIES)
    assert sorted(name.rpartition(".")[2] for name in listed) == folders


def test_every_kind_in_a_family_is_listed() -> None:
    """A `Kind` that stands in a module of a family stands in the family's list."""
    for family in FAMILIES:
        found = {
            item.name
            for name, module in inspect.getmembers(family, inspect.ismodule)
            for item in vars(module).values()
            if isinstance(item, Kind)
        }
        assert found == {kind.name for kind in family.KINDS}


def test_a_kind_twice_in_the_list_is_refused() -> None:
    """Two kinds of one name could not be told apart."""
    with pytest.raises(ValueError, match="listed twice"):
        Kinds((*KINDS, next(iter(KINDS))))


def test_an_unknown_kind_is_refused_by_name() -> None:
    """A newer version is as unknown as a stranger's kind."""
    name = next(iter(KINDS)).name.partition("/")[0] + "/999"
    with pytest.raises(UnknownKind, match="999") as refusal:
        KINDS[name]
    assert refusal.value.where == "kind"


@every_kind
def test_every_kind_has_good_and_bad_vectors(kind: Kind) -> None:
    """A kind without vectors has no published meaning."""
    assert [case for case in GOOD if case.kind == kind.name]
    assert [case for case in BAD if case.kind == kind.name]


def test_every_vector_is_of_a_kind_that_is_listed() -> None:
    """A vector file left behind by a removed kind is found."""
    assert {case.kind for case in GOOD + BAD} == {kind.name for kind in KINDS}


@good
def test_a_good_body_survives_a_round_trip(case: Case) -> None:
    """Bytes to values and back gives the same bytes: the body has one form."""
    record = a_record(case.kind, case.body)
    body = KINDS.read(record)
    assert canonical(body.to_json()) == canonical(case.body)
    again = KINDS[case.kind].parse(decode(canonical(body.to_json())))  # type: ignore[arg-type]
    assert again == body
    assert agreed_digest(case.kind, body.to_json()) == agreed_digest(case.kind, case.body)


@good
def test_a_second_form_of_a_good_body_is_refused(case: Case) -> None:
    """A field written as null reads alike, so it must not be signed."""
    fields = KINDS[case.kind].body.model_fields.items()
    absent = [
        field.alias or name
        for name, field in fields
        if field.default is None and (field.alias or name) not in case.body
    ]
    for name in absent:
        with pytest.raises(BadBody, match="re-encode"):
            KINDS.read(a_record(case.kind, {**case.body, name: None}))


@good
def test_every_trait_of_a_good_body_answers(case: Case) -> None:
    """Each trait method can be called, and gives the same answer twice: it is pure."""
    body = KINDS[case.kind].parse(case.body)
    for trait in TRAITS:
        if not isinstance(body, trait):
            continue
        for name, method in inspect.getmembers(trait, inspect.isfunction):
            assert callable(getattr(body, name)), f"{name} is shadowed by a field"
            assert list(inspect.signature(method).parameters) == ["self"]
            assert getattr(body, name)() == getattr(body, name)()


@pytest.mark.parametrize("case", [case for case in GOOD if case.says], ids=str)
def test_a_good_body_tells_the_views_what_it_should(case: Case) -> None:
    """What a vector lists under `says` is what the trait gives; of `terms`, the fields it lists."""
    body = KINDS[case.kind].parse(case.body)
    for method, expected in case.says.items():
        given = plain(getattr(body, method)())
        if method == "terms" and expected is not None:
            given = {name: given[name] for name in expected}
        assert given == expected


@every_kind
def test_every_kind_with_traits_says_what_they_give(kind: Kind) -> None:
    """Every trait of a kind is spelt out by at least one vector."""
    said = {method for case in GOOD if case.kind == kind.name for method in case.says}
    silent = [
        trait.__name__
        for trait in TRAITS
        if issubclass(kind.body, trait)
        and not said & {name for name, _ in inspect.getmembers(trait, inspect.isfunction)}
    ]
    assert silent == []


def test_the_traits_are_found() -> None:
    """The test above would pass on an empty list of traits."""
    assert {trait.__name__ for trait in TRAITS} >= {"Governs", "Occupies", "Asks", "Attests"}
    assert Body not in TRAITS


@pytest.mark.parametrize("case", BAD, ids=str)
def test_a_bad_body_is_refused_at_its_place(case: Case) -> None:
    """The refusal names the path into the body, and gives a reason."""
    with pytest.raises(BadBody) as refusal:
        KINDS[case.kind].parse(case.body)
    assert refusal.value.where == case.where
    assert refusal.value.what


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Name every place in a body, from the outside in."""
    inside: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    for step, item in inside:
        # a name with a dot in it cannot be pointed at; the kinds' own have none
        yield f"{path}{step}"
        yield from paths(item, f"{path}{step}.")


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.text(max_size=40).filter(lambda text: text.isprintable())
    | st.sampled_from(["\u0000", "..", "../UTC", "en", "a" * 301, "=", "AAAA", "0" * 64]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=4,
)


@given(data=st.data())
def test_any_change_of_a_good_body_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever stands at any place, the kind gives a body whose traits answer, or a `BadBody`."""
    case = data.draw(st.sampled_from(GOOD))
    body = copy.deepcopy(case.body)
    put(body, data.draw(st.sampled_from(sorted(paths(body)))), data.draw(JUNK))
    try:
        parsed: Body | BadBody = KINDS[case.kind].parse(body)
    except BadBody as refusal:
        parsed = refusal
    if isinstance(parsed, BadBody):
        assert parsed.where.startswith("body")
        return
    assert KINDS[case.kind].parse(parsed.to_json()) == parsed
    for trait in TRAITS:
        if isinstance(parsed, trait):
            for name, _ in inspect.getmembers(trait, inspect.isfunction):
                getattr(parsed, name)()


@every_kind
def test_an_unknown_field_is_refused(kind: Kind) -> None:
    """What a reader cannot show must not be signed: no body takes a field it does not know."""
    body = next(case.body for case in GOOD if case.kind == kind.name)
    with pytest.raises(BadBody) as refusal:
        kind.parse({**body, "zzz_unknown": 1})
    assert refusal.value.where == "body.zzz_unknown"


@every_kind
def test_a_schema_describes_every_field(kind: Kind) -> None:
    """The schema is derived, closed to unknown fields, and says what each field is."""
    schema = kind.schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    closed = [part for part in parts if part.get("type") == "object"]
    assert closed
    assert [part["title"] for part in closed if part.get("additionalProperties", True)] == []
    silent = [
        name
        for name, field in kind.body.model_fields.items()
        if not field.description and not any(hasattr(m, "description") for m in field.metadata)
    ]
    assert silent == []
    assert kind.body.__doc__


@every_kind
def test_a_body_cannot_be_changed_after_it_was_read(kind: Kind) -> None:
    """What was read is what was signed."""
    body = kind.parse(next(case.body for case in GOOD if case.kind == kind.name))
    name = next(iter(kind.body.model_fields))
    with pytest.raises(ValueError, match="frozen"):
        setattr(body, name, None)


def test_the_documentation_is_as_the_kinds_are() -> None:
    """docs/records is what scripts/records_doc.py writes: no page too many, too few or stale."""
    on_disk = {file.name: file.read_text(encoding="utf-8") for file in DOCS.glob("*.md")}
    assert on_disk == pages()
