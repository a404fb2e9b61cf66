"""The example of Mesa's page, run as its reader runs it: a server on loopback, a headless Chromium, a click."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.verify
PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "mesa_page.py"


@pytest.fixture
def address(tmp_path):
    """The address of the page, served by Solara until the test is over."""
    pytest.importorskip("solara", reason="pip install 'copsim[viz]'")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "solara", "run", str(PAGE), "--host", "127.0.0.1", "--port", str(port)]
    options = ["--production", "--no-open", "--no-check-version"]
    quiet = {**os.environ, "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False", "SOLARA_HOME": str(tmp_path)}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen([*command, *options], stdout=log, stderr=log, env=quiet)
        try:
            wait_for(f"http://127.0.0.1:{port}/", server, tmp_path / "log")
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait()


def wait_for(address, server, log):
    """Wait until somebody answers, as long as the server runs."""
    while server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=60).close()
            return
        except OSError:
            continue
    pytest.fail(f"the server ended: {log.read_text()}")


def test_a_step_on_the_page_moves_the_community(address):
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install 'copsim[browser]'")
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    wrong = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"] if as_root else [])
        page = browser.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("response", lambda got: got.status >= 400 and wrong.append(got.url))
        own = (address, address.replace("http", "ws"), "data:", "blob:")
        page.on("request", lambda asked: asked.url.startswith(own) or wrong.append(asked.url))
        page.goto(address)
        pictures = page.locator("img")
        playwright.expect(pictures).to_have_count(2, timeout=120_000)  # the first visitor waits for imports
        for steps in (1, 2):
            before = pictures.nth(0).get_attribute("src")
            page.get_by_role("button", name="Step", exact=True).click()
            playwright.expect(page.get_by_text(f"Step: {steps}")).to_be_visible()
            playwright.expect(pictures.nth(0)).not_to_have_attribute("src", before)
        page.get_by_role("button", name="Reset").click()
        playwright.expect(page.get_by_text("Step: 0")).to_be_visible()
        browser.close()
    assert wrong == []
