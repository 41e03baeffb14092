"""The line: charter, keys and heads; warnings, answers, calls; accounts; the state of the line."""

from parley.kinds.line.account import ACCOUNT
from parley.kinds.line.answer import ANSWER
from parley.kinds.line.call import CALL
from parley.kinds.line.charter import CHARTER
from parley.kinds.line.conference import CONFERENCE
from parley.kinds.line.erasure import ERASURE
from parley.kinds.line.head import HEAD
from parley.kinds.line.key import KEY
from parley.kinds.line.line_check import LINE_CHECK
from parley.kinds.line.line_state import LINE_STATE
from parley.kinds.line.opening import OPENING
from parley.kinds.line.place import PLACE
from parley.kinds.line.question import QUESTION
from parley.kinds.line.retraction import RETRACTION
from parley.kinds.line.roster import ROSTER
from parley.kinds.line.translation import TRANSLATION
from parley.kinds.line.warning import WARNING

KINDS = (
    CHARTER,
    KEY,
    HEAD,
    WARNING,
    QUESTION,
    ANSWER,
    ACCOUNT,
    CALL,
    CONFERENCE,
    PLACE,
    ROSTER,
    LINE_STATE,
    LINE_CHECK,
    RETRACTION,
    TRANSLATION,
    OPENING,
    ERASURE,
)
