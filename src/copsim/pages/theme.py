"""Colours by name, light and dark, and how one drawing serves both: tokens in code, hex values only here."""

import re

from copsim.core.vocabulary import STAGES as STAGES  # beside the levels shown, for the drawings

TOKENS: dict[str, tuple[str, str]] = {
    "paper": ("#FFFFFF", "#12171E"),
    "panel": ("#F4F6F8", "#1B222B"),
    "rule": ("#D5DAE0", "#36414D"),
    "ink": ("#1B2430", "#E8ECF1"),
    "ink2": ("#465261", "#BAC3CE"),
    "ink3": ("#626D7A", "#939EAC"),
    "focus": ("#1F5FBF", "#7FB2FF"),
    "level-core": ("#1C316A", "#CFF1F9"),
    "level-active": ("#005FA3", "#87D1EC"),
    "level-occasional": ("#208CC3", "#4DAAD7"),
    "level-peripheral": ("#67B2D4", "#1D83BB"),
    "level-transactional": ("#A3D0E0", "#265F93"),
    "level-outside": ("#D6E9EE", "#2F4061"),
    "stage-potential": ("#F0E6BC", "#57502F"),
    "stage-coalescing": ("#ECBD55", "#A97A22"),
    "stage-maturing": ("#75A654", "#86B25F"),
    "stage-sustaining": ("#007C76", "#58D0BB"),
    "stage-transforming": ("#6A2C77", "#F6D4F8"),
    "stage-ended": ("#8C96A3", "#5A6673"),
    "scenario-a": ("#2F55A8", "#6EA2F2"),
    "scenario-b": ("#B23A14", "#E08A3C"),
    "scenario-c": ("#0C7E56", "#45DCA5"),
    "scenario-d": ("#7E2257", "#EBB0EE"),
    "scenario-reference": ("#7A828C", "#8A94A1"),
    "amount-0": ("#FAF1F6", "#622855"),
    "amount-1": ("#F4D4E4", "#863770"),
    "amount-2": ("#E9B5D0", "#A8518B"),
    "amount-3": ("#DA93BB", "#C470A3"),
    "amount-4": ("#C470A3", "#DA93BB"),
    "amount-5": ("#A8518B", "#E9B5D0"),
    "amount-6": ("#863770", "#F4D4E4"),
    "amount-7": ("#622855", "#FAF1F6"),
    "on-pale": ("#0B0D10", "#FDFDFE"),
    "on-middle": ("#0C0E11", "#0D0F12"),
    "on-deep": ("#FEFEFE", "#0E1013"),
}
AMOUNTS = 8
"""Steps of the ramp from nothing to most, `amount-0` to `amount-7`."""
SHOWN_LEVELS = ("core", "active", "occasional", "peripheral")
_NAMES = {light.lower(): name for name, (light, _) in TOKENS.items()}
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b")


def colour(token: str) -> str:
    """Return the light value of a token, which a drawing uses until it is put on a page."""
    return TOKENS[token][0]


def amount(share: float) -> str:
    """Return the token for a share of the most, from 0 to 1."""
    return f"amount-{min(AMOUNTS - 1, max(0, int(share * AMOUNTS)))}"


def on_amount(token: str) -> str:
    """Return the token for text on a step of the ramp, which is turned round in dark."""
    step = int(token.removeprefix("amount-"))
    return "on-pale" if step < 3 else "on-middle" if step < 5 else "on-deep"


def as_variables(svg: str) -> str:
    """Return the drawing with every token's value replaced by its CSS variable; other colours stay."""

    def variable(found: re.Match[str]) -> str:
        name = _NAMES.get(found.group().lower())
        return f"var(--{name})" if name else found.group()

    return _HEX.sub(variable, svg)


def variables(dark: bool) -> str:
    """Return the CSS declarations of one theme."""
    return "".join(f"--{name}:{pair[dark]};" for name, pair in TOKENS.items())


def themes() -> str:
    """Return the CSS of the themes: light, dark where the reader's system asks for it, and always light in print."""
    light, dark = variables(dark=False), variables(dark=True)
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{dark}}}}}\n"
    )
