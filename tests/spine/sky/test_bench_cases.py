"""The bench compares like with like: known counts, and the same answers from every peer."""

import asyncio
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bench.sky import brute
from bench.sky.__main__ import PARTS
from bench.sky.cases import GOLDEN, POLYGON, QUERY_SEED, Case, theatre, urban
from bench.sky.engines import Churn, Engine, Latency, differences, hot
from bench.sky.globe import Difference, settled
from bench.sky.openloop import Target, offered
from bench.sky.ours import Planar
from bench.sky.postgis import PostGIS
from bench.sky.postgres import Cluster, missing
from bench.sky.rtree import Rtree
from bench.sky.strtree import HourTrees, Tree
from bench.sky.table import GOALS, HEAD, Figure, markdown, table_rows
from bench.sky.village import activity, feature
from parley.kinds.air.formats import records_of
from parley.sky.kernel import native

ASKED = 60


@pytest.fixture(scope="module", params=["theatre", "urban"])
def case(request):
    return theatre(1_000) if request.param == "theatre" else urban(3_000)


@pytest.fixture(scope="module")
def asked(case: Case) -> Case:
    draw = theatre if case.name == "theatre" else urban
    return draw(ASKED, seed=QUERY_SEED)


def expected(case: Case, asked: Case) -> list:
    return [brute.against(case, asked, row) for row in range(len(asked))]


@pytest.mark.parametrize(
    ("name", "draw", "n"), [("theatre", theatre, 1_000), ("urban", urban, 10_000)]
)
def test_all_pairs_are_as_many_as_is_known(name, draw, n):
    assert len(brute.pairs(draw(n))) == GOLDEN[name, n]


def test_plain_comparison_agrees_with_distances_computed_without_shapely():
    """Sampled along the edges, nothing comes closer than a pair that is said to be clear."""
    case = theatre(60)
    found = {tuple(pair) for pair in brute.pairs(case).tolist()}
    dense = [_sampled(case, row) for row in range(len(case))]
    for a in range(len(case)):
        for b in range(a + 1, len(case)):
            apart = _apart(case, a, b)
            if apart is None:
                assert (a, b) not in found
                continue
            steps = dense[a][:, None] - dense[b][None]
            nearest = np.hypot(steps[..., 0], steps[..., 1]).min() - case.r[a] - case.r[b]
            if nearest <= case.minima.lateral_m:
                assert (a, b) in found
            elif POLYGON not in (case.T[a], case.T[b]) and nearest > case.minima.lateral_m + 500:
                assert (a, b) not in found


def _sampled(case: Case, row: int) -> np.ndarray:
    """Give places on the core, at most 500 m from any other place on it."""
    points = case.P[row, : case.k[row]]
    if case.T[row] == POLYGON:
        points = np.concatenate((points, points[:1]))
    legs = [
        a + (b - a) * np.linspace(0, 1, 2 + int(np.hypot(*(b - a)) / 500))[:, None]
        for a, b in pairwise(points)
    ]
    return np.concatenate([points[:1], *legs])


def _apart(case: Case, a: int, b: int) -> bool | None:
    """Give None if time, height or party alone keep two volumes clear."""
    m = case.minima
    late = max(case.t0[a], case.t0[b]) - min(case.t1[a], case.t1[b])
    high = max(case.z0[a], case.z0[b]) - min(case.z1[a], case.z1[b])
    clear = late > m.time_s or high > m.vertical_ft or case.party[a] == case.party[b]
    return None if clear else True


KERNEL = pytest.mark.skipif(not native.AVAILABLE, reason="the kernel is not built")


@pytest.mark.parametrize("make", [Tree, HourTrees, Rtree, pytest.param(Planar, marks=KERNEL)])
def test_every_engine_answers_as_plain_comparison_does(make, case, asked):
    engine: Engine = make()
    engine.build(case)
    answers = hot(engine, engine.queries(asked), repeats=1).answers
    engine.close()
    assert any(len(answer) for answer in answers)
    assert differences(answers, expected(case, asked)) == []


def churned(case: Case) -> Churn:
    draw = theatre if case.name == "theatre" else urban
    gone = np.random.default_rng(5).permutation(len(case))[: ASKED * 6]
    return Churn(draw(ASKED * 6, seed=99), gone, 3)


def left(case: Case, churn: Churn, asked: Case, row: int, done: int) -> np.ndarray:
    """Give what conflicts after so many updates."""
    old = np.setdiff1d(brute.against(case, asked, row), churn.removed[:done])
    new = brute.against(churn.pool, asked, row)
    return np.concatenate((old, new[new < done] + len(case)))


@pytest.mark.parametrize("make", [Rtree, pytest.param(Planar, marks=KERNEL)])
def test_updates_between_the_checks_show_in_the_answers(make, case, asked):
    engine, churn = make(), churned(case)
    engine.build(case)
    engine.stock(churn.pool, len(case))
    turns = churn.turns(engine)
    answers = hot(engine, engine.queries(asked), repeats=2, before=lambda: next(turns)).answers
    engine.close()
    for row, answer in enumerate(answers):
        assert answer.tolist() == left(case, churn, asked, row, (row + 1) * 6).tolist()


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_the_database_answers_so_too_from_outside_and_inside_and_is_gone_afterwards():
    case, asked = theatre(1_000), theatre(ASKED, seed=QUERY_SEED)
    churn = churned(case)
    with Cluster(buffers_mb=64) as cluster:
        engine = PostGIS(cluster.connect())
        engine.build(case)
        engine.ask_inside(asked)
        engine.go_inside(churn, len(case))
        engine.stock(churn.pool, len(case))
        at_rest = hot(engine, engine.queries(asked), repeats=1).answers
        inside = engine.inside(2, churn=3, first=len(case)).answers
        turns = churn.turns(engine)
        outside = hot(engine, engine.queries(asked), repeats=2, before=lambda: next(turns)).answers
        engine.close()
        server = cluster.server
    assert differences(at_rest, expected(case, asked)) == []
    after = [left(case, churn, asked, row, (row + 1) * 6) for row in range(ASKED)]
    assert differences(inside, after) == []
    assert differences(outside, after) == []
    assert server is not None
    assert server.poll() is not None
    assert not Path(cluster.folder).exists()


def test_a_difference_is_named_by_query_and_id():
    one, other = [np.array([1, 2]), np.array([3])], [np.array([2]), np.array([3, 7])]
    assert differences(one, other) == [(0, 1), (1, 7)]


def test_the_case_comes_to_its_place_on_the_globe_and_keeps_its_shape():
    flat = theatre(50)
    laid = flat.on_globe(10.0, 45.0)
    assert np.array_equal(laid.r, flat.r)
    middle = np.array([10.0, 45.0])
    inside = np.abs(flat.P - flat.side_m / 2).max(axis=(1, 2)) < flat.side_m / 2
    # 250 NM are some 4.2 degrees of latitude, and at most 6.4 of longitude at 49 N.
    assert (np.abs(laid.P[inside] - middle) < [6.4, 4.3]).all()


@pytest.mark.parametrize(
    ("goal", "value", "standing"),
    [
        ("busy-p50-postgis", 61.0, "stretch"),
        ("busy-p50-postgis", 25.0, "floor"),
        ("busy-p50-postgis", 24.9, "MISSED"),
        ("pairs-1m", 6.0, "stretch"),
        ("pairs-1m", 14.0, "floor"),
        ("pairs-1m", 15.1, "MISSED"),
    ],
)
def test_a_figure_is_judged_in_the_direction_of_its_goal(goal, value, standing):
    assert Figure(goal, value).standing == standing


def test_the_table_has_a_line_for_every_figure_in_the_order_of_the_goals():
    figures = [Figure(name, 1.0) for name in reversed(GOALS)]
    rows = list(table_rows(figures, judged=True))
    assert [row[0] for row in rows] == [goal.case for goal in GOALS.values()]
    assert len(markdown(HEAD, rows).splitlines()) == len(GOALS) + 2


def test_every_goal_has_a_part_of_the_bench_that_measures_it():
    assert {goal.part for goal in GOALS.values()} == set(PARTS)


def test_an_open_loop_gets_an_answer_for_every_request_with_its_status():
    """Half of the answers come in one piece, half in chunks; one server answers them in turn."""

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readline():
            assert head.startswith(b"POST /v1/check ")
            length = 0
            while (line := await reader.readline()) != b"\r\n":
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            body = await reader.readexactly(length)
            if body == b"odd":
                answer = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                writer.write(b"HTTP/1.1 429 Too Many Requests\r\n" + answer)
            else:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.close()

    async def measured():
        server = await asyncio.start_server(served, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            target = Target("127.0.0.1", port, "/v1/check")
            bodies = [b"odd" if i % 2 else b"even" for i in range(40)]
            return await asyncio.to_thread(offered, target, bodies, lines=5, rate=2_000.0)

    load = asyncio.run(measured())
    assert load.statuses == {200: 20, 429: 20}
    assert (load.seconds > 0).all()


def test_a_plan_is_filed_and_asked_about_as_the_same_volumes():
    case = urban(40).on_globe(10.0, 45.0)
    assert set(case.T.tolist()) == {0, 1, 3}
    for row in range(len(case)):
        filed = activity(case, row, 1_466_049_600_000)
        asked = json.dumps(feature(case, row, 1_466_049_600_000)).encode()
        (record,) = records_of(asked, party="cell")
        assert record.body["volumes"] == filed["volumes"]


def test_the_oracle_settles_what_differs_from_another_engine():
    """A hit that geography is made to miss, and one that we are made to add, far from the limit."""
    case, asked = theatre(300), theatre(3, seed=QUERY_SEED)
    truth = [brute.against(case, asked, row) for row in range(3)]
    row = next(row for row, names in enumerate(truth) if len(names))
    clear = next(i for i in range(len(case)) if brute_gap(case, i, asked, row) > 50_000)
    laid, laid_asked = case.on_globe(10.0, 45.0), asked.on_globe(10.0, 45.0)
    missed = [names[1:] if i == row else names for i, names in enumerate(truth)]
    added = [np.append(names, clear) if i == row else names for i, names in enumerate(truth)]
    times = np.zeros(3)
    right = settled(
        laid, laid_asked, Latency("ours", times, truth), Latency("theirs", times, missed)
    )
    wrong = settled(
        laid, laid_asked, Latency("ours", times, added), Latency("theirs", times, truth)
    )
    assert [(d.query, d.name, d.verdict) for d in right] == [(row, truth[row][0], "ours")]
    assert [(d.query, d.name, d.verdict) for d in wrong] == [(row, clear, "PostGIS")]


def brute_gap(case: Case, i: int, asked: Case, row: int) -> float:
    """Give the lateral gap of two rows in the plane."""
    return float(case.cores[i].distance(asked.cores[row]) - case.r[i] - asked.r[row])


def test_within_a_metre_beyond_the_limit_both_verdicts_stand():
    assert Difference(0, 0, ours=True, beyond_m=0.5).verdict == "within our metre"
    assert Difference(0, 0, ours=True, beyond_m=1.5).verdict == "PostGIS"
    assert Difference(0, 0, ours=False, beyond_m=-0.1).verdict == "PostGIS"
    assert Difference(0, 0, ours=True, beyond_m=-0.1).verdict == "ours"
