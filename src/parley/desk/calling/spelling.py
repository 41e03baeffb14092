"""How numbers and references are spelled over a bad line, in English, Russian and Arabic.

Latin letters and digits in English by the radiotelephony alphabet of ICAO Annex 10, volume II,
5.2.1.3 and 5.2.1.4. Russian letters have spelling names of their own, Arabic letters their names.
Latin letters are spelled by the ICAO words in every language, since a reference is made of them.
"""

from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "ru", "ar"]

_LATIN: Mapping[str, str] = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            "Alfa",
            "Bravo",
            "Charlie",
            "Delta",
            "Echo",
            "Foxtrot",
            "Golf",
            "Hotel",
            "India",
            "Juliett",
            "Kilo",
            "Lima",
            "Mike",
            "November",
            "Oscar",
            "Papa",
            "Quebec",
            "Romeo",
            "Sierra",
            "Tango",
            "Uniform",
            "Victor",
            "Whiskey",
            "X-ray",
            "Yankee",
            "Zulu",
        ],
        strict=True,
    )
)
_RUSSIAN: Mapping[str, str] = dict(
    zip(
        "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
        [
            "Анна",
            "Борис",
            "Василий",
            "Григорий",
            "Дмитрий",
            "Елена",
            "Женя",
            "Зинаида",
            "Иван",
            "Иван-краткий",
            "Константин",
            "Леонид",
            "Михаил",
            "Николай",
            "Ольга",
            "Павел",
            "Роман",
            "Семён",
            "Татьяна",
            "Ульяна",
            "Фёдор",
            "Харитон",
            "Цапля",
            "Человек",
            "Шура",
            "Щука",
            "Твёрдый-знак",
            "Еры",
            "Мягкий-знак",
            "Эхо",
            "Юрий",
            "Яков",
        ],
        strict=True,
    )
)
_ARABIC: Mapping[str, str] = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
        [
            "ألف",
            "باء",
            "تاء",
            "ثاء",
            "جيم",
            "حاء",
            "خاء",
            "دال",
            "ذال",
            "راء",
            "زاي",
            "سين",
            "شين",
            "صاد",
            "ضاد",
            "طاء",
            "ظاء",
            "عين",
            "غين",
            "فاء",
            "قاف",
            "كاف",
            "لام",
            "ميم",
            "نون",
            "هاء",
            "واو",
            "ياء",
        ],
        strict=True,
    )
)
_DIGITS: Mapping[Language, tuple[str, ...]] = {
    "en": ("zero", "wun", "too", "tree", "fow-er", "fife", "six", "sev-en", "ait", "nin-er"),
    "ru": ("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"),
    "ar": ("صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة"),
}
_SIGNS: Mapping[Language, Mapping[str, str]] = {
    "en": {".": "day-see-mal", "-": "dash", "+": "plus", "/": "slash", ":": "colon"},
    "ru": {".": "точка", "-": "тире", "+": "плюс", "/": "дробь", ":": "двоеточие"},
    "ar": {".": "فاصلة", "-": "شرطة", "+": "زائد", "/": "مائلة", ":": "نقطتان"},
}
# Forms of a letter that are spelled as that letter.
_SAME = {"Ё": "Е", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ت", "ئ": "ي", "ؤ": "و"}


def spelled(text: str, lang: Language) -> list[str]:
    """Spell a text sign by sign; what has no spelling word is given as it is, spaces left out."""
    return [_word(sign, lang) for sign in text if not sign.isspace()]


def _word(sign: str, lang: Language) -> str:
    if sign in "0123456789":
        return _DIGITS[lang][int(sign)]
    upper = sign.upper()
    plain = _SAME.get(upper, upper)
    for alphabet in (_LATIN, _RUSSIAN, _ARABIC):
        if plain in alphabet:
            return alphabet[plain]
    return _SIGNS[lang].get(sign, sign)


def spellings(text: str) -> dict[str, str]:
    """Spell a text in every language, each on one line."""
    languages: tuple[Language, ...] = ("en", "ru", "ar")
    return {lang: " ".join(spelled(text, lang)) for lang in languages}
