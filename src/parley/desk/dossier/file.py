"""The dossier as one zip: the page, the data, a proof of every record, and how to check it. Pure.

Equal contents give equal bytes: it is written in the one form of every archive of Parley's.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.desk.dossier.page import html_page
from parley.desk.dossier.writing import scope_words
from parley.log.archive import write_archive

_README = """\
{banner}DOSSIER

{area}
Channel {channel}
Computed for {at} by the node of {node}; {records} records, {gaps} gaps named.

{note}
{legal}

What is in this file
  dossier.html   the page to read and to print; it runs no script and fetches nothing
  dossier.json   the same as data; "common" is equal on every node at equal arguments,
                 "here" is what only this node holds
  evidence/      one file for each record, which proves who signed it, where it stands in
                 whose log, who stored it and who answered
  parts/         only if asked for: parts that stand beside the records
  SHA256SUMS     the SHA-256 of every other file in this archive

How a stranger checks it
  The page and the data are one node's reading. They are proven by nothing but the files in
  evidence/, and whoever doubts them reads those, or asks another party for its dossier at the
  same area, hours, sizes and instant: "common" must be equal, byte for byte.

  1. Nothing was damaged on the way:      sha256sum -c SHA256SUMS
     That shows no forgery: whoever forges the files writes new sums.
  2. Take the charter's fingerprint from a party, by a road you trust. This file says it is
       {fingerprint}
  3. Check each proof, with Parley, or with its second verifier, one file of plain Python
     that shares no code with it (verify/parley_verify.py in Parley's source):
       parley verify evidence/{example} --trust FINGERPRINT
       python parley_verify.py verify evidence/{example} --trust FINGERPRINT
     Exit code 0: verified. 1: it fails, or the keys are not established.
     The second verifier says "not covered" of evidence with telephone calls, changes of keys or
     shared parts in it; it then checks the record alone, with --policy and --proof.

Records and their proofs
{listing}
Parts left out
{left_out}"""


@dataclass(frozen=True, slots=True)
class Proof:
    """The evidence file of a record, or why there is none."""

    record: str
    number: str
    data: bytes | None
    refused: str = ""

    @property
    def file(self) -> str | None:
        """Its name inside the archive: the number, and the beginning of the record's name."""
        return None if self.data is None else f"evidence/{self.number}-{self.record[:8]}.zip"


def dossier_file(value: dict[str, Any], proofs: list[Proof], parts: Mapping[str, bytes]) -> bytes:
    """Write the archive of a composed dossier; ``parts``: bytes as hashed, by digest.

    Raises ``BadArchive`` when it would be over 64 MiB.
    """
    whole = {
        **value,
        "proofs": [
            {
                "record": proof.record,
                "number": proof.number,
                "file": proof.file,
                "sha256": None if proof.data is None else hashlib.sha256(proof.data).hexdigest(),
                "refused": proof.refused or None,
            }
            for proof in proofs
        ],
        "parts_in_file": sorted(parts),
    }
    members = {
        "README.txt": _readme(whole).encode(),
        "dossier.html": html_page(whole).encode(),
        "dossier.json": json_bytes(whole),
        **{proof.file: proof.data for proof in proofs if proof.file and proof.data is not None},
        **{f"parts/{digest}": data for digest, data in parts.items()},
    }
    sums = "".join(
        f"{hashlib.sha256(members[name]).hexdigest()}  {name}\n" for name in sorted(members)
    )
    return write_archive({**members, "SHA256SUMS": sums.encode()})


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """Write a dossier as JSON for people and programs: sorted keys, indented, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode() + b"\n"


def left_out(value: Mapping[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Give every sealed or personal part that is not in the file, with its record."""
    taken = set(value.get("parts_in_file", ()))
    return [
        (record, part)
        for record in value["common"]["records"]
        for part in record["parts"]
        if part["class"] != "shared" and part["sha256"] not in taken
    ]


def _readme(value: Mapping[str, Any]) -> str:
    common = value["common"]
    named = next((p["file"] for p in value["proofs"] if p["file"]), "evidence/FILE.zip")
    listing = "".join(
        f"  {p['number']:<16}{p['file'] or 'not proven: ' + p['refused']}\n"
        for p in value["proofs"]
    )
    left = "".join(
        f"  {record['number']:<16}{part['name']} ({part['class']})\n"
        for record, part in left_out(value)
    )
    return _README.format(
        banner=f"{value['banner']}\n\n" if value["banner"] else "",
        area=scope_words(common["scope"]),
        channel=common["channel"],
        at=common["at"],
        node=value["here"]["node"],
        records=len(common["records"]),
        gaps=len(common["gaps"]),
        note=value["note"],
        legal=value["legal"],
        fingerprint=common["channel"],
        example=named.removeprefix("evidence/"),
        listing=listing or "  none\n",
        left_out=left or "  none\n",
    )
