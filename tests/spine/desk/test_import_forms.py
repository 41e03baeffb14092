"""Forms: pyxform reads what `parley forms` writes, and what it collects is imported as it is."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pyxform.xls2xform import convert

from parley.desk.cli import run
from parley.desk.importing.forms import FORMS
from parley.desk.importing.row import Row
from parley.desk.importing.submissions import read_submissions
from parley.kinds import KINDS
from tests.spine.desk.importing import Centre, imported, open_centre

Capture = pytest.CaptureFixture[str]
XFORMS = "{http://www.w3.org/2002/xforms}"
INSTANCE = "0f0e9c1e-7f2a-4a53-9b39-6f8a5b1c2d3e"

ANSWERS: dict[str, dict[str, str]] = {
    "observation/1": {
        "start": "2016-06-16T08:59:00.000+03:00",
        "area": "SY02",
        "time": "2016-06-16T09:00:00.000+03:00",
        "until": "2016-06-16T09:10:00.000+03:00",
        "what": "explosion",
        "means": "heard",
        "number": "3",
        "description": "undetermined",
        "direction": "W to E",
        "observer_position": "36.20123 37.15341 0 4.5",
        "bearing": "45.5",
        "distance_km": "5",
        "note": "Three explosions.",
        "personal/observer_name": "Anna Example",
    },
    "casualty/1": {
        "handle": "c-0616-1",
        "harm": "killed",
        "at_least": "1",
        "area": "SY02",
        "position": "36.20123 37.15341 0 4.5",
        "day": "2016-06-16",
        "time_of_day": "07:30:00.000+03:00",
        "age_at_least": "31",
        "age_at_most": "31",
        "sex": "female",
        "status": "civilian",
        "cause": "shelling",
        "source_1_kind": "family",
        "source_2_kind": "ngo",
        "source_2_name": "A society",
        "personal/names": "Berta Example",
        "personal/place_words": "Third house",
    },
}
BODIES: dict[str, dict[str, Any]] = {
    "observation/1": {
        "area": "SY02",
        "time": {
            "ms": 1466056800000,
            "stated": "2016-06-16T09:00:00.000+03:00",
            "zone": "Asia/Damascus",
        },
        "until": {
            "ms": 1466057400000,
            "stated": "2016-06-16T09:10:00.000+03:00",
            "zone": "Asia/Damascus",
        },
        "what": "explosion",
        "means": "heard",
        "number": 3,
        "description": "undetermined",
        "direction": "W to E",
        "observer_place": {
            "lat_e7": 362000000,
            "lon_e7": 371500000,
            "precision_e4m": 10000000,
            "stated": "about 36.20 37.15",
        },
        "bearing_e4": 455_000,
        "distance_e4m": 50_000_000,
        "text": {"lang": "und", "text": "Three explosions."},
    },
    "casualty/1": {
        "handle": "c-0616-1",
        "harm": "killed",
        "number": {"at_least": 1},
        "area": "SY02",
        "place": {
            "lat_e7": 362000000,
            "lon_e7": 371500000,
            "precision_e4m": 10000000,
            "stated": "about 36.20 37.15",
        },
        "when": {
            "ms": 1466051400000,
            "stated": "2016-06-16 07:30:00.000+03:00",
            "zone": "Asia/Damascus",
        },
        "age": {"at_least": 31, "at_most": 31},
        "sex": "female",
        "status": "civilian",
        "cause": "shelling",
        "attributions": [],
        "sources": [{"kind": "family"}, {"kind": "ngo", "name": "A society"}],
        "same_as": [],
        "state": "reported",
    },
}
PERSONAL = {
    "observation/1": {
        "observer_name": "Anna Example",
        "exact": {"observer_place": "36.20123 37.15341 0 4.5"},
    },
    "casualty/1": {
        "names": "Berta Example",
        "place_words": "Third house",
        "exact": {"place": "36.20123 37.15341 0 4.5"},
    },
}


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ElementTree.Element]:
    """Write every form, and have pyxform make an XForm of it, without a word of warning."""
    folder = tmp_path_factory.mktemp("forms")
    made = {}
    for kind in FORMS:
        file = folder / f"{kind.replace('/', '-')}.xlsx"
        assert run(["forms", kind, "--out", str(file)]) == 0
        warnings: list[str] = []
        result = convert(xlsform=str(file), validate=False, warnings=warnings)
        assert warnings == []
        made[kind] = ElementTree.fromstring(result.xform)
    return made


def instance_of(form: ElementTree.Element) -> ElementTree.Element:
    """Give what a collector fills in: the primary instance."""
    found = form.find(f".//{XFORMS}instance/{XFORMS}data")
    assert found is not None
    return copy.deepcopy(found)


def submission(form: ElementTree.Element, answers: dict[str, str]) -> bytes:
    """Fill a form in as a collector does: answers, what is calculated, the id of the instance."""
    data = instance_of(form)
    for path, answer in answers.items():
        element = data.find("/".join(XFORMS + step for step in path.split("/")))
        assert element is not None, path
        element.text = answer
    for bind in form.iter(f"{XFORMS}bind"):
        fixed = re.fullmatch("'([^']*)'", bind.get("calculate", ""))
        if fixed is not None:
            name = bind.get("nodeset", "").rpartition("/")[2]
            (element,) = data.iter(XFORMS + name)
            element.text = fixed[1]
    (instance_id,) = (e for e in data.iter() if e.tag.endswith("}instanceID"))
    instance_id.text = f"uuid:{INSTANCE}"
    return ElementTree.tostring(data, encoding="utf-8", xml_declaration=True)


def odata(kind: str) -> bytes:
    """Write the same submission as ODK Central's OData does: typed, nested, points as GeoJSON."""
    row: dict[str, Any] = {"__id": f"uuid:{INSTANCE}", "parley_kind": kind, "personal": {}}
    for path, answer in ANSWERS[kind].items():
        group, _, name = path.rpartition("/")
        value: Any = int(answer) if re.fullmatch(r"\d+", answer) else answer
        if name == "bearing":
            value = float(answer)
        if name.endswith("position"):
            lat, lon, altitude, accuracy = map(float, answer.split())
            value = {
                "type": "Point",
                "coordinates": [lon, lat, int(altitude)],
                "properties": {"accuracy": accuracy},
            }
        (row[group] if group else row)[name] = value
    row["__system"] = {"submissionDate": "2016-06-16T09:00:00.000Z", "reviewState": None}
    return json.dumps({"value": [row], "@odata.context": "x"}).encode()


def kobo(kind: str) -> bytes:
    """Write the same submission as Kobo does: texts, groups in the names."""
    row: dict[str, Any] = {
        "_id": 1,
        "_uuid": INSTANCE,
        "parley_kind": kind,
        "meta/instanceID": f"uuid:{INSTANCE}",
        "_geolocation": [36.20123, 37.15341],
        "_attachments": [],
        **ANSWERS[kind],
    }
    return json.dumps({"count": 1, "next": None, "results": [row]}).encode()


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    with open_centre(tmp_path_factory.mktemp("untouched")) as opened:
        yield opened


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with open_centre(tmp_path) as opened:
        yield opened


def test_what_is_collected_is_imported_without_a_mapping(
    centre: Centre, capsys: Capture, forms: dict[str, ElementTree.Element]
) -> None:
    """XML of the submission becomes the record; the same as OData or from Kobo is the same."""
    for kind, form in forms.items():
        name = kind.partition("/")[0]
        file = centre.file(f"{name}.xml", submission(form, ANSWERS[kind]))
        done = imported(centre, capsys, file, "--personal-to", "un")
        assert (done.code, done.counts) == (0, {"new": 1}), done
        record = centre.records()[-1]
        assert record["kind"] == kind
        assert record["body"] == BODIES[kind]
        assert centre.personal(record) == PERSONAL[kind]
        for export in (odata(kind), kobo(kind)):
            again = imported(
                centre, capsys, centre.file(f"{name}.json", export), "--personal-to", "un"
            )
            assert (again.code, again.counts) == (0, {"same": 1}), again


def test_personal_answers_need_somebody_to_go_to(centre: Centre, capsys: Capture) -> None:
    before = centre.size()
    file = centre.file("a.json", kobo("casualty/1"))
    done = imported(centre, capsys, file)
    assert (done.code, centre.size()) == (2, before)
    assert "--personal-to PARTY, or --without-personal" in done.err
    assert imported(centre, capsys, file, "--without-personal").counts == {"new": 1}
    assert centre.records()[0]["parts"] == []


def test_submissions_that_are_no_records_are_named(centre: Centre, capsys: Capture) -> None:
    """One that was rejected, one of another form, one that says nothing."""
    good = json.loads(kobo("observation/1"))["results"][0]
    rejected = {**good, "_validation_status": {"uid": "validation_status_not_approved"}}
    other = {**good, "parley_kind": "casualty/1"}
    empty = {"parley_kind": "observation/1", "_uuid": "1"}
    file = centre.file("a.json", json.dumps([good, rejected, other, empty]))
    done = imported(centre, capsys, file, "--personal-to", "un")
    assert (done.code, done.counts) == (1, {"new": 1, "wrong": 3})
    assert done.wrong == [
        (f"{file}: submission 2", "its reviewer rejected it"),
        (f"{file}: submission 3", "no submission of the form of observation/1"),
        (
            f"{file}: submission 4, column what",
            "states what was observed, or how access was restricted",
        ),
    ]


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.json", b"[{}]", "no submissions of a form of ours"),
        ("a.json", b'{"a": 1, "a": 2}', "a name stands twice"),
        ("a.json", b"[NaN]", "NaN is no number"),
        ("a.json", b"\xff\xfe[\x00]\x00", "not UTF-8"),
        ("a.xml", b"<!DOCTYPE d [<!ENTITY e 'x'>]><d>&e;</d>", "a document type is not read"),
        ("a.xml", b"<data><a></data>", "not XML"),
        ("a.csv", b"parley_kind\nobservation/1\n", "no submissions of a form of ours"),
        ("a.pdf", b"", "an ending '.pdf' is not read"),
    ],
)
def test_files_that_are_no_submissions_are_refused(
    untouched: Centre, capsys: Capture, name: str, data: bytes, what: str
) -> None:
    mapping = []
    if name == "a.pdf":
        text = 'kind = "incident/1"\nsource = "x"\nid = "id"\n'
        mapping = ["--map", str(untouched.file("m.toml", text))]
    done = imported(untouched, capsys, untouched.file(name, data), *mapping)
    assert (done.code, untouched.records()) == (2, [])
    assert what in done.err
    assert name in done.err


def test_a_corrected_submission_keeps_the_identity_of_the_first() -> None:
    """By the root id, by ODK Central's id, or by the id that it deprecates."""
    rows = read_submissions(
        [
            {"meta/rootUuid": "uuid:first", "_uuid": "second"},
            {"__id": "uuid:first", "meta": {"instanceID": "uuid:second"}},
            {"meta": {"instanceID": "uuid:second", "deprecatedID": "uuid:first"}},
            {"meta/instanceID": "uuid:first"},
        ]
    )
    assert [r.cells["submission id"] for r in rows if isinstance(r, Row)] == ["first"] * 4


@pytest.mark.parametrize("kind", list(FORMS))
def test_a_form_asks_for_every_choice_of_its_kind(
    kind: str, forms: dict[str, ElementTree.Element]
) -> None:
    """Choices are the kind's own, no question stands twice, and every field needed is asked for."""
    form = FORMS[kind]
    names = [question.name for question in form.questions]
    assert len(names) == len(set(names))
    listed = {
        instance.get("id"): {e.text for e in instance.iter(f"{XFORMS}name")}
        for instance in forms[kind].iter(f"{XFORMS}instance")
        if instance.get("id")
    }
    asked = {q.name: set(q.choices(kind)) for q in form.questions if q.kind == "select_one"}
    assert listed == asked
    assert all(asked.values())
    fields = {(q.field or "").split(".")[0] for q in form.questions} | set(form.more)
    needed = {n for n, info in KINDS[kind].body.model_fields.items() if info.is_required()}
    assert needed <= fields


def test_it_is_said_which_file_a_form_is_in(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "form.xlsx"
    assert run(["forms", "casualty/1", "--out", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}: {file.stat().st_size} bytes\n"


def test_a_form_of_another_kind_is_refused(capsys: Capture) -> None:
    assert run(["forms", "zone/1", "--out", "-"]) == 2
    assert "observation/1, casualty/1" in capsys.readouterr().err
