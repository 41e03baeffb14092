"""Drafts from elsewhere: the form is checked, the spans, and what each kind still lacks."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from parley.desk.cli import parley, run
from parley.desk.drafting.handles import Handles
from parley.desk.drafting.proposing import propose
from parley.desk.drafting.reading import read_drafts
from parley.errors import BadDraft, NotCanonical

STORY = b"The army said on Friday that ten men had died: six in battle and four in a crash."
NOBODY = Handles({})


def written(**changes: Any) -> dict[str, Any]:
    drafts = propose(STORY, "story.txt", as_of=date(2016, 6, 19), zone="UTC")
    value: dict[str, Any] = drafts.model_dump(mode="json", exclude_none=True)
    return {**value, **changes}


def read(value: Any, story: bytes | None = STORY, handles: Handles = NOBODY) -> Any:
    return read_drafts(json.dumps(value).encode(), "drafts.json", handles, story)


def test_what_the_command_writes_reads_back_the_same() -> None:
    assert read(written()).model_dump(mode="json", exclude_none=True) == written()


def test_another_program_may_say_only_what_it_knows() -> None:
    value = written()
    value["drafted_by"] = "an extractor of ours"
    value["drafts"] = [
        {
            "kind": "call/1",
            "span": {"start": 4, "end": 8, "text": "army"},
            "body": {"medium": "telephone"},
        }
    ]
    (draft,) = read(value).drafts
    assert draft.missing == ("direction", "to", "opened_at", "outcome")


def test_what_is_missing_and_what_adds_up_is_judged_anew() -> None:
    value = written()
    toll = value["drafts"][1]
    toll["missing"], toll["checks"] = [], []
    toll["body"]["parts"][0]["number"] = 5
    draft = read(value).drafts[1]
    assert "period_to" in draft.missing
    assert (draft.checks[0].result, draft.checks[0].other) == ("does_not_close", 9)


def test_a_field_that_the_kind_refuses_is_named_and_fails_the_command(tmp_path: Path) -> None:
    value = written()
    value["drafts"][1]["body"]["total"] = -1
    value["drafts"][1]["body"]["weapon"] = "x"
    assert [wrong.field for wrong in read(value).drafts[1].wrong] == ["total", "weapon"]
    path = tmp_path / "drafts.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    assert run(["draft", "--read", str(path)]) == 1


def test_a_rule_between_fields_names_the_one_that_lacks() -> None:
    value = written()
    value["drafts"] = [
        {
            "kind": "deadline/1",
            "span": {"start": 4, "end": 8, "text": "army"},
            "body": {"step": "demand", "demand": {"lang": "en", "text": "leave"}},
        }
    ]
    assert read(value).drafts[0].missing == ("addressed_to",)


def _edited(path: str, new: object) -> dict[str, Any]:
    value = written()
    *steps, last = path.split(".")
    here: Any = value
    for step in steps:
        here = here[int(step)] if step.isdecimal() else here[step]
    here[last] = new
    return value


@pytest.mark.parametrize(
    ("path", "new", "where"),
    [
        ("format", "parley/draft/2", "format"),
        ("drafts.0.kind", "zone/1", "drafts.0.kind"),
        ("drafts.0.span.start", 1, "drafts.0.span"),
        ("drafts.0.span.start", -1, "drafts.0.span.start"),
        ("drafts.0.signature", "x", "drafts.0.signature"),
        ("drafts.0.body", [], "drafts.0.body"),
        ("drafts.1.names.0.handle", "Not a handle", "drafts.1.names.0.handle"),
        ("drafts.1.names.0.field", "total", "drafts.1.names.0.field"),
        ("drafts.1.names.0.field", "speaker", "drafts.1.names.0.field"),
        ("source.sha256", "0", "source.sha256"),
        ("as_of", "June", "as_of"),
    ],
)
def test_a_file_out_of_its_form_is_refused_by_its_path(path: str, new: object, where: str) -> None:
    with pytest.raises(BadDraft) as refused:
        read(_edited(path, new))
    assert refused.value.where.startswith(f"drafts.json: {where}")


def test_spans_must_stand_in_the_text_that_is_given() -> None:
    value = written()
    value["drafts"][0]["span"]["text"] = "x" * len(value["drafts"][0]["span"]["text"])
    assert len(read(value, story=None).drafts) == 2
    with pytest.raises(BadDraft, match="other words stand there"):
        read(value)


def test_drafts_of_another_text_are_refused() -> None:
    with pytest.raises(BadDraft, match="another text"):
        read(written(), story=STORY + b" ")


@pytest.mark.parametrize("data", [b"{", b'{"a": 1.5}', b"[" * 5000, b'{"a":1,"a":2}'])
def test_what_is_no_json_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        read_drafts(data, "drafts.json", NOBODY)


def test_one_body_is_printed_to_be_completed_and_filed(tmp_path: Path) -> None:
    names = tmp_path / "names.toml"
    names.write_text('[names]\n"the army" = "north"\n', encoding="utf-8")
    path = tmp_path / "drafts.json"
    path.write_text(json.dumps(written()), encoding="utf-8")
    arguments = ["draft", "--read", str(path), "--names", str(names), "--body", "1"]
    printed = CliRunner().invoke(parley, arguments, standalone_mode=False)
    body = json.loads(printed.output)
    assert (body["issued_by"], body["total"]) == ("north", 10)
    assert "counted_by" not in body
