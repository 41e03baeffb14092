"""``/v1/channels/{channel}/conferences``: minutes, and the text that both sides sign."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from parley.desk.conferring.minutes import KIND, Conferences
from parley.desk.drafts.draft import check_alone
from parley.desk.login.who import Asking
from parley.desk.quick.hours import nearest_time
from parley.desk.strict import RawBody, read_shape
from parley.node.runtime import Node

_LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TextInput(_Strict):
    """A text with its language."""

    lang: str = Field(pattern=_LANGUAGE)
    text: str = Field(min_length=1, max_length=20_000)


class TakingPart(_Strict):
    """A post that took part for a party."""

    party: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")
    post: str = Field(min_length=1, max_length=300)


class DifferenceInput(_Strict):
    """A point that was not agreed, as one of them holds it."""

    party: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")
    text: TextInput


class ConferenceInput(_Strict):
    """The page of a conference; times are changed by what is typed, else they stay."""

    agenda: list[TextInput] = Field(default_factory=list, max_length=64)
    participants: list[TakingPart] = Field(default_factory=list, max_length=64)
    medium: Literal["video", "telephone", "in_person", "radio"] = "telephone"
    languages: list[Annotated[str, Field(pattern=_LANGUAGE)]] = Field(
        default_factory=list, max_length=16
    )
    minutes: list[TextInput] = Field(default_factory=list, max_length=64)
    decisions: list[TextInput] = Field(default_factory=list, max_length=64)
    differences: list[DifferenceInput] = Field(default_factory=list, max_length=64)
    held_from: str | None = Field(None, max_length=60)
    held_to: str | None = Field(None, max_length=60)


class ConferencePaths:
    """The conferences of a channel."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._conferences = Conferences(node)

    def listing(self, channel: str) -> dict[str, Any]:
        """List the pages being written, and every text with who has signed it."""
        return self._conferences.listing(self._node.channel(channel))

    def start(
        self,
        channel: str,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Open a page; the conference begins now."""
        return self._conferences.start(self._node.channel(channel), self._read(data), who)

    def change(self, channel: str, conference: int, data: RawBody) -> dict[str, Any]:
        """Write the page anew."""
        name = self._node.channel(channel)
        return self._conferences.change(name, conference, self._read(data))

    def propose(self, channel: str, conference: int, who: Asking) -> dict[str, Any]:
        """Log the minutes as ours, for the others to sign."""
        name = self._node.channel(channel)
        check_alone(self._node, name, [KIND], who)
        return self._conferences.propose(name, conference)

    def sign(self, channel: str, ref: str, who: Asking) -> dict[str, Any]:
        """Log the very same text as another party's minutes."""
        name = self._node.channel(channel)
        check_alone(self._node, name, [KIND], who)
        return self._conferences.sign(name, ref)

    def _read(self, data: bytes) -> dict[str, Any]:
        wanted = read_shape(ConferenceInput, data or b"{}")
        page: dict[str, Any] = wanted.model_dump()
        now = self._node.clock.now()
        for name in ("held_from", "held_to"):
            typed = page.pop(name)
            if typed:
                page[name] = nearest_time(typed, now, where=f"body.{name}")
        return page
