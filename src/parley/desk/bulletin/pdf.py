"""The page of a bulletin as PDF: the very HTML, set by WeasyPrint."""

from parley.errors import NotInstalled


def pdf_of(html: str) -> bytes:
    """Set a page that needs nothing else; raise ``NotInstalled`` where WeasyPrint cannot run.

    WeasyPrint is a package of ours; Pango, with which it sets text, is a library of the system. No
    address in the page is ever followed.
    """
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        what = str(error).splitlines()[0][:100] if str(error) else "it cannot be loaded"
        raise NotInstalled(
            f"a PDF needs WeasyPrint and Pango: {what}",
            hint="install libpango-1.0-0 and libpangoft2-1.0-0, or take --format html",
        ) from None
    pdf: bytes = HTML(string=html, url_fetcher=_refused).write_pdf()
    return pdf


def _refused(url: str, *_: object, **__: object) -> object:
    raise ValueError(f"a bulletin refers to nothing outside itself: {url[:60]}")
