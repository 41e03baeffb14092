"""The columns of each kind: a heading, its HXL tag, where its value stands in the body.

HXL 1.1 (Humanitarian Exchange Language, hxlstandard.org): a row of hashtags with attributes under
the headings says what each column means, in whatever language the headings are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from parley.desk.exporting.item import Value
from parley.record.kind import Body
from parley.values.instants import Instant, StatedTime, format_instant
from parley.values.lengths import E4M_PER_METRE, Altitude, Bound
from parley.values.texts import Text

Sort = Literal["code", "number", "time", "length", "actors", "words"]
"""What a value is. A public export tells codes, numbers and lengths; times that are old enough; of
actors the members of the channel; words never, since they may hold names and places."""

Get = str | Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``get`` is a path of attributes in the body, or takes the body.

    ``personal``: what could single out a person or a watcher, and so is never public.
    """

    name: str
    tag: str
    sort: Sort
    get: Get
    personal: bool = False

    def value(self, body: Body) -> Value:
        """Give the value as text or number, or None where the body does not state it."""
        found: Any = body
        if callable(self.get):
            found = self.get(body)
        else:
            for name in self.get.split("."):
                found = None if found is None else getattr(found, name, None)
        return _written(found, self.sort)

    @property
    def public(self) -> bool:
        """Tell whether a public export may have it."""
        return self.sort != "words" and not self.personal


def _written(found: Any, sort: Sort) -> Value:
    if found is None or found == ():
        return None
    if isinstance(found, tuple | list):
        mark = " " if sort in ("code", "actors") else "; "
        texts = [str(_written(each, sort)) for each in found]
        return mark.join(texts)
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, StatedTime):
        return format_instant(found.at)
    if sort == "time":
        return format_instant(Instant(found))
    if sort == "length":
        return metres(found)
    if isinstance(found, Text):
        return found.text
    if isinstance(found, Altitude):
        return found.stated()
    if isinstance(found, Bound):
        return found.value
    return found if isinstance(found, int) else str(found)


def metres(e4m: int) -> int:
    """Give a length in whole metres, upward: nothing is told to be nearer than it is."""
    return -(-e4m // E4M_PER_METRE)


def _sum(name: str, of: str) -> Callable[[Any], int | None]:
    def total(body: Any) -> int | None:
        stated = [getattr(each, name) for each in getattr(body, of) or ()]
        known = [number for number in stated if number is not None]
        return sum(known) if known else None

    return total


def _each(of: str, name: str) -> Callable[[Any], tuple[Any, ...]]:
    return lambda body: tuple(getattr(each, name) for each in getattr(body, of) or ())


def _levels(name: str) -> Callable[[Any], tuple[Any, ...]]:
    def stated(body: Any) -> tuple[Any, ...]:
        found = [getattr(volume, name) for volume in body.volumes]
        return tuple(dict.fromkeys(level for level in found if level is not None))

    return stated


def _if_killed(name: str) -> Callable[[Any], int | None]:
    return lambda body: getattr(body.number, name) if body.harm == "killed" else None


_NOTIFIED: Final = (
    Column("handle", "#meta+handle", "words", "handle"),
    Column("organisation", "#org", "actors", "organisation"),
    Column("purpose", "#description+purpose", "words", "purpose"),
    Column("verified_by", "#org+verified", "actors", "verified.by"),
    Column("verified_at", "#date+verified", "time", "verified.at"),
    Column("verified_how", "#status+verified+how", "code", "verified.how"),
    Column("consent_at", "#date+consent", "time", "consent.at"),
    Column("addressees", "#org+addressee", "actors", "addressees"),
    Column("upper", "#value+level+upper", "words", "upper"),
    Column("keep_off_m", "#value+keep_off_m", "length", "keep_off_e4m"),
    Column("renew_by", "#date+renew", "time", "renew_by"),
    Column("answers_for_it", "#contact+post", "words", "owner_post"),
)
_MOVEMENT: Final = (
    Column("from_area", "#loc+from", "words", lambda body: body.legs[0].start),
    Column("to_area", "#loc+to", "words", lambda body: body.legs[-1].to),
    Column("legs", "#meta+legs", "number", lambda body: len(body.legs)),
    Column("vehicles", "#value+vehicles", "number", "load.vehicles"),
    Column("people", "#affected+moved", "number", "load.people"),
    Column("cargo", "#item", "words", "load.cargo"),
    Column("marking", "#description+marking", "words", "load.marking"),
    *_NOTIFIED,
)

COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {
    "site/1": (
        Column("site_type", "#sector", "code", "site_type"),
        Column("names", "#loc+name", "words", "names"),
        Column("size_m", "#value+size_m", "length", "size_e4m"),
        *_NOTIFIED,
    ),
    "movement/1": _MOVEMENT,
    "emergency_movement/1": (
        Column("emergency", "#description+emergency", "words", "emergency"),
        *_MOVEMENT,
    ),
    "aid_request/1": (
        Column("requested_by", "#org+requested", "actors", "requested_by"),
        Column("goods", "#sector", "code", _each("needs", "good")),
        Column("kg", "#item+kg", "number", _sum("kg", "needs")),
        Column("people", "#inneed", "number", _sum("people", "needs")),
        Column("text", "#description", "words", "text"),
    ),
    "delivery/1": (
        Column("organisation", "#org", "actors", "organisation"),
        Column("outcome", "#status+delivery", "code", "result"),
        Column("goods", "#sector", "code", _each("items", "good")),
        Column("kg", "#item+kg", "number", _sum("kg", "items")),
        Column("people", "#reached", "number", "people"),
        Column("treated", "#reached+treated", "number", "treated"),
        Column("reason", "#description+reason", "words", "reason"),
    ),
    "incident/1": (Column("note", "#description", "words", "note"),),
    "observation/1": (
        Column("what", "#event+observed", "code", "what"),
        Column("means", "#meta+means", "code", "means"),
        Column("number", "#value+number", "number", "number"),
        Column("described_as", "#event+description", "code", "description"),
        Column("direction", "#description+direction", "words", "direction"),
        Column("weapon", "#description+weapon", "words", "weapon"),
        Column("access", "#access", "code", "restriction.access"),
        Column("observer_area", "#loc+observer", "words", "observer_area"),
        Column("bearing_e4", "#geo+bearing_e4", "number", "bearing_e4", personal=True),
        Column("distance_m", "#geo+distance_m", "length", "distance_e4m", personal=True),
        Column("text", "#description", "words", "text"),
    ),
    "allegation/1": (
        Column("act", "#event+alleged", "code", "act"),
        Column("laid_to", "#org+alleged", "actors", "laid_to"),
        Column("duty", "#meta+duty", "number", "duty"),
        Column("number", "#value+number", "number", "number"),
        Column("weapon", "#description+weapon", "words", "weapon"),
        Column("killed", "#affected+killed", "number", "harmed.killed"),
        Column("wounded", "#affected+injured", "number", "harmed.wounded"),
        Column(
            "killed_civilians", "#affected+killed+civilians", "number", "harmed.killed_civilians"
        ),
        Column(
            "wounded_civilians", "#affected+injured+civilians", "number", "harmed.wounded_civilians"
        ),
        Column("text", "#description", "words", "text"),
        Column("source", "#meta+source", "words", "source"),
    ),
    "casualty/1": (
        Column("handle", "#meta+handle", "words", "handle"),
        Column("harm", "#event+harm", "code", "harm"),
        Column("at_least", "#affected+min", "number", "number.at_least"),
        Column("at_most", "#affected+max", "number", "number.at_most"),
        Column("best", "#affected+best", "number", "number.best"),
        Column("killed_at_least", "#affected+killed", "number", _if_killed("at_least")),
        Column("killed_at_most", "#affected+killed+max", "number", _if_killed("at_most")),
        Column("civil_status", "#affected+status", "code", "status"),
        Column("cause", "#cause", "code", "cause"),
        Column("sex", "#affected+sex", "code", "sex", personal=True),
        Column("age_at_least", "#affected+age+min", "number", "age.at_least", personal=True),
        Column("age_at_most", "#affected+age+max", "number", "age.at_most", personal=True),
        Column(
            "attributed_to",
            "#org+alleged",
            "actors",
            lambda body: tuple(actor for each in body.attributions for actor in each.actors),
        ),
        Column("sources", "#meta+source", "code", _each("sources", "kind")),
        Column("recording", "#status+recording", "code", "state"),
        Column("grade", "#status+grade", "code", "grade"),
        Column("strength", "#status+strength", "code", "strength"),
    ),
    "toll/1": (
        Column("counted", "#indicator", "code", "counted"),
        Column("counted_by", "#org+counted", "actors", "counted_by"),
        Column("issued_by", "#org+issued", "actors", "issued_by"),
        Column("published", "#date+published", "time", "published"),
        Column("total", "#value+total", "number", "total"),
        Column(
            "parts",
            "#value+parts",
            "words",
            lambda body: tuple(f"{part.label}: {part.number}" for part in body.parts),
        ),
        Column("sum_of_parts", "#value+parts+sum", "number", _sum("number", "parts")),
        Column("lead_total", "#value+lead", "number", "lead_total"),
        Column("confirmed", "#value+confirmed", "number", "confirmed"),
        Column("text", "#description", "words", "text"),
        Column("source", "#meta+source", "words", "source"),
    ),
    "meeting/1": (
        Column("partner_sort", "#org+type", "code", "partner_sort"),
        Column("partner", "#org", "actors", "partner"),
        Column("outcome", "#status+meeting", "code", "outcome"),
        Column("promises", "#value+promises", "number", lambda body: len(body.promises or ())),
        Column("summary", "#description", "words", "summary"),
    ),
    "joining/1": (
        Column("actor", "#org", "actors", "actor"),
        Column("actor_type", "#org+type", "code", "actor_type"),
        Column("step", "#status+joining", "code", "step"),
        Column("to", "#org+guarantor", "actors", "to"),
        Column("attested_by", "#org+attested", "actors", "attested_by"),
        Column("men", "#population+men", "number", "men"),
        Column("inhabitants", "#population", "number", "inhabitants"),
        Column("text", "#description", "words", "text"),
    ),
    "activity/1": (
        Column("activity", "#activity", "words", "activity"),
        Column("lower", "#value+level+lower", "words", _levels("lower")),
        Column("upper", "#value+level+upper", "words", _levels("upper")),
        Column("text", "#description", "words", "description"),
    ),
    "zone/1": (
        Column("zone_type", "#loc+type", "code", "zone_type"),
        Column("asks", "#status+asks", "code", "asks"),
        Column("affects", "#org+addressee", "actors", "affects"),
        Column("lower", "#value+level+lower", "words", _levels("lower")),
        Column("upper", "#value+level+upper", "words", _levels("upper")),
        Column("margin_m", "#value+margin_m", "length", "margin.lateral_e4m"),
        Column("text", "#description", "words", "description"),
    ),
    "warning/1": (
        Column("urgency", "#severity", "code", "urgency"),
        Column("asked", "#description+asked", "words", "asked"),
        Column("whom", "#description+whom", "words", "whom"),
        Column("parties", "#org+concerned", "actors", "parties"),
        Column("asked_of", "#org+addressee", "actors", "asked_of"),
        Column("lower", "#value+level+lower", "words", "lower"),
        Column("upper", "#value+level+upper", "words", "upper"),
        Column("valid_until", "#date+valid", "time", "valid_until"),
        Column("event_time", "#date+event", "time", "event_time"),
        Column("answers_for_it", "#contact+post", "words", "owner_post"),
    ),
    "account/1": (
        Column("text", "#description", "words", "text"),
        Column("who", "#description+who", "words", "who"),
        Column("parties", "#org+concerned", "actors", "parties"),
        Column("known_by", "#meta+means", "code", "known_by"),
        Column("lower", "#value+level+lower", "words", "lower"),
        Column("upper", "#value+level+upper", "words", "upper"),
        Column("source", "#meta+source", "words", "source"),
    ),
    "deadline/1": (
        Column("step", "#status+deadline", "code", "step"),
        Column("addressed_to", "#org+addressee", "actors", "addressed_to"),
        Column("due", "#date+due", "time", "due"),
        Column("outcome", "#status+outcome", "code", "outcome"),
        Column("demand", "#description+demand", "words", "demand"),
        Column("consequence", "#description+consequence", "words", "consequence"),
        Column("speaker", "#contact+post", "words", "speaker"),
    ),
    "finding/1": (
        Column("outcome", "#status+finding", "code", "outcome"),
        Column("level", "#status+level", "code", "level"),
        Column("confirmed", "#value+confirmed", "number", "confirmed"),
        Column("attributed_to", "#org+alleged", "actors", "attributed_to"),
        Column("sources", "#meta+source", "code", "sources"),
        Column("text", "#description", "words", "text"),
    ),
    "statement/1": (
        Column("speaker", "#contact+speaker", "words", "speaker"),
        Column("on_behalf_of", "#org", "actors", "on_behalf_of"),
        Column("said_at", "#date+said", "time", "said_at"),
        Column("published_at", "#date+published", "time", "published_at"),
        Column("outlet", "#meta+source", "words", "outlet"),
        Column("form", "#meta+form", "code", "form"),
        Column("text", "#description", "words", "text"),
    ),
    "roster/1": (
        Column("post", "#contact+post", "words", "post"),
        Column("deputies", "#contact+deputy", "words", "deputies"),
        Column("languages", "#meta+languages", "words", "languages"),
    ),
    "answer/1": (
        Column("stance", "#status+answer", "code", "answer"),
        Column("officer", "#contact+post", "words", "officer"),
        Column("text", "#description", "words", "text"),
    ),
    "retraction/1": (
        Column("reason", "#description+reason", "words", "reason"),
        Column("officer", "#contact+post", "words", "officer"),
    ),
}
"""Kind -> its own columns; every kind has the common ones (``rows``) before them."""
