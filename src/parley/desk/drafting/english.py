"""The reporting verbs of English, and how they bear on what is reported."""

import re

SAYING = frozenset(
    (
        *("said", "says", "say", "told", "tells", "added", "adds", "stated", "states", "wrote"),
        *("explained", "noted", "notes", "reported", "reports", "announced", "declared"),
        *("confirmed", "confirms", "insisted", "insists", "insist", "claimed", "alleged"),
        *("recalled", "replied", "answered", "underlined", "remarked", "commented", "concluded"),
        *("indicated", "revealed", "affirmed", "clarified", "continued", "posted", "tweeted"),
        *("maintained", "argued", "asserted", "observed", "say only"),
    )
)
"""Verbs after which the clause that follows is what was said; the others change its sense."""
DENYING = frozenset(
    (
        *("denied", "denies", "deny", "rejected", "rejects", "dismissed", "refuted", "disputed"),
        *("disputes", "ruled out"),
    )
)
_OTHER = (
    *("acknowledged", "acknowledges", "admitted", "conceded", "accused", "accuses", "appealed"),
    *("assured", "blamed", "blames", "called on", "called for", "calls on", "called", "calls"),
    *("cautioned",),
    *("claims", "complained", "condemned", "criticised", "criticized", "demanded", "demands"),
    *("denounced", "deplored", "described", "describes", "emphasised", "emphasized", "endorsed"),
    *("expressed", "hinted", "objected", "pledged", "praised", "predicted", "promised", "proposed"),
    *("protested", "quoted as saying", "reaffirmed", "reiterated", "stressed", "suggested"),
    *("thanked", "threatened", "urged", "urges", "voiced", "vowed", "warned", "warns", "welcomed"),
    *("welcomes", "apologised", "apologized", "lamented", "signalled", "signaled", "testified"),
)
_VERBS = "|".join(sorted({*SAYING, *DENYING, *_OTHER}, key=lambda verb: (-len(verb), verb)))
_AUX = (
    "has|have|had|also|later|then|again|repeatedly|would|only|nevertheless|however|meanwhile|"
    "did|does|do|was|were|been|being|is|are|be|not|to|nor|neither|never"
)
VERB = re.compile(
    rf"\b(?P<aux>(?:(?:{_AUX}) ){{0,5}})(?P<verb>{_VERBS})\b"
    r"(?P<neither>(?= (?:nor|neither)\b))?"
)
ACCORDING = re.compile(r"\b[Aa]ccording to\b")
NO_SPEAKER = re.compile(
    r"\b(?:law|plan|plans|terms|agreement|maps?|schedule|figures|data|estimates?|article|"
    r"resolution|rules?|charter|need|custom|tradition)\b",
    re.IGNORECASE,
)
"""What things go by without having said anything: "according to the terms"."""
CITING = re.compile(r"\b(?:citing|quoting) (?P<whom>[^,.;:\ufffc]{3,80})")
PASSIVE = frozenset(("was", "were", "been", "being", "is", "are", "be", "to"))
NEGATED = frozenset(("did", "does", "do", "not", "neither", "nor", "never"))
