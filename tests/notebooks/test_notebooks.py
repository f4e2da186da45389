"""The notebooks: each runs top to bottom, ends with exercises, and was committed with its outputs."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lowlight_core.teaching.explanations import explain
from lowlight_core.teaching.wrong_metrics import MISTAKES

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
KILOBYTES = 400
PATIENCE = 600  # seconds for one cell, on a machine that trains and tests at once


def cells(path: Path, kind: str) -> list[dict]:
    """The cells of one kind of a committed notebook."""
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


def text(cell: dict) -> str:
    """A cell's source."""
    return "".join(cell["source"])


def test_there_are_eight_in_order():
    assert [path.name[:2] for path in NOTEBOOKS] == [f"{number:02d}" for number in range(1, 9)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_with_outputs_and_small(path):
    assert path.stat().st_size < KILOBYTES * 1024
    code = cells(path, "code")
    assert all(cell["execution_count"] == number for number, cell in enumerate(code, start=1)), "run top to bottom"
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not [output for output in outputs if output["output_type"] == "error"]
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert {"image/png", "image/jpeg"} & kinds
    for output in outputs:
        if {"application/vnd.plotly.v1+json", "image/svg+xml"} & set(output.get("data", {})):
            assert "image/png" in output["data"], "no still picture: a notebook that is not trusted shows neither"
        assert str(ROOT) not in json.dumps(output), "no path of the author's machine"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_formulas_are_those_of_the_explanations(path):
    for cell in cells(path, "code"):
        for method in re.findall(r'notebook\.formula\("(\w+)"\)', text(cell)):
            shown = ["".join(o["data"]["text/latex"]) for o in cell["outputs"] if "text/latex" in o.get("data", {})]
            assert shown == [f"$$\n{line}\n$$" for line in explain(method).formula]
            legends = [
                "".join(o["data"]["text/markdown"]) for o in cell["outputs"] if "text/markdown" in o.get("data", {})
            ]
            assert legends == [explain(method).symbols]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_mistakes_are_those_of_the_page(path):
    for cell in cells(path, "code"):
        if "mistake.wrong_code" in text(cell):
            printed = "".join("".join(output["text"]) for output in cell["outputs"])
            told = [line for each in MISTAKES for line in (each.wrong_code, each.right_code, each.why)]
            assert [line for line in told if line not in printed] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_differences_are_of_levels_that_there_are(path):
    printed = "".join("".join(o.get("text", [])) for cell in cells(path, "code") for o in cell["outputs"])
    assert all(float(number) <= 255 for number in re.findall(r"([\d.]+) levels", printed))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_prose_first_exercises_last(path):
    prose = [text(cell) for cell in cells(path, "markdown")]
    assert prose[0].startswith("# ")
    assert "## Exercises" in prose[-1] and "<details>" in prose[-1]
    assert any("DATA" in text(cell) and "LOL" in text(cell) for cell in cells(path, "code")), "how to point it at LOL"
    for cell in cells(path, "code"):
        lines = text(cell).splitlines()
        assert len(lines) <= 32 and max(map(len, lines)) <= 130, text(cell)
        assert not [line for line in lines if line.startswith(("class ", "@"))], "belongs in lowlight_core"


@pytest.fixture(scope="module")
def runs(request):
    """The run of every notebook that was asked for, two at a time: {path: future of its processor seconds}."""
    pytest.importorskip("nbclient")
    asked = [item.callspec.params["path"] for item in request.session.items if "runs" in item.fixturenames]
    with ThreadPoolExecutor(2) as pool:
        yield {path: pool.submit(run, path) for path in asked}


def run(path: Path) -> float:
    """Run a notebook in a kernel of its own, the short way; the seconds that processors worked for it."""
    import nbformat
    from nbclient import NotebookClient

    book, where = nbformat.read(path, as_version=4), {"metadata": {"path": str(path.parent)}}
    book.cells.append(nbformat.v4.new_code_cell("import time\nprint(time.process_time())"))
    client = NotebookClient(book, timeout=PATIENCE, kernel_name="python3", resources=where)
    client.execute(env={**os.environ, "LOWLIGHT_NOTEBOOK_FAST": "1", "JUPYTER_PLATFORM_DIRS": "1"})
    return float(book.cells[-1]["outputs"][0]["text"])


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_top_to_bottom(path, runs):
    """Two minutes of two cores are promised; what else the machine does meanwhile does not count."""
    assert runs[path].result() < 2 * 120
