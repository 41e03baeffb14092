"""`parley import` on a real node: what is new, the same, changed, twice or wrong."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from parley.desk.cli import run
from parley.node.runtime import Node
from parley.record.envelope import open_entry
from tests.spine.desk.importing import (
    HEAD,
    OBSERVATIONS,
    ROWS,
    Centre,
    base64_of,
    imported,
    open_centre,
)

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with open_centre(tmp_path) as opened:
        yield opened


@pytest.fixture
def mapping(centre: Centre) -> str:
    return str(centre.file("map.toml", OBSERVATIONS))


def table(*rows: str) -> str:
    return "\n".join([HEAD, *rows, ""])


def test_rows_become_records_with_what_is_personal_apart(
    centre: Centre, mapping: str, capsys: Capture
) -> None:
    """The record says about where the observer stood; where exactly, and who, is for the mirror."""
    done = imported(centre, capsys, centre.file("a.csv", table(*ROWS)), "--map", mapping)
    assert (done.code, done.counts, done.report["batches"]) == (0, {"new": 3}, 1)
    first, _, third = centre.records()
    assert first["body"] == {
        "time": {"ms": 1465970400000, "stated": "2016-06-15 09:00", "zone": "Asia/Damascus"},
        "area": "SY02",
        "what": "explosion",
        "means": "heard",
        "number": 3,
        "observer_place": {
            "lat_e7": 362000000,
            "lon_e7": 371500000,
            "precision_e4m": 10000000,
            "stated": "about 36.20 37.15",
        },
    }
    assert centre.personal(first) == {
        "observer": "Anna Example",
        "exact": {"observer_place": "36.20123 37.15341"},
    }
    assert centre.personal(third) == {"exact": {"observer_place": "34.73000 36.71000"}}
    origins = centre.node.opened(centre.channel)
    stored = [e for o in origins for e in centre.node.stations["exercise"].store.entries(o)]
    logged = b"".join(open_entry(entry).payload for entry in stored)
    assert b"explosion" in logged
    assert b"Anna" not in logged
    assert b"20123" not in logged


def test_the_same_file_again_logs_nothing(centre: Centre, mapping: str, capsys: Capture) -> None:
    """Every row is the same, whatever the order."""
    imported(centre, capsys, centre.file("a.csv", table(*ROWS)), "--map", mapping)
    before = centre.size()
    again = imported(centre, capsys, centre.file("b.csv", table(*reversed(ROWS))), "--map", mapping)
    assert (again.code, again.counts, centre.size()) == (0, {"same": 3}, before)


def test_a_changed_row_replaces_its_last_version(
    centre: Centre, mapping: str, capsys: Capture
) -> None:
    """A change of the body, then of the personal part alone: each replaces the version before."""
    file = centre.file("a.csv", table(*ROWS))
    imported(centre, capsys, file, "--map", mapping)
    more = ROWS[0].replace(",3,", ",4,")
    done = imported(centre, capsys, centre.file("a.csv", table(more, *ROWS[1:])), "--map", mapping)
    assert (done.code, done.counts) == (0, {"changed": 1, "same": 2})
    named = more.replace("Anna Example", "Berta Example")
    done = imported(centre, capsys, centre.file("a.csv", table(named, *ROWS[1:])), "--map", mapping)
    assert (done.code, done.counts) == (0, {"changed": 1, "same": 2})
    records = centre.records()
    assert len(records) == 5
    refs = [[(r["role"], r["record"]) for r in record["refs"]] for record in records[3:]]
    assert refs == [[("replaces", records[0]["name"])], [("replaces", records[3]["name"])]]
    assert records[4]["body"]["number"] == 4
    assert centre.personal(records[4])["observer"] == "Berta Example"
    # back to what the first version said is one change more, never the first version again
    done = imported(centre, capsys, centre.file("a.csv", table(*ROWS)), "--map", mapping)
    assert done.counts == {"changed": 1, "same": 2}
    assert len(centre.records()) == 6


def test_a_dry_run_tells_it_all_and_logs_nothing(
    centre: Centre, mapping: str, capsys: Capture
) -> None:
    """New, changed, same, twice and wrong rows, each with its place; then the same for real."""
    imported(centre, capsys, centre.file("a.csv", table(*ROWS[:2])), "--map", mapping)
    before = centre.size()
    rows = (
        ROWS[0],
        ROWS[1].replace("burst", "shot"),
        ROWS[2],
        ROWS[2],
        ROWS[2].replace(",12,", ",13,"),
        "o-9,2016-06-15 09:00,SY02,thunder,heard,1,36.2,37.1,",
    )
    file = centre.file("b.csv", table(*rows))
    dry = imported(centre, capsys, file, "--map", mapping, "--dry-run")
    assert dry.code == 1
    assert dry.counts == {"same": 1, "changed": 1, "new": 1, "twice": 1, "wrong": 2}
    assert [r["place"] for r in dry.report["rows"]["changed"]] == ["line 3"]
    assert dry.report["rows"]["changed"][0]["replaces"] == centre.records()[1]["name"]
    assert dry.report["rows"]["twice"] == [{"place": "line 5", "first": "line 4"}]
    assert dry.wrong == [
        (f"{file}: line 6", "the same id as in line 4, with another content"),
        (f"{file}: line 7, column what", "'thunder' is not known"),
    ]
    assert centre.size() == before
    assert [e["place"] for e in dry.report["examples"]] == ["line 2", "line 3", "line 4"]
    assert dry.report["examples"][0]["body"] == centre.records()[0]["body"]
    assert dry.report["examples"][0]["personal"] == centre.personal(centre.records()[0])
    real = imported(centre, capsys, file, "--map", mapping)
    assert (real.code, real.counts, real.wrong) == (1, dry.counts, dry.wrong)
    assert centre.size() == before + 2


def test_the_preview_of_a_dry_run_is_for_people(
    centre: Centre, mapping: str, capsys: Capture
) -> None:
    """Times in UTC and positions in degrees; the numbers that are signed stay in the JSON."""
    file = centre.file("a.csv", table(ROWS[0]))
    at = ["--node", str(centre.node.folder)]
    assert run(["import", str(file), "--map", mapping, "--dry-run", *at]) == 0
    said = capsys.readouterr().out
    assert "utc: 2016-06-15T06:00:00Z" in said
    assert "at: 36.2000000 N 37.1500000 E" in said
    assert "precision: 1000 m" in said
    assert not re.search(r"_e7|_e4m|14659\d{8}", said)


def test_strict_logs_nothing_where_a_row_is_wrong(
    centre: Centre, mapping: str, capsys: Capture
) -> None:
    """All or nothing: with the wrong row no record, without it all of them."""
    wrong = "o-9,2016-06-15 09:00,SY02,thunder,heard,1,36.2,37.1,"
    file = centre.file("a.csv", table(ROWS[0], wrong, ROWS[1]))
    before = centre.size()
    done = imported(centre, capsys, file, "--map", mapping, "--strict")
    assert (done.code, done.counts, done.report["batches"]) == (1, {"new": 2, "wrong": 1}, 1)
    assert done.report["dry_run"] is True
    assert centre.size() == before
    file = centre.file("a.csv", table(ROWS[0], ROWS[1]))
    done = imported(centre, capsys, file, "--map", mapping, "--strict")
    assert (done.code, done.counts, centre.size()) == (0, {"new": 2}, before + 2)


def test_what_people_read(centre: Centre, mapping: str, capsys: Capture) -> None:
    """Numbers of the records, wrong rows by line and column, the counts, and the caveat."""
    wrong = "o-9,2016-06-15 09:00,SY02,thunder,heard,1,36.2,37.1,"
    file = centre.file("a.csv", table(ROWS[0], wrong))
    command = ["import", str(file), "--map", mapping, "--node", str(centre.node.folder)]
    assert run([*command, "--dry-run"]) == 1
    out = capsys.readouterr().out
    everybody, _, one = out.partition("and to un alone:")
    assert "line 2 would say to every member:\n  area: SY02" in everybody
    assert "Anna" not in everybody
    assert "observer: Anna Example" in one
    assert out.endswith("Nothing was logged: a dry run.\n")
    code = run(command)
    out = capsys.readouterr().out
    assert code == 1
    number = centre.records()[0]["number"]
    assert f"line 2  new    {number}" in out
    assert f"{file}: line 3, column what: 'thunder' is not known (one of explosion" in out
    assert "1 new, 0 changed, 0 same, 0 twice, 1 wrong" in out
    assert "in one batch. A notification changes nobody's legal duties" in out


def test_no_list_brings_back_what_a_person_took_away(
    centre: Centre, mapping: str, capsys: Capture
) -> None:
    """Withdrawn, replaced by hand, erased: the row is named, and nothing is logged for it."""
    file = centre.file("a.csv", table(*ROWS))
    imported(centre, capsys, file, "--map", mapping)
    first, second, third = centre.records()
    path = f"/v1/channels/{centre.channel}/records"
    reason = {"text": {"lang": "en", "text": "Heard wrongly."}}
    withdrawal = {
        "kind": "retraction/1",
        "body": {"reason": reason["text"]},
        "refs": [{"role": "withdraws", "record": first["name"]}],
    }
    assert centre.http.post(path, json=withdrawal).status_code == 201
    corrected = {
        "kind": "observation/1",
        "body": {**second["body"], "number": 2},
        "refs": [{"role": "replaces", "record": second["name"]}],
    }
    assert centre.http.post(path, json=corrected).status_code == 201
    part = third["parts"][0]["sha256"]
    erased = centre.http.post(
        f"{path}/{third['name']}/parts/{part}/erase",
        json={"by": "Centre", "ground": "consent_withdrawn"},
    )
    assert erased.status_code == 201
    before = centre.size()
    done = imported(centre, capsys, file, "--map", mapping)
    assert (done.code, done.counts, centre.size()) == (1, {"wrong": 3}, before)
    assert [what for _, what in done.wrong] == [
        "its record was withdrawn since",
        "its record was replaced by another record since",
        "its part was erased, and no list brings it back",
    ]
    # the withdrawal is withdrawn: the first one holds again
    unsaid = {
        "kind": "retraction/1",
        "body": {"reason": reason["text"]},
        "refs": [{"role": "withdraws", "record": centre.records()[3]["name"]}],
    }
    assert centre.http.post(path, json=unsaid).status_code == 201
    done = imported(centre, capsys, centre.file("b.csv", table(ROWS[0])), "--map", mapping)
    assert (done.code, done.counts) == (0, {"same": 1})


def test_who_may_have_the_personal_parts_is_asked(centre: Centre, capsys: Capture) -> None:
    """Without an audience nothing goes; an option names one, or leaves the parts behind."""
    mapping = str(centre.file("m.toml", OBSERVATIONS.replace('audience = ["un"]\n', "")))
    file = centre.file("a.csv", table(ROWS[0]))
    before = centre.size()
    refused = imported(centre, capsys, file, "--map", mapping)
    assert (refused.code, centre.size()) == (2, before)
    assert "--personal-to" in refused.err
    assert "[import-mapping]" in refused.err
    stranger = imported(centre, capsys, file, "--map", mapping, "--personal-to", "russia")
    assert stranger.wrong == [
        (f"{file}: line 2: parts[0]", "'russia' is no other member with a node")
    ]
    assert imported(centre, capsys, file, "--map", mapping, "--without-personal").code == 0
    assert centre.records()[0]["parts"] == []
    done = imported(centre, capsys, file, "--map", mapping, "--personal-to", "un")
    assert done.counts == {"changed": 1}
    assert centre.personal(centre.records()[1])["observer"] == "Anna Example"


def test_ids_in_the_log_tell_nothing_of_the_list(
    centre: Centre, mapping: str, capsys: Capture, tmp_path: Path
) -> None:
    """Two nodes give one row two ids, so nobody can try names against a log."""
    file = centre.file("a.csv", table(ROWS[0]))
    imported(centre, capsys, file, "--map", mapping)
    key = centre.node.folder / "keys" / "list.key"
    assert key.stat().st_mode & 0o777 == 0o600
    first = centre.records()[0]["id"]
    key.unlink()
    done = imported(centre, capsys, file, "--map", mapping)
    assert done.counts == {"new": 1}
    assert centre.records()[1]["id"] != first


def test_a_batch_is_one_commit(centre: Centre, mapping: str, capsys: Capture) -> None:
    """A row that the node refuses is named; the others share one signed head."""
    long = "…" * 19_000
    rows = [f"o-{i},2016-06-15 09:00,SY02,shot,seen,1,36.2,37.1," for i in range(40)]
    texts = OBSERVATIONS.partition("[personal]")[0] + 'text = "observer"'
    map_file = str(centre.file("t.toml", texts))
    rows[7] += long
    done = imported(centre, capsys, centre.file("a.csv", table(*rows)), "--map", map_file)
    assert done.counts == {"new": 39, "wrong": 1}
    (wrong,) = done.report["rows"]["wrong"]
    assert (wrong["place"], wrong["code"]) == ("line 9", "record-too-large")
    assert done.report["batches"] == 1
    station = centre.node.stations["exercise"]
    origin = next(o for o in centre.node.opened(centre.channel) if o.endswith("/main"))
    head = station.store.largest_head(origin)
    assert head is not None
    assert head.size == station.store.size(origin)


def test_a_larger_file_goes_in_as_several_batches(
    centre: Centre, mapping: str, capsys: Capture
) -> None:
    """1,000 records each; cut off between two, the same command again goes on."""
    rows = [f"o-{i},2016-06-15 09:00,SY02,shot,seen,{i + 1},36.2,37.1," for i in range(1_200)]
    bare = ("--map", mapping, "--without-personal")
    # as if the first run had ended after its first batch
    imported(centre, capsys, centre.file("cut.csv", table(*rows[:1_000])), *bare)
    done = imported(centre, capsys, centre.file("a.csv", table(*rows)), *bare)
    assert (done.counts, done.report["batches"]) == ({"same": 1_000, "new": 200}, 2)


def test_the_batch_of_the_api_refuses_what_it_states(centre: Centre) -> None:
    """Too many records, a key twice, an unknown kind; strict logs nothing; half is none."""
    path = f"/v1/channels/{centre.channel}/batch"
    body = {"what": "shot", "means": "seen"}
    item: dict[str, Any] = {"key": "a", "kind": "observation/1", "body": body}
    before = centre.size()
    many = [{**item, "key": str(i)} for i in range(1_001)]
    assert centre.http.post(path, json={"records": many}).status_code == 422
    assert centre.http.post(path, json={"records": []}).status_code == 422
    mixed = [item, item, {**item, "key": "b", "kind": "spaceship/1"}, {**item, "key": "c"}]
    strict = centre.http.post(path, json={"records": mixed, "strict": True}).json()["records"]
    assert [r["state"] for r in strict] == ["new", "refused", "refused", "new"]
    assert [r["record"] for r in strict] == [None] * 4
    assert centre.size() == before
    done = centre.http.post(path, json={"records": mixed}).json()["records"]
    assert [r["state"] for r in done] == ["new", "refused", "refused", "new"]
    assert done[2]["refusal"]["code"] == "kind-unknown"
    assert centre.size() == before + 2
    changed = {
        **item,
        "body": {**body, "number": 2},
        "parts": [
            {
                "name": "p",
                "media_type": "application/json",
                "part_class": "personal",
                "audience": ["un"],
                "data": base64_of({"name": "Anna"}),
            }
        ],
    }
    again = centre.http.post(path, json={"records": [changed], "check_only": True}).json()
    assert again["records"][0]["state"] == "changed"
    assert again["records"][0]["replaces"] == done[0]["record"]["name"]
    assert centre.size() == before + 2


def test_a_dry_run_needs_no_running_node(tmp_path: Path, capsys: Capture) -> None:
    """The folder is opened for it; to log anything, the node has to run."""
    with open_centre(tmp_path) as centre:
        mapping = str(centre.file("map.toml", OBSERVATIONS))
        file = centre.file("a.csv", table(*ROWS))
        imported(centre, capsys, centre.file("b.csv", table(ROWS[0])), "--map", mapping)
        size = centre.size()
    dry = imported(centre, capsys, file, "--map", mapping, "--dry-run")
    assert (dry.code, dry.counts) == (0, {"same": 1, "new": 2})
    assert imported(centre, capsys, file, "--map", mapping).code == 3
    with closing(Node.open(centre.node.folder)) as node:
        held = sum(len(log) for log in node.opened(centre.channel).values())
    assert held == size


def test_a_node_that_takes_little_at_once_gets_smaller_batches(
    tmp_path: Path, capsys: Capture
) -> None:
    with open_centre(tmp_path, max_part_bytes=4096) as centre:
        mapping = str(centre.file("map.toml", OBSERVATIONS))
        rows = [ROWS[0].replace("o-1", f"o-{i}") for i in range(40)]
        done = imported(centre, capsys, centre.file("a.csv", table(*rows)), "--map", mapping)
        assert (done.code, done.counts) == (0, {"new": 40})
        assert done.report["batches"] == 4
        assert len(centre.records()) == 40
