"""Serving the page on this computer alone until it is stopped, and opening the browser."""

import os
import shlex
import socket
import threading
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from copsim.core.errors import UserError
from copsim.scenarios.files import built_in_names
from copsim.scenarios.reading import BASELINE, load_scenario
from copsim.scenarios.scenario import Scenario

LOOPBACK = "127.0.0.1"
BESIDE = "distributed-leadership"
"""What stands beside the baseline when no scenario is named."""


def on_offer(named: Sequence[str]) -> tuple[dict[str, Scenario], str, str]:
    """Return the scenarios of the page by name, and the names of the two it opens with.

    named: built-in names or paths; the first is the reference. One alone stands beside the baseline; the same one twice
    stands beside itself, for the handles to change. Errors: `UserError`, also for two scenarios of one name.
    """
    from copsim.scenarios.choosing import refuse_same_names

    loaded = [load_scenario(name) for name in named]
    refuse_same_names([one for place, one in enumerate(loaded) if one not in loaded[:place]])
    opens = [scenario.name for scenario in loaded] or [BASELINE, BESIDE]
    if len(opens) == 1:
        opens = [BASELINE, *opens]
    offered = {scenario.name: scenario for scenario in loaded}
    for name in built_in_names():
        offered.setdefault(name, load_scenario(name))
    return offered, opens[0], opens[1]


def export(named: Sequence[str], seed: int, weeks: int, path: str) -> Path:
    """Write the two scenarios with which the page would open as one file, and return its path. Errors: `UserError`."""
    from copsim.explore.player import write_player
    from copsim.scenarios.plans import plan_of
    from copsim.scenarios.scenario import run_weeks

    scenarios, left, right = on_offer(named)
    pair = [scenarios[left], scenarios[right]]
    run_weeks(pair, weeks)  # refuses what is dated after the last of them
    first, second = ((scenario, plan_of(scenario, weeks), None) for scenario in pair)
    return write_player(first, second, seed, path, command_of(named, seed, weeks))


def command_of(named: Sequence[str], seed: int, weeks: int) -> str:
    """Return the command that opens the page with these scenarios, as they were typed."""
    return shlex.join(["copsim", "explore", *named, "--seed", str(seed), "--weeks", str(weeks)])


def listening(port: int) -> socket.socket:
    """Return a socket that listens on this computer alone; port 0 takes any free one. Errors: `UserError`."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere this would let another program take the port over
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise UserError(f"port {port} cannot be used ({error.strerror}); choose another, or --port 0 for any") from None
    return listener


def server_of(app: Any) -> Any:
    """Return a server for an application, quiet and without extras."""
    import uvicorn

    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        limit_concurrency=64,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


def open_browser(address: str) -> None:
    """Open the page in the reader's browser, which waits for the answer while the server starts."""
    threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()


def serve(named: Sequence[str], port: int, seed: int, weeks: int, ready: Callable[[str], None], browser: bool) -> None:
    """Serve the page until it is interrupted; `ready(address)` is called when it listens, after the first runs."""
    from copsim.explore.page import settings_of
    from copsim.explore.world import world_of

    scenarios, left, right = on_offer(named)
    for name in (left, right):
        world_of(scenarios[name], {}, seed, weeks)  # what is wrong with a scenario is said here; kernels get compiled
    with listening(port) as listener:
        from copsim.explore.server import application

        port = int(listener.getsockname()[1])
        made_by = f"{command_of(named, seed, weeks)}, then what the address says"
        settings = settings_of(scenarios.values(), left, right, seed, weeks, made_by)
        address = f"http://{LOOPBACK}:{port}/"
        ready(address)
        if browser:
            open_browser(address)
        server_of(application(scenarios, settings, port)).run(sockets=[listener])
