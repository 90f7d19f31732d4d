from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from evidence.authority import check_in_time, overdue, read_authority
from evidence.case import Case, acting, new_case, open_case
from evidence.errors import AuthorityError, CaseError, CasegraphError, UsageError
from evidence.ledger import Actor
from evidence.records import Authority
from evidence.settings import read_settings
from evidence.state import fold

GOOD = """
reference = "W-9"
kind = "warrant"
issuer = "A court"
issued = 2026-03-02
country = "gb"
scope = "papers"
review_by = 2026-09-02
erase_by = "2029-03-02"
[case]
languages = ["en", "ro"]
"""


def authority_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "authority.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_case_opens_with_its_authority_and_what_it_asserts(tmp_path: Path, actor: Actor) -> None:
    authority, hints = read_authority(authority_file(tmp_path, GOOD))
    new_case(tmp_path / "c", title="T", authority=authority, hints=hints, actor=actor)
    state = fold(open_case(tmp_path / "c").custody.events())
    assert (state.title, list(state.authorities)) == ("T", ["W-9"])
    assert (state.settings.region, state.settings.languages) == ("GB", ("en", "ro"))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("2026-03-02", '"the second of March"'), "issued"),
        (('scope = "papers"', ""), "scope"),
        (('scope = "papers"', 'scope = " "'), "scope"),
        (('kind = "warrant"', 'kind = "favour"'), "kind"),
        (("reference", "[["), "line 2"),
        (("languages", "colours"), "colours"),
    ],
)
def test_an_authority_that_lacks_something_names_it(tmp_path: Path, change: tuple[str, str], named: str) -> None:
    with pytest.raises(AuthorityError, match=named):
        read_authority(authority_file(tmp_path, GOOD.replace(*change, 1)))


def test_a_missing_authority_file_is_an_authority_error(tmp_path: Path) -> None:
    with pytest.raises(AuthorityError):
        read_authority(tmp_path / "none.toml")


def test_overdue_dates_are_said(authority: Authority) -> None:
    assert overdue(authority, today=date(2026, 9, 2)) == []
    assert overdue(authority, today=date(2026, 9, 3)) == ["review was due 2026-09-02"]


def test_nothing_is_received_past_the_date_of_erasure_unless_it_is_held(authority: Authority) -> None:
    check_in_time(authority, today=date(2029, 3, 2))
    with pytest.raises(AuthorityError, match="2029-03-02"):
        check_in_time(authority, today=date(2029, 3, 3))
    check_in_time(msgspec.structs.replace(authority, held=True), today=date(2029, 3, 3))


def test_an_authority_past_its_end_is_said_to_have_expired(authority: Authority) -> None:
    ended = msgspec.structs.replace(authority, valid_to="2026-04-01")
    assert overdue(ended, today=date(2026, 4, 2)) == ["expired 2026-04-01"]


def test_a_folder_that_is_not_a_case_is_refused(tmp_path: Path, case: Case, authority: Authority, actor: Actor) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(CaseError):
            open_case(path)
    hints = read_authority(authority_file(tmp_path, GOOD))[1]
    with pytest.raises(CaseError, match="already there"):
        new_case(case.root, title="T", authority=authority, hints=hints, actor=actor)


def test_the_environment_overrides_case_toml_and_bad_values_are_named(tmp_path: Path) -> None:
    toml = tmp_path / "case.toml"
    toml.write_text("[settings]\nworkers = 3\n")
    assert read_settings(toml, {}).workers == 3
    assert read_settings(toml, {"CASEGRAPH_WORKERS": "5"}).worker_count == 5
    with pytest.raises(CaseError, match="workers"):
        read_settings(toml, {"CASEGRAPH_WORKERS": "many"})
    toml.write_text("[settings]\ncolour = 1\n")
    with pytest.raises(CaseError, match="colour"):
        read_settings(toml, {})


def test_who_acts_is_the_option_then_the_environment_then_the_account() -> None:
    assert acting("A", {"CASEGRAPH_ACTOR": "B"}).name == "A"
    assert acting(None, {"CASEGRAPH_ACTOR": "B"}).name == "B"
    assert acting(None, {}).name == acting(None, {}).account


def test_every_error_has_an_exit_code_that_its_module_lists() -> None:
    import evidence.errors as errors

    def below(kind: type[CasegraphError]) -> list[type[CasegraphError]]:
        return [kind, *(inner for sub in kind.__subclasses__() for inner in below(sub))]

    ours = [kind for kind in below(CasegraphError) if kind.__module__ == "evidence.errors"]
    assert len(ours) > 10
    for kind in ours[1:]:
        line = next(line for line in (errors.__doc__ or "").splitlines() if f" {kind.__name__} " in line)
        assert f" {kind.exit_code} " in line
        assert kind.__doc__


def test_an_error_keeps_its_next_step_across_processes() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(UsageError("what", next_step="do this")))
    assert (type(error), error.what, error.next_step) == (UsageError, "what", "do this")
