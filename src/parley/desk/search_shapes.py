"""What a search answers with."""

from pydantic import Field

from parley.desk.shapes import PlainRow, RecordHead, Shape


class FoundRecord(RecordHead):
    """A record that a search found: what it is, how it was found, what became of it."""

    match: str = Field(description="as written, by another name, or by sound")
    state: str | None = Field(description="open, replaced, withdrawn, expired or conflicted")
    replaced_by: list[str] = Field(description="numbers of the records that replaced it")
    withdrawn_by: list[str] = Field(description="numbers of the records that withdrew it")
    lines: list[PlainRow] = Field(description="the first lines that hold what was looked for")


class FoundRecords(Shape):
    """What a search found, the surest way first, then the last logged; with its arguments."""

    channel: str
    query: str
    upto: dict[str, int]
    at: str
    rules: str
    records: list[FoundRecord]
    more: bool = Field(description="there is more than was asked for")
    note: str
