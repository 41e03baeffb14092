"""``/v1/phrases``: the numbered phrases, rendered or sent, and found again in a record."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from parley.desk.drafts.draft import check_alone
from parley.desk.inbox.answering import published_json
from parley.desk.login.who import Asking
from parley.desk.phrases.catalogue import Language, phrase, phrases
from parley.desk.phrases.reading import phrases_of
from parley.desk.phrases.sending import kind_of, phrase_json, send
from parley.desk.quick.hours import next_time
from parley.desk.routes.inbox import post_of
from parley.desk.strict import RawBody, read_shape
from parley.node.runtime import Node


class PhraseInput(BaseModel):
    """The words for the slots of a phrase, and whether it is sent now."""

    model_config = ConfigDict(extra="forbid", strict=True)

    slots: dict[str, str] = Field(default_factory=dict, max_length=10)
    send: bool = False
    lang: Language = Field("en", description="the language that its text is signed in")
    about: str | None = Field(None, description="the record it is about, if no slot names it")
    valid_until: str | None = Field(None, max_length=60, description="holds until; else an hour")
    id: str | None = Field(default=None, pattern="^[0-9a-f]{32}$")


class PhrasePaths:
    """The catalogue of phrases."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def catalogue(self) -> dict[str, Any]:
        """List every phrase in English, Russian and Arabic."""
        return {"phrases": [phrase_json(each) for each in phrases().values()]}

    def say(
        self,
        channel: str,
        number: int,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Render a phrase in every language and, with ``send``, log it."""
        wanted = read_shape(PhraseInput, data)
        name, found = self._node.channel(channel), phrase(number)
        rendered = found.render(wanted.slots)
        published = None
        if wanted.send:
            check_alone(self._node, name, [kind_of(found)], who)
            until = None
            if wanted.valid_until:
                until = next_time(wanted.valid_until, self._node.clock.now(), where="valid_until")
            done = send(
                self._node,
                name,
                found,
                wanted.slots,
                wanted.lang,
                officer=post_of(who),
                about=wanted.about,
                valid_until=until,
                record_id=wanted.id,
            )
            published = published_json(done)
        return {
            "number": number,
            "slots": wanted.slots,
            **rendered,
            "published": published,
        }

    def found(self, channel: str, ref: str) -> dict[str, Any]:
        """Give the phrases that a record says, whatever language it was written in."""
        opened = self._node.find(ref, channel=self._node.channel(channel))
        body = opened.record.body if opened.record is not None else {}
        return {"record": opened.name, "phrases": list(phrases_of(body))}
