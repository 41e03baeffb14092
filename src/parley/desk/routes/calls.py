"""``/v1/channels/{channel}/calls``: the call card, from the first key to the record."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from parley.desk.calling.card import DROPPED, OPEN, Cards
from parley.desk.calling.finishing import Ending, finish
from parley.desk.calling.posts import posts_of
from parley.desk.drafts.draft import check_alone
from parley.desk.inbox.answering import ReadBackInput
from parley.desk.login.who import Asking
from parley.desk.routes.inbox import post_of
from parley.desk.strict import RawBody, read_shape
from parley.errors import BadQuery
from parley.node.runtime import Node
from parley.record.envelope import Priority

Medium = Literal["telephone", "radio", "video", "in_person"]
Outcome = Literal["connected", "contact_absent", "message_left", "hung_up", "on_hold", "no_answer"]
Words = Literal["said", "heard", "readback"]
_LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_PARTY = r"^[a-z0-9][a-z0-9.-]{0,62}$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CallInput(_Strict):
    """A call that begins now; all of it may be filled in later."""

    to: str = Field("unknown", pattern=_PARTY)
    medium: Medium = "telephone"
    direction: Literal["out", "in"] = "out"
    asked_for: str | None = Field(None, max_length=300)
    answered_by: str | None = Field(None, max_length=300)
    language: str | None = Field(None, pattern=_LANGUAGE)
    frequency: str | None = Field(None, max_length=300)
    about: str | None = Field(None, min_length=4, max_length=64)


class CallChange(_Strict):
    """What is filled in while the call goes on."""

    to: str | None = Field(None, pattern=_PARTY)
    medium: Medium | None = None
    direction: Literal["out", "in"] | None = None
    asked_for: str | None = Field(None, max_length=300)
    answered_by: str | None = Field(None, max_length=300)
    language: str | None = Field(None, pattern=_LANGUAGE)
    frequency: str | None = Field(None, max_length=300)
    about: str | None = Field(None, min_length=4, max_length=64)


class MarkInput(_Strict):
    """A moment of the call, stamped now."""

    what: Literal["answered", "hold", "resume", "ended"]


class NoteInput(_Strict):
    """Something said or heard; ``said_at`` if that was not just now."""

    field: Words
    text: str = Field(min_length=1, max_length=2000)
    lang: str = Field("und", pattern=_LANGUAGE)
    said_at: str | None = Field(None, max_length=60)


class TickInput(_Strict):
    """An item that the other side read back, right or wrong."""

    field: str = Field(pattern=r"^[a-z_]{1,20}$")
    ok: bool = True


class FinishInput(_Strict):
    """How it ended; ``typed`` is what the other side read back, compared with the record."""

    outcome: Outcome
    lang: str = Field("und", pattern=_LANGUAGE)
    said: str = Field("", max_length=10_000)
    heard: str = Field("", max_length=10_000)
    readback: str = Field("", max_length=10_000)
    typed: ReadBackInput | None = None
    priority: Priority = "routine"


class DropInput(_Strict):
    """Why a card becomes no record."""

    reason: str = Field(min_length=1, max_length=300)


class CallPaths:
    """The call cards of a channel."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._cards = Cards(node)

    def listing(self, channel: str, all: bool = False) -> dict[str, Any]:
        """List the calls not written up, or ``all``, and whom to ask for at each party."""
        name = self._node.channel(channel)
        papers = self._node.desk_state.calls.all(name, state=None if all else OPEN)
        return {
            "channel": name,
            "calls": [self._cards.shown(paper) for paper in papers],
            "posts": posts_of(self._node, name),
        }

    def start(
        self,
        channel: str,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Start a card and its clock."""
        wanted = read_shape(CallInput, data or b"{}")
        return self._cards.start(self._node.channel(channel), wanted.model_dump(), who)

    def one(self, channel: str, call: int) -> dict[str, Any]:
        """Give a card with its timers."""
        name = self._node.channel(channel)
        return self._cards.shown(self._node.desk_state.calls.get(call, name))

    def change(self, channel: str, call: int, data: RawBody) -> dict[str, Any]:
        """Fill in who was asked for, who answered, which record it is about."""
        wanted = read_shape(CallChange, data)
        return self._cards.change(self._node.channel(channel), call, wanted.model_dump())

    def mark(self, channel: str, call: int, data: RawBody) -> dict[str, Any]:
        """Stamp that it was answered, put on hold, resumed or ended."""
        wanted = read_shape(MarkInput, data)
        return self._cards.mark(self._node.channel(channel), call, wanted.what)

    def note(self, channel: str, call: int, data: RawBody) -> dict[str, Any]:
        """Write down what was said or heard, with the time at which it was said."""
        wanted = read_shape(NoteInput, data)
        name = self._node.channel(channel)
        return self._cards.note(name, call, wanted.field, wanted.text, wanted.lang, wanted.said_at)

    def tick(self, channel: str, call: int, data: RawBody) -> dict[str, Any]:
        """Tick an item that was read back."""
        wanted = read_shape(TickInput, data)
        return self._cards.tick(self._node.channel(channel), call, wanted.field, ok=wanted.ok)

    def finish(
        self,
        channel: str,
        call: int,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Log the call as our own account of it."""
        wanted = read_shape(FinishInput, data)
        typed = {} if wanted.typed is None else wanted.typed.model_dump(by_alias=True)
        ending = Ending(
            wanted.outcome,
            wanted.lang,
            wanted.said,
            wanted.heard,
            wanted.readback,
            typed,
            wanted.priority,
        )
        name = self._node.channel(channel)
        check_alone(self._node, name, ["call/1"], who)
        return finish(self._node, name, call, ending, post_of(who))

    def drop(
        self,
        channel: str,
        call: int,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Let a card be no record; why stands in the watch log."""
        wanted = read_shape(DropInput, data)
        if not wanted.reason.isprintable():
            raise BadQuery("a reason on one line", where="body.reason")
        name = self._node.channel(channel)
        paper = self._cards.put(self._cards.get(name, call), {"why": wanted.reason}, DROPPED)
        self._node.desk_state.watch_log.write(
            f"Call card {call} dropped: {wanted.reason}",
            at=self._node.clock.now(),
            by=who.name,
            post=who.post,
            sort="aside",
            about={"channel": name, "call": call},
        )
        return self._cards.shown(paper)
