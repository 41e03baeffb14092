"""How a name sounds, whatever the script: what two spellings of one place have in common.

A clerk who heard "Harb Bebsi" must find Harbinafsah. Letters are brought to Latin one by one
(anyascii), articles and vowels go, and consonants that ears and transliterations confuse are one.
"""

import re
import unicodedata

from anyascii import anyascii

# Direction marks and other invisible signs that stand inside many names (GeoNames has them).
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u0640]")
# Marks of vowels and doubling in Arabic, which most spellings leave out.
_ARABIC_MARKS = re.compile("[\u064b-\u065f\u0670]")
_ARABIC_ARTICLE = re.compile("(?<![\u0620-\u064a])\u0627\u0644(?=[\u0620-\u064a]{3})")
# The article before sun letters takes their sound: at-Tanf, ash-Shaykh, Эт-Танф.
_ARTICLE = re.compile(r"\b(?:[aeiu](?:l|n|r|s|z|t|d|sh|th|dh))[ '-]+(?=\w{3})")
_DIGRAPHS = (
    ("sch", "S"), ("tch", "S"), ("kh", "K"), ("gh", "G"), ("sh", "S"), ("ch", "S"), ("zh", "J"),
    ("dj", "J"), ("th", "t"), ("dh", "d"), ("ph", "f"), ("ts", "s"), ("ck", "k"),
)  # fmt: skip
_ALIKE = str.maketrans(
    {
        "q": "k",
        "c": "k",
        "x": "k",
        "h": "k",
        "z": "s",
        "p": "b",
        "v": "f",
        "j": "J",
        "g": "G",
        "K": "k",
    }
)
# Within a word only an h before a vowel is heard. Russian writes each h as it writes kh.
_SILENT = re.compile("[aeiouwy]|(?<!^)h(?![aeiouwy])")
_DOUBLED = re.compile(r"(.)\1+")


def letters(name: str) -> str:
    """Give a name in small Latin letters and single spaces, without articles and signs."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", name))
    text = _ARABIC_ARTICLE.sub("", _ARABIC_MARKS.sub("", text))
    latin = anyascii(unicodedata.normalize("NFC", text)).casefold()
    latin = _ARTICLE.sub("", latin.replace("`", "").replace("'", ""))
    return " ".join(re.findall(r"[a-z0-9]+", latin))


def sound(name: str) -> str:
    """Give the consonants by which a name is heard; equal for most spellings of one name.

    Digits stand for themselves; a name without any consonant sounds as its letters.
    """
    plain = letters(name)
    heard = plain.replace(" ", "")
    for written, one in _DIGRAPHS:
        heard = heard.replace(written, one)
    # Sounds that had two letters have one large one by now, so that no rule meets them again.
    heard = _DOUBLED.sub(r"\1", _SILENT.sub("", heard).translate(_ALIKE))
    return heard or plain.replace(" ", "")
