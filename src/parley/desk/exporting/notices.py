"""What stands at the head of every export: exercise or not, the law, whose words, as of when."""

from parley.desk.exporting.columns import metres
from parley.desk.exporting.item import Head
from parley.desk.tables import shown
from parley.desk.words import LEGAL, banner
from parley.values.instants import Instant, format_instant

CLAIM = "Each record is the signed claim of its author, and of nobody else; none is judged here."
STATES = (
    "The state says what its author made of it since: open, replaced, withdrawn, expired, or "
    "conflicted where two latest versions stand."
)


def notices(head: Head) -> tuple[tuple[str, str], ...]:
    """Give (what it is, the words), in the order in which they stand."""
    found = [("status", banner(head.status) or "actual"), ("caveat", LEGAL), ("claims", CLAIM)]
    found += [("states", STATES), ("attribution", _attribution(head))]
    found += [("channel", head.channel), ("at", format_instant(Instant(head.at)))]
    if not head.public:  # how much a side logs is for the channel to know
        sizes = (f"{origin}:{size}" for origin, size in sorted(head.upto.items()))
        found.append(("upto", " ".join(sizes)))
    found += [("rules", head.rules), ("kinds", " ".join(head.kinds))]
    for name, bound in (("since", head.since), ("until", head.until)):
        if bound is not None:
            found.append((name, format_instant(Instant(bound))))
    if head.public:
        found.append(("public", _policy(head)))
    if head.unread:
        many = "some" if head.public else str(head.unread)
        found.append(("unread", f"{many} entries could not be read and are not in here"))
    return tuple((name, shown(words)) for name, words in found)


def about(head: Head) -> str:
    """Give the notices as lines of text."""
    return "\n".join(f"{name}: {words}" for name, words in notices(head))


def marked(head: Head, words: str) -> str:
    """Put EXERCISE or TEST before words that may be read apart from the rest."""
    mark = {"exercise": "EXERCISE: ", "test": "TEST: "}.get(head.status, "")
    return f"{mark}{words}"


def _attribution(head: Head) -> str:
    return (
        f"records of the channel {head.channel[:16]} between {', '.join(head.members)}; put into "
        "this form by Parley"
    )


def _policy(head: Head) -> str:
    hours, km = -(-(head.delay_ms or 0) // 3_600_000), metres(head.blur_e4m or 0) // 1000
    return (
        f"as the charter allows: nothing that was issued, begins or ends less than {hours} h before"
        f" this instant; places by cells of {km} km or more; no words, no names of people; of what "
        "was withdrawn, only that it was"
    )
