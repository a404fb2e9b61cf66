"""What sensitivity does on the command line."""

import json

import pytest

from tests.analysis.made import made, plan


@pytest.fixture
def folder(copsim, tmp_path):
    """A sweep in the folder `here`."""
    made(tmp_path / "here", plan())
    return tmp_path / "here"


def test_it_answers_in_words_and_leaves_table_and_figure(copsim, folder):
    code, out, err = copsim("sensitivity", "here", "--outcome", "core_end", "--outcome", "cost")
    assert (code, err) == (0, "")
    assert out.startswith("Core at the end: sponsoring.engagement moves it most, with ")
    assert "Cost: no index, for it is 5 in every run, so that nothing moves it." in out
    assert out.endswith("Results   here/sensitivity.csv\n          here/figures/sensitivity-core_end.png\n")
    assert (folder / "sensitivity.csv").read_text().count("\n") == 7
    assert [path.name for path in (folder / "figures").iterdir()] == ["sensitivity-core_end.png"]


def test_json_is_one_document(copsim, folder):
    code, out, err = copsim("sensitivity", "here", "--outcome", "core_end", "--json")
    found = json.loads(out)
    assert (code, err, found["method"], len(found["table"])) == (0, "", "sobol", 6)
    assert found["answers"][0]["said"][0].startswith("Core at the end: ")


def test_a_sweep_goes_on_beside_its_answers(copsim, folder):
    copsim("sensitivity", "here", "--outcome", "core_end")
    made(folder, plan())
    assert (folder / "sensitivity.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("her",), "there is no folder her, did you mean 'here'?"),
        (("here", "--outcome", "core_ned"), "did you mean 'core_end'?"),
        (("here", "--method", "morris"), "morris needs a morris design"),
    ],
)
def test_mistakes_are_one_sentence(copsim, folder, arguments, said):
    code, out, err = copsim("sensitivity", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert not (folder / "sensitivity.csv").exists()
