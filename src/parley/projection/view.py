"""Views: pure functions of (channel, sizes, instant, rules), byte-equal on every node."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from parley.errors import ViewUnknown
from parley.projection.account_rules import rival_accounts
from parley.projection.actors import actors_view
from parley.projection.advisories import Advisory, advisories_view
from parley.projection.air_picture import air_view
from parley.projection.allegations_view import allegations_view
from parley.projection.bulletin import bulletin_view
from parley.projection.casualty_view import casualties_view
from parley.projection.causes import groups_view
from parley.projection.charter_view import charter_view
from parley.projection.contradiction_rules import self_contradiction
from parley.projection.deadline_rules import moved_deadline
from parley.projection.deadlines import deadlines_view
from parley.projection.fold import Opened
from parley.projection.heads import Memo
from parley.projection.incidents import incidents_view
from parley.projection.key_rules import changed_in_one_lane
from parley.projection.kinematics_rules import implausible_speed
from parley.projection.ledger_rules import unattested_or_mixed
from parley.projection.ledger_view import ledger_view
from parley.projection.line_rules import (
    forked,
    line_not_open,
    mixed_status,
    odd_issued,
    unanswered_call,
    unanswered_conflict,
    unlike_read_back,
    unread_entries,
    unreceipted,
)
from parley.projection.notices import notices_view
from parley.projection.notified_rules import inside_notified
from parley.projection.observations import observations_view
from parley.projection.place_rules import misnamed_place, unlisted_place
from parley.projection.politics_view import politics_view
from parley.projection.reconciliation import reconciliation_view
from parley.projection.register_view import register_view
from parley.projection.relief_view import relief_view
from parley.projection.route_rules import route_meets_area
from parley.projection.scene import Scene
from parley.projection.site_rules import unsafe_site
from parley.projection.situation import Situation
from parley.projection.standing import standing_view
from parley.projection.statements_view import statements_view
from parley.projection.taskings import taskings_view
from parley.projection.tolls import tolls_view
from parley.projection.total_rules import lead_differs, unclosed
from parley.projection.warning_rules import (
    repeated,
    short_lead,
    unacknowledged,
    unanswered_notice,
    without_expiry,
    without_owner,
)
from parley.projection.watch_rules import unheld_language, watch_alone
from parley.record.canonical import Json
from parley.values.instants import Instant, format_instant

RULES = "parley/rules/4"
"""Version of everything here that decides what a view says; it is part of every view."""

ADVISORY_RULES: tuple[Callable[[Scene], Iterator[Advisory]], ...] = (
    unacknowledged,  # W1
    without_expiry,  # W2
    without_owner,  # W3
    unlisted_place,  # W4
    repeated,  # W5
    rival_accounts,  # W6
    unanswered_call,  # W7
    unanswered_conflict,  # W8
    line_not_open,  # W9
    unread_entries,  # W10
    mixed_status,  # W11
    unlike_read_back,  # W12
    misnamed_place,  # W13
    unreceipted,  # W14
    forked,  # W15
    odd_issued,  # W16
    short_lead,  # W17
    unanswered_notice,  # W18
    changed_in_one_lane,  # W19
    unheld_language,  # W20
    watch_alone,  # W21
    inside_notified,  # W22
    unclosed,  # W23
    lead_differs,  # W24
    self_contradiction,  # W25
    unattested_or_mixed,  # W26
    moved_deadline,  # W27
    route_meets_area,  # W28
    unsafe_site,  # W29
    implausible_speed,  # W30
)


@dataclass(frozen=True, slots=True)
class View:
    """What a view says, and the arguments it says it for."""

    name: str
    channel: str
    upto: Mapping[str, int]
    at: Instant
    rules: str
    data: Mapping[str, Json]

    def to_json(self) -> dict[str, Json]:
        """Write the view with its arguments."""
        return {
            "view": self.name,
            "channel": self.channel,
            "upto": dict(self.upto),
            "at": format_instant(self.at),
            "rules": self.rules,
            "data": dict(self.data),
        }

    def to_bytes(self) -> bytes:
        """Write the canonical bytes (RFC 8785), by which views are compared.

        Every key is ASCII and every number an integer, so that the fast writer of the standard
        library gives the same bytes as ``record.canonical``; a test compares the two.
        """
        text = json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return text.encode()


def find_advisories(scene: Scene) -> tuple[Advisory, ...]:
    """Apply every rule."""
    return tuple(found for rule in ADVISORY_RULES for found in rule(scene))


def _advisories(scene: Scene) -> dict[str, Json]:
    found = find_advisories(scene)
    return {
        **advisories_view(scene.situation, found),
        "groups": list(groups_view(scene.situation, found)),
    }


VIEWS: tuple[tuple[str, Callable[[Scene], dict[str, Json]]], ...] = (
    ("register", lambda scene: register_view(scene.situation)),
    ("notices", lambda scene: notices_view(scene.situation, scene.notices)),
    ("air", lambda scene: air_view(scene.situation, scene.air)),
    ("standing", lambda scene: standing_view(scene.situation, scene.standing)),
    ("advisories", _advisories),
    ("charter", lambda scene: charter_view(scene.situation)),
    ("ledger", lambda scene: ledger_view(scene.situation, scene.ledger, scene.control)),
    (
        "allegations",
        lambda scene: allegations_view(scene.situation, scene.allegations, scene.incidents),
    ),
    ("incidents", lambda scene: incidents_view(scene.situation, scene.incidents)),
    ("observations", lambda scene: observations_view(scene.situation, scene.observations)),
    ("deadlines", lambda scene: deadlines_view(scene.situation, scene.deadlines)),
    ("relief", lambda scene: relief_view(scene.situation, scene.relief)),
    ("reconciliation", lambda scene: reconciliation_view(scene.situation, scene.reconciliation)),
    ("casualties", lambda scene: casualties_view(scene.situation, scene.casualties)),
    ("tolls", lambda scene: tolls_view(scene.situation, scene.tolls)),
    ("politics", lambda scene: politics_view(scene.situation, scene.provisions)),
    ("statements", lambda scene: statements_view(scene.situation)),
    ("actors", lambda scene: actors_view(scene.situation, scene.actors)),
    ("taskings", lambda scene: taskings_view(scene.situation)),
    ("bulletin", lambda scene: bulletin_view(scene, find_advisories(scene))),
)
"""Every view by name; the one list."""

VIEW_NAMES = tuple(name for name, _ in VIEWS)


def compute(
    name: str,
    channel: str,
    logs: Mapping[str, Sequence[Opened]],
    upto: Mapping[str, int],
    at: Instant,
    agreed_kinds: Iterable[str],
    memo: Memo | None = None,
) -> View:
    """Compute one view; raise ``ViewUnknown``, or ``ViewAhead`` where entries are not read yet."""
    return views([name], channel, logs, upto, at, agreed_kinds, memo)[name]


def views(
    names: Sequence[str],
    channel: str,
    logs: Mapping[str, Sequence[Opened]],
    upto: Mapping[str, int],
    at: Instant,
    agreed_kinds: Iterable[str],
    memo: Memo | None = None,
) -> dict[str, View]:
    """Compute several views of one situation, folding it once."""
    known = dict(VIEWS)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ViewUnknown(
            f"there is no view {unknown[0]!r}", where="view", hint=", ".join(VIEW_NAMES)
        )
    situation = Situation(channel, logs, upto, at, frozenset(agreed_kinds), memo)
    scene = Scene(situation)
    return {
        name: View(name, channel, situation.said.upto, at, RULES, known[name](scene))
        for name in names
    }
