"""docs/benchmarks.md: written from the figures of one run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.contest import BY_HAND, CONTESTANTS, KERNELS, MESA, best_peer
from benchmarks.picture import draw
from benchmarks.twin import OFF_IN_TWIN
from copsim.studies.profiling import VECTORS

PICTURE = "benchmarks.png"
QUIET = 1.5
"""Load of the machine under which nothing is said about it."""
_HEAD = """# Speed

Written by `python3 dev.py benchmark`; all figures come from one run, contestants interleaved, medians. One thread is
CPU time, two threads and whole commands are wall time. {about}
"""
_LADDER = """
## The ladder: the same small model by everybody

Members climb six levels by energy and ties, meet three others a week, and hold sixteen ties
(`benchmarks/ladder/rules.py`). CPU nanoseconds a member-week, one thread, setting up left out:

{times}

![What a member-week costs each contestant, by the number of members](benchmarks.png)

A dash: not asked, it would take minutes a run. Each peer has an environment of its own. Starsim and mesa-frames keep ties
in NumPy tables beside their states, the fastest way found. {agreement} Memory is by how much the process grows over
26 weeks.
"""
_FULL = """
## The full model

**Against its twin.** The twin (`benchmarks/twin/`) is the same model in idiomatic Mesa, an agent a member; its agents call
the engine's own scalar equations, compiled, so that loops and objects differ and the science does not. Both live through
what members of the `talk` population do: shared luck, joining, taking part, answering, ties, belonging, tiring, learning,
leaving, levels, strengths of the community. Off in both: {off}; and word of mouth. At about
1,000 members the engine takes {engine} ns a member-week, the twin {twin} ns. That both do the same is tested
(`tests/benchmarks/test_twin.py`). The engine records all its observables, the twin fifteen.

**Pass by pass**, every mechanism on, an established community of about 1,000: {whole} ns a member-week in all,
{bytes} bytes of state a member, a run of the baseline (260 weeks) {run} ms. Each pass with a clock read after it:

{passes}

**What limits.** The same community with one thing left out at a time, interleaved; lives differ with it, so these are figures
a member-week:

{ablation}

"""
_TRIED = Path(__file__).parent / "tried.md"
_REST = """
## Threads, giants, start-up, question to answer

{threads}

Giant runs, each in a process of its own:

{giants}

The launch is in the engine's giants, nobody joins. Start-up, each job in a new process, with nothing compiled yet and again:

{start}

{end}
"""


def write(found: Mapping[str, Any], docs: Path) -> Path:
    """Write the page and its picture; return the page's path."""
    about, times = found["about"], by_contestant(found["ladder"]["nanoseconds"])
    provenance = f"{about['date']} · {about['processor']} · {', '.join(about['versions'][:4])} · dev.py benchmark"
    draw(times, docs / PICTURE, provenance)
    page = docs / "benchmarks.md"
    page.write_text("".join(_sections(found, times)), encoding="utf-8")
    return page


def by_contestant(nanoseconds: Mapping[str, Mapping[str, float]]) -> dict[str, dict[int, float]]:
    """Return figures by contestant and members from figures by members and contestant."""
    names = [c.name for c in CONTESTANTS if any(c.name in found for found in nanoseconds.values())]
    return {name: {int(n): ns[name] for n, ns in nanoseconds.items() if name in ns} for name in names}


def _sections(found: Mapping[str, Any], times: Mapping[str, Mapping[int, float]]) -> Iterator[str]:
    about = found["about"]
    machine = f"{about['date']}, {about['processor']}, {about['cores']} cores, {about['system']}.{_beside(about)}"
    yield _HEAD.format(about=f"{machine}\n{', '.join(about['versions'])}.")
    yield "\n" + table(("what", "goal", "found", "reached"), goals(found)) + "\n"
    yield "\nWhat pairing gains is measured by `python -m benchmarks.variance`.\n"
    same = found["ladder"]["agreement"]["same levels"]
    levels = "the same in every week." if same else "NOT the same."
    agreed = f"C vectorised by hand and {KERNELS} share draws and order of sums; their levels are {levels}"
    yield _LADDER.format(times=_times(found, times), agreement=agreed)
    yield _full(found)
    yield _TRIED.read_text(encoding="utf-8")
    yield _rest(found)


def _beside(about: Mapping[str, Any]) -> str:
    """Return a warning where other programs were at work when the run began."""
    if about["load"] < QUIET:
        return ""
    return (
        f" **Other programs were at work beside it (load {about['load']:.1f} when it began): wall times, and what two "
        "threads gain, are worse than on a quiet machine; slow contestants suffer more than quick ones.**"
    )


def goals(found: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return the lines of charter 8 that were measured: what, goal, found, reached."""
    ladder = found["ladder"]["nanoseconds"]
    at = ladder.get("1000") or next(iter(ladder.values()))
    mine, end, peer = at[KERNELS], found["end"], best_peer(at)
    lines = [
        _at_least(
            "full model: times as fast as its twin in idiomatic Mesa, 1,000 members", 300, found["twin"]["ratio"]
        ),
        _at_least("ladder: times as fast as idiomatic Mesa, 1,000 members", 600, at[MESA] / mine),
    ]
    if BY_HAND in at:
        lines.append(_at_most("ladder: time over that of the C vectorised by hand", 1.35, mine / at[BY_HAND], ""))
    if peer:
        lines.append(
            _at_least(f"ladder: times as fast as the best Python peer ({peer[0]}), 1,000 members", 100, peer[1] / mine)
        )
    lines += [
        _at_most(
            f"{end['runs']:,} runs of 200 members × {end['weeks']} weeks, two threads, stored", 30, end["whole"], " s"
        ),
        _at_most("of that, storage and statistics", 15, 100 * (1 - end["alone"] / end["whole"]), " %"),
        _at_least("two threads against one, ladder", 1.9, found["threads"]["ladder"]),
        _at_least("two threads against one, full model", 1.9, found["threads"]["engine"]),
        *_giant_goals(found["giants"]),
        *_start_goals(found["start"]),
    ]
    return lines


def _at_least(what: str, goal: float, value: float) -> tuple[str, str, str, str]:
    return what, f"at least {goal:g}", number(value), "yes" if value >= goal else "**no**"


def _at_most(what: str, goal: float, value: float, unit: str) -> tuple[str, str, str, str]:
    return what, f"at most {goal:g}{unit}", f"{number(value)}{unit}", "yes" if value <= goal else "**no**"


def _giant_goals(giants: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    limits = {"ladder": (60, 1.6), "engine": (300, 4.0)}
    for giant in giants:
        if giant["members"] < 10_000_000 or giant["threads"] < 2:
            continue
        seconds, gigabytes = limits[giant["kind"]]
        scaled = giant["seconds"] * 260 / giant["weeks"]
        note = "" if giant["weeks"] == 260 else f", from {giant['weeks']} weeks"
        what = "ladder" if giant["kind"] == "ladder" else "full model"
        yield _at_most(f"10,000,000 members × 260 weeks, {what}{note}", seconds, scaled, " s")
        yield _at_most(f"10,000,000 members, {what}: memory of the process", gigabytes, giant["peak"] / 1e9, " GB")


def _start_goals(start: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for job, what, goal in (
        ("simulate", "numbers", 1.2),
        ("table", "table", 2.0),
        ("compare", "picture and report", 3.0),
    ):
        if job in start:
            yield _at_most(f"warm start: first {what}", goal, start[job]["warm"]["wall"], " s")
    if "compare" in start:
        yield _at_most("first compile of all, CPU", 45, start["compare"]["cold"]["compiling"], " s")


def _times(found: Mapping[str, Any], times: Mapping[str, Mapping[int, float]]) -> str:
    sizes = sorted({n for by_size in times.values() for n in by_size})
    middle = 1_000 if 1_000 in sizes else sizes[0]
    heads = ("", *(f"{n:,} members" for n in sizes), f"× copsim at {middle:,}", "bytes a member")
    rows = [
        (
            name, *(number(by_size[n]) if n in by_size else "–" for n in sizes),
            number(by_size[middle] / times[KERNELS][middle]), f"{found['ladder']['bytes a member'][name]:,.0f}",
        )
        for name, by_size in times.items()
    ]  # fmt: skip
    return table(heads, rows)


def _full(found: Mapping[str, Any]) -> str:
    whole, passes = found["whole"], found["whole"]["by pass"]
    total = sum(passes.values())
    rows = [(f"`{name}`", number(ns), f"{100 * ns / total:.0f} %", VECTORS[name]) for name, ns in passes.items()]
    return _FULL.format(
        off=", ".join(OFF_IN_TWIN),
        engine=number(found["twin"]["engine"]),
        twin=number(found["twin"]["twin"]),
        whole=number(whole["nanoseconds"]),
        bytes=number(whole["bytes a member"]),
        run=number(whole["milliseconds a run of the baseline"]),
        passes=table(("pass", "ns a member-week", "share", "vectors"), rows),
        ablation=table(
            ("left out", "ns a member-week"), [(what, number(ns)) for what, ns in found["ablation"].items()]
        ),
    )


def _rest(found: Mapping[str, Any]) -> str:
    end, start, threads = found["end"], found["start"], found["threads"]
    giants = [
        (
            "ladder" if g["kind"] == "ladder" else "full model", f"{g['members']:,}", f"{g['weeks']}", f"{g['threads']}",
            number(g["seconds"]), number(g["nanoseconds"]), number(g["peak"] / 1e9), number(g["peak"] / g["members"]),
        )
        for g in found["giants"]
    ]  # fmt: skip
    starts = [
        (f"`{job}`", *(number(start[job][state][what]) for state in ("cold", "warm") for what in ("seconds", "wall")))
        for job in start
    ]
    told = (
        f"{end['runs']:,} runs of an established community, 200 members at the start ({number(end['members'])} on average), "
        f"{end['weeks']} weeks, two threads: {number(end['alone'])} s for the runs, {number(end['whole'])} s with outcomes, "
        "weekly table, digests and Parquet files."
    )
    return _REST.format(
        threads=f"Two threads are {number(threads['ladder'])} times as fast as one on runs of the ladder (200 members), "
        f"{number(threads['engine'])} times on runs of the full model.",
        giants=table(
            ("", "members", "weeks", "threads", "seconds", "ns a member-week", "GB", "bytes a member"), giants
        ),
        start=table(("job", "cold, CPU s", "cold, wall s", "warm, CPU s", "warm, wall s"), starts),
        end=told,
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table: the first column to the left, the others to the right."""
    ruler = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join("| " + " | ".join(line) + " |" for line in (heads, ruler, *rows))


def number(value: float) -> str:
    """Return a number to three figures, whole from a hundred on."""
    return f"{value:,.0f}" if abs(value) >= 99.95 else f"{value:.3g}"
