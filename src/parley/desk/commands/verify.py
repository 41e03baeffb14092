"""``parley verify``: check an evidence file, or an entry with its proof and a policy, offline."""

from pathlib import Path
from typing import Any

import click

from parley.desk.files import read_bytes
from parley.desk.options import format_option
from parley.desk.outcomes import DONE, FAILED
from parley.desk.tables import as_json, pairs
from parley.desk.words import banner
from parley.errors import BadEvidence, BadPolicy, BadUsage, ParleyError
from parley.log.archive import MAX_FILE
from parley.log.evidence_check import check_evidence
from parley.log.evidence_words import as_json as report_json
from parley.log.evidence_words import table as report_table
from parley.log.identity_trust import (
    MAX_IDENTITY,
    Trust,
    TrustedIdentity,
    fingerprint,
    read_trusted_identity,
)
from parley.log.policy import Policy
from parley.log.proof import Proof, verify_proof
from parley.record.envelope import open_entry, read_record
from parley.values.instants import Instant, format_instant

_File = click.Path(path_type=Path, dir_okay=False)


@click.command("verify")
@click.argument("file", type=_File)
@click.option(
    "--trust",
    multiple=True,
    metavar="IDENTITY.json|FINGERPRINT",
    help="An identity you have from its owner, or the charter's fingerprint; may be repeated.",
)
@click.option("--policy", type=_File, help="Instead of an evidence file: a tlog-policy.")
@click.option("--proof", type=_File, help="The tlog-proof of the entry in FILE.")
@format_option
def command(
    file: Path, trust: tuple[str, ...], policy: Path | None, proof: Path | None, form: str
) -> int:
    """Check FILE, an evidence zip; with --policy and --proof, FILE is the entry they speak of.

    Exit code 0: it holds, and the keys are established. 1: it is refused, or it is consistent but
    nothing you trust establishes the keys.
    """
    if (policy is None) != (proof is None):
        raise BadUsage("--policy and --proof go together", where="verify")
    if policy is not None and proof is not None:
        if trust:
            raise BadUsage("a policy names the keys itself", where="--trust", hint="leave it out")
        return _verify_entry(file, policy, proof, form)
    data, trusted = read_bytes(file, limit=MAX_FILE), trust_of(trust)
    try:
        report = check_evidence(data, trusted)
    except ParleyError as error:
        raise error if error.where else error.at(str(file)) from None
    click.echo(as_json(report_json(report)) if form == "json" else report_table(report))
    return DONE if report.verified else FAILED


def trust_of(given: tuple[str, ...]) -> Trust:
    """Read what the reader trusts: identity files by their path, fingerprints by their digits."""
    identities: dict[str, TrustedIdentity] = {}
    channels = set()
    for text in given:
        if Path(text).is_file():
            try:
                identity = read_trusted_identity(read_bytes(Path(text), limit=MAX_IDENTITY))
            except BadEvidence as error:
                raise error.at(text) from None
            if identity.name in identities:
                raise BadUsage(f"two identities of {identity.name}", where="--trust")
            identities[identity.name] = identity
        else:
            channels.add(fingerprint(text))
    return Trust(frozenset(channels), identities)


def _verify_entry(file: Path, policy: Path, proof: Path, form: str) -> int:
    raw = read_bytes(file)
    try:
        rules = Policy.parse(read_bytes(policy))
    except BadPolicy as error:
        raise error.at(str(policy)) from None
    try:
        shown = Proof.parse(read_bytes(proof))
        found = verify_proof(raw, shown, rules)
    except ParleyError as error:
        raise error.at(str(proof)) from None
    told: dict[str, Any] = {
        "entry": _entry(raw),
        "index": shown.index,
        "log": found.policy.checkpoint.origin,
        "size": found.policy.checkpoint.size,
        "cosigners": {
            c.name: format_instant(Instant(c.time_s * 1000)) for c in found.policy.cosigners
        },
        "author": "not checked here: a policy names no author keys",
    }
    if form == "json":
        click.echo(as_json(told))
        return DONE
    entry = told.pop("entry")
    lines = [banner(entry.get("status", ""))] if banner(entry.get("status", "")) else []
    cosigners = told.pop("cosigners")
    lines.append(
        pairs({**entry, **told, **{f"cosigned by {n}": at for n, at in cosigners.items()}})
    )
    lines.append("VERIFIED: the entry stands in the log, under a head that fulfils the policy.")
    click.echo("\n".join(lines))
    return DONE


def _entry(raw: bytes) -> dict[str, Any]:
    """Name what the entry says, if it can be read; the proof holds for any bytes."""
    try:
        entry = open_entry(raw)
        record = read_record(entry.payload)
    except ParleyError as error:
        return {"unread": error.code}
    return {"record": entry.name, "kind": record.kind, "author": record.author} | {
        "status": record.status
    }
