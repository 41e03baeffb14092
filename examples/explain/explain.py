"""Draw every conflict between files of plans: maps and a vertical profile; see README.md."""

import argparse
import sys
from collections.abc import Iterator
from html import escape
from importlib.util import find_spec
from pathlib import Path

from chart import detail, overview
from conflict import Scene, scene_of
from profile_chart import profile

from parley.desk.checking import check, read_plans
from parley.desk.commands.check import DEFAULT_MINIMA, minima_typed
from parley.desk.offering import NOTE, offered_lines, offering_among
from parley.desk.plan_report import table_parts
from parley.errors import ParleyError
from parley.values.instants import format_instant

_STYLE = (
    "body{font-family:'DejaVu Sans',Arial,sans-serif;color:#222;max-width:940px;margin:1em auto}"
    "svg{max-width:100%;height:auto;border:1px solid #d5d5d5;margin:.5em 0}"
    "dt{font-weight:bold;float:left;clear:left;width:6em}dd{margin:0 0 .3em 6.5em}"
    "@media print{svg{break-inside:avoid}}"
)


def main(arguments: list[str] | None = None) -> int:
    """Check the files and draw each conflict; leave with 0 if clear, 1 if not, 2 on bad input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--minima", default=DEFAULT_MINIMA, help="such as %(default)s")
    parser.add_argument("--out", type=Path, default=Path("explained"), help="folder to write to")
    given = parser.parse_args(arguments)
    try:
        limits = minima_typed(given.minima)
        checked = check(read_plans(given.files, limits), limits)
    except ParleyError as error:
        print(error, file=sys.stderr)
        return 2
    given.out.mkdir(parents=True, exist_ok=True)
    offering = offering_among(checked.plans)
    found = {each.number: offering(each) for each in checked.conflicts}
    told = table_parts(checked, checked.conflicts, given.minima, lambda each: found[each.number])
    print("".join(told))
    for conflict in checked.conflicts:
        scene = scene_of(conflict)
        lines = offered_lines(found[conflict.number], checked.plans)
        for path in written(scene, list(lines), given.out):
            print(path)
    return 1 if checked.conflicts else 0


def written(scene: Scene, offers: list[str], out: Path) -> Iterator[Path]:
    """Write the page of a conflict and, where Pillow is installed, its pictures."""
    number = scene.conflict.number
    pictures = {"map": overview(scene), "closest": detail(scene), "profile": profile(scene)}
    page = out / f"{number}.html"
    drawn = "\n".join(picture.svg() for picture in pictures.values())
    page.write_text(_page(scene, drawn, offers), encoding="utf-8")
    yield page
    if find_spec("PIL") is None:
        print("no PNG: Pillow is not installed (locks/examples.txt)", file=sys.stderr)
        return
    for name, picture in pictures.items():
        path = out / f"{number}-{name}.png"
        picture.png(path)
        yield path


def _page(scene: Scene, drawn: str, offers: list[str]) -> str:
    facts = "\n".join(
        f"<dt>{escape(name)}</dt><dd>{escape(told)}</dd>" for name, told in _facts(scene)
    )
    ways = "\n".join(f"<li>{escape(line)}</li>" for line in offers)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<title>{escape(scene.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{escape(scene.title)}</h1>
<dl>
{facts}
</dl>
{drawn}
<h2>Offers</h2>
<ul>
{ways}
</ul>
<p>{escape(NOTE)}</p>
</body>
</html>
"""


def _facts(scene: Scene) -> Iterator[tuple[str, str]]:
    found = scene.conflict.encounter
    for side, which in zip(scene.sides, found.which, strict=True):
        leg = "" if which.leg is None else f", leg from point {which.leg + 1} to {which.leg + 2}"
        yield side.letter, f"{side.plan.subject.party}: {side.plan.title}{leg}"
    height = (
        "height not known" if found.vertical_m is None else f"{found.vertical_m:,} m vertically"
    )
    yield "apart", f"{found.lateral_m:,} m laterally, {height}, {found.time_gap_s:,} s in time"
    yield "where", f"{found.position.lat:.5f}, {found.position.lon:.5f} (latitude, longitude)"
    until = "until withdrawn" if found.until is None else f"to {format_instant(found.until)}"
    yield "when", f"{format_instant(found.begin)} {until}"
    limits = scene.minima
    yield (
        "minima",
        (
            f"{limits.lateral_e4m / 10_000:,g} m, {limits.vertical_e4m / 3048:,g} ft, "
            f"{limits.time_ms / 1000:,g} s"
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
