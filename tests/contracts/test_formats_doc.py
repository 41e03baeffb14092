"""docs/formats.md shows what our code writes, and names every limit that the code has."""

import re
from pathlib import Path

import pytest

from parley.kinds.line.answer import ANSWER as ANS
from parley.kinds.line.charter import CHARTER
from parley.kinds.line.warning import WARNING as WARN
from parley.log.archive import MAX_ARCHIVE, MAX_MEMBERS, write_archive
from parley.log.checkpoint import MAX_LINES, MAX_NOTE, VerifierKey
from parley.log.evidence import evidence_members
from parley.log.evidence_check import check_evidence, check_members
from parley.log.evidence_words import readme
from parley.log.fork import MAX_EVIDENCE, verify_fork
from parley.log.merkle import MAX_HASHES
from parley.log.packages import MAX_PACKAGES
from parley.log.parts import MAX_PART
from parley.log.policy import MAX_NAMED, MAX_POLICY
from parley.log.proof import MAX_EXTRA, MAX_PROOF, Proof
from parley.node.wire import FRAMES, Frame
from parley.record import fields
from parley.record.canonical import MAX_DEPTH, Json
from parley.record.envelope import MAX_ENTRY, open_entry, read_record
from parley.record.kind import Kind
from tests.contracts.formats_example import (
    ANSWER,
    WARNING,
    blocks,
    charter,
    rewritten,
    vectors,
)
from tests.spine.log.evidence_world import MIRRORED, SEEN, STORED, World


@pytest.fixture(scope="module")
def document(root: Path) -> str:
    """Return the text of the specification."""
    return (root / "docs" / "formats.md").read_text(encoding="utf-8")


def test_every_block_is_what_the_code_writes(document: str) -> None:
    """No vector is missing, none is unknown, none differs."""
    assert blocks(document) == vectors()
    assert rewritten(document) == document


@pytest.mark.parametrize(("kind", "body"), [(CHARTER, charter()), (WARN, WARNING), (ANS, ANSWER)])
def test_the_bodies_of_the_example_are_real(kind: Kind, body: dict[str, Json]) -> None:
    """Each is a body of its kind, in its one written form."""
    assert kind.parse(body).to_json() == body


def test_the_blocks_alone_verify(document: str) -> None:
    """What a reader copies from the document is accepted: entry, proof, fork, evidence."""
    found = blocks(document)
    assert read_record(open_entry(found["entry"].encode()).payload).author == "coalition"
    assert Proof.parse((found["proof"] + "\n").encode()).index == 1
    log_key = VerifierKey.parse(found["vkeys"].split("\n")[0])
    for name in ("fork-one-size", "fork-two-sizes"):
        assert verify_fork(found[name].encode(), log_key).smaller.size == 2
    members = {}
    for name in (
        "entry", "proof", "policy", "keys.json", "README.txt", "related/1-charter/entry",
        "related/1-charter/proof", "related/2-charter/entry", "related/2-charter/proof",
        "related/3-answer/entry", "related/3-answer/proof",
    ):  # fmt: skip
        slug = name.lower().replace("/", "-").replace(".", "-")
        end = "\n" if name.endswith(("proof", "policy", "txt")) else ""
        members[name] = (found[f"evidence-{slug}"] + end).encode()
    report = check_evidence(write_archive(members))
    assert [(g.name, g.holder) for g in report.grades] == [
        ("stored", "russia"),
        ("head_seen", "russia"),
        ("answered", "russia"),
    ]
    assert report.open_keys == ("coalition", "russia")


@pytest.mark.parametrize(
    "limit",
    [
        MAX_ARCHIVE, MAX_MEMBERS, MAX_LINES, MAX_NOTE, MAX_HASHES, MAX_PACKAGES, MAX_PART,
        MAX_NAMED, MAX_POLICY, MAX_EXTRA, MAX_PROOF, MAX_DEPTH, MAX_ENTRY, MAX_EVIDENCE,
    ],
)  # fmt: skip
def test_every_limit_is_stated(document: str, limit: int) -> None:
    """A limit of the code stands in the document, with its digits in groups."""
    assert f"{limit:,}" in document


@pytest.mark.parametrize(
    "pattern",
    [
        fields._HEX32, fields._HEX64, fields._NAME, fields._KIND, fields._ORIGIN, fields._MEDIA,
    ],
)  # fmt: skip
def test_every_pattern_is_stated(document: str, pattern: object) -> None:
    """The patterns of the common fields are those of the document, character by character."""
    assert f"`{pattern.pattern}`" in document  # type: ignore[attr-defined]


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.name)
def test_every_message_is_listed(document: str, frame: Frame) -> None:
    """Method and path of each message between nodes stand in the table of the wire."""
    assert f"`{frame.method} {frame.path.partition('{tile')[0]}" in document


def test_every_line_of_a_readme_is_specified(document: str) -> None:
    """A README with every sort of line holds no line that section 17.6 does not give."""
    section = document.partition("### 17.6")[2].partition("### 17.7")[0]
    templates = [line.strip() for line in section.split("\n") if line.startswith("    ")]
    sentences = set()
    for line in templates:
        text = re.sub(r"^(\([^)]*\) |(told|head seen|stored|answered) +)", "", line)
        text = re.sub(r" {6,}\(.*\)$", "", text).removeprefix("- ")
        sentences.add(re.sub("<[^>]*>", ".+", re.escape(text).replace(r"\ ", " ")))
    sentences.discard(".+")  # it stands for the fixed text
    flags = re.findall("` (FLAG: [^`]*)`", section)
    world = World()
    source = world.source(SEEN, STORED, MIRRORED, related="head call retraction answer")
    text = readme(check_members(evidence_members(source))).decode()
    said, _, fixed = text.partition("How to check it without Parley")
    example = blocks(document)["evidence-readme-txt"] + "\n"
    assert fixed == example.partition("How to check it without Parley")[2]
    lines = [line.strip().removeprefix("- ") for line in said.split("\n")]
    for line in filter(None, lines):
        sentence = next((line.removesuffix(f) for f in flags if line.endswith(f)), line).strip()
        assert any(re.fullmatch(s, sentence) for s in sentences), line
    wanted = (
        "Told russia",
        "Head seen by",
        "Stored by",
        "Answered by",
        "logged after",
        "withdraws",
    )
    assert all(any(word in line for line in lines) for word in wanted)
