"""What the page of a bulletin says of its own, in English, Russian and Arabic.

Figures, names, handles and the texts of records are never translated: they stay as stated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Language = Literal["en", "ru", "ar"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_PHRASES: Mapping[str, tuple[str, str, str]] = {
    "bulletin": ("Bulletin of", "Бюллетень за", "نشرة يوم"),
    "period": ("Period", "Период", "الفترة"),
    "open_day": (
        "The day is not over. Figures up to",
        "День не завершён. Данные на",
        "اليوم لم ينته بعد. الأرقام حتى",
    ),
    "before": (
        "The channel began only after this day, so that zeros here report nothing. It began at",
        "Канал начал действовать позже этого дня, поэтому нули здесь ничего не сообщают. Начало:",
        "بدأت القناة بعد هذا اليوم، ولذلك لا تفيد الأصفار هنا بشيء. بدأت في",
    ),
    "begun": (
        "The channel began within this day, at",
        "Канал начал действовать в течение этого дня, в",
        "بدأت القناة خلال هذا اليوم، في",
    ),
    "unread": (
        "Entries that could not be read, so that nothing here is whole:",
        "Нечитаемые записи, поэтому сведения неполны:",
        "قيود تعذرت قراءتها، ولذلك لا شيء هنا مكتمل:",
    ),
    "computed": (
        ("Computed from the signed records of every party. Each figure is its counter's;"
        " figures of different parties are never added up."),
        ("Вычислено по подписанным записям всех сторон. Каждое число принадлежит стороне, которая"
        " вела подсчёт; числа разных сторон не складываются."),
        ("محسوبة من السجلات الموقعة لجميع الأطراف. كل رقم يعود إلى الطرف الذي أحصاه؛ ولا تجمع أرقام"
        " أطراف مختلفة."),
    ),
    "reconciliation": ("Reconciliation", "Примирение", "المصالحة"),
    "truce": ("Truce", "Перемирие", "الهدنة"),
    "relief": ("Relief", "Гуманитарная помощь", "الإغاثة"),
    "casualties": ("Casualties", "Пострадавшие", "الضحايا"),
    "statements": ("Statements", "Заявления", "التصريحات"),
    "advisories": ("Open advisories", "Открытые замечания", "الملاحظات المفتوحة"),
    "arguments": (
        "What this page follows from",
        "На чём основана эта страница",
        "ما تستند إليه هذه الصفحة",
    ),
    "by": ("Counted by", "Подсчёт ведёт", "أحصاه"),
    "settlements": ("Settlements", "Населённые пункты", "البلدات"),
    "groups": ("Armed groups", "Вооружённые группы", "الجماعات المسلحة"),
    "meetings": ("Meetings", "Встречи", "الاجتماعات"),
    "in_day": ("in the day", "за день", "في اليوم"),
    "in_all": ("in all", "всего", "المجموع"),
    "who": ("Who", "Кто", "من"),
    "sort": ("Sort", "Вид", "النوع"),
    "settlement": ("settlement", "населённый пункт", "بلدة"),
    "armed_group": ("armed group", "вооружённая группа", "جماعة مسلحة"),
    "allegations": ("Allegations", "Заявления о нарушениях", "الادعاءات"),
    "joined": ("Joined in the day", "Присоединились за день", "انضموا في اليوم"),
    "alleged": ("Acts alleged", "Заявленные действия", "الأعمال المدعى بها"),
    "by_area": ("By area", "По районам", "بحسب المنطقة"),
    "no_area": ("no area", "район не указан", "دون منطقة"),
    "laid_to": ("Laid to", "Приписано", "منسوبة إلى"),
    "others": ("others", "другим", "الآخرين"),
    "own_side": ("own side", "своей стороне", "الجانب نفسه"),
    "nobody": ("nobody named", "никто не назван", "لم يسم أحد"),
    "confirmed": (
        "Confirmed by others, of those looked into",
        "Подтверждено другими из проверенных",
        "أكده الآخرون مما نظروا فيه",
    ),
    "of": ("of", "из", "من"),
    "since": ("Since", "С начала действия:", "منذ بدء"),
    "one_sided": (
        ("These counts are of one side's acts almost only: the counter lays hardly any to its own"
        " side. They do not compare the sides. Counted by:"),
        ("Эти подсчёты почти полностью относятся к действиям одной стороны: ведущий подсчёт почти"
        " ничего не приписывает своей стороне. Стороны по ним не сравнить. Подсчёт ведёт:"),
        ("هذه الإحصاءات تكاد تقتصر على أعمال جانب واحد: فمن أحصاها لا ينسب إلى جانبه شيئا يذكر."
        " وهي لا تصلح للمقارنة بين الأطراف. أحصاها:"),
    ),
    "allegation": (
        "An allegation is its author's word, not a finding.",
        "Заявление о нарушении есть слово его автора, а не вывод.",
        "الادعاء قول صاحبه وليس استنتاجا.",
    ),
    "record": ("Record", "Запись", "السجل"),
    "area": ("Area", "Район", "المنطقة"),
    "act": ("Act", "Действие", "الفعل"),
    "number": ("Number", "Число", "العدد"),
    "weapon": ("Weapon", "Оружие", "السلاح"),
    "stands": ("State", "Состояние", "الحالة"),
    "actions": ("Actions", "Акции", "العمليات"),
    "not_delivered": ("brought nothing", "не доставлено", "لم يصل شيء"),
    "tonnes": ("Tonnes", "Тонны", "الأطنان"),
    "people": ("People", "Люди", "الأشخاص"),
    "treated": ("Given medical aid", "Оказана медпомощь", "تلقوا مساعدة طبية"),
    "organisation": ("Organisation", "Организация", "المنظمة"),
    "outcome": ("Outcome", "Результат", "النتيجة"),
    "harm": ("Harm", "Ущерб", "الضرر"),
    "killed": ("Killed", "Убиты", "قتلى"),
    "injured": ("Injured", "Ранены", "جرحى"),
    "missing": ("Missing", "Пропали без вести", "مفقودون"),
    "detained": ("Detained", "Задержаны", "محتجزون"),
    "bounds": ("Least to most", "От и до", "الأدنى إلى الأعلى"),
    "unbounded": ("no upper bound", "без верхней границы", "دون حد أعلى"),
    "totals": ("Published totals", "Опубликованные итоги", "المجاميع المنشورة"),
    "counted": ("Counted", "Что считали", "المعدود"),
    "published_by": ("Published by", "Опубликовано", "نشره"),
    "figure": ("Figure", "Число", "الرقم"),
    "lead": ("In the lead", "В заголовке", "في المقدمة"),
    "parts": ("Parts", "Слагаемые", "الأجزاء"),
    "here": ("By records here", "По записям здесь", "وفق السجلات هنا"),
    "flags": ("Found", "Обнаружено", "الملاحظ"),
    "speaker": ("Speaker", "Кто сказал", "المتحدث"),
    "said": ("Said", "Сказано", "القول"),
    "quote": ("quote", "цитата", "اقتباس"),
    "paraphrase": ("in substance", "пересказ", "بالمعنى"),
    "idea_of": (
        "the idea is said to be of",
        "идея принадлежит, по его словам,",
        "وتنسب الفكرة إلى",
    ),
    "rule": ("Rule", "Правило", "القاعدة"),
    "advisory": ("Advisory", "Замечание", "الملاحظة"),
    "text": ("Text", "Текст", "النص"),
    "attention": ("For attention", "Требуют внимания", "تتطلب الانتباه"),
    "information": ("For information", "Для сведения", "للعلم"),
    "more": (
        "further ones of no alarm, listed in the JSON of this bulletin",
        "прочих, без тревоги, перечислены в JSON этого бюллетеня",
        "ملاحظات أخرى دون إنذار مدرجة في ملف JSON لهذه النشرة",
    ),
    "none": ("None logged.", "Записей нет.", "لا يوجد سجل."),
    "channel": ("Channel", "Канал", "القناة"),
    "upto": ("Entries of the log", "Записей в журнале", "قيود السجل"),
    "at": ("Instant", "Момент", "اللحظة"),
    "rules": ("Rules", "Правила", "القواعد"),
    "legal": (
        "A notification changes nobody's legal duties and implies no approval.",
        "Уведомление не меняет ничьих правовых обязанностей и не означает согласия.",
        "الإخطار لا يغير الواجبات القانونية لأحد ولا يعني الموافقة.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of one language."""

    language: Language

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Tell in which direction the language is written."""
        return "rtl" if self.language == "ar" else "ltr"

    def __call__(self, key: str) -> str:
        """Give a phrase by its key."""
        return _PHRASES[key][LANGUAGES.index(self.language)]

    def joined(self, items: Iterable[str]) -> str:
        """Join pieces of HTML in a row."""
        return ("؛ " if self.language == "ar" else "; ").join(items)

    def known(self, word: str) -> str:
        """Give the phrase for a word of a record where there is one, else the word itself."""
        return self(word) if word in _PHRASES else word.replace("_", " ")


def begun_later(data: Mapping[str, Any]) -> Literal["before", "begun"] | None:
    """Tell whether the channel began after the day of a bulletin, or within it."""
    began = data["channel_from"]
    if began is None or began <= data["from"]:
        return None
    return "before" if began >= data["until"] else "begun"


def phrases() -> Mapping[str, tuple[str, str, str]]:
    """Give every phrase: in English, in Russian, in Arabic."""
    return _PHRASES
