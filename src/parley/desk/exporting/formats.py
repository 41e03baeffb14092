"""The formats of ``parley export`` by name, and what each writes."""

from collections.abc import Callable, Mapping
from typing import Final

from parley.desk.exporting.calendar import write_ics
from parley.desk.exporting.cap import write_cap
from parley.desk.exporting.csv_file import write_csv
from parley.desk.exporting.geojson import write_geojson
from parley.desk.exporting.item import Export
from parley.desk.exporting.kml import write_kml
from parley.desk.exporting.spreadsheet import write_xlsx

FORMATS: Final[Mapping[str, Callable[[Export], bytes]]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "geojson": write_geojson,
    "kml": write_kml,
    "cap": write_cap,
    "ics": write_ics,
}

DEFAULT_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ics": (
        "activity/1",
        "zone/1",
        "movement/1",
        "emergency_movement/1",
        "deadline/1",
        "roster/1",
        "warning/1",
    ),
}
"""What a format holds where no kind is asked for: of what is planned, and of that alone."""
