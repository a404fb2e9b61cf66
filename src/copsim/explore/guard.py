"""Who may talk to the server: its own page alone, under its own address. Another site in the same browser is refused.

A page elsewhere can send a browser here under a name of its own (DNS rebinding: the Host header gives it away) or send
requests across (the Origin header does). Every answer says what a browser may load, and that nobody may frame it.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


class Guard:
    """An ASGI application in front of another: refuses foreign hosts and origins, and adds headers to every answer."""

    def __init__(self, app: App, port: int) -> None:
        self.app = app
        self.hosts = tuple(f"{name}:{port}" for name in ("127.0.0.1", "localhost"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let the application do so."""
        if scope["type"] != "http":  # no web sockets here
            return
        refusal = self.refusal(scope)
        sending = _with_headers(send)
        if refusal is None:
            await self.app(scope, receive, sending)
            return
        from starlette.responses import JSONResponse

        status, sentence = refusal
        await JSONResponse({"error": sentence}, status)(scope, receive, sending)

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return status and sentence of a request that is refused, None for one that may pass."""
        named: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            named.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        host = named.get("host", [])
        if len(host) != 1 or host[0].lower() not in self.hosts:
            return 421, f"this page is served as {' or '.join(self.hosts)} only."
        own = {f"http://{host[0].lower()}"}
        if scope["method"] == "POST" and set(named.get("origin", [])) != own:
            return 403, "only the page itself may ask for a run."
        if not set(named.get("origin", [])) <= own:
            return 403, "another site may not read this page."
        return None


def _with_headers(send: Send) -> Send:
    extra = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *extra]
        await send(message)

    return sending
