"""Attempts by silence and by word: a receipt withheld, another text claimed, "nobody read it"."""

from parley.desk.demo.deny.case import Case
from parley.log.archive import read_archive, write_archive
from parley.node.channels import log_hash
from parley.node.keyring import read_seed
from parley.node.peers import PeerLine
from parley.record.envelope import open_entry, seal
from parley.record.signature import SeedSigner

UNPROVEN = "That anybody read it: only an answer shows what its author states to have read."
_TEXT = "Keep clear of the bridge at kilometre 12."


def withhold_a_receipt(case: Case) -> None:
    """Close the line, read the warning from the mirror all the same, and give no receipt."""
    denier, other, world = case.denier, case.other, case.world
    world.nodes[denier].stop()
    record = case.warn(other, _TEXT)
    world.settle(other, case.mirror)
    read = _read_without_receipt(case, record.origin)
    before = case.evidence("while-withheld.zip", other, record)
    case.did(
        f"closes its line, fetches {record.number} from the mirror with its own line key ({read}"
        " bytes), and signs nothing"
    )
    case.says("No receipt, no warning.")

    case.wait(60)
    world.nodes[denier].listen()
    case.warn(other, "And of the road to it.")
    world.settle()
    after = case.evidence("after-the-next-one.zip", other, record)
    case.shut_all()
    withheld = ("stored", denier)
    case.verify(before, code=0, shows=[("stored", case.mirror)], lacks=[withheld])
    case.verify(after, code=0, shows=[("stored", case.mirror), withheld])
    case.conclude(
        f"The mirror's receipt shows when the warning lay ready for {denier}; what a silent side"
        " fetched is not proven. And a receipt covers all that came before: whoever wants the next"
        " record stored cannot leave this one out."
    )


def _read_without_receipt(case: Case, origin: str) -> int:
    """Fetch a log's entries from the mirror as the denier, by signed requests, and count bytes."""
    world = case.world
    seed = read_seed(world.folder / case.denier / "keys" / "line.key")
    line = PeerLine(
        world.nodes[case.mirror].identity.endpoint,
        signer=SeedSigner(seed),
        clock=world.clock,
        entropy=world.nodes[case.denier].entropy,
        context=None,
        timeout_s=10,
        max_part=1024,
    )
    try:
        size = len(world.nodes[case.mirror].opened(case.channel)[origin])
        answer = line.get(f"/log/{log_hash(origin)}/tile/entries/000.p/{size}")
    finally:
        line.close()
    case.expect(answer.status == 200, f"the mirror answered {answer.status}")
    return len(answer.body)


def say_the_text_was_different(case: Case) -> None:
    """Hold up another text as the one that was acknowledged."""
    denier, other, world = case.denier, case.other, case.world
    record = case.warn(other, _TEXT)
    world.settle()
    case.acknowledge(denier, record)
    world.settle()
    genuine = case.evidence("evidence.zip", other, record)
    members = read_archive(genuine.read_bytes())
    other_text = _other_text(case, members["entry"])
    altered = case.keep("altered.zip", write_archive({**members, "entry": other_text}))
    case.did("takes the evidence apart, puts another text into it, and signs that with its own key")
    case.says("What we acknowledged said: keep clear of the ford at kilometre 30.")
    files = {name: case.keep(name, members[name]) for name in ("entry", "proof", "policy")}
    forged = case.keep("other-entry", other_text)
    case.shut_all()
    case.verify(genuine, code=0, shows=[("stored", denier), ("answered", denier)])
    case.verify(altered, code=1)
    rules = ("--policy", str(files["policy"]), "--proof", str(files["proof"]))
    case.offline(files["entry"], "verify", str(files["entry"]), *rules, code=0)
    case.offline(forged, "verify", str(forged), *rules, code=1)
    case.conclude(
        f"{denier}'s answer names the record by the SHA-256 of its bytes: {record.name[:16]} and no"
        f" other text. By telephone the check code says the same: {record.check_code}."
    )


def _other_text(case: Case, raw: bytes) -> bytes:
    payload = open_entry(raw).payload.replace(
        b"the bridge at kilometre 12", b"the ford at kilometre 30"
    )
    seed = read_seed(case.world.folder / case.denier / "keys" / "author.key")
    return seal(payload, [SeedSigner(seed)]).raw


def say_nobody_read_it(case: Case) -> None:
    """Say that the warning was stored by a machine and read by nobody. Nothing shows otherwise."""
    denier, other, world = case.denier, case.other, case.world
    record = case.warn(other, _TEXT)
    world.settle()
    case.wait(90)
    file = case.evidence("evidence.zip", other, record)
    case.did("nothing: its node stored the warning by itself, and no officer answered")
    case.says("A machine had it. Nobody read it.")
    case.shut_all()
    verdict = case.verify(file, code=0, shows=[("stored", denier)], lacks=[("answered", denier)])
    case.expect(UNPROVEN in verdict.report["not_proven"], "the file claims that it was read")
    case.note("not proven", UNPROVEN)
    case.script.item(
        "so", "That somebody read it CANNOT BE PROVEN. That nobody read it cannot either."
    )
    case.conclude(
        f"What is proven: {denier} stored it, and when. No file proves that an answer is absent;"
        " therefore both desks flag the warning the minute its answer is overdue."
    )
