#!/usr/bin/env python3
"""Set copsim up from a clone and work on it, with Python alone (uv is used where it is found).

python3 dev.py demo       set up .venv, compile the kernels, compare the built-in scenarios, write demo/report.html
python3 dev.py test       run the tests; more arguments go on to pytest
python3 dev.py lint       style, format, types, import contracts
python3 dev.py verify     the long verification; names of stages run these alone
python3 dev.py benchmark  measure speed and write docs/benchmarks.md; --quick only sees that every piece runs
python3 dev.py experiments  run the worked studies, all or those named, and write their findings and docs/experiments.md
"""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    sys.exit(f"copsim runs on Python 3.11, 3.12 and 3.13, and this is {version}: start dev.py with one of them")

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
THIS_PYTHON = str(getattr(sys, "_base_executable", None) or sys.executable)
STUDIES = (ROOT / "experiments" / "studies").glob("*/plan.toml")
CACHE_HOMES = ("HOME", "USERPROFILE", "XDG_CACHE_HOME")
"""Where compiled code is kept hangs on these."""

PROCESSORS = {"x86-64-v2": "sse4_2", "x86-64-v3": "avx2", "x86-64-v4": "avx512f"}
"""Levels of the verification, each with the instruction set a machine must have to run it."""


class Environment:
    """A virtual environment with copsim in it, editable, every version taken from constraints.txt."""

    def __init__(self, name: str = ".venv", base: str = THIS_PYTHON) -> None:
        self.folder, self.base = ROOT / name, base
        self.installed, self.compiled = self.folder / ".copsim-installed", self.folder / ".copsim-compiled"
        self.python = str(self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))

    def ensure(self, *extras: str) -> None:
        """Install copsim with these extras, unless that is done and nothing it hangs on has changed since.

        The stamp goes first and comes back last: a set-up that was interrupted is done again.
        """
        key = digest([ROOT / "pyproject.toml", ROOT / "constraints.txt"], version_of(self.base))
        done = self.installed.read_text().split() if self.installed.exists() else []
        if done[:1] == [key] and set(extras) <= set(done[1:]):
            return
        wanted = sorted({*done[1:], *extras})
        say(f"setting up {self.folder.name} (once, from the network)")
        self.installed.unlink(missing_ok=True)
        self._create()
        self._install(f"{ROOT}[{','.join(wanted)}]" if wanted else str(ROOT))
        self.installed.write_text(" ".join([key, *wanted]))

    def compile(self) -> None:
        """Compile the kernels, once for these sources, this environment and these numba settings."""
        settings = [f"{k}={v}" for k, v in sorted(os.environ.items()) if k.startswith("NUMBA_") or k in CACHE_HOMES]
        kernels = [p for part in ("core", "mechanisms", "engine") for p in (ROOT / "src/copsim" / part).glob("*.py")]
        key = digest([self.installed, *sorted(kernels)], *settings)
        if self.compiled.exists() and self.compiled.read_text() == key:
            return
        say("compiling the kernels (once, about a minute)")
        check(self.python, "-m", "copsim", "doctor", "--compile")
        self.compiled.write_text(key)

    def _create(self) -> None:
        """Make the environment, or mend one that was half made; one of another Python gives way."""
        other = self.folder.exists() and minor(version_of(self.python)) != minor(version_of(self.base))
        uv = shutil.which("uv")
        if uv:
            check(uv, "venv", "-q", "--clear" if other else "--allow-existing", "--python", self.base, str(self.folder))
        elif importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
            check(self.base, "-m", "venv", *(["--clear"] if other else []), str(self.folder))
        else:
            package = f"python{minor(version_of(self.base))}-venv"
            stop(f"this Python makes no environments: 'sudo apt install {package}' (Debian, Ubuntu), or install uv")

    def _install(self, target: str) -> None:
        """Install the clone, by uv or by the environment's own pip; without bytecode, importing takes four times as long."""
        what = ("-c", str(ROOT / "constraints.txt"), "-e", target)
        uv = shutil.which("uv")
        if uv:
            check(uv, "pip", "install", "-q", "--compile-bytecode", "--python", self.python, *what)
        else:
            check(self.python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *what)


def demo(arguments: list[str]) -> int:
    """Set up, compile, compare the built-in scenarios, say where the report is."""
    environment = Environment()
    environment.ensure("analysis", "optimise")
    environment.compile()
    code = call(environment.python, "-m", "copsim", "compare", "--out", "demo", *arguments)
    if code == 0:
        say(f"the report is {ROOT / 'demo' / 'report.html'}")
    return code


def test(arguments: list[str]) -> int:
    """Run the tests."""
    return pytest(Environment(), *arguments)


def lint(arguments: list[str]) -> int:
    """Check style, format, types and the import contracts; all of them, whatever fails."""
    environment = Environment()
    environment.ensure("lint", "test")
    contracts = "import sys, importlinter.cli as c; sys.exit(c.lint_imports(no_cache=True, no_logo=True))"
    return run_all(
        {
            "style": lambda: call(environment.python, "-m", "ruff", "check", *arguments),
            "format": lambda: call(environment.python, "-m", "ruff", "format", "--check", *arguments),
            "types": lambda: call(environment.python, "-m", "mypy"),
            "contracts": lambda: call(environment.python, "-c", contracts),
        }
    )


def verify(arguments: list[str]) -> int:
    """Run the stages of the long verification, all or those named."""
    unknown = [name for name in arguments if name not in STAGES]
    if unknown:
        stop(f"there is no stage '{unknown[0]}': the stages are {', '.join(STAGES)}")
    return run_all({name: STAGES[name] for name in arguments or STAGES})


def benchmark(arguments: list[str]) -> int:
    """Run the benchmarks; peers get environments of their own there."""
    environment = Environment()
    environment.ensure("test")
    environment.compile()
    return call(environment.python, "-m", "benchmarks", *arguments)


def experiments(arguments: list[str]) -> int:
    """Run the worked studies, at full size unless told otherwise."""
    if {"-h", "--help"} & set(arguments):
        print(
            "python3 dev.py experiments [NAME…] [--small DIR]: runs all studies or those named, minutes each, and writes"
        )
        print(
            "findings.csv, figure.png and the table of README.md in experiments/studies/NAME anew; --small DIR tries them"
        )
        print("out in seconds and writes there. Studies: " + ", ".join(sorted(p.parent.name for p in STUDIES)))
        return 0
    environment = Environment()
    environment.ensure("analysis")
    environment.compile()
    return call(environment.python, "-m", "experiments.studying", *arguments)


def verify_statistics() -> int:
    """Theory, coverage of intervals, null pairs, directions over worlds, kill tests, pages; hypothesis searches anew."""
    environment = Environment()
    environment.ensure("viz", "notebook")
    return pytest(environment, "-m", "verify", "--hypothesis-profile=search")


def verify_pythons() -> int:
    """Run the tests on every other supported Python found, each in an environment of its own."""
    found = dict(other_pythons())
    say("other Pythons found: " + (", ".join(found) or "none"))
    return run_all({name: partial(pytest, Environment(f".venv-{name}", path)) for name, path in found.items()})


def verify_processors() -> int:
    """Repeat the golden histories as older and newer processors would compute them."""
    flags = processor_flags()
    levels = [level for level, needed in PROCESSORS.items() if not flags or needed in flags]
    say("levels this machine can run: " + ", ".join(levels))
    # The name alone is not enough: unless the features are empty, numba goes on using all that the machine has.
    settings = {level: {"NUMBA_CPU_NAME": level, "NUMBA_CPU_FEATURES": ""} for level in levels}
    golden = partial(pytest, Environment(), "-m", "golden and not verify")
    return run_all({level: partial(golden, settings=settings[level]) for level in levels})


def verify_wheel() -> int:
    """Build the wheel and see that every tracked file of the package is in it, data included."""
    environment = Environment()
    environment.ensure()
    uv = shutil.which("uv")
    pip = (environment.python, "-m", "pip", "wheel", "-q", "--no-deps", "-w")
    with tempfile.TemporaryDirectory() as folder:
        check(*((uv, "build", "-q", "--wheel", "-o") if uv else pip), folder, str(ROOT))
        names = set(zipfile.ZipFile(next(Path(folder).glob("*.whl"))).namelist())
    tracked = subprocess.run(["git", "ls-files", "src"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    missing = [name for name in tracked.stdout.splitlines() if name.removeprefix("src/") not in names]
    say("missing in the wheel: " + (", ".join(missing) or "nothing"))
    return int(bool(missing))


Step = Callable[[], int]
COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": demo,
    "test": test,
    "lint": lint,
    "verify": verify,
    "benchmark": benchmark,
    "experiments": experiments,
}
STAGES: dict[str, Step] = {
    "statistics": verify_statistics,
    "pythons": verify_pythons,
    "processors": verify_processors,
    "wheel": verify_wheel,
}


def pytest(environment: Environment, *arguments: str, settings: Mapping[str, str] | None = None) -> int:
    """Run pytest in an environment, with further environment variables; where there is a Chromium, with its driver."""
    environment.ensure("test", *(["browser"] if shutil.which("chromium") else []))
    return call(environment.python, "-m", "pytest", "-q", *arguments, settings=settings)


def other_pythons() -> Iterator[tuple[str, str]]:
    """Yield (version, path) of each other supported Python, looked for on PATH and among pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for version in ("3.11", "3.12", "3.13"):
        if version == minor(version_of(THIS_PYTHON)):
            continue
        on_path = shutil.which(f"python{version}")
        candidates = [on_path] if on_path else []
        candidates += [str(path) for path in sorted(pyenv.glob(f"{version}.*/bin/python3"))]
        working = [path for path in candidates if minor(version_of(path)) == version]  # pyenv's shims may lead nowhere
        if working:
            yield version, working[0]


def processor_flags() -> list[str]:
    """Return the instruction sets of this machine; an empty list where the system does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []
    return next((line.split() for line in lines if line.startswith("flags")), [])


def version_of(python: str) -> str:
    """Return the full version of a Python, or an empty string when it does not start."""
    command = [python, "-c", "import platform; print(platform.python_implementation(), platform.python_version())"]
    try:
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except OSError:
        return ""
    return answer.stdout.strip()


def minor(version: str) -> str:
    """Return 3.11 for "CPython 3.11.7"."""
    return ".".join(version.split(" ")[-1].split(".")[:2])


def digest(files: list[Path], *texts: str) -> str:
    """Return a short name for the content of files and texts."""
    content = hashlib.sha256("\n".join(texts).encode())
    for path in files:
        content.update(path.name.encode() + path.read_bytes())
    return content.hexdigest()[:16]


def run_all(steps: Mapping[str, Step]) -> int:
    """Run every step, name those that failed, and return 1 if any did."""
    failed = []
    for name, step in steps.items():
        say(name)
        if step() != 0:
            failed.append(name)
    if failed:
        say(f"failed: {', '.join(failed)}")
    return int(bool(failed))


def call(*command: str, settings: Mapping[str, str] | None = None) -> int:
    """Run a command in the repository, and return its exit code."""
    return subprocess.call(command, cwd=ROOT, env={**os.environ, **(settings or {})})


def check(*command: str) -> None:
    """Run a command of the set-up, and end here when it fails."""
    if call(*command) != 0:
        stop(f"this step failed: {' '.join(command)} (nothing half-done counts: the same command tries again)", 1)


def say(text: str) -> None:
    """Print a line about what goes on."""
    print(f"dev.py: {text}", file=sys.stderr, flush=True)


def stop(text: str, code: int = 2) -> NoReturn:
    """Say what is wrong in one sentence, and end."""
    say(text)
    sys.exit(code)


def main() -> int:
    """Run the command named on the command line."""
    name, arguments = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    if name in ("-h", "--help"):
        print(__doc__)
        return 0
    if name not in COMMANDS:
        stop(f"{f'there is no command {name!r}' if name else 'a command is missing'}: known are {', '.join(COMMANDS)}")
    try:
        return COMMANDS[name](arguments)
    except KeyboardInterrupt:
        stop("interrupted; the same command goes on from here", 130)


if __name__ == "__main__":
    sys.exit(main())
