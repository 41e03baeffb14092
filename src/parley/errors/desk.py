"""Refusals of the faces: commands, requests, files and the demo."""

from parley.errors.refusal import Outcome, ParleyError


class NotRunning(ParleyError):
    """No running node answered: it is not started, or its address has changed."""

    code = "desk-not-running"
    outcome = Outcome.UNREACHABLE


class BadFile(ParleyError):
    """A file that is not there, cannot be read or written, or is over the stated limit."""

    code = "desk-file"
    outcome = Outcome.BAD_INPUT


class BadUsage(ParleyError):
    """A command line that does not say what is needed, or says it in a form nobody can read."""

    code = "desk-usage"
    outcome = Outcome.BAD_INPUT


class NotInstalled(ParleyError):
    """A command that needs a part of Parley which is not installed here."""

    code = "desk-not-installed"
    outcome = Outcome.REFUSED


class BadQuery(ParleyError):
    """A request whose path, query or body the interface does not take."""

    code = "desk-request"
    outcome = Outcome.BAD_INPUT


class TooLarge(ParleyError):
    """A request body or file over the limit that the interface states."""

    code = "desk-too-large"
    outcome = Outcome.BAD_INPUT


class TooSlow(ParleyError):
    """A request whose body does not come, or comes too slowly to be waited for."""

    code = "desk-slow"
    outcome = Outcome.BAD_INPUT


class NoToken(ParleyError):
    """A request without the token that ``parley run`` wrote into the node's folder."""

    code = "desk-token"
    outcome = Outcome.REFUSED


class WrongHost(ParleyError):
    """A request that names another host, or comes from another site's page."""

    code = "desk-host"
    outcome = Outcome.REFUSED


class NotHere(ParleyError):
    """A page, channel, record or view that this node does not have."""

    code = "desk-missing"
    outcome = Outcome.MISSING


class Unexpected(ParleyError):
    """A fault of Parley itself; the node's own log says more."""

    code = "desk-fault"
    outcome = Outcome.FAILED


# --- import


class BadMapping(ParleyError):
    """A mapping file that does not say how the rows of a file become records of a kind."""

    code = "import-mapping"
    outcome = Outcome.BAD_INPUT


class BadTable(ParleyError):
    """A file of rows that cannot be read: its encoding, its form or its columns are wrong."""

    code = "import-file"
    outcome = Outcome.BAD_INPUT


class BadRow(ParleyError):
    """A row that becomes no record: the place names its line and its column."""

    code = "import-row"
    outcome = Outcome.BAD_INPUT


# --- drafting


class BadDraft(ParleyError):
    """A file of drafts that is not in its form, or cites words that do not stand in the text."""

    code = "desk-draft"
    outcome = Outcome.BAD_INPUT


# --- export


class NothingPublic(ParleyError):
    """A public export of what the channel's charter does not let out."""

    code = "export-public"
    outcome = Outcome.REFUSED


class NoSuchForm(ParleyError):
    """An export of records into a form that cannot hold them."""

    code = "export-form"
    outcome = Outcome.BAD_INPUT


# --- the desk of a watch


class BadQuick(ParleyError):
    """A typed line that says no notice; the place names the column, the words what it expects."""

    code = "quick-line"
    outcome = Outcome.BAD_INPUT


class NotOurs(ParleyError):
    """A change of a record that is not our own, or that no longer holds."""

    code = "desk-not-ours"


class NoItem(ParleyError):
    """An item that does not wait in this inbox, or a conflict that does not stand."""

    code = "inbox-missing"
    outcome = Outcome.MISSING


class ReasonNeeded(ParleyError):
    """An item put aside without saying why, on one line."""

    code = "inbox-reason"
    outcome = Outcome.BAD_INPUT


class NoPhrase(ParleyError):
    """A number that the catalogue of phrases does not have."""

    code = "phrase-missing"
    outcome = Outcome.MISSING


class BadSlots(ParleyError):
    """Values for a phrase that are not those it has slots for, or that a slot cannot hold."""

    code = "phrase-slots"
    outcome = Outcome.BAD_INPUT


class NoDraft(ParleyError):
    """A draft, template, card or page of minutes that is not here."""

    code = "desk-draft-missing"
    outcome = Outcome.MISSING


class DraftClosed(ParleyError):
    """A draft, card or page of minutes that is finished already, or not so far yet."""

    code = "desk-draft-state"


class SamePerson(ParleyError):
    """A second person is needed who has not written this."""

    code = "draft-same-person"


class TwoPersons(ParleyError):
    """A record that the charter wants two persons for: one drafts it, another releases it."""

    code = "draft-two-persons"


class BadEntry(ParleyError):
    """A line of the watch log that is none, or that is not there."""

    code = "watch-line"
    outcome = Outcome.BAD_INPUT


class BadEscalation(ParleyError):
    """The file of who is called when nobody reacts does not say so in its form."""

    code = "alarm-settings"
    outcome = Outcome.BAD_INPUT


# --- demo


class BadScenario(ParleyError):
    """A scenario file that cannot be played: no basis, or a label that points nowhere."""

    code = "scenario"
    outcome = Outcome.BAD_INPUT


class DemoFailed(ParleyError):
    """The demo found something else than it is there to show; that is a fault of Parley."""

    code = "demo-failed"
    outcome = Outcome.FAILED
