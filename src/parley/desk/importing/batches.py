"""Rows on their way to the node, in batches: each is logged in one commit, all of it or none.

A file of up to 1,000 records (and 8 MB) is one batch. A larger one goes in as several, in its
order; where one of them fails the rest does not follow, and the same command again goes on where it
stopped, since what is logged already is the same.
"""

import base64
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from parley.desk.client import Client
from parley.desk.importing.drafts import Drafted, Drafter
from parley.desk.importing.mapping import Mapping
from parley.desk.importing.report import MOST_EXAMPLES, Report
from parley.desk.importing.row import Row, Unreadable
from parley.desk.importing.seen import Seen
from parley.desk.problems import refusal
from parley.errors import BadMapping, BadRow, BadTable, TooLarge
from parley.node.batches import MOST_KEY, MOST_RECORDS
from parley.record.canonical import canonical

MOST_BYTES = 8_000_000
PART_NAME = "personal.json"
_AROUND = 400
_MEDIA_TYPE = "application/json"


class Sink(Protocol):
    """Takes the records of a batch; gives what became of each, as the API says it."""

    def take(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Take at most ``MOST_RECORDS`` records."""
        ...


class NodeSink:
    """The batches of one channel of a node, through its API."""

    def __init__(
        self, client: Client, channel: str, *, check_only: bool = False, strict: bool = False
    ) -> None:
        self._client = client
        self._path = f"/v1/channels/{channel}/batch"
        self._how = {"check_only": check_only, "strict": strict}
        self._strict = strict and not check_only
        self._logged = 0

    def take(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Have the node log them, or tell what it would.

        Raises a refusal where the node, told to be strict, refuses a record that it took before.
        """
        done = self._client.post(self._path, {"records": records, **self._how})
        found: list[dict[str, Any]] = done["records"]
        refused = next((each["refusal"] for each in found if each["state"] == "refused"), None)
        if self._strict and refused is not None:
            what = f"our log has changed since the file was checked: {refused['detail']}"
            raise BadTable(what, hint=f"{self._logged} batches are logged; say it again")
        self._logged += 1
        return found


class Importer:
    """Sends the rows of one file by one mapping.

    ``without_personal``: what the mapping would put into personal parts is left behind. ``asked``:
    a column that no row has is worth a word, as where people wrote the mapping.
    """

    def __init__(
        self,
        file: Path,
        mapping: Mapping,
        *,
        without_personal: bool = False,
        asked: bool = True,
    ) -> None:
        personal = mapping.personal
        if personal is not None and not personal.audience and not without_personal:
            raise BadMapping(
                "who may have the personal parts?",
                where="personal.audience",
                hint="--personal-to PARTY, or --without-personal",
            )
        self._file = file
        self._drafter = Drafter(mapping)
        self._unseen = set(mapping.columns()) if asked else set()
        self._audience = () if personal is None or without_personal else personal.audience

    def run(
        self,
        rows: Iterable[Row | Unreadable],
        sink: Sink,
        *,
        dry_run: bool,
    ) -> Report:
        """Send all rows; wrong ones are named in the report, and the rest goes on.

        Raises a refusal where the file cannot be read to its end, or the node takes nothing.
        """
        report = Report(dry_run)
        batch: list[tuple[Drafted, dict[str, Any]]] = []
        size = 0
        with closing(Seen()) as seen:
            for draft in self._drafts(rows, seen, report):
                record = self._record(draft)
                added = len(draft.content) * 4 // 3 + _AROUND  # what is personal goes in base64
                if batch and (len(batch) == MOST_RECORDS or size + added > MOST_BYTES):
                    self._send(batch, sink, report)
                    batch, size = [], 0
                batch.append((draft, record))
                size += added
            if batch:
                self._send(batch, sink, report)
        report.unseen = sorted(self._unseen)
        return report

    def _drafts(
        self, rows: Iterable[Row | Unreadable], seen: Seen, report: Report
    ) -> Iterator[Drafted]:
        name, columns_known = str(self._file), False
        try:
            for row in rows:
                if isinstance(row, Unreadable):
                    report.wrong(row.error, row.place, name)
                    continue
                if self._unseen:
                    self._unseen.difference_update(row.cells)
                if not columns_known and row.place.startswith("line"):
                    self._drafter.check_columns(row.cells)
                    columns_known = True
                draft = self._draft(row, seen, report)
                if draft is not None:
                    yield draft
        except BadTable as error:
            raise error.at(name) from None

    def _draft(self, row: Row, seen: Seen, report: Report) -> Drafted | None:
        try:
            draft = self._drafter.draft(row)
            if len(draft.key) > MOST_KEY:
                raise BadRow(f"an id of more than {MOST_KEY} characters", where=row.place)
        except BadRow as error:
            report.wrong(error, row.place, str(self._file))
            return None
        before = seen.before(draft.key, draft.content, row.place)
        if before is None:
            return draft
        if before.same:
            report.add("twice", row.place, first=before.place)
        else:
            hint = "one row a subject: which of them holds?"
            what = f"the same id as in {before.place}, with another content"
            report.wrong(BadRow(what, where=row.place, hint=hint), row.place, str(self._file))
        return None

    def _record(self, draft: Drafted) -> dict[str, Any]:
        parts = []
        if draft.personal is not None and self._audience:
            parts.append(
                {
                    "name": PART_NAME,
                    "media_type": _MEDIA_TYPE,
                    "part_class": "personal",
                    "audience": list(self._audience),
                    "data": base64.b64encode(canonical(draft.personal)).decode(),
                }
            )
        return {"key": draft.key, "kind": draft.kind, "body": draft.body, "parts": parts}

    def _example(self, draft: Drafted) -> dict[str, Any]:
        return {
            "place": draft.place,
            "kind": draft.kind,
            "body": draft.body,
            "personal": draft.personal if self._audience else None,
            "audience": list(self._audience),
        }

    def _send(
        self, batch: list[tuple[Drafted, dict[str, Any]]], sink: Sink, report: Report
    ) -> None:
        try:
            done = sink.take([record for _, record in batch])
        except TooLarge as error:
            # a node may take less at once than most do
            if len(batch) == 1:
                place = batch[0][0].place
                report.wrong(error.at(place), place, str(self._file))
                return
            middle = len(batch) // 2
            self._send(batch[:middle], sink, report)
            self._send(batch[middle:], sink, report)
            return
        report.batches += 1
        for (draft, _), outcome in zip(batch, done, strict=True):
            if outcome["state"] == "refused":
                why = refusal(outcome["refusal"])
                report.wrong(why.at(draft.place), draft.place, str(self._file))
                continue
            if report.dry_run and len(report.examples) < MOST_EXAMPLES:
                report.examples.append(self._example(draft))
            record = outcome["record"] or {}
            report.add(
                outcome["state"],
                draft.place,
                number=record.get("number"),
                record=record.get("name"),
                replaces=outcome["replaces"],
            )
