"""Words and terminal load nothing heavy, so that a first answer is not kept waiting."""

import subprocess
import sys


def test_words_load_neither_matplotlib_nor_pandas() -> None:
    code = (
        "import sys; import copsim.pages.words, copsim.pages.verdict, copsim.pages.terminal, copsim.pages.report, "
        "copsim.pages.observation; "
        "print(sorted({'matplotlib', 'pandas', 'numpy', 'numba', 'scipy', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
