"""A draft while rules put it together, and how it becomes one that is written down."""

from dataclasses import dataclass, field
from typing import Literal

from parley.desk.drafting.completeness import judge, sums
from parley.desk.drafting.draft import Cited, Draft, DraftedKind, Ground, NameWords
from parley.desk.drafting.handles import Handles
from parley.desk.drafting.moments import Moment
from parley.desk.drafting.span import Span
from parley.record.canonical import Json


def clean(words: str) -> str:
    """Give words as a record may hold them: on one line, without control characters."""
    if not words.isprintable():
        words = "".join(c if c.isprintable() or c in "\u200c\u200d" else " " for c in words)
    return " ".join(words.split())


@dataclass(slots=True)
class Finding:
    """What a rule found so far, in a text; see ``Draft``."""

    kind: DraftedKind
    text: str
    span: Span
    body: dict[str, Json] = field(default_factory=dict)
    grounds: list[Ground] = field(default_factory=list)
    names: list[NameWords] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    speaker: Span | None = None
    speaker_how: str = ""
    verb: Span | None = None
    form: Literal["quote", "paraphrase"] | None = None
    denied: bool = False
    hearsay: list[Span] = field(default_factory=list)

    def cite(self, name: str, span: Span, how: str = "") -> None:
        """Say which words a field rests on."""
        self.grounds.append(
            Ground(start=span.start, end=span.end, text=span.of(self.text), field=name, how=how)
        )

    def put(self, name: str, value: Json, span: Span, how: str = "") -> None:
        """Fill a field of the body from words of the text."""
        self.body[name] = value
        self.cite(name, span, how)

    def words(self, name: str, span: Span, language: str) -> None:
        """Fill a text of the body with the words of a span, if there are any."""
        if text := clean(span.of(self.text)):
            self.put(name, {"lang": language, "text": text}, span)

    def when(self, name: str, moment: Moment, span: Span) -> None:
        """Fill a stated time."""
        self.put(name, moment.stated(), span)
        self._exact(moment, span, name)

    def instant(self, name: str, moment: Moment, span: Span) -> None:
        """Fill an instant."""
        self.put(name, moment.ms, span)
        self._exact(moment, span, name)

    def _exact(self, moment: Moment, span: Span, name: str) -> None:
        self.grounds[-1] = Ground(
            start=span.start, end=span.end, text=span.of(self.text), field=name,
            how=moment.how[:500], precision=moment.precision,
        )  # fmt: skip

    def name(self, path: str, span: Span) -> None:
        """Say by which name the text has somebody whose handle the record needs."""
        self.names.append(
            NameWords(start=span.start, end=span.end, text=span.of(self.text), field=path)
        )

    def draft(self, handles: Handles) -> Draft:
        """Write it down: handles filled where they are known, the body judged by its kind."""
        names = [handles.fill(name, self.body) for name in self.names]
        missing, wrong = judge(self.kind, self.body)
        return Draft(
            kind=self.kind,
            span=cited(self.text, self.span),
            speaker=None if self.speaker is None else cited(self.text, self.speaker),
            speaker_how=self.speaker_how,
            verb=None if self.verb is None else cited(self.text, self.verb),
            form=self.form,
            denied=self.denied,
            hearsay=tuple(cited(self.text, span) for span in self.hearsay[:20]),
            notes=tuple(self.notes[:50]),
            body=self.body,
            grounds=tuple(self.grounds[:500]),
            names=tuple(names[:300]),
            checks=sums(self.kind, self.body),
            missing=missing[:100],
            wrong=wrong[:100],
        )


def cited(text: str, span: Span) -> Cited:
    """Give the words of a span with their place."""
    return Cited(start=span.start, end=span.end, text=span.of(text))
