"""How the related entries of an evidence file bear on its record: answers, withdrawals, time. Pure.

The log package knows no kind: of ``answer/1``, ``call/1`` and ``head/1`` it reads the few body
fields that docs/formats.md fixes, as plain JSON.
"""

import re
from typing import cast

from parley.errors import EvidenceRefused
from parley.log.checkpoint import (
    NoteSignature,
    SignedNote,
    parse_checkpoint,
    verify_log_signature,
)
from parley.log.evidence_entry import Opened, check_included, cosigned_at, head_key
from parley.log.evidence_words import Bearing, Grade, Report, Seen
from parley.log.keys_file import EvidenceKeys
from parley.values.instants import instant

_PARTY = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
STANCES = ("acknowledge", "object", "propose")
FOUNDATION = ("charter", "key")  # judged with the keys, in step 4


class Findings:
    """What the related entries add to the main one, collected one by one."""

    def __init__(self, main: Opened, keys: EvidenceKeys) -> None:
        self._main = main
        self._keys = keys
        # log signatures that verified; the main one did, before anything related is judged
        line = main.note.of(head_key(main.record.author, main.note, keys))
        self._heads: set[tuple[str, NoteSignature | None]] = {(main.note.text, line)}
        self.grades: list[Grade] = []
        self.bearings: list[Bearing] = []
        self.after: Seen | None = None
        if main.family == "call":
            self._told(main)

    def add(self, item: Opened) -> None:
        """Take in a related entry: proven in its own log, and bearing on the record, or refused."""
        check_included(item)
        key = head_key(item.record.author, item.note, self._keys)
        signed = (item.note.text, item.note.of(key))
        if signed not in self._heads:
            verify_log_signature(item.note, item.head, key)
            self._heads.add(signed)
        if item.family == "head":
            self._logged_before(item)
        elif item.family not in FOUNDATION:
            self._bears(item)

    def _bears(self, item: Opened) -> None:
        main, record = self._main, item.record
        roles = [ref.role for ref in record.refs if ref.record == main.entry.name]
        if not roles:
            raise EvidenceRefused("it does not speak of this record")
        own = record.author == main.record.author
        for role in roles:
            if role == "answers" and own:
                raise EvidenceRefused("the author's own answer proves nothing about others")
            if role in ("withdraws", "replaces") and not own:
                raise EvidenceRefused(f"only {main.record.author} {role} its own record")
            if role == "answers" and item.family == "answer":
                self._answered(item)
            elif not (role == "about" and item.family == "call" and own and self._told(item)):
                self.bearings.append(_bearing(role, item))

    def _answered(self, item: Opened) -> None:
        record, stance = item.record, item.record.body.get("stance")
        if stance not in STANCES:
            raise EvidenceRefused("an answer has a stance", where="body.stance")
        self.grades.append(
            Grade(
                "answered",
                record.author,
                record.issued,
                record=item.entry.name,
                stance=str(stance),
                log=record.log,
                index=item.proof.index,
            )
        )

    def _logged_before(self, item: Opened) -> None:
        """Bound the time from below: a foreign signature that the author had logged before."""
        main, author = self._main, self._main.record.author
        if item.record.log != main.record.log or item.head != main.head:
            raise EvidenceRefused("not under the same head as the record: its order is not proven")
        if item.proof.index >= main.proof.index:
            raise EvidenceRefused("not logged before the record")
        note = SignedNote.parse(str(item.record.body.get("note")).encode())
        head = parse_checkpoint(note)
        for holder in self._keys.parties:
            if head.origin in self._keys.logs_of(holder):
                break
        else:
            raise EvidenceRefused("no head of a log of this channel", where="body.note")
        verify_log_signature(note, head, head_key(holder, note, self._keys))
        seen = [
            Seen(at, cosigner.holder, head.origin)
            for cosigner in self._keys.cosigners()
            if cosigner.holder != author and (at := cosigned_at(note, cosigner.key)) is not None
        ]
        if not seen:
            raise EvidenceRefused("it carries no foreign cosignature", where="body.note")
        newest = max(seen, key=lambda s: (s.at, s.holder))
        if self.after is None or newest.at > self.after.at:
            self.after = newest

    def _told(self, item: Opened) -> bool:
        """Take in the author's own account of a call that reached somebody; tell whether it did."""
        body = item.record.body
        holder, at = body.get("to"), body.get("opened_at")
        if body.get("outcome") != "connected" or "said" not in body or holder == "unknown":
            return False
        if not isinstance(holder, str) or not _PARTY.fullmatch(holder):
            raise EvidenceRefused("a call names the party spoken to", where="body.to")
        self.grades.append(
            Grade(
                "told",
                holder,
                instant(cast("int", at), where="body.opened_at"),
                record=item.entry.name,
                log=item.record.log,
                index=item.proof.index,
            )
        )
        return True

    def report(
        self,
        signers: tuple[str, ...],
        cosigned: tuple[Grade, ...],
        ended: tuple[str, ...],
        parts: tuple[tuple[str, ...], tuple[str, ...]],
    ) -> Report:
        """Put everything together, in a fixed order."""
        main, keys = self._main, self._keys
        earliest = min(cosigned, key=lambda g: (g.at, g.holder, g.name), default=None)
        relied = {g.holder for g in (*cosigned, *self.grades) if g.name != "told"}
        relied |= {main.record.author, *(b.author for b in self.bearings)}
        if self.after is not None:
            relied.add(self.after.holder)
        return Report(
            record=main.record,
            name=main.entry.name,
            index=main.proof.index,
            size=main.head.size,
            signed_by=signers,
            grades=(*cosigned, *self.grades),
            after=self.after,
            before=None
            if earliest is None
            else Seen(earliest.at, earliest.holder, main.head.origin),
            bearings=tuple(self.bearings),
            parts_shown=parts[0],
            parts_absent=parts[1],
            keys=keys,
            ended=ended,
            needed=tuple(sorted(relied)),
        )


def _bearing(role: str, item: Opened) -> Bearing:
    record = item.record
    return Bearing(
        role,
        record.kind,
        record.author,
        item.entry.name,
        record.log,
        item.proof.index,
        record.issued,
    )
