"""``parley place``: find a place by its name, as written or heard, in any script."""

from pathlib import Path
from typing import Any

import click

from parley.desk.gazetteer import lists
from parley.desk.gazetteer.named import ListName, Named
from parley.desk.gazetteer.search import Found, Gazetteer
from parley.desk.grid import decimal_degrees, mgrs
from parley.desk.offline import connected
from parley.desk.options import channel_option, folder_of, format_option, node_option
from parley.desk.tables import as_json, table
from parley.values.places import Position

_HEADS = ("found as", "place", "alike", "list", "within", "decimal", "mgrs", "precision")
_LISTS = {"channel": "agreed", "proposed": "proposed", "own": "own", "shipped": "GeoNames"}


@click.command("place")
@click.argument("name")
@click.option(
    "--own",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="CSV",
    help="A list of one's own: name, lat, lon; also alternatenames, precision_m, within, id.",
)
@click.option(
    "--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="At most so many."
)
@channel_option
@node_option
@format_option
def command(
    name: str, own: Path | None, limit: int, channel: str | None, folder: Path | None, form: str
) -> None:
    """Find a place: in the channel's list, in one's own, and in the one that ships.

    The channel's list is asked where --node or --channel is given.
    """
    places = [*lists.shipped(), *(lists.own(own) if own else ())]
    if folder is not None or channel is not None:
        places += _of_channel(folder, channel)
    found = Gazetteer(places).search(name, limit)
    if form == "json":
        rows = [_json(each) for each in found]
        note = {"note": lists.CAVEAT, "attribution": lists.ATTRIBUTION}
        click.echo(as_json({"places": rows, **note}))
        return
    if not found:
        click.echo(
            f"no place of a name like {name[:60]!r} in any list; try another spelling, or --own"
        )
        return
    click.echo(table([_row(each) for each in found], _HEADS))
    click.echo(f"{lists.CAVEAT} {lists.ATTRIBUTION}.")


def _of_channel(folder: Path | None, channel: str | None) -> list[Named]:
    with connected(folder_of(folder)) as client:
        view = client.get(f"/v1/channels/{client.channel(channel)}/views/charter")["data"]
    names: dict[str, ListName] = {"places": "channel", "proposed_places": "proposed"}
    return [
        Named(
            names=tuple(text["text"] for text in place["names"]),
            position=Position(place["lat_e7"], place["lon_e7"]),
            precision_m=place["tolerance_m"],
            source=source,
            key=str(index),
        )
        for key, source in names.items()
        for index, place in enumerate(view[key])
    ]


def _json(found: Found) -> dict[str, Any]:
    place = found.place
    return {
        "name": place.names[0],
        "found_as": found.name,
        "names": list(place.names),
        "alike": found.alike,
        "list": place.source,
        "id": place.key,
        "within": place.within,
        "lat": place.position.lat,
        "lon": place.position.lon,
        "precision_m": place.precision_m,
    }


def _row(found: Found) -> tuple[str, ...]:
    place = found.place
    precision = "not stated" if place.precision_m is None else f"{place.precision_m} m"
    return (
        found.name,
        place.names[0],
        str(found.alike),
        _LISTS[place.source],
        place.within,
        decimal_degrees(place.position),
        mgrs(place.position),
        precision,
    )
