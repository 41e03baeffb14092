"""An answer to a notice, with what was read back from it and what the comparison found."""

from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from parley.desk.inbox.read_back import typed_scope
from parley.desk.typed import altitude_typed
from parley.errors import BadQuery
from parley.node.publishing import Published
from parley.node.runtime import Node
from parley.projection.grades import read_back_of
from parley.record.canonical import Json
from parley.record.envelope import Ref
from parley.values.lengths import Altitude, to_e4m

_LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ReadBackInput(_Strict):
    """Words typed from the notice; what it does not state stays empty."""

    place: str = Field("", max_length=200)
    from_: str = Field("", alias="from", max_length=60)
    until: str = Field("", max_length=60)
    lower: str = Field("", max_length=60)
    upper: str = Field("", max_length=60)


class ProposalInput(_Strict):
    """A change that would make the notice acceptable, in words, and in figures where they help."""

    text: str = Field(max_length=2000)
    shift_minutes: int | None = Field(None, description="later by; negative: earlier")
    shift_ms: int | None = Field(None, description="the same, in milliseconds")
    offset_m: int | None = Field(None, ge=0, description="moved aside by")
    bearing_e4: int | None = Field(None, ge=0, lt=3_600_000, description="towards, 0.0001 degree")
    lower: str | None = Field(None, max_length=60, description="such as 15000 FT AMSL")
    upper: str | None = Field(None, max_length=60)


class AnswerInput(_Strict):
    """What this desk says to a notice."""

    stance: Literal["acknowledge", "object", "propose"]
    officer: str | None = Field(None, max_length=300, description="post; the asker's if left out")
    text: str | None = Field(None, max_length=20_000)
    lang: str = Field("und", pattern=_LANGUAGE)
    readback: ReadBackInput | None = None
    proposal: ProposalInput | None = None
    id: str | None = Field(default=None, pattern="^[0-9a-f]{32}$")


def answer(node: Node, channel: str, ref: str, wanted: AnswerInput, officer: str) -> dict[str, Any]:
    """Log an answer to a record; give where it stands and how its read-back compares."""
    notice = node.find(ref, channel=channel)
    if notice.record is None:
        raise BadQuery("an entry that cannot be read cannot be answered", where=ref[:64])
    body: dict[str, Json] = {
        "stance": wanted.stance,
        "officer": wanted.officer or officer,
        **_read_back(node, channel, wanted),
    }
    if wanted.text:
        body["text"] = {"lang": wanted.lang, "text": wanted.text}
    if wanted.proposal is not None:
        body["proposal"] = proposal_json(wanted.proposal, wanted.lang)
    done = node.publish(
        channel,
        "answer/1",
        body,
        priority=notice.record.priority,
        refs=(Ref("answers", notice.name),),
        id=wanted.id,
    )
    return {**published_json(done), "compared": compared(node, channel, notice.name, done.name)}


def _read_back(node: Node, channel: str, wanted: AnswerInput) -> dict[str, Json]:
    if wanted.readback is None:
        return {}
    typed = cast("dict[str, str]", wanted.readback.model_dump(by_alias=True))
    agreed = node.known_places(channel)
    return typed_scope(typed, agreed, node.clock.now(), "body.readback")


def proposal_json(wanted: ProposalInput, lang: str) -> dict[str, Json]:
    """Write a proposed change as an answer holds it."""
    if wanted.shift_minutes is not None and wanted.shift_ms is not None:
        raise BadQuery("minutes or milliseconds, not both", where="body.proposal.shift_ms")
    body: dict[str, Json] = {"text": {"lang": lang, "text": wanted.text}}
    shift = wanted.shift_ms
    if wanted.shift_minutes is not None:
        shift = wanted.shift_minutes * 60_000
    if shift is not None:
        body["time_shift_ms"] = shift
    if wanted.offset_m is not None:
        body["offset_e4m"] = to_e4m(wanted.offset_m, "M", where="body.proposal.offset_m")
    if wanted.bearing_e4 is not None:
        body["bearing_e4"] = wanted.bearing_e4
    for name, words in (("lower", wanted.lower), ("upper", wanted.upper)):
        if words:
            body[name] = altitude_json(altitude_typed(words, where=f"body.proposal.{name}"))
    return body


def altitude_json(level: Altitude) -> Json:
    """Write a level as a body holds it."""
    return {
        "e4m": level.e4m,
        "units": level.units,
        "reference": level.reference,
        "uncertainty_e4m": level.uncertainty_e4m,
    }


def published_json(done: Published) -> dict[str, Any]:
    """Say where a record stands."""
    return {
        "name": done.name,
        "number": done.number,
        "check_code": done.check_code,
        "origin": done.origin,
        "index": done.index,
    }


def compared(node: Node, channel: str, notice: str, given: str) -> Json:
    """Compare what an answer read back with the record that it answers; both by their names."""
    situation = node.scene(channel).situation
    opened, answered = situation.said.by_name.get(notice), situation.said.by_name.get(given)
    if opened is None or answered is None or opened.facts.ask is None:
        return {"asked": False, "result": "none", "items": []}
    return read_back_of(situation, opened, answered).to_json()
