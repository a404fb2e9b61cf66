"""The page's files: as the server hands them out, and put together into one file that needs no server."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from copsim import __version__
from copsim.core.levels import LEVELS
from copsim.core.vocabulary import STAGES
from copsim.explore.levers import LEVERS
from copsim.pages import theme
from copsim.scenarios.scenario import Scenario

HERE = Path(__file__).parent / "static"
SCRIPTS = (
    "dom.js", "address.js", "world.js", "sentence.js", "onion.js", "ribbon.js", "levers.js", "counts.js", "source.js",
    "main.js",
)  # fmt: skip
"""The modules, each after those it imports."""
OPENS_AT = 52
"""The week at which the page opens: everybody is there, and most is to come."""
_IMPORT = re.compile(r"^import .*?;\n", re.M | re.S)
_EXPORT = re.compile(r"^export ", re.M)


@cache
def files() -> dict[str, tuple[str, str]]:
    """Return what the server hands out besides the page: (media type, text) by name."""
    scripts = {name: ("text/javascript", (HERE / name).read_text(encoding="utf-8")) for name in SCRIPTS}
    return {"explore.css": ("text/css", style()), **scripts}


def style() -> str:
    """Return the style: the themes of all pages, then this page's own."""
    return theme.themes() + (HERE / "explore.css").read_text(encoding="utf-8")


def settings_of(
    scenarios: Iterable[Scenario], left: str, right: str, seed: int, weeks: int, made_by: str
) -> dict[str, Any]:
    """Return what the page knows before its first run: scenarios on offer, levers, words, and where it opens.

    made_by: how to come by the same runs again, which stands at the foot of the page.
    """
    return {
        "version": __version__,
        "made_by": made_by,
        "levels": LEVELS,
        "stages": STAGES,
        "weeks": weeks,
        "opens": {"left": left, "right": right, "seed": seed, "week": min(OPENS_AT, weeks)},
        "scenarios": [{"name": s.name, "title": s.title, "text": s.text} for s in scenarios],
        "levers": [
            {
                "name": lever.name,
                "label": lever.label,
                "low": lever.low,
                "high": lever.high,
                "stops": [{"slug": stop.slug, "words": stop.words} for stop in lever.stops],
            }
            for lever in LEVERS
        ],
    }


def served(settings: Mapping[str, Any]) -> str:
    """Return the page for the server, which loads style and modules from it."""
    return _rendered(settings=safe_json(settings), worlds="", style="", script="", policy="")


def standing_alone(settings: Mapping[str, Any], worlds: Mapping[str, Any]) -> str:
    """Return the page as one file with style, script and two runs in it; it may load nothing at all."""
    script, css = one_script(), style()
    policy = f"default-src 'none'; img-src data:; script-src '{_hash(script)}'; style-src '{_hash(css)}'"
    return _rendered(settings=safe_json(settings), worlds=safe_json(worlds), style=css, script=script, policy=policy)


def one_script() -> str:
    """Return all modules as one: without imports and exports, for which their names must not clash (a test)."""
    texts = (text for name, (_, text) in files().items() if name in SCRIPTS)
    return "\n" + "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)


def safe_json(value: Any) -> str:
    """Return a value as JSON that can stand inside a script element, whatever texts it holds."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _hash(text: str) -> str:
    """Return the hash by which a policy lets an element's text pass."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _rendered(**texts: str) -> str:
    """Return the page; what is put in was made by this package or by `safe_json`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    engine = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    values = {name: Markup(text) if name != "policy" else text for name, text in texts.items()}
    return engine.get_template("page.html").render(values)
