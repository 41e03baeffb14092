"""Arabic: statements, where the verb stands first and the speaker follows; no other kind."""

import re

from parley.desk.drafting.finding import Finding, clean
from parley.desk.drafting.quotes import FILL
from parley.desk.drafting.sentences import Sentence
from parley.desk.drafting.span import trimmed
from parley.desk.drafting.story import Story

_VERBS = (
    "قال", "قالت", "أعلن", "أعلنت", "صرح", "صرحت", "أكد", "أكدت", "نفى", "نفت", "أضاف", "أضافت",
    "ذكر", "ذكرت", "أوضح", "أوضحت", "حذر", "حذرت", "رفض", "رفضت", "اتهم", "اتهمت",
)  # fmt: skip
_DENY = frozenset(("نفى", "نفت", "رفض", "رفضت"))
_SAID = re.compile(
    rf"(?:^|[.،] )(?:و|ف)?(?P<verb>{'|'.join(sorted(_VERBS, key=len, reverse=True))}) "
    rf"(?P<who>[^.:،{FILL}]{{2,80}}?)(?: (?:إن|أن)(?:ه|ها|هم)?(?= )|:|، )"
)
_BY = re.compile(r"^(?:و)?(?P<verb>بحسب|حسب|وفق|وفقا ل) ?(?P<who>[^.:،]{2,80})،")


def statements(story: Story, found: list[Sentence]) -> list[Finding]:
    """Draft the statements of an Arabic text, in order."""
    drafts = []
    for sentence in found:
        match = _SAID.search(sentence.plain) or _BY.search(sentence.plain)
        if match is None:
            continue
        draft = Finding("statement/1", story.text, sentence.span)
        who = trimmed(sentence.plain, match.start("who"), match.end("who"))
        draft.speaker = sentence.at(who.start, who.end)
        draft.put("speaker", clean(draft.speaker.of(story.text))[:300], draft.speaker)
        draft.name("on_behalf_of", draft.speaker)
        draft.verb = sentence.at(match.start("verb"), match.end("verb"))
        draft.denied = match.group("verb") in _DENY
        if sentence.quotes:
            draft.form = "quote"
            draft.words("text", sentence.quotes[0].inner, "ar")
        else:
            draft.form = "paraphrase"
            draft.words("text", sentence.span, "ar")
        draft.put("form", draft.form, sentence.span)
        published = story.published()
        if published is not None:
            draft.when("published_at", *published)
        drafts.append(draft)
    return drafts
