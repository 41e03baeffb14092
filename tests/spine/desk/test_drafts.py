"""Drafts stay here until they are released; what the charter signs twice takes two persons."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from parley.node.charter import new_charter
from parley.node.keyring import add_key
from parley.node.station import Station
from tests.spine.desk.watching import LINE, Side, Watch, on_watch

FLIGHT = "33.0N 38.0E r1NM SFC-FL100 1500-1600Z"


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with on_watch(tmp_path_factory.mktemp("drafts")) as found:
        found.account("amal", "officer")
        found.account("boris", "officer", "releaser")
        found.account("rita", "releaser")
        found.account("olga", "observer")
        yield found


def draft_of(side: Side, line: str = FLIGHT, **more: Any) -> dict[str, Any]:
    """Draft what a line says."""
    said = side.post("quick", line=line)
    return side.post("drafts", kind=said["kind"], body=said["body"], **more)


def test_a_draft_stays_here_until_it_is_released_once(watch: Watch) -> None:
    """Where one signature is enough its author releases it; released, it is no draft any more."""
    with watch.seated("amal") as desk:
        draft = draft_of(desk, title="Circle")
        assert (draft["authors"], draft["persons_needed"]) == (["amal"], 1)
        assert [d["id"] for d in desk.get("drafts")["drafts"]] == [draft["id"]]
        watch.settle()
        assert watch.russia.items("notice") == []
        done = desk.post(f"drafts/{draft['id']}/release")
        assert desk.get(f"records/{done['name']}")["body"] == draft["body"]
        again = desk.refused(f"drafts/{draft['id']}/release")
        assert (again["code"], again["status"]) == ("desk-draft-state", 409)
        assert desk.get("drafts")["drafts"] == []


def test_a_draft_is_written_anew_and_thrown_away(watch: Watch) -> None:
    with watch.seated("amal") as amal, watch.seated("boris") as boris:
        draft = draft_of(amal)
        path = amal.path(f"drafts/{draft['id']}")
        changed = {"kind": "question/1", "body": {"text": {"lang": "en", "text": "Why?"}}}
        answer = boris.http.put(path, json={**changed, "priority": "urgent"})
        assert answer.status_code == 200
        assert answer.json()["authors"] == ["amal", "boris"]
        assert answer.json()["priority"] == "urgent"
        assert amal.http.delete(path).status_code == 204
        assert amal.http.delete(path).status_code == 404
        assert amal.refused(f"drafts/{draft['id']}/release")["code"] == "desk-draft-missing"


def test_who_may_not_write_may_not_draft_or_release(watch: Watch) -> None:
    with watch.seated("amal") as amal:
        draft = draft_of(amal)
    for name in ("olga", "rita"):
        with watch.seated(name) as other:
            refused = other.refused(f"drafts/{draft['id']}/release")
            assert (refused["code"], refused["status"]) == ("account-right", 403)
            assert other.refused("drafts", kind="activity/1", body={})["status"] == 403


def test_a_draft_that_no_kind_takes_is_refused_when_it_is_released(watch: Watch) -> None:
    with watch.seated("amal") as desk:
        draft = desk.post("drafts", kind="activity/1", body={"title": "half written"})
        assert desk.refused(f"drafts/{draft['id']}/release")["code"] == "kind-body"
        assert desk.refused("drafts", kind="flight/1", body={})["code"] == "kind-unknown"
        assert [d["id"] for d in desk.get("drafts")["drafts"]][-1] == draft["id"]


def test_templates_and_the_last_record_to_begin_from(watch: Watch) -> None:
    with watch.seated("amal") as desk:
        said = desk.post("quick", line=FLIGHT)
        made = desk.http.post(
            "/v1/templates", json={"name": "Circle", "kind": said["kind"], "body": said["body"]}
        )
        assert made.status_code == 201
        (kept,) = desk.http.get("/v1/templates").json()["templates"]
        assert (kept["name"], kept["body"], kept["by"]) == ("Circle", said["body"], "amal")
        assert desk.http.delete(f"/v1/templates/{kept['id']}").status_code == 204
        assert desk.http.delete(f"/v1/templates/{kept['id']}").status_code == 404
        watch.clock.advance(60_000)
        sent = desk.send("32.0N 37.0E r2NM SFC-FL100 1500-1600Z", title="The last")
        desk.post("phrases/56", slots={}, send=True)
        last = desk.get("last")
        assert (last["record"], last["body"]["title"]) == (sent["name"], "The last")
        assert desk.get("last", kind="question/1")["kind"] == "question/1"
        none = desk.http.get(desk.path("last"), params={"kind": "zone/1"})
        assert none.status_code == 404


def second_key(station: Station) -> dict[str, str]:
    """Make a party's second author key, as a charter lists it."""
    key = add_key(station.ring, "author", station.entropy)
    station.ring.reread()
    public, possession = (base64.b64encode(b).decode() for b in (key.public, key.possession))
    holder = station.identity.name
    return {"holder": holder, "role": "author", "public": public, "possession": possession}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """A second channel whose charter wants two signatures under a plan and a question."""
    with on_watch(tmp_path_factory.mktemp("guarded")) as found:
        nodes = (found.coalition_node, found.russia_node)
        stations = [station for node in nodes for station in node.stations.values()]
        body: dict[str, Any] = new_charter(
            [station.identity for station in stations], at=found.clock.now()
        )
        body["keys"] += [second_key(station) for station in stations]
        body["signatures_needed"] = {"activity/1": 2, "question/1": 2}
        for node in nodes:
            found.channel = node.sign_charter(body)
        found.settle()
        for side in found.sides.values():
            side.channel = found.channel
        found.account("amal", "officer")
        found.account("boris", "officer", "releaser")
        found.account("rita", "releaser")
        yield found


def test_nobody_logs_alone_what_takes_two(guarded: Watch) -> None:
    """Neither as a record, nor as a file, a list, a phrase, a delay or a line of the log."""
    with guarded.seated("boris") as desk:
        said = desk.post("quick", line=LINE)
        total = desk.get("records")["total"]
        record = {"kind": "activity/1", "body": said["body"]}
        feature = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [38.0, 33.0]},
            "properties": {
                "kind": "activity/1",
                "title": "x",
                "radius_m": 100,
                "time_start": "2016-06-16T05:00:00Z",
                "time_end": "2016-06-16T06:00:00Z",
            },
        }
        line = desk.http.post("/v1/watchlog", json={"line": "x"}).json()["number"]
        refused = [
            desk.refused("records", **record),
            desk.refused("batch", records=[{**record, "key": "a"}]),
            desk.refused("geojson", **feature),
            desk.refused("phrases/56", slots={}, send=True),
            desk.http.post(f"/v1/watchlog/{line}/record", json={"channel": guarded.channel}).json(),
        ]
        assert {(each["code"], each["status"]) for each in refused} == {("draft-two-persons", 403)}
        assert desk.get("records")["total"] == total


def test_two_persons_release_it_and_both_are_named_here(guarded: Watch) -> None:
    """Whoever wrote any of it does not release it; released, it bears two signatures."""
    with guarded.seated("amal") as amal, guarded.seated("boris") as boris:
        draft = draft_of(amal)
        assert draft["persons_needed"] == 2
        path = f"drafts/{draft['id']}/release"
        own = amal.refused(path)
        assert (own["code"], own["status"]) == ("draft-same-person", 403)
        changed = {"kind": draft["kind"], "body": draft["body"], "title": "changed"}
        assert boris.http.put(amal.path(f"drafts/{draft['id']}"), json=changed).status_code == 200
        assert boris.refused(path)["code"] == "draft-same-person"
        with guarded.seated("rita") as rita:
            done = rita.post(path + "?version=2")
        opened = guarded.coalition_node.find(done["name"], channel=guarded.channel)
        assert len(opened.signers) == 2
        log = amal.http.get("/v1/watchlog").json()["lines"][-1]
        assert log["sort"] == "release"
        assert log["line"] == f"{done['number']} written by amal, boris, released by rita."
        guarded.settle()
        assert guarded.russia.items("notice")[0]["record"] == done["name"]
        late = boris.refused(f"records/{done['number']}/delay", minutes=5)
        assert late["code"] == "draft-two-persons"


def test_a_draft_changed_behind_the_reader_is_not_released(guarded: Watch) -> None:
    """The author writes it anew between the reading and the release: refused, nothing is logged."""
    with guarded.seated("amal") as amal, guarded.seated("rita") as rita:
        draft = draft_of(amal, "32.4N 37.0E r2NM SFC-FL100 1500-1600Z")
        (read,) = [d for d in rita.get("drafts")["drafts"] if d["id"] == draft["id"]]
        total = rita.get("records")["total"]
        body = {**draft["body"], "title": "Something else"}
        path = f"drafts/{draft['id']}"
        put = amal.http.put(amal.path(path), json={"kind": draft["kind"], "body": body})
        assert put.status_code == 200
        late = rita.refused(f"{path}/release?version={read['version']}")
        assert (late["code"], late["status"]) == ("desk-draft-state", 409)
        unread = rita.refused(f"{path}/release")
        assert (unread["code"], unread["where"]) == ("desk-request", "query.version")
        assert rita.get("records")["total"] == total
        done = rita.post(f"{path}/release?version={put.json()['version']}")
        assert rita.get(f"records/{done['name']}")["body"]["title"] == "Something else"


def test_of_many_who_release_at_once_it_is_logged_once(guarded: Watch) -> None:
    """One record and one line of the watch log, whoever else pressed at the same moment."""
    with guarded.seated("amal") as amal, guarded.seated("rita") as rita:
        draft = draft_of(amal, "32.6N 37.0E r2NM SFC-FL100 1500-1600Z")
        total, lines = rita.get("records")["total"], guarded.coalition_node.desk_state.watch_log
        before = lines.size()
        path = rita.path(f"drafts/{draft['id']}/release?version=1")
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(rita.http.post, [path] * 6))
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) <= {201, 409}
        assert 201 in statuses
        assert rita.get("records")["total"] == total + 1
        assert lines.size() == before + 1


def test_a_draft_is_thrown_away_or_released_never_both(guarded: Watch) -> None:
    """Its author and its releaser at one moment: who comes second hears so, and no line is lost."""
    lines = guarded.coalition_node.desk_state.watch_log
    with guarded.seated("amal") as amal, guarded.seated("rita") as rita:
        for _ in range(6):
            number = draft_of(amal, "32.9N 37.2E r2NM SFC-FL100 1500-1600Z")["id"]
            path = f"/v1/channels/{guarded.channel}/drafts/{number}"
            total, before = rita.get("records")["total"], lines.size()
            with ThreadPoolExecutor(2) as pool:
                released = pool.submit(rita.http.post, f"{path}/release?version=1")
                dropped = pool.submit(amal.http.delete, path)
            done = int(released.result().status_code == 201)
            assert dropped.result().is_success != bool(done)
            assert rita.get("records")["total"] == total + done
            assert lines.size() == before + done


@pytest.mark.parametrize("role", ["replaces", "withdraws"])
def test_what_two_persons_said_one_does_not_unsay(guarded: Watch, role: str) -> None:
    """Neither by a cancel nor under a kind that takes one; a draft of it takes two as well."""
    with guarded.seated("amal") as amal, guarded.seated("rita") as rita:
        draft = draft_of(amal, "32.8N 37.0E r2NM SFC-FL100 1500-1600Z")
        done = rita.post(f"drafts/{draft['id']}/release?version=1")
        total = rita.get("records")["total"]
        ending = {
            "kind": "retraction/1",
            "body": {"reason": {"lang": "en", "text": "No more."}},
            "refs": [{"role": role, "record": done["name"]}],
        }
        line = amal.http.post("/v1/watchlog", json={"line": "x"}).json()["number"]
        became = {"channel": guarded.channel, "field": "reason", **ending, "body": {}}
        refused = [
            amal.refused(f"records/{done['number']}/cancel"),
            amal.refused("records", **ending),
            amal.http.post(f"/v1/watchlog/{line}/record", json=became).json(),
        ]
        assert [each["code"] for each in refused] == ["draft-two-persons"] * 3
        assert rita.get("records")["total"] == total
        drafted = amal.post("drafts", **ending)
        assert drafted["persons_needed"] == 2
        own = amal.refused(f"drafts/{drafted['id']}/release?version=1")
        assert own["code"] == "draft-same-person"


def test_an_officer_without_the_role_does_not_release(guarded: Watch, tmp_path: Path) -> None:
    guarded.account("carl", "officer")
    with guarded.seated("amal") as amal, guarded.seated("carl") as carl:
        draft = draft_of(amal, "32.0N 37.0E r2NM SFC-FL100 1500-1600Z")
        refused = carl.refused(f"drafts/{draft['id']}/release")
        assert (refused["code"], refused["status"]) == ("account-right", 403)
        assert not list(tmp_path.iterdir())


def test_a_stop_takes_one_officer_whatever_the_charter_says(guarded: Watch) -> None:
    with guarded.seated("amal") as amal:
        said = amal.post("phrases/2", slots={"place": "At-Tanf"}, send=True)
        assert said["published"]["number"].startswith("CO-0616-U")
