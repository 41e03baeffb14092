"""Forms as XLSForm workbooks (https://xlsform.org), for ODK, Kobo and whatever reads them."""

import io

from parley.desk.importing.forms import KIND_QUESTION, PERSONAL, Form, Question

_SURVEY = (
    "type", "name", "label", "hint", "required", "relevant", "constraint", "calculation", "default",
)  # fmt: skip
VERSION = "1"


def xlsform(form: Form) -> bytes:
    """Write a form as a workbook with the sheets survey, choices and settings."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    survey = book.create_sheet("survey")
    survey.append(_SURVEY)
    survey.append(["start", "start", "", "", "", "", "", "", ""])
    kind = f"'{form.kind}'"
    survey.append(["calculate", KIND_QUESTION, "", "", "", "", "", kind, ""])
    for question in form.questions:
        if not question.is_personal:
            survey.append(_row(question))
    hint = "Kept beside the record, told to few, and can be erased"
    survey.append(["begin_group", PERSONAL, "Personal", hint, "", "", "", "", ""])
    for question in form.questions:
        if question.is_personal:
            survey.append(_row(question))
    survey.append(["end_group", PERSONAL, "", "", "", "", "", "", ""])
    choices = book.create_sheet("choices")
    choices.append(["list_name", "name", "label"])
    for question in form.questions:
        for choice in question.choices(form.kind):
            choices.append([question.name, choice, choice.replace("_", " ")])
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id", "version"])
    settings.append([form.title, form.form_id, VERSION])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _row(question: Question) -> list[str]:
    kind = f"select_one {question.name}" if question.kind == "select_one" else question.kind
    return [
        kind,
        question.name,
        question.label,
        question.hint,
        "yes" if question.required else "",
        question.relevant,
        question.constraint,
        "",
        question.default,
    ]
