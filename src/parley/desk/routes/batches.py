"""``/v1/channels/{channel}/batch``: log a list of ours, by the names it has for its subjects."""

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from parley.desk.drafts.draft import check_alone
from parley.desk.login.who import Asking
from parley.desk.problems import problem
from parley.desk.routes.records import PartInputShape, part_input
from parley.desk.strict import RawBody, read_shape
from parley.node.batches import MOST_KEY, MOST_RECORDS, Item, Outcome
from parley.node.runtime import Node


class ItemInput(BaseModel):
    """A record to be logged once; ``key`` is what the author's own list calls its subject."""

    model_config = ConfigDict(extra="forbid", strict=True)

    key: str = Field(min_length=1, max_length=MOST_KEY)
    kind: str
    body: dict[str, Any]
    parts: list[PartInputShape] = Field(default_factory=list, max_length=64)


class BatchInput(BaseModel):
    """A list; ``check_only`` logs nothing, ``strict`` logs nothing where an item is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    records: list[ItemInput] = Field(min_length=1, max_length=MOST_RECORDS)
    check_only: bool = False
    strict: bool = False


class BatchPaths:
    """Lists of one channel."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def publish(
        self,
        channel: str,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Log what is new or changed in a list, in one commit; say what became of each item."""
        name = self._node.channel(channel)
        wanted = read_shape(BatchInput, data)
        check_alone(self._node, name, [item.kind for item in wanted.records], who)
        items = [
            Item(
                item.key,
                item.kind,
                item.body,
                tuple(
                    part_input(part, f"records.{i}.parts.{j}") for j, part in enumerate(item.parts)
                ),
            )
            for i, item in enumerate(wanted.records)
        ]
        done = self._node.publish_batch(
            name, items, check_only=wanted.check_only, strict=wanted.strict
        )
        return {"channel": name, "records": [_outcome(each) for each in done]}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "state": outcome.state,
        "record": None if outcome.record is None else asdict(outcome.record),
        "replaces": outcome.replaces,
        "refusal": None if outcome.refusal is None else problem(outcome.refusal),
    }
