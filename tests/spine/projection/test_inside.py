"""What happened inside which space: ruling most spaces out by cells misses none that meets."""

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import ParleyError
from parley.projection.heads import Memo
from parley.projection.inside import inside
from parley.record.terms import Minima
from parley.sky.index import Sky
from parley.sky.plans import Plan
from parley.values.places import Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Polygon, Shape, Volume4D

HOUR = 3_600_000
_E7 = 10**7
# Where cells end and begin, where the rule stops (58 degrees, 170 degrees), poles and date line.
EDGES = (0, 2_000_000, 579_900_000, 580_100_000, 899_000_000)


@st.composite
def positions(draw: st.DrawFn, around: Position) -> Position:
    """Some way off, by metres or by degrees."""
    far = draw(st.sampled_from([100, 20_000, 3_000_000, 40_000_000]))
    lat = around.lat_e7 + draw(st.integers(-far, far))
    lon = around.lon_e7 + draw(st.integers(-far, far))
    lon = (lon + 180 * _E7) % (360 * _E7) - 180 * _E7
    return Position(max(-899_999_999, min(899_999_999, lat)), lon)


@st.composite
def shapes(draw: st.DrawFn, around: Position) -> Shape:
    """A circle, a corridor or a triangle; some are no shapes of the sky, and left out."""
    width = draw(st.sampled_from([0, 1, 500_000, 92_600_000, 4_000_000_000]))
    sort = draw(st.sampled_from(["circle", "corridor", "polygon"]))
    if sort == "circle":
        return Circle(draw(positions(around)), width)
    if sort == "corridor":
        return Corridor((draw(positions(around)), draw(positions(around))), width)
    a, b, c = (draw(positions(around)) for _ in range(3))
    return Polygon(((a, b, c, a),))


@st.composite
def plans(draw: st.DrawFn, name: str, role: str, around: Position) -> Plan:
    """One thing or space, a way in time among them."""
    start = draw(st.integers(0, 3)) * HOUR
    end = start + draw(st.integers(0, 2)) * HOUR
    party = "coalition" if role == "activity" else "russia"
    if role == "activity" and draw(st.booleans()):
        points = (draw(positions(around)), draw(positions(around)))
        tolerance = draw(st.sampled_from([0, 50_000_000]))
        way = Trajectory(points, (start, end + HOUR), lateral_tolerance_e4m=tolerance)
        return Plan(name, party, "activity", (), Minima(0, 0, 0), trajectories=(way,))
    volume = Volume4D(draw(shapes(around)), start, end)
    return Plan(name, party, role, (volume,), Minima(0, 0, 0))  # type: ignore[arg-type]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, Plan], dict[str, Plan]]:
    """Some things and spaces about one point of the earth."""
    sign = draw(st.sampled_from([1, -1]))
    lon = draw(st.sampled_from([0, 386_000_000, 1_699_000_000, 1_799_990_000, -1_799_990_000]))
    around = Position(sign * draw(st.sampled_from(EDGES)), lon)
    count = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    things = [draw(plans(f"E {i}", "activity", around)) for i in range(count[0])]
    spaces = [draw(plans(f"N {i}", "zone", around)) for i in range(count[1])]
    return {p.name: p for p in things if known(p)}, {p.name: p for p in spaces if known(p)}


def known(plan: Plan) -> bool:
    """Tell whether the sky compares it."""
    try:
        return bool(plan.subject.parts)
    except ParleyError:
        return False


@settings(max_examples=150, deadline=None)
@given(world=worlds())
def test_no_space_that_something_happened_in_is_ruled_out(
    world: tuple[dict[str, Plan], dict[str, Plan]],
) -> None:
    things, spaces = world
    memo: Memo = {}
    found = inside(
        memo,
        {name: lambda plan=plan: plan for name, plan in things.items()},  # type: ignore[misc]
        {name: lambda plan=plan: plan for name, plan in spaces.items()},  # type: ignore[misc]
    )
    every = [*things.values(), *spaces.values()]
    assert found == ({(met.a, met.b) for met in Sky(every).meetings()} if every else set())
