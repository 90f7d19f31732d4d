"""Signing in, staying in, and being kept out."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import pytest

from evidence.acts import SignedIn, SignInRefused
from evidence.case import Case
from evidence.errors import UsageError
from web.conftest import PASSWORD, Office
from workbench.web.accounts import Accounts
from workbench.web.sessions import IDLE_S, LONGEST_S, Brake, Sessions

Serve = Callable[[Case], Office]


def test_the_right_password_opens_the_page_that_was_wanted(case: Case, serve: Serve) -> None:
    office = serve(case)
    office.desk.accounts.add("ana", PASSWORD, ("review",))
    visitor = office.visitor()
    assert visitor.get("/").status_code == 401
    answer = visitor.post("/sign-in", data={"name": "ana", "password": PASSWORD, "wanted": "/api/session"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/api/session"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert visitor.get("/api/session").json()["roles"] == ["review"]
    acts = [event.act for event in case.access.events()]
    assert SignedIn(roles=("review",), address="testclient") in acts


@pytest.mark.parametrize(
    "wanted", ["//elsewhere.example/", "/\\elsewhere.example", "https://elsewhere.example", "/a\nb"]
)
def test_signing_in_leads_nowhere_else(case: Case, serve: Serve, wanted: str) -> None:
    office = serve(case)
    office.desk.accounts.add("ana", PASSWORD, ("review",))
    answer = office.visitor().post("/sign-in", data={"name": "ana", "password": PASSWORD, "wanted": wanted})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    ("referer", "wanted"),
    [
        ("http://testserver/search/saved/A-1?every=true", "/search/saved/A-1?every=true"),
        ("http://elsewhere.example/search", "/"),
        ("http://testserver:81/search", "/"),
        ("", "/"),
    ],
)
def test_after_a_form_of_an_ended_session_signing_in_leads_to_its_page(
    case: Case, serve: Serve, referer: str, wanted: str
) -> None:
    answer = serve(case).visitor().post("/search/saved/A-1/mark", data={"reason": "x"}, headers={"referer": referer})
    assert answer.status_code == 401
    assert f'name="wanted" value="{wanted}"' in answer.text


def test_wrong_passwords_are_noted_and_then_there_is_a_pause(case: Case, serve: Serve) -> None:
    office = serve(case)
    office.desk.accounts.add("ana", PASSWORD, ("review",))
    visitor = office.visitor()
    codes = [visitor.post("/api/session", data={"name": "ana", "password": "no"}).status_code for _ in range(6)]
    assert codes == [400, 400, 400, 400, 400, 429]
    right = visitor.post("/api/session", data={"name": "ana", "password": PASSWORD})
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0
    refused = [event.act for event in case.access.events() if isinstance(event.act, SignInRefused)]
    assert len(refused) == 5


def test_a_closed_account_stays_out(case: Case, serve: Serve) -> None:
    office = serve(case)
    office.desk.accounts.add("ana", PASSWORD, ("review",))
    office.desk.accounts.change("ana", closed=True)
    assert office.visitor().post("/sign-in", data={"name": "ana", "password": PASSWORD}).status_code == 401


def test_what_is_taken_from_an_account_is_gone_at_its_next_click(case: Case, serve: Serve) -> None:
    office = serve(case)
    person = office.person("review")
    assert person.get("/review").status_code == 200
    office.let_in("review", ("audit",))
    assert person.get("/review").status_code == 403
    assert person.get("/record").status_code == 200
    office.let_in("review", ("audit",), closed=True)
    assert person.get("/record").status_code == 401


def test_a_case_that_asks_for_a_reason_keeps_it_beside_each_look(case: Case, serve: Serve) -> None:
    toml = case.root / "case.toml"
    toml.write_text(toml.read_text() + "reason_to_look = true\n")
    from evidence.case import open_case

    office = serve(open_case(case.root))
    office.desk.accounts.add("ana", PASSWORD, ("analyse",))
    visitor = office.visitor()
    assert visitor.post("/api/session", data={"name": "ana", "password": PASSWORD}).status_code == 400
    assert (
        visitor.post("/api/session", data={"name": "ana", "password": PASSWORD, "reason": "task 4"}).status_code == 200
    )
    signed = [event.act for event in case.access.events() if isinstance(event.act, SignedIn)]
    assert [act.reason for act in signed] == ["task 4"]


def test_a_request_without_the_token_changes_nothing(case: Case, serve: Serve) -> None:
    person = serve(case).person("review")
    del person.headers["x-csrf-token"]
    assert person.post("/sign-out").status_code == 403
    assert person.get("/api/session").status_code == 200


def test_sessions_end_by_themselves() -> None:
    now = itertools.count(0, IDLE_S - 1)
    sessions = Sessions(ticks=lambda: float(next(now)))
    token, _ = sessions.begin("ana", ("review",))
    alive = 0
    while sessions.find(token):
        alive += 1
    assert alive == LONGEST_S // (IDLE_S - 1)
    late = iter([0.0, 0.0 + IDLE_S + 1])
    sessions = Sessions(ticks=lambda: next(late))
    token, _ = sessions.begin("ana", ("review",))
    assert sessions.find(token) is None


def test_the_pause_after_wrong_passwords_ends() -> None:
    clock = [0.0]
    brake = Brake(ticks=lambda: clock[0])
    for _ in range(5):
        brake.wrong("name ana")
    assert brake.wait_s("name ana", "address x") > 0
    assert brake.wait_s("name ben") == 0
    clock[0] = 15 * 60 + 1
    assert brake.wait_s("name ana") == 0


def test_accounts_are_kept_hashed_and_readable_by_their_owner_alone(case: Case) -> None:
    accounts = Accounts(case)
    accounts.add("ana", PASSWORD, ("review", "analyse"))
    path = case.root / "accounts.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in path.read_text()
    assert "argon2id" in path.read_text()
    with pytest.raises(UsageError, match="already"):
        accounts.add("ana", PASSWORD, ("review",))
    with pytest.raises(UsageError, match="too short"):
        accounts.add("ben", "short", ("review",))
    with pytest.raises(UsageError, match="no such role"):
        accounts.add("ben", PASSWORD, ("root",))  # type: ignore[arg-type]


def test_every_answer_carries_the_strict_headers(case: Case, serve: Serve) -> None:
    visitor = serve(case).visitor()
    for path in ("/broken", "/api/broken"):
        visitor.app.add_api_route(path, _broken)  # type: ignore[attr-defined]
    addresses = ["/", "/sign-in", "/api/status", "/static/app.css", "/nowhere", "/broken", "/api/broken"]
    answers = [visitor.get(path) for path in addresses] + [visitor.get("/", headers={"host": "evil.example"})]
    assert [answer.status_code for answer in answers[-3:]] == [500, 500, 400]
    for answer in answers:
        assert "default-src 'none'" in answer.headers["content-security-policy"], answer.url
        assert "unsafe-inline" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "no-store" in answer.headers["cache-control"] or "/static/" in str(answer.url)


def _broken() -> None:
    raise RuntimeError("unforeseen")


def test_an_unknown_page_says_so_plainly(case: Case, serve: Serve) -> None:
    answer = serve(case).person("review").get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_an_error_page_keeps_the_bar_of_whoever_is_signed_in(case: Case, serve: Serve) -> None:
    office = serve(case)
    person, bar = office.person("review"), 'class="bar"'
    for address, status in (("/nowhere", 404), ("/ingest", 403), ("/entities/nobody", 404)):
        answer = person.get(address)
        assert (answer.status_code, bar in answer.text) == (status, True), address
        assert "That could not be done" in answer.text
    cut = person.get("/search", params={"q": 'van" ' + "x" * 2_000})
    assert cut.status_code == 422
    assert 'value="van&#34; xxx' in cut.text, "what was searched for can be mended"
    fragment = person.get("/nowhere", headers={"hx-request": "true"})
    assert (fragment.status_code, "<html" in fragment.text, "problem" in fragment.text) == (404, False, True)
    framed = person.get("/nowhere", headers={"sec-fetch-dest": "iframe"})
    assert bar not in framed.text
    assert bar not in office.visitor().get("/nowhere").text
    office.let_in("review", ("review",), closed=True)
    assert bar not in person.get("/nowhere").text


def test_a_body_without_end_is_refused(case: Case, serve: Serve) -> None:
    answer = serve(case).visitor().post("/sign-in", data={"name": "x" * 5_000_000})
    assert answer.status_code == 413


def test_another_host_name_is_refused(case: Case, serve: Serve) -> None:
    assert serve(case).visitor().get("/sign-in", headers={"host": "evil.example"}).status_code == 400


def test_a_case_folder_that_vanished_is_said_plainly(case: Case, serve: Serve) -> None:
    office = serve(case)
    person = office.person("review")
    assert person.get("/").status_code == 200
    away = case.root.rename(case.root.with_name("away"))
    answer = person.get("/")
    time.sleep(0.8)  # the graph is looked after twice a second
    assert not case.root.exists(), "nothing was made in its place"
    away.rename(case.root)
    assert answer.status_code == 503
    assert "case folder is not where it was" in answer.text
