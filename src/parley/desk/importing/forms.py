"""Forms to collect ``observation/1`` and ``casualty/1`` with, and how submissions become records.

The questions of a form and the fields of its kind meet in one table, so that what a form collects
is imported without a mapping file. Choices are the kind's own.
"""

from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import Any, Final

from parley.desk.importing.fields import field_of
from parley.desk.importing.mapping import Mapping, mapping_of
from parley.desk.importing.row import Row, Unreadable
from parley.desk.importing.rows import Rows
from parley.desk.importing.submissions import SUBMISSION_ID
from parley.errors import BadRow, BadTable
from parley.kinds import KINDS

KIND_QUESTION: Final = "parley_kind"
PERSONAL: Final = "personal"
# Questions that fill a field together with another one, and so are no personal ones.
JOINED: Final = ("day", "time_of_day")
_NAMEABLE: Final = ("official", "armed_group", "un", "ngo", "media")


@dataclass(frozen=True, slots=True)
class Question:
    """A question: the field it fills (None: it goes into the personal part), and when it is asked.

    ``kind``: a question type of XLSForm; ``select_one`` takes the choices of the field.
    """

    name: str
    kind: str
    label: str
    field: str | None = None
    hint: str = ""
    required: bool = False
    relevant: str = ""
    constraint: str = ""
    default: str = ""

    @property
    def is_personal(self) -> bool:
        """Whether its answer goes into the personal part."""
        return self.field is None and self.name not in JOINED

    def choices(self, kind: str) -> tuple[str, ...]:
        """Give what can be chosen; empty where it is no choice."""
        if self.kind != "select_one" or self.field is None:
            return ()
        return field_of(KINDS[kind], self.field).choices


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a kind; ``more``: what its mapping says beyond one column a field."""

    kind: str
    title: str
    questions: tuple[Question, ...]
    more: Table[str, Any]

    @property
    def form_id(self) -> str:
        """The identifier of the form."""
        return "parley_" + self.kind.replace("/", "_")

    def mapping(self, *, zone: str, audience: tuple[str, ...]) -> Mapping:
        """Make the mapping of its submissions; ``zone`` is that of times without an offset."""
        columns = {q.field: q.name for q in self.questions if q.field is not None}
        named = {q.name: q.name for q in self.questions if q.is_personal}
        return mapping_of(
            {
                "kind": self.kind,
                "source": f"form {self.form_id}",
                "id": SUBMISSION_ID,
                "zone": zone,
                "columns": {**columns, **self.more},
                "personal": {"audience": list(audience), "columns": named},
            }
        )


_AREA = "Area: p-code, or the name that the channel uses"
_EXACT = "Exact: it stays in the personal part. The record tells it to about 1 km."
_HANDLE = "Handle that the channel uses"

OBSERVATION: Final = Form(
    "observation/1",
    "Observation",
    (
        Question("area", "text", _AREA, "area"),
        Question("time", "dateTime", "When, or from when", "time"),
        Question("until", "dateTime", "Until", "until", constraint=". >= ${time}"),
        Question("access", "select_one", "Access was restricted", "restriction.access"),
        Question(
            "access_by", "text", "Who restricted it", "restriction.by", _HANDLE,
            relevant="${access} != ''", constraint="regex(., '^[a-z0-9][a-z0-9.-]{0,62}$')",
        ),
        Question(
            "access_reason", "text", "Reason given", "restriction.reason",
            relevant="${access} != ''",
        ),
        Question("what", "select_one", "What was observed", "what"),
        Question(
            "means", "select_one", "By what means", "means", required=True,
            relevant="${what} != ''",
        ),
        Question(
            "number", "integer", "How many", "number", "A burst of one weapon is one",
            relevant="${what} != ''", constraint=". >= 1 and . <= 1000000", default="1",
        ),
        Question("description", "select_one", "Outgoing or impact", "description"),
        Question("direction", "text", "Direction of flight", "direction", "Such as W to E"),
        Question("weapon", "text", "Weapon, if known", "weapon", "Such as mortar 82 mm"),
        Question("observer_area", "text", "Area of the observer", "observer_area"),
        Question("observer_position", "geopoint", "Observer's position", "observer_place", _EXACT),
        Question(
            "bearing", "decimal", "Bearing, degrees from north", "bearing_e4",
            constraint=". >= 0 and . <= 360",
        ),
        Question(
            "distance_km", "decimal", "Distance, km", "distance_e4m", "Estimated",
            constraint=". >= 0 and . <= 1000",
        ),
        Question("note", "text", "More words", "text", "No names, no exact positions"),
        Question("observer_name", "text", "Observer's name"),
        Question("observer_contact", "text", "Observer's telephone or address"),
    ),
    {"distance_e4m": {"column": "distance_km", "unit": "km"}},
)  # fmt: skip


def _source(number: int) -> tuple[Question, Question]:
    kind = f"source_{number}_kind"
    allowed = " or ".join(f"${{{kind}}} = '{each}'" for each in _NAMEABLE)
    at = f"sources.{number - 1}"
    return (
        Question(
            kind, "select_one", f"Source {number}: what kind", f"{at}.kind", required=number == 1
        ),
        Question(
            f"source_{number}_name", "text", f"Source {number}: publication or body",
            f"{at}.name", "Never a private person", relevant=allowed,
        ),
    )  # fmt: skip


_COUNT = ". >= 0 and . <= 100000000"

CASUALTY: Final = Form(
    "casualty/1",
    "Casualty",
    (
        Question(
            "handle", "text", "Pseudonym", "handle", "Letters, a hyphen, digits: c-0616-1",
            required=True, constraint="regex(., '^[a-z]{1,3}-[0-9][0-9-]{0,30}$')",
        ),
        Question("harm", "select_one", "What became of them", "harm", required=True),
        Question(
            "at_least", "integer", "How many at least", "number.at_least", required=True,
            constraint=_COUNT, default="1",
        ),
        Question(
            "at_most", "integer", "How many at most", "number.at_most",
            constraint=f"{_COUNT} and . >= ${{at_least}}",
        ),
        Question(
            "best", "integer", "Best figure", "number.best",
            constraint=". >= ${at_least} and (${at_most} = '' or . <= ${at_most})",
        ),
        Question("area", "text", _AREA, "area", required=True),
        Question("position", "geopoint", "Where", "place", _EXACT),
        Question("day", "date", "Day of the incident"),
        Question("time_of_day", "time", "Time of day, if known", relevant="${day} != ''"),
        Question("age_at_least", "integer", "Age at least", "age.at_least", constraint=". <= 130"),
        Question(
            "age_at_most", "integer", "Age at most", "age.at_most",
            constraint=". <= 130 and . >= ${age_at_least}",
        ),
        Question("sex", "select_one", "Sex or gender", "sex"),
        Question("status", "select_one", "Civilian or combatant", "status", required=True),
        Question("cause", "select_one", "Type of death or harm", "cause", required=True),
        Question(
            "caused_by", "text", "Who is said to have caused it", "attributions.0.actors",
            "Handles that the channel uses, with commas between",
        ),
        Question(
            "standard", "select_one", "Standard of proof claimed for that",
            "attributions.0.standard", required=True, relevant="${caused_by} != ''",
        ),
        *_source(1),
        *_source(2),
        *_source(3),
        Question("state", "select_one", "Where the recording stands", "state"),
        Question("grade", "select_one", "Grade", "grade"),
        Question("names", "text", "Names"),
        Question("contact", "text", "Telephone or address"),
        Question("place_words", "text", "Exact place, in words"),
    ),
    {"when": {"column": ["day", "time_of_day"]}},
)  # fmt: skip

FORMS: Final = {form.kind: form for form in (OBSERVATION, CASUALTY)}


def form_of(kind: str) -> Form:
    """Give the form of a kind, or refuse."""
    if kind not in FORMS:
        raise BadTable(f"no form of {kind!r}", hint=f"there are {', '.join(FORMS)}")
    return FORMS[kind]


def form_rows(form: Form, rows: Rows) -> Rows:
    """Give submissions of a form by the names of its questions, whatever group these are in."""
    for row in rows:
        if isinstance(row, Unreadable):
            yield row
            continue
        cells = {name.rpartition("/")[2]: cell for name, cell in row.cells.items()}
        if cells.get(KIND_QUESTION) != form.kind:
            what = f"no submission of the form of {form.kind}"
            yield Unreadable(row.place, BadRow(what, hint="--map says what another form means"))
            continue
        yield Row(row.place, cells, row.epoch)


def kind_of(row: Row) -> str | None:
    """Tell which form a submission is of, if it is one of ours."""
    said = (cell for name, cell in row.cells.items() if name.rpartition("/")[2] == KIND_QUESTION)
    found = next(said, None)
    return found if isinstance(found, str) else None
