"""The application: the page's files, runs, and everything that is refused, in one sentence."""

import json

import pytest

from copsim.explore.guard import HEADERS
from copsim.explore.page import SCRIPTS
from copsim.explore.world import world_of
from copsim.scenarios.reading import load_scenario
from tests.explore.conftest import OWN, WEEKS

ASKED = {"scenario": "baseline", "seed": 7, "levers": {}}


def test_the_page_comes_with_its_settings_and_loads_nothing_from_outside(ask):
    status, headers, body = ask("GET", "/")
    text = body.decode()
    settings = json.loads(text.split('id="settings">')[1].split("</script>")[0])
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert settings["opens"] == {
        "left": "coordinator-leaves", "right": "distributed-coordinator-leaves", "seed": 7, "week": 52,
    }  # fmt: skip
    assert settings["weeks"] == WEEKS
    assert "http://" not in text and "https://" not in text


@pytest.mark.parametrize("name", ["explore.css", *SCRIPTS])
def test_files_are_handed_out(ask, name):
    status, headers, body = ask("GET", f"/static/{name}")
    assert (status, headers["content-type"].split(";")[0]) == (
        200,
        "text/css" if name.endswith("css") else "text/javascript",
    )
    assert b"https://" not in body and body


@pytest.mark.parametrize(
    "path", ["/static/page.html", "/static/../page.py", "/static/%2e%2e/page.py", "/etc", "/static/"]
)
def test_nothing_else_is(ask, path):
    status, _, body = ask("GET", path)
    assert status == 404
    assert json.loads(body)["error"].endswith(".")


def test_every_answer_says_what_may_be_loaded(ask):
    for path in ("/", "/static/main.js", "/nothing"):
        headers = ask("GET", path)[1]
        assert {name.lower(): value for name, value in HEADERS.items()}.items() <= headers.items()
        assert "unsafe" not in headers["content-security-policy"]


def test_a_run_is_that_of_the_engine_and_leaves_nothing_behind(run):
    """Two visitors who ask in turns get what each would get alone."""
    mine, yours = {**ASKED, "levers": {"rhythm": "every-week"}}, {**ASKED, "scenario": "established", "seed": 8}
    answers = [run(asked) for asked in (mine, yours, mine)]
    assert [status for status, _ in answers] == [200] * 3
    assert answers[0] == answers[2]
    assert answers[0][1] == json.loads(json.dumps(world_of(load_scenario("baseline"), mine["levers"], 7, WEEKS)))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (b"not json", "the request is no JSON document."),
        (b"\xff", "the request is no JSON document."),
        (b"[" * 4_000, "the request is no JSON document."),
        (b"[]", "the request must be a table with the keys scenario, seed, levers."),
        ({**ASKED, "1": 10}, "unknown key '1' in the request."),
        ({**ASKED, "sead": 10}, "unknown key 'sead' in the request, did you mean 'seed'?"),
        (
            {"scenario": "baseline"},
            "the request: seed must be a whole number from 0 to 9,007,199,254,740,991, it is None.",
        ),
        ({**ASKED, "seed": -1}, "the request: seed must be a whole number"),
        ({**ASKED, "seed": 2**53}, "the request: seed must be a whole number"),
        ({**ASKED, "seed": True}, "the request: seed must be a whole number"),
        ({**ASKED, "seed": 1.5}, "the request: seed must be a whole number"),
        ({**ASKED, "scenario": "basline"}, "there is no scenario 'basline' on this page, did you mean 'baseline'?"),
        ({**ASKED, "scenario": "../secret.toml"}, "there is no scenario"),
        ({**ASKED, "scenario": ["baseline"]}, "there is no scenario"),
        ({**ASKED, "levers": []}, "levers must be a table of at most 5 levers and their stops."),
        ({**ASKED, "levers": {str(k): "x" for k in range(9)}}, "levers must be a table"),
        ({**ASKED, "levers": {"leading.hours": "80"}}, "there is no lever 'leading.hours'"),
        ({**ASKED, "levers": {"rhythm": 4}}, "the lever 'rhythm' must be one of no-meetings, twice-a-year"),
    ],
)
def test_a_wrong_request_is_answered_by_a_sentence(run, asked, said):
    status, answer = run(asked)
    assert (status, list(answer)) == (400, ["error"])
    assert answer["error"].startswith(said)
    assert answer["error"][-1] in ".?" and answer["error"][-2] not in ".?"


ELSEWHERE = "http://elsewhere.example"


@pytest.mark.parametrize(
    ("headers", "status", "said"),
    [
        ({**OWN, "host": "elsewhere.example:8477"}, 421, "served as 127.0.0.1:8477 or localhost:8477 only"),
        ({**OWN, "host": "127.0.0.1"}, 421, "only"),
        ({**OWN, "host": "127.0.0.1:80"}, 421, "only"),
        ({**OWN, "host": "127.0.0.1.elsewhere.example:8477"}, 421, "only"),
        ([*OWN.items(), ("host", "elsewhere.example")], 421, "only"),
        ([pair for pair in OWN.items() if pair[0] != "host"], 421, "only"),
        ({**OWN, "origin": ELSEWHERE}, 403, "only the page itself"),
        ({**OWN, "origin": "null"}, 403, "only the page itself"),
        ({**OWN, "origin": "https://127.0.0.1:8477"}, 403, "only the page itself"),
        ({**OWN, "origin": "http://localhost:8477"}, 403, "only the page itself"),
        ([*OWN.items(), ("origin", ELSEWHERE)], 403, "only the page itself"),
        ([pair for pair in OWN.items() if pair[0] != "origin"], 403, "only the page itself"),
        ({**OWN, "content-type": "text/plain"}, 415, "application/json"),
    ],
)  # fmt: skip
def test_others_than_the_page_are_refused(run, headers, status, said):
    answered, answer = run(ASKED, headers)
    assert answered == status
    assert said in answer["error"]


def test_the_page_by_its_other_name_is_itself(run):
    assert run(ASKED, {**OWN, "host": "localhost:8477", "origin": "http://localhost:8477"})[0] == 200


def test_another_site_may_not_read_the_page(ask):
    assert ask("GET", "/", {**OWN, "origin": ELSEWHERE})[0] == 403
    assert ask("GET", "/", {"host": "127.0.0.1:8477"})[0] == 200


def test_another_site_is_not_told_that_it_may_ask(ask):
    """What a browser asks before it sends JSON across."""
    status, headers, _ = ask("OPTIONS", "/run", {**OWN, "origin": ELSEWHERE, "access-control-request-method": "POST"})
    assert status == 403
    assert not [name for name in headers if name.startswith("access-control")]


def test_a_request_that_is_too_long_is_not_read(run):
    assert run(b" " * 4_097) == (413, {"error": "a request has at most 4,096 bytes."})


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/run"), ("POST", "/"), ("PUT", "/run"), ("DELETE", "/static/main.js")]
)
def test_other_methods_are_refused(ask, method, path):
    assert ask(method, path)[0] == 405


def test_our_own_mistake_is_said_without_a_trace(ask, run, monkeypatch):
    def broken(*arguments):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("copsim.explore.server.world_of", broken)
    with pytest.raises(ZeroDivisionError):  # Starlette answers, then lets the server log it
        run(ASKED)
