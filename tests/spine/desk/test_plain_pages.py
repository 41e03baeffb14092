"""The pages without JavaScript: the whole work of an officer by forms, at two real nodes."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import httpx
import pyotp
import pytest

from parley.desk.login.cookies import Cookie
from parley.desk.plain_pages.pages import POLICY
from parley.desk.plain_pages.paths import plain_paths
from parley.desk.plain_pages.words import LANGUAGES, catalogue
from parley.node.accounts.changes import Changes
from parley.node.accounts.rights import OPERATOR, Role
from parley.node.runtime import Node
from tests.spine.desk.watching import PASSWORD, Watch, on_watch
from tests.spine.node.accounts_world import quick

LINE = "37SDT645074 r5NM SFC-FL150 0430-0530Z"
HOSTILE = "<script>alert('1')</script>\"><b>\u202e&amp;"
MAY = {
    "observer": {"open", "read"},
    "officer": {"open", "read", "write"},
    "releaser": {"open", "read"},
    "administrator": {"open", "read"},
}


class Reader(HTMLParser):
    """What a page has: its forms with their fields, its elements, its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._form: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        if tag == "form":
            self._form = self.forms.setdefault(str(given["action"]), {})
        if tag == "input" and given.get("name") and given.get("type") != "radio":
            self._form[str(given["name"])] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}


@dataclass
class Person:
    """Somebody with a browser that knows no script."""

    http: httpx.Client
    answer: httpx.Response = field(init=False)
    page: Reader = field(init=False)

    def go(self, path: str, **query: str) -> Reader:
        return self._take(self.http.get(path, params=query))

    def send(self, form: str, **typed: str) -> Reader:
        """Fill in a form of the page that is open, and send it with all its hidden fields."""
        fields = {**self.page.forms[form], **{n.replace("__", "."): v for n, v in typed.items()}}
        return self.post(form, fields)

    def post(self, path: str, fields: dict[str, str]) -> Reader:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._take(self.http.post(path, content=urlencode(fields), headers=kind))

    def _take(self, answer: httpx.Response) -> Reader:
        self.answer = answer
        assert answer.headers["content-type"] == "text/html; charset=utf-8", answer.text
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["cache-control"] == "no-store"
        self.page = Reader(answer.text)
        assert not self.page.tags() & {"script", "iframe", "object", "img"}
        assert not [a for _, given in self.page.elements for a in given if a.startswith("on")]
        return self.page


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """Two desks, each with one person a role."""
    with on_watch(tmp_path_factory.mktemp("plain"), readback_kinds=["activity/1"]) as found:
        for node in (found.coalition_node, found.russia_node):
            quick(node.accounts)
            changes = Changes(node.accounts)
            for role in Role:
                changes.add(
                    OPERATOR, name=role, display="", post="watch", roles=[role], language="en"
                )
                changes.set_password(OPERATOR, role, PASSWORD)
        yield found


@pytest.fixture
def people(watch: Watch) -> Iterator[dict[str, Person]]:
    """Browsers at both desks in which nobody has logged in."""
    opened = {
        name: httpx.Client(
            base_url=side.http.base_url,
            trust_env=False,
            timeout=30,
            follow_redirects=True,
            verify=False,
        )
        for name, side in watch.sides.items()
    }
    yield {name: Person(http) for name, http in opened.items()}
    for http in opened.values():
        http.close()


def log_in(person: Person, name: str = "officer") -> Reader:
    person.go("/plain/login")
    return person.send("/plain/login", name=name, password=PASSWORD)


def seat(watch: Watch, person: Person, name: str) -> None:
    """Put a session into a browser, without the slow log-in."""
    accounts = watch.coalition_node.accounts
    entered = accounts.enter(accounts.people.get(name), "password", address="127.0.0.1")
    port = person.http.base_url.port
    assert port is not None
    person.http.cookies.set(Cookie(port, secure=False).name, entered.secret)


def number_in(text: str) -> str:
    found = re.search(r"\b(CO|RU)-\d{4}-U?\d+\b", text)
    assert found is not None, text
    return found[0]


def test_a_notice_is_sent_answered_and_the_answer_seen(
    watch: Watch, people: dict[str, Person]
) -> None:
    """The whole way by forms: log in, check, send; inbox, read back, compare; seen by the other."""
    us, them = people["coalition"], people["russia"]
    base = f"/plain/channels/{watch.channel}"
    log_in(us)
    assert us.answer.url.path == f"{base}/inbox"
    us.go(f"{base}/entry")
    us.send(f"{base}/entry", line=LINE, title="Supply flight", priority="urgent")
    assert us.answer.status_code == 200
    assert "2016-06-16T04:30:00Z" in us.page.text
    assert "160430ZJUN16" in us.page.text.replace(" ", "")
    assert "37S DT 645 074" in us.page.text or "37SDT645" in us.page.text.replace(" ", "")
    us.send(f"{base}/entry/send")
    number = number_in(us.page.text)
    record = us.answer.url.path
    assert "Supply flight" in us.page.text
    us.http.get(record)
    watch.settle()

    log_in(them)
    assert number in them.page.text
    assert "URGENT" in them.page.text
    assert "As of \u20682016-06-16 04:" in them.page.text
    them.go(record)
    assert "decimal" in them.page.text
    assert "DMS" in them.page.text
    assert "MGRS" in them.page.text
    them.go(f"{record}/answer")
    asked = them.page.forms[f"{record}/answer"]
    backs = {n: v for n, v in asked.items() if n.startswith("readback.")}
    assert set(backs) == {"readback.place", "readback.from", "readback.until", "readback.upper"}
    assert set(backs.values()) == {""}
    form = f"{record}/answer"
    read = {"readback__from": "0430Z", "readback__until": "0530Z", "readback__upper": "FL150"}
    them.send(form, stance="acknowledge", text="Seen", readback__place="nowhere at all", **read)
    assert them.answer.status_code == 422
    assert "Seen" in html.unescape(them.answer.text)
    kept = them.page.forms[form]
    assert {v for n, v in kept.items() if n.startswith("readback.")} == {""}
    assert ("input", True) in [
        (tag, given.get("aria-invalid") == "true")
        for tag, given in them.page.elements
        if given.get("name") == "readback.place"
    ]
    them.send(form, stance="acknowledge", text="Seen", readback__place="37SDT645074", **read)
    assert them.answer.status_code == 200
    assert them.answer.url.path == record
    assert "The read-back agrees" in them.page.text
    answered = watch.russia.get(f"records/{asked_name(record)}")
    assert answered["grades"]
    # the same form once more is the same answer
    before = watch.russia.get("records")["total"]
    them.post(form, {**kept, "stance": "acknowledge", "readback.place": "37SDT645074",
                     "readback.from": "0430Z", "readback.until": "0530Z",
                     "readback.upper": "FL150", "text": "Seen"})  # fmt: skip
    assert watch.russia.get("records")["total"] == before
    watch.settle()
    us.go(record)
    assert "answered by \u2068russia\u2069" in us.page.text
    them.go(f"{base}/inbox")
    assert number not in them.page.text
    them.go(f"{base}/inbox", all="yes")
    assert number in them.page.text


def asked_name(record: str) -> str:
    return record.rpartition("/")[2]


def test_an_answer_that_differs_is_said_to(watch: Watch, people: dict[str, Person]) -> None:
    sent = watch.coalition.send("33.0N 38.0E r1NM SFC-FL100 1500-1600Z")
    watch.settle()
    them = people["russia"]
    log_in(them)
    record = f"/plain/channels/{watch.channel}/records/{sent['name']}"
    them.go(f"{record}/answer")
    them.send(
        f"{record}/answer",
        stance="propose",
        proposal="An hour later",
        shift="60",
        readback__upper="FL120",
    )
    assert "THE READ-BACK DIFFERS" in them.page.text
    watch.settle()
    given = them.answer.url.params["answer"]
    told = watch.coalition.get(f"records/{given}")["body"]
    assert told["stance"] == "propose"
    assert told["proposal"]["time_shift_ms"] == 3_600_000


def test_setting_aside_needs_a_reason_and_is_written_down(
    watch: Watch, people: dict[str, Person]
) -> None:
    sent = watch.coalition.send("33.5N 38.0E r1NM SFC-FL100 1700-1800Z")
    watch.settle()
    them = people["russia"]
    log_in(them)
    them.go(f"/plain/channels/{watch.channel}/records/{sent['name']}")
    (form,) = [each for each in them.page.forms if each.endswith("/aside")]
    them.send(form, reason="  ")
    assert them.answer.status_code == 422
    them.send(form, reason="Spoken about by telephone")
    assert them.answer.url.path.endswith("/inbox")
    assert sent["number"] not in them.page.text
    them.go("/plain/watchlog")
    assert "Spoken about by telephone" in them.page.text
    them.send("/plain/watchlog", line="Relief rang twice")
    assert "Relief rang twice" in them.page.text


def test_a_change_without_the_word_of_the_session_is_refused(
    watch: Watch, people: dict[str, Person]
) -> None:
    us = people["coalition"]
    seat(watch, us, "officer")
    us.go("/plain/watchlog")
    good = us.page.forms["/plain/watchlog"]["csrf"]
    for csrf in ("", good[:-1]):
        us.post("/plain/watchlog", {"line": "not mine", "csrf": csrf})
        assert us.answer.status_code == 403
        assert "account-csrf" in us.page.text
    us.go("/plain/watchlog")
    assert "not mine" not in us.page.text


def test_who_is_not_logged_in_is_led_to_the_log_in(watch: Watch, people: dict[str, Person]) -> None:
    http = people["coalition"].http
    http.follow_redirects = False
    for path in plain_paths(watch.coalition_node):
        at = address(path.path, watch.channel)
        answer = http.request(path.method, at, headers={"Content-Type": FORM})
        if path.allow == "open":
            assert answer.status_code in (200, 401, 422), at
        else:
            assert (answer.status_code, answer.headers["location"]) == (303, "/plain/login"), at
            assert answer.content == b""
    assert http.get("/plain/x").headers["location"] == "/plain/login"


FORM = "application/x-www-form-urlencoded"


def address(path: str, channel: str) -> str:
    return re.sub(r"\{\w+\}", "0", path.replace("{channel}", channel))


@pytest.mark.parametrize("role", MAY)
def test_each_role_sees_the_pages_of_its_rights(
    watch: Watch, people: dict[str, Person], role: str
) -> None:
    """What a role may not is refused by the gate, on a page; what it may reaches the page."""
    us = people["coalition"]
    seat(watch, us, role)
    us.http.follow_redirects = False
    page = us.http.get(f"/plain/channels/{watch.channel}/inbox")
    csrf = Reader(page.text).forms["/plain/logout"]["csrf"]
    for path in plain_paths(watch.coalition_node):
        if path.path.endswith(("/logout", "/login", "/first")):
            continue  # they change who asks
        at = address(path.path, watch.channel)
        content = urlencode({"csrf": csrf}) if path.method == "POST" else ""
        answer = us.http.request(path.method, at, content=content, headers={"Content-Type": FORM})
        refused = answer.status_code == 403 and "account-right" in answer.text
        assert refused is (path.allow not in MAY[role]), (role, path.method, at, answer.status_code)
        assert answer.status_code < 500, (at, answer.text)


def test_whatever_is_typed_comes_out_as_text(watch: Watch, people: dict[str, Person]) -> None:
    """Every free text of every form, on the page that shows it and beside the form refused."""
    us, them = people["coalition"], people["russia"]
    base = f"/plain/channels/{watch.channel}"

    def nothing_runs(person: Person, *, shown: bool = True) -> None:
        tags = [(t, g) for t, g in person.page.elements if t in ("script", "b")]
        assert tags == []
        if shown:
            assert "alert(" in html.unescape(person.answer.text)

    us.go("/plain/login")
    us.send("/plain/login", name=HOSTILE, password="wrong password here")
    assert us.answer.status_code == 401
    nothing_runs(us)
    assert us.page.forms["/plain/login"]["password"] == ""
    us.go("/plain/first")
    us.send("/plain/first", link=HOSTILE, name=HOSTILE, display=HOSTILE, post=HOSTILE,
            password=PASSWORD, again=PASSWORD + "x")  # fmt: skip
    nothing_runs(us)
    log_in(us)
    us.go(f"{base}/entry")
    us.send(f"{base}/entry", line=HOSTILE, title=HOSTILE, priority=HOSTILE)
    nothing_runs(us)
    us.go(f"{base}/entry")
    title = "<script>alert(2)</script><b>x</b>"
    us.send(f"{base}/entry", line="34.0N 37.0E r1NM SFC-FL100 1900-2000Z", title=title,
            priority="routine")  # fmt: skip
    nothing_runs(us)
    us.send(f"{base}/entry/send")
    record = us.answer.url.path
    nothing_runs(us)
    us.go(f"{base}/records", ref=HOSTILE)
    nothing_runs(us)
    us.go("/plain/watchlog")
    us.send("/plain/watchlog", line=title)
    nothing_runs(us)
    watch.settle()
    log_in(them)
    nothing_runs(them)
    them.go(f"{record}/answer")
    nothing_runs(them)
    form = f"{record}/answer"
    them.send(form, stance="object", text=title, officer=title, shift=HOSTILE, proposal=HOSTILE)
    assert them.answer.status_code == 422
    nothing_runs(them)
    them.go(f"{record}/answer")
    them.send(form, stance="object", text=title, officer=title)
    assert them.answer.status_code == 200
    watch.settle()
    us.go(f"{base}/records/{them.answer.url.params['answer']}")
    nothing_runs(us)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_in_every_language(
    watch: Watch, people: dict[str, Person], language: str
) -> None:
    """By the account's language; Arabic runs from right to left; the banner is on every page."""
    us = people["coalition"]
    us.go("/plain/login", lang=language)
    words: Any = catalogue(language)
    assert words["login.title"] in us.page.text
    log_in(us)
    us.send("/plain/language", language=language)
    sent = watch.coalition.send("34.5N 37.0E r1NM SFC-FL100 2100-2200Z")
    base = f"/plain/channels/{watch.channel}"
    for path, key in (
        (f"{base}/inbox", "nav.inbox"),
        (f"{base}/entry", "nav.entry"),
        (f"{base}/records", "page.records"),
        (f"{base}/records/{sent['name']}", "known"),
        (f"{base}/records/{sent['name']}/answer", "answer.readback"),
        ("/plain/watchlog", "nav.watch"),
    ):
        us.go(path)
        assert us.answer.status_code == 200, us.answer.text
        tag, given = us.page.elements[0]
        assert (tag, given["lang"]) == ("html", language)
        assert given["dir"] == ("rtl" if language == "ar" else "ltr")
        assert words[key] in us.page.text, path
        assert "EXERCISE - EXERCISE - EXERCISE" in us.page.text
    us.go(f"{base}/inbox")
    us.send("/plain/language", language="en")


def test_the_trail_says_what_a_form_did(watch: Watch, people: dict[str, Person]) -> None:
    """A page is HTML, and still the audit trail names the record that it made, or the refusal."""
    us, audit = people["coalition"], watch.coalition_node.accounts.audit
    seat(watch, us, "officer")
    base = f"/plain/channels/{watch.channel}"
    us.go(f"{base}/entry")
    us.send(f"{base}/entry", line="35.0N 37.0E r1NM SFC-FL100 1900-2000Z")
    began = audit.size()
    us.send(f"{base}/entry/send")
    record = us.answer.url.path
    us.post("/plain/watchlog", {"line": "x", "csrf": "wrong"})
    made, refused = [dict(e.data) for e in audit.entries(began, 10)]
    assert made["records"] == [asked_name(record)]
    assert refused["code"] == "account-csrf"


def test_a_one_time_link_is_taken_up_and_one_logs_out(
    watch: Watch, people: dict[str, Person]
) -> None:
    node: Node = watch.coalition_node
    link = Changes(node.accounts).add(
        OPERATOR, name="novice", display="Novice", post="", roles=["observer"], language="en"
    )
    us = people["coalition"]
    us.go("/plain/first", lang="ru")
    whole = f"{us.http.base_url}/desk/#/link/{link}"
    us.send("/plain/first", link=whole, name="novice", password=PASSWORD, again=PASSWORD)
    assert us.answer.url.path.endswith("/inbox"), us.answer.text
    us.send("/plain/logout")
    assert us.answer.url.path == "/plain/login"
    us.go(f"/plain/channels/{watch.channel}/inbox")
    assert us.answer.url.path == "/plain/login"


def test_a_one_time_code_is_asked_for_where_the_account_has_one(
    watch: Watch, people: dict[str, Person]
) -> None:
    accounts = watch.coalition_node.accounts
    changes = Changes(accounts)
    changes.add(OPERATOR, name="locked", display="", post="", roles=["observer"], language="en")
    changes.set_password(OPERATOR, "locked", PASSWORD)
    entered = accounts.enter(accounts.people.get("locked"), "password", address="127.0.0.1")
    secret, _ = changes.begin_totp(entered.who, PASSWORD)
    at = accounts.clock.now() // 1000
    changes.confirm_totp(entered.who, pyotp.TOTP(secret).at(at - 30))
    us = people["coalition"]
    us.go("/plain/login")
    us.send("/plain/login", name="locked", password=PASSWORD)
    assert us.answer.status_code == 401
    code = pyotp.TOTP(secret).at(accounts.clock.now() // 1000)
    us.send("/plain/login", name="locked", password=PASSWORD, code=code)
    assert us.answer.url.path.endswith("/inbox")
