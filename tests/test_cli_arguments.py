"""Words of the command line that are easily misread: the end of options, options given twice."""

import pytest
from pictures import dark

from lowlight_core import cli, write


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    """Run the command line in a folder with ``-dash.png`` and ``b.png``; returns (status, stderr)."""
    monkeypatch.chdir(tmp_path)
    for name in ("-dash.png", "b.png"):
        write(tmp_path / name, dark(24, 32))

    def call(*words):
        status = cli.main(list(words))
        return status, capfd.readouterr().err

    return call


def test_after_the_end_of_options_everything_is_a_path(run, tmp_path):
    assert run("enhance", "--method", "gamma", "--output", "o", "--", "-dash.png", "b.png") == (0, "")
    assert {path.name for path in (tmp_path / "o").iterdir()} == {"-dash.png", "b.png"}
    status, error = run("enhance", "--output", "o", "-dash.png")
    assert status == 2 and len(error.splitlines()) == 1
