"""The page's application asked without a network, a server on loopback, and a headless Chromium where there is one."""

import asyncio
import json
import os
import shutil
import threading

import pytest

from copsim.explore.page import settings_of
from copsim.explore.server import application
from copsim.explore.serving import listening, on_offer, server_of
from copsim.explore.world import world_of
from copsim.scenarios.reading import load_scenario

PORT, WEEKS = 8477, 160
OWN = {"host": f"127.0.0.1:{PORT}", "origin": f"http://127.0.0.1:{PORT}", "content-type": "application/json"}
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def app_for(port):
    scenarios, left, right = on_offer(["coordinator-leaves", "distributed-coordinator-leaves"])
    return application(scenarios, settings_of(scenarios.values(), left, right, 7, WEEKS, "copsim explore"), port)


@pytest.fixture(scope="session")
def ask():
    """A function that sends one request to the application and returns status, headers and body."""
    app = app_for(PORT)

    def asked(method, path, headers=OWN, body=b""):
        pairs = list(headers.items()) if isinstance(headers, dict) else headers
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "server": ("127.0.0.1", PORT),
            "headers": [(name.encode(), value.encode()) for name, value in pairs],
        }  # fmt: skip
        sent = []

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            sent.append(message)

        asyncio.run(app(scope, receive, send))
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])

    return asked


@pytest.fixture(scope="session")
def run(ask):
    """A function that asks for a run and returns status and answer."""

    def asked(request, headers=OWN):
        body = request if isinstance(request, bytes) else json.dumps(request).encode()
        status, _, answer = ask("POST", "/run", headers, body)
        return status, json.loads(answer)

    return asked


@pytest.fixture(scope="session")
def address():
    """The address of a server that runs while the tests do; kernels are compiled before anybody waits for an answer."""
    world_of(load_scenario("baseline"), {}, 1, 1)
    with listening(0) as listener:
        port = listener.getsockname()[1]
        server = server_of(app_for(port))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{port}/"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")  # playwright keeps a loop running, in which no other one may be
def chromium():
    """A headless Chromium; without one, or without playwright, its tests are skipped."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="the driver is missing: pip install 'copsim[browser]'"
    )
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0  # there it has no sandbox
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"] if as_root else [])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium):
    """A function that opens an address in a window of its own; at the end, nothing may have gone wrong in any of them.

    No error on a console, and no request but to the server the page came from.
    """
    wrong, windows = [], []

    def opened(address, **settings):
        window = chromium.new_context(**{"viewport": {"width": 1366, "height": 812}, **settings})
        windows.append(window)
        page = window.new_page()
        home = address.split("?")[0].split("#")[0]
        page.on("console", lambda said: said.type in ("error", "warning") and wrong.append(said.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: request.url.startswith((home, "data:")) or wrong.append(request.url))
        page.goto(address)
        page.wait_for_selector("html[data-shown]", state="attached")
        return page

    yield opened
    for window in windows:
        window.close()
    assert wrong == []
