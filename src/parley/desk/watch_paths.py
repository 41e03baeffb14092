"""The paths of a desk on watch: what waits, what is typed in a hurry, what is written down."""

from parley.desk import openapi, shapes
from parley.desk.alarms import shape as alarm_shape
from parley.desk.calling import shape as call_shape
from parley.desk.conferring import shape as conference_shape
from parley.desk.drafts import shape as draft_shape
from parley.desk.first import shape as first_shape
from parley.desk.inbox import shape as inbox_shape
from parley.desk.inbox.answering import AnswerInput
from parley.desk.path import Path
from parley.desk.phrases import shape as phrase_shape
from parley.desk.quick import shape as quick_shape
from parley.desk.relief import shape as relief_shape
from parley.desk.routes.alarms import AlarmPaths, TrialInput
from parley.desk.routes.calls import (
    CallChange,
    CallInput,
    CallPaths,
    DropInput,
    FinishInput,
    MarkInput,
    NoteInput,
    TickInput,
)
from parley.desk.routes.conferences import ConferenceInput, ConferencePaths
from parley.desk.routes.drafts import DraftInput, DraftPaths, TemplateInput
from parley.desk.routes.first import FirstInput, FirstPaths
from parley.desk.routes.inbox import DismissInput, InboxPaths
from parley.desk.routes.phrases import PhraseInput, PhrasePaths
from parley.desk.routes.quick import CancelInput, DelayInput, QuickInput, QuickPaths
from parley.desk.routes.relief import ReliefInput, ReliefPaths
from parley.desk.routes.watchlog import LineInput, LineRecordInput, WatchLogPaths
from parley.desk.watch_log import shape as log_shape
from parley.node.accounts.rights import Right
from parley.node.runtime import Node

_CHANNEL = "/v1/channels/{channel}"
_RECORD = _CHANNEL + "/records/{ref}"
_READ, _WRITE = Right.READ, Right.WRITE
_body = openapi.shape_body


def watch_paths(node: Node) -> tuple[Path, ...]:
    """List every path of a desk on watch."""
    return (
        *inbox_paths(node),
        *quick_paths(node),
        *phrase_paths(node),
        *draft_paths(node),
        *log_paths(node),
        *call_paths(node),
        *conference_paths(node),
        *alarm_paths(node),
        *first_paths(node),
    )


def inbox_paths(node: Node) -> tuple[Path, ...]:
    """List the inbox, and what may be done about what waits there."""
    inbox, shape = InboxPaths(node), inbox_shape.InboxShape
    at, item = _CHANNEL + "/inbox", _CHANNEL + "/inbox/{id}"
    dismiss, answer = _body(DismissInput), _body(AnswerInput)
    answered, offers = inbox_shape.Answered, inbox_shape.Offers
    return (
        Path("GET", at, _READ, inbox.listing, shape),
        Path("POST", item + "/opened", _WRITE, inbox.opened, shape),
        Path("POST", item + "/dismiss", _WRITE, inbox.dismiss, shape, 200, "", dismiss),
        Path("POST", _RECORD + "/answer", _WRITE, inbox.answer, answered, 201, "", answer),
        Path("GET", _CHANNEL + "/conflicts/{id}/offers", _READ, inbox.offers, offers),
    )


def quick_paths(node: Node) -> tuple[Path, ...]:
    """List what is typed in a hurry."""
    quick, line = QuickPaths(node), _body(QuickInput)
    answer, one = quick_shape.QuickAnswer, shapes.Published
    delay, cancel = _body(DelayInput), _body(CancelInput)
    at = _CHANNEL + "/quick"
    return (
        Path("POST", at, _WRITE, quick.quick, answer, 200, "", line, stores=False),
        Path("POST", _RECORD + "/delay", _WRITE, quick.delay, one, 201, "", delay),
        Path("POST", _RECORD + "/cancel", _WRITE, quick.cancel, one, 201, "", cancel),
    )


def phrase_paths(node: Node) -> tuple[Path, ...]:
    """List the numbered phrases."""
    phrases, say = PhrasePaths(node), _body(PhraseInput)
    at, found = _CHANNEL + "/phrases/{number}", phrase_shape.FoundPhrases
    rendered = phrase_shape.Rendered
    return (
        Path("GET", "/v1/phrases", _READ, phrases.catalogue, phrase_shape.Phrases),
        Path("POST", at, _WRITE, phrases.say, rendered, 200, "", say),
        Path("GET", _RECORD + "/phrases", _READ, phrases.found, found),
    )


def draft_paths(node: Node) -> tuple[Path, ...]:
    """List what is written and not sent yet."""
    drafts, one, published = DraftPaths(node), draft_shape.DraftShape, shapes.Published
    at, each = _CHANNEL + "/drafts", _CHANNEL + "/drafts/{draft}"
    draft, kept = _body(DraftInput), _body(TemplateInput)
    template, templates = draft_shape.TemplateShape, "/v1/templates"
    # Who releases need not write: whether a release takes a second person, the draft's kind says.
    release = Right.READ
    return (
        Path("GET", at, _READ, drafts.listing, draft_shape.DraftList),
        Path("POST", at, _WRITE, drafts.add, one, 201, "", draft),
        Path("PUT", each, _WRITE, drafts.change, one, 200, "", draft),
        Path("DELETE", each, _WRITE, drafts.drop, None, 204),
        Path("POST", each + "/release", release, drafts.release, published, 201),
        Path("GET", _CHANNEL + "/last", _READ, drafts.last, draft_shape.LastShape),
        Path("GET", templates, _READ, drafts.templates, draft_shape.TemplateList),
        Path("POST", templates, _WRITE, drafts.keep, template, 201, "", kept),
        Path("DELETE", templates + "/{template}", _WRITE, drafts.forget, None, 204),
    )


def log_paths(node: Node) -> tuple[Path, ...]:
    """List the watch log, and the relief of the watch."""
    log, relief = WatchLogPaths(node), ReliefPaths(node)
    line, record, handing = _body(LineInput), _body(LineRecordInput), _body(ReliefInput)
    one, became = log_shape.WatchLine, log_shape.LineRecord
    at, relieved = "/v1/watchlog", relief_shape.Relieved
    # What names people and says what a desk thinks is for those who keep the watch.
    return (
        Path("GET", at, _WRITE, log.listing, log_shape.WatchLines),
        Path("POST", at, _WRITE, log.write, one, 201, "", line),
        Path("POST", at + "/{line}/record", _WRITE, log.record, became, 201, "", record),
        Path("GET", "/v1/relief", _READ, relief.look, relief_shape.OpenMatters),
        Path("POST", "/v1/relief", _WRITE, relief.relieve, relieved, 201, "", handing),
    )


def call_paths(node: Node) -> tuple[Path, ...]:
    """List the call card."""
    calls, card = CallPaths(node), call_shape.CardShape
    at, one = _CHANNEL + "/calls", _CHANNEL + "/calls/{call}"
    start, change, mark = _body(CallInput), _body(CallChange), _body(MarkInput)
    note, tick, finish, drop = (
        _body(shape) for shape in (NoteInput, TickInput, FinishInput, DropInput)
    )
    finished = call_shape.Finished
    return (
        Path("GET", at, _READ, calls.listing, call_shape.CardList),
        Path("POST", at, _WRITE, calls.start, card, 201, "", start),
        Path("GET", one, _READ, calls.one, card),
        Path("PUT", one, _WRITE, calls.change, card, 200, "", change),
        Path("POST", one + "/mark", _WRITE, calls.mark, card, 200, "", mark),
        Path("POST", one + "/note", _WRITE, calls.note, card, 200, "", note),
        Path("POST", one + "/tick", _WRITE, calls.tick, card, 200, "", tick),
        Path("POST", one + "/finish", _WRITE, calls.finish, finished, 201, "", finish),
        Path("POST", one + "/drop", _WRITE, calls.drop, card, 200, "", drop),
    )


def conference_paths(node: Node) -> tuple[Path, ...]:
    """List the conferences, and the signing of their minutes."""
    conferences, page = ConferencePaths(node), conference_shape.ConferencePage
    at, one = _CHANNEL + "/conferences", _CHANNEL + "/conferences/{conference}"
    body, proposed = _body(ConferenceInput), conference_shape.Proposed
    return (
        Path("GET", at, _READ, conferences.listing, conference_shape.ConferenceList),
        Path("POST", at, _WRITE, conferences.start, page, 201, "", body),
        Path("PUT", one, _WRITE, conferences.change, page, 200, "", body),
        Path("POST", one + "/propose", _WRITE, conferences.propose, proposed, 201),
        Path("POST", _RECORD + "/sign", _WRITE, conferences.sign, shapes.Published, 201),
    )


def alarm_paths(node: Node) -> tuple[Path, ...]:
    """List who is called when nobody reacts."""
    alarms, trial = AlarmPaths(node), _body(TrialInput)
    return (
        Path("GET", "/v1/alarms", _READ, alarms.state, alarm_shape.AlarmsShape),
        Path("POST", "/v1/alarms/test", _WRITE, alarms.trial, alarm_shape.Trial, 200, "", trial),
    )


def first_paths(node: Node) -> tuple[Path, ...]:
    """List the steps of a first log-in."""
    first, step, shape = FirstPaths(node), _body(FirstInput), first_shape.FirstState
    at = _CHANNEL + "/exercises/first"
    return (
        Path("GET", at, _WRITE, first.look, shape),
        Path("POST", at, _WRITE, first.take, shape, 200, "", step),
        Path("GET", at + "/page", _WRITE, first.page, media_type="text/html"),
    )
