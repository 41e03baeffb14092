"""Where a hospital stands, who drives, whom the centre met: told to whom it is meant for alone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from parley.desk.serving import ApiServer
from parley.errors import BadBody
from parley.node.entropy import SeededEntropy
from parley.node.runtime import Node, PartInput
from parley.projection.fold import Opened
from parley.record.canonical import Json
from tests.stories.test_parts_privacy import Wired, files_of, part_of, shows
from tests.stories.village import DAY, views_of, village

HOUR = 3_600_000
EXACT = (
    b"Hospital: 35.9312345 N 36.6312345 E, second basement; call Dr (invented) Samar, +963 000 417."
)
PLATES = (
    b"Lorry 1: plate 417-000 (invented), driver (invented) Yusuf Halabi; turns at 35.8812345 N."
)
PARTNER = (
    b"Met (invented) Abu Salim of the lower quarter at the mill, who asked that nobody be told."
)
SECRETS = (EXACT, PLATES, PARTNER)
DIGITS = (
    "35.9312345",
    "359312345",
    "36.6312345",
    "35.8812345",
    "417-000",
    "Samar",
    "Halabi",
    "Salim",
)


def english(text: str) -> dict[str, Json]:
    return {"lang": "en", "text": text}


def notified(handle: str) -> dict[str, Json]:
    return {
        "handle": handle,
        "title": "Protected",
        "organisation": "relief-society",
        "purpose": english("Care of the wounded"),
        "addressees": ["russia"],
        "consent": {"by": "Director", "at": DAY - HOUR, "to": ["russia"]},
        "upper": "UNL",
        "renew_by": DAY + 72 * HOUR,
    }


def site() -> dict[str, Json]:
    place: Json = {
        "lat_e7": 359300000,
        "lon_e7": 366300000,
        "precision_e4m": 20_000_000,
        "stated": "Idlib district",
    }
    return {
        **notified("site-017"),
        "site_type": "hospital",
        "area": "SY07",
        "place": place,
        "active_from": DAY,
    }


def movement() -> dict[str, Json]:
    ends: Json = [
        {"lat_e7": 362000000, "lon_e7": 371500000},
        {"lat_e7": 359300000, "lon_e7": 366300000},
    ]
    leg: Json = {
        "time_start": DAY + HOUR,
        "time_end": DAY + 6 * HOUR,
        "from": "SY02",
        "to": "SY07",
        "way": ends,
        "half_width_e4m": 20_000_000,
    }
    return {**notified("convoy-3"), "load": {"vehicles": 4}, "legs": [leg]}


MEETING: dict[str, Json] = {
    "held_at": DAY,
    "area": "SY04",
    "partner_sort": "settlement",
    "outcome": "agreed",
}


def publish(wired: Wired) -> tuple[Opened, ...]:
    """Let the coalition notify a site and a movement to Russia alone, and log a meeting."""
    said: list[tuple[str, dict[str, Json], PartInput]] = [
        ("site/1", site(), PartInput("exact", EXACT, "text/plain", "personal", ("russia",))),
        (
            "movement/1",
            movement(),
            PartInput("plates", PLATES, "text/plain", "personal", ("russia",)),
        ),
        ("meeting/1", MEETING, PartInput("partner", PARTNER, "text/plain", "sealed")),
    ]
    node = wired.v.nodes["coalition"]
    names = [
        node.publish(wired.channel, kind, body, parts=[part]).name for kind, body, part in said
    ]
    wired.v.settle()
    return tuple(node.find(name) for name in names)


@contextmanager
def desk_of(node: Node) -> Iterator[httpx.Client]:
    """Serve a node's API and give a client that holds the token."""
    with ApiServer(node, SeededEntropy("token")) as server:
        access = server.access
        headers = {"Authorization": f"Bearer {access.token}"}
        with httpx.Client(base_url=access.url, headers=headers, trust_env=False) as http:
            yield http
        node.events.close()


def answers(http: httpx.Client, channel: str, said: tuple[Opened, ...]) -> list[bytes]:
    """Ask an API for all that it tells of these records and of every view."""
    paths = [f"/v1/channels/{channel}/records"]
    for opened in said:
        one = f"/v1/channels/{channel}/records/{opened.name}"
        paths += [one, f"{one}/grades", f"{one}/page"]
    for name in ("register", "notices", "air", "advisories", "relief", "reconciliation"):
        paths.append(f"/v1/channels/{channel}/views/{name}")
    found = [http.get(path) for path in paths]
    assert [answer.status_code for answer in found] == [200] * len(found)
    return [answer.content for answer in found]


def test_exact_places_names_and_plates_reach_nobody_outside_their_audience(tmp_path: Path) -> None:
    """Neither by the wire, nor on a disk, nor by an API; and no view, on any node, has them at all.

    The views are byte-equal on those who hold the personal parts and on those who do not. A record
    that states a position to the metre is refused before anything is logged.
    """
    with village(tmp_path) as v:
        wired = Wired(v)
        try:
            v.settle()
            nodes = v.nodes
            slip: dict[str, Any] = site()
            slip["place"] = {**slip["place"], "lat_e7": 359312345}
            with pytest.raises(BadBody, match=r"finer than 0\.01 degree"):
                nodes["coalition"].publish(wired.channel, "site/1", slip)
            said = publish(wired)
            # what is to be found is found: the audience has its parts, the author all of them
            assert [shows(s, files_of(nodes["russia"])) for s in SECRETS] == [True, True, False]
            assert [shows(s, files_of(nodes["coalition"])) for s in SECRETS] == [True] * 3
            for name in ("turkey", "mirror"):
                assert not any(shows(secret, files_of(nodes[name])) for secret in SECRETS)
            for exchanged in wired.traffic():
                told = [shows(secret, exchanged.data) for secret in SECRETS]
                between = exchanged.between == {"coalition", "russia"}
                assert not any(told) or (between and not told[2]), exchanged.between
            for opened, part in zip(said, ("exact", "plates", "partner"), strict=True):
                digest = part_of(opened, part).sha256
                assert wired.fetch("turkey", "coalition", digest) == 404
                assert wired.fetch("turkey", "russia", digest) == 404

            views = {name: views_of(node, wired.channel) for name, node in nodes.items()}
            assert (
                len({json.dumps(sorted(map(repr, view.items()))) for view in views.values()}) == 1
            )
            for view in views["russia"].values():
                assert not any(digits.encode() in view for digits in DIGITS)
                assert not any(shows(secret, view) for secret in SECRETS)
            (told_of,) = json.loads(views["turkey"]["relief"])["data"]["sites"]
            assert (told_of["areas"], told_of["exact_to"]) == (["SY07"], ["russia"])

            with desk_of(nodes["turkey"]) as http:
                for data in answers(http, wired.channel, said):
                    assert not any(digits.encode() in data for digits in DIGITS)
                    assert not any(shows(secret, data) for secret in SECRETS)
        finally:
            wired.close()
