"""How numbers are written for people: signs, decimals, thousands, shares and spans of time, one rule for all."""

import math
import unicodedata
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"
MISSING = "–"
WEEKS_PER_YEAR = 52
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
SHARE_UNITS = ("share", "0/1", "0 or 1", "yes/no", "probability", "chance", "proportion", "fraction")
PEOPLE = ("members", "people", "persons", "regulars")
"""Units that a noun for the outcome says better: "3 more regulars"."""
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}


@dataclass(frozen=True)
class Form:
    """How one column of numbers is written: divided by `scale`, with `decimals`, the word for the scale, the unit."""

    scale: float
    decimals: int
    word: str
    unit: str

    @property
    def units(self) -> str:
        """The scale and unit in words: "thousand €"."""
        return " ".join(part for part in (self.word, self.unit) if part)

    def plain(self, value: float) -> str:
        """Return "5.6", with a true minus, or a dash for a missing value."""
        if not math.isfinite(value):
            return MISSING
        written = f"{value / self.scale:,.{self.decimals}f}"
        if not any(digit in written for digit in "123456789"):
            return written.lstrip("-")
        return written.replace("-", MINUS)

    def signed(self, value: float) -> str:
        """Return "+5.6" or "−1.1"; what rounds to zero has no sign."""
        written = self.plain(value)
        positive = any(digit in written for digit in "123456789") and not written.startswith(MINUS)
        return f"+{written}" if positive else written

    def size(self, value: float) -> str:
        """Return the amount without its sign, with scale and unit: "79 thousand €"."""
        return " ".join(part for part in (self.plain(abs(value)), self.units) if part)

    def interval(self, low: float, high: float) -> str:
        """Return "4.8 to 6.3": never a dash between numbers that may be negative."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return MISSING
        return f"{self.plain(low)} to {self.plain(high)}"


def magnitude(value: float) -> int:
    """Return the power of ten of the leading figure, 0 for zero (or next to it) and for what is not finite."""
    return math.floor(math.log10(abs(value))) if math.isfinite(value) and abs(value) > 1e-300 else 0


def leading_figure(value: float) -> float:
    """Return the value divided by its power of ten, from 1 up to 10."""
    return abs(value) / 10.0 ** magnitude(value)


def rounded(value: float, figures: int = 2) -> float:
    """Return the value to so many figures."""
    return round(value, figures - 1 - magnitude(value)) if math.isfinite(value) else value


def scale_of(largest: float) -> tuple[float, str]:
    """Return the divisor and its word for numbers up to `largest`."""
    if largest >= 999_500:
        return 1e6, "million"
    return (1e3, "thousand") if largest >= 999.5 else (1.0, "")


def decimals_for(half_width: float, largest: float) -> int:
    """Return decimals that show one or two figures of the half-width and at most three of the largest number."""
    most = 2 - magnitude(largest)
    known = half_width > 0 and math.isfinite(half_width)
    wanted = (1 if leading_figure(half_width) < 3 else 0) - magnitude(half_width) if known else min(most, 1)
    return max(0, min(wanted, most, 4))


def form_for(values: list[float], half_width: float, unit: str) -> Form:
    """Return the common form of a column of differences.

    Shares (unit "share" or "0/1") are written in percentage points; `half_width` is the typical half of an interval,
    in the unit of the values.
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if unit in SHARE_UNITS:
        return Form(0.01, decimals_for(half_width * 100, largest * 100), "", "percentage points")
    scale, word = scale_of(largest)
    return Form(scale, decimals_for(half_width / scale, largest / scale), word, SYMBOLS.get(unit, unit))


def form_of_one(value: float, unit: str) -> Form:
    """Return the form of a single number with no interval: at most three figures, two where they suffice."""
    amount = abs(value) if math.isfinite(value) else 0.0
    scale, word = scale_of(amount)
    return Form(scale, max(0, min(3, 1 - magnitude(amount / scale))), word, SYMBOLS.get(unit, unit))


def with_unit(value: float, unit: str) -> str:
    """Return an amount with its unit, in the singular for one: "1 person", "10 units", "5 thousand €"."""
    words = f"{bare(value)} {unit}".strip()
    if not words.startswith("1 "):
        return words
    return words.removesuffix("s") if unit not in PEOPLE else "1 person"


def bare(value: float) -> str:
    """Return a setting's value as a person would write it: up to three figures, no trailing zeros, no exponent."""
    if not math.isfinite(value):
        return MISSING
    if value and abs(value) < 0.001:
        return "0" if abs(value) <= 5e-7 else f"{value:.6f}".rstrip("0").replace("-", MINUS)
    decimals = max(0, 2 - magnitude(value))
    written = f"{value:,.{decimals}f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return written.replace("-", MINUS)


def of_100(share: float) -> int:
    """Return a share as a count of 100; only true certainty is written as 0 or 100."""
    if not math.isfinite(share):
        return 0
    if share <= 0 or share >= 1:
        return 100 if share >= 1 else 0
    return min(99, max(1, round(share * 100)))


def percent(share: float) -> str:
    """Return "92 %", or a dash for a missing share."""
    return f"{of_100(share)} %" if math.isfinite(share) else MISSING


def count(number: int) -> str:
    """Return small counts as words and others as figures with thousands."""
    return COUNTS[number] if 0 <= number < len(COUNTS) else f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """Return "3 replicates" or "1 replicate"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def span(weeks: int) -> str:
    """Return "five years" for whole years, else "130 weeks"."""
    years, rest = divmod(weeks, WEEKS_PER_YEAR)
    if years and not rest:
        return f"{count(years)} year{'s' if years > 1 else ''}"
    return plural(weeks, "week")


def clean(text: object) -> str:
    """Return a user's text on one line, without control characters or halves of characters."""
    kept = (" " if char.isspace() else char for char in str(text))
    return " ".join(
        "".join(char for char in kept if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")).split()
    )


def first_capital(text: str) -> str:
    """Return the text with its first letter as a capital, the rest untouched."""
    return text[:1].upper() + text[1:]


def listed(names: list[str]) -> str:
    """Return "A, B and C"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
