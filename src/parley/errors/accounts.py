"""Refusals of accounts: who somebody is, and what they may do at this desk."""

from parley.errors.refusal import Outcome, ParleyError


class AccountRefused(ParleyError):
    """A log-in that does not succeed; the words are the same whatever was wrong."""

    code = "account-refused"


class NotLoggedIn(ParleyError):
    """A request of nobody: no session, no token, or one that has ended."""

    code = "account-needed"


class NoRight(ParleyError):
    """A request of somebody who may not do this."""

    code = "account-right"


class Throttled(ParleyError):
    """Too many failed log-ins for this account or from this address; it opens again by itself.

    ``retry_after_s``: seconds to wait, at least.
    """

    code = "account-throttled"

    def __init__(
        self, what: str, *, where: str = "", hint: str = "", retry_after_s: int = 1
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.retry_after_s = retry_after_s


class WrongCsrf(ParleyError):
    """A change asked for by a browser without the word that only our own pages know."""

    code = "account-csrf"


class BadAccount(ParleyError):
    """An account, role, post, password or token that cannot be as it is asked for."""

    code = "account-input"
    outcome = Outcome.BAD_INPUT


class NoAccount(ParleyError):
    """An account, token or passkey that is not here."""

    code = "account-unknown"
    outcome = Outcome.MISSING


class AccountExists(ParleyError):
    """An account of this name is here already."""

    code = "account-exists"


class LinkUsed(ParleyError):
    """A one-time link that was used, has expired, or never was one."""

    code = "account-link"


class LastAdministrator(ParleyError):
    """A change after which nobody could look after the accounts any more."""

    code = "account-last"


class IssuerFailed(ParleyError):
    """The configured OpenID Connect issuer did not answer, or not as the standard wants it."""

    code = "account-issuer"
    outcome = Outcome.UNREACHABLE


class JournalDamaged(ParleyError):
    """A local journal whose entries are not those that its signed head stands for."""

    code = "journal-damaged"
    outcome = Outcome.FAILED
