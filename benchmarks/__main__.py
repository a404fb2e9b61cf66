"""Speed, as ratios in one run: `python3 dev.py benchmark [--quick | --page]`.

Measures the ladder by all contestants, the full model against its twin in Mesa, threads, giants, start-up and the way
from a question to a stored answer; writes docs/benchmarks.md with its picture, and benchmarks/latest.json. `--quick` only
runs every piece, for CI, and writes nothing; `--page` writes the page anew from the last figures.
"""

import json
import sys
from pathlib import Path

from benchmarks.measuring import FULL, QUICK, measure
from benchmarks.page import write

LATEST = Path(__file__).parent / "latest.json"
DOCS = Path(__file__).resolve().parent.parent / "docs"


def say(text: str) -> None:
    """Print a line about what goes on."""
    print(f"benchmarks: {text}", file=sys.stderr, flush=True)


def main() -> int:
    """Do what the command line asks for."""
    asked = sys.argv[1:]
    if asked not in ([], ["--quick"], ["--page"]):
        say(f"there is no {' '.join(asked)}: nothing, --quick or --page")
        return 2
    if asked == ["--page"] and not LATEST.exists():
        say("nothing has been measured yet: run it without --page")
        return 2
    if asked != ["--page"]:
        found = measure(QUICK if asked else FULL, say)
        if asked:
            say("every piece runs" if found["ladder"]["agreement"]["same levels"] else "the two ladders differ")
            return int(not found["ladder"]["agreement"]["same levels"])
        LATEST.write_text(json.dumps(found, indent=1))
    page = write(json.loads(LATEST.read_text()), DOCS)
    say(f"the page is {page.relative_to(DOCS.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
