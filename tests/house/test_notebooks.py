"""The notebooks of docs/: without stored outputs, and every cell runs; in 'verify' as Jupyter runs them, at full size."""

import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
_SIZE = re.compile(r"(replicates\"?[=:] ?)\d+")

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind):
    """Return the texts of the cells of one kind."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in content["cells"] if cell["cell_type"] == kind]


def test_there_are_notebooks_for_teachers_and_researchers():
    assert [path.stem for path in NOTEBOOKS] == ["class", "research"]


@every_notebook
def test_nothing_is_stored_but_text(path):
    """Outputs would go stale, and name the machine they were made on."""
    content = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert content["metadata"].keys() == {"kernelspec", "language_info"}
    for link in re.findall(r"\]\((\.\./[^)#]+)", "\n".join(cells(path, "markdown"))):
        assert (path.parent / link).exists(), link


@every_notebook
def test_every_cell_runs_at_small_size(path, tmp_path, monkeypatch):
    import matplotlib.pyplot as plt

    monkeypatch.chdir(tmp_path)
    plt.switch_backend("agg")
    names = {"__name__": "__main__"}
    for number, text in enumerate(cells(path, "code"), 1):
        small = _SIZE.sub(lambda found: found[1] + ("1" if found[0].endswith("=1") else "6"), text)
        exec(compile(small, f"{path.name}, code cell {number}", "exec"), names)
    drawn = [figure.axes for figure in map(plt.figure, plt.get_fignums())]
    plt.close("all")
    assert len(drawn) == 1 and drawn[0]


@pytest.mark.verify
@every_notebook
def test_jupyter_runs_it_at_full_size(path, tmp_path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # a reader's Jupyter shows pictures in the page
    nbformat = pytest.importorskip("nbformat", reason="pip install 'copsim[notebook]'")
    nbclient = pytest.importorskip("nbclient", reason="pip install 'copsim[notebook]'")
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    pictures = [out for cell in notebook.cells for out in cell.get("outputs", []) if "image/png" in out.get("data", {})]
    assert len(pictures) == 1
