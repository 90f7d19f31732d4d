"""Whatever is thrown at the API, it answers as its description says, and never with a fault of its own."""

from __future__ import annotations

import hypothesis
import schemathesis
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from web.conftest import Office
from workbench.web.accounts import ROLES

NOT_TRIED = {"/api/session"}
"""Signing in: wrong passwords bring the pause, which has tests of its own."""
_LOOK = "analyse or review or disclose"
BESIDE = (
    ("/evidence/{number}/original", "application/octet-stream", _LOOK),
    ("/evidence/{number}/picture", "image/png image/jpeg", _LOOK),
    ("/evidence/{number}/history", "text/html", _LOOK),
    ("/media/sound/{number}", "audio/wav", _LOOK),
    ("/media/picture/{number}", "image/jpeg", _LOOK),
    ("/media/messages/{number}", "text/html", _LOOK),
    ("/media/message/{segment}", "text/html", _LOOK),
    ("/media/letter/{segment}", "text/html", _LOOK),
    ("/search/download", "text/csv application/json", _LOOK),
    ("/export/previews/{job}", "text/html", "disclose"),
    ("/export/previews/{job}/{number}.png", "image/png", "disclose"),
    ("/export/{job}/files/{name}", "application/pdf application/octet-stream", "disclose"),
    ("/export/{job}/summary.zip", "application/zip", "disclose"),
    ("/record/lines.csv", "text/csv", "audit"),
)
_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_SETTINGS = hypothesis.settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=(hypothesis.Phase.generate,),
)


def test_the_api_keeps_its_word(sample_office: Office) -> None:
    person = sample_office.person(*ROLES)
    headers = {
        "cookie": f"casegraph={person.cookies['casegraph']}",
        "x-csrf-token": person.headers["x-csrf-token"],
        "host": "localhost",
    }
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", person.app, headers=headers)
    wrong, tried = [], 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in NOT_TRIED:
            continue
        tried += 1

        @_SETTINGS
        @hypothesis.given(case=operation.as_strategy())
        def keeps_its_word(case: schemathesis.Case) -> None:
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=_CHECKS)

        try:
            keeps_its_word()
        except Exception as error:
            wrong.append(f"{operation.label}: {error}")
    assert tried
    assert not wrong, "\n\n".join(wrong)


def test_what_pages_take_from_beside_the_api_is_described_with_who_may(sample_office: Office) -> None:
    told = sample_office.person("audit").get("/api/openapi.json").json()["paths"]
    for path, kinds, who in BESIDE:
        said = told[path]["get"]
        assert set(said["responses"]["200"]["content"]) == set(kinds.split()), path
        assert said["description"].endswith(f"For the role {who}."), path
        assert set(said["responses"]["404"]["content"]) == {"text/html"}
    assert "206" in told["/media/sound/{number}"]["get"]["responses"]
    assert told["/api/session"]["post"]["description"].endswith("For anyone.")
    assert not {"/", "/search", "/evidence/{number}"} & set(told), "pages are no interface for programs"
