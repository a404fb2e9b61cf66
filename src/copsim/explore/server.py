"""The application behind the page: the page, its files, and one run a request. It keeps nothing between requests."""

import json
from collections.abc import Mapping
from typing import Any

from copsim.core.errors import UserError
from copsim.explore import page
from copsim.explore.asking import LARGEST, read_request
from copsim.explore.guard import App, Guard
from copsim.explore.world import world_of
from copsim.scenarios.scenario import Scenario


def application(scenarios: Mapping[str, Scenario], settings: Mapping[str, Any], port: int) -> App:
    """Return the guarded ASGI application for scenarios by name; `settings` as of `page.settings_of`.

    GET / is the page, GET /static/NAME one of its files, POST /run a run: JSON in and out. A mistake is answered by
    {"error": one sentence}.
    """
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, JSONResponse, Response
    from starlette.routing import Route

    text, weeks = page.served(settings), int(settings["weeks"])

    async def show(request: Request) -> Response:
        return HTMLResponse(text)

    async def hand_out(request: Request) -> Response:
        found = page.files().get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        media, content = found
        return Response(content, media_type=media)

    def run(body: bytes) -> bytes:
        asked = read_request(body, scenarios)
        world = world_of(asked.scenario, asked.levers, asked.seed, weeks)
        return json.dumps(world, separators=(",", ":"), allow_nan=False).encode()

    async def answer(request: Request) -> Response:
        if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            raise HTTPException(415)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                raise HTTPException(413)
        return Response(await run_in_threadpool(run, body), media_type="application/json")

    async def refuse(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return JSONResponse({"error": REFUSALS.get(status, REFUSALS[500])}, status)

    async def correct(request: Request, error: Exception) -> Response:
        return JSONResponse({"error": as_sentence(str(error))}, 400)

    routes = [
        Route("/", show, methods=["GET"]),
        Route("/static/{name}", hand_out, methods=["GET"]),
        Route("/run", answer, methods=["POST"]),
    ]
    handlers: dict[Any, Any] = {UserError: correct, HTTPException: refuse, Exception: refuse}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), port)


def as_sentence(message: str) -> str:
    """Return a message that ends like a sentence."""
    return message if message.endswith((".", "?")) else f"{message}."


REFUSALS = {
    404: "there is nothing at this address; the page is at /.",
    405: "this address is not asked in this way: / and /static/ are read, /run is sent a request.",
    413: f"a request has at most {LARGEST:,} bytes.",
    415: "a request is sent as application/json.",
    500: "this is our mistake, not yours; please report it with the address of the page.",
}
