"""Records: what goes in comes out, in SQLite and PostgreSQL alike; owners, several processes, clear complaints."""

import math
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, free_port

from lowlight_core import records
from lowlight_core.errors import OutputError
from lowlight_core.records import PUBLIC, Run, Store
from lowlight_core.records.exports import ResultFolder, csv_lines
from lowlight_core.scoring import Row
from lowlight_core.settings import settings

RUN = Run(
    owner="me", title="night 夜", source={"kind": "samples"}, images=3,
    methods=[{"name": name, "settings": {"strength": 1.0}, "weights": None} for name in ("clahe", "gamma")],
    metrics=["psnr", "ssim"], listing="l" * 64, versions={"numpy": "2"}, machine={"cores": 2},
)  # fmt: skip


def rows(position: int) -> list[Row]:
    figures = {"psnr": 20.123456789012345 + position, "ssim": math.nan}
    return [
        Row(position, f"{position}", "gamma", {"psnr": math.inf, "ssim": 1.0}, 0.25, None, "d" * 64),
        Row(position, f"{position}", "clahe", figures, 0.5, "a sentence" if position == 1 else None, "d" * 64),
    ]


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    """URL of a PostgreSQL server of our own, where its programs are installed."""
    program = shutil.which("initdb") or next(iter(sorted(map(str, records_of_debian()))), None)
    if not program:
        pytest.skip("no PostgreSQL server is installed here")
    place, port = tmp_path_factory.mktemp("postgres"), free_port()
    user = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    if user:
        for folder in (place, *place.parents[:3]):
            folder.chmod(0o755)
        shutil.chown(place, **user)
    tools = os.path.dirname(os.path.realpath(program))
    try:
        subprocess.run([f"{tools}/initdb", "-D", place / "data", "-A", "trust", "-U", "tester"], check=True,
                       capture_output=True, cwd=place, **user)  # fmt: skip
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"PostgreSQL cannot be set up here: {error}")
    server = subprocess.Popen(
        [f"{tools}/postgres", "-D", place / "data", "-p", str(port), "-k", place, "-c", "listen_addresses=127.0.0.1"],
        cwd=place, stderr=subprocess.DEVNULL, **user,
    )  # fmt: skip
    yield f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
    server.terminate()
    server.wait(20)


def records_of_debian():
    """Where Debian hides initdb."""
    from pathlib import Path

    return Path("/usr/lib/postgresql").glob("*/bin/initdb")


@pytest.fixture(params=["sqlite", "postgres"])
def store(request, tmp_path):
    if request.param == "sqlite":
        kept = Store(f"sqlite:///{tmp_path / 'records.sqlite3'}")
    else:
        kept = wait_for(request.getfixturevalue("postgres"))
        for run in kept.runs():
            kept.delete(run)
    yield kept
    kept.close()


def wait_for(url: str) -> Store:
    for _ in range(600):
        try:
            return Store(url)
        except OutputError:
            time.sleep(0.1)
    return Store(url)


def test_run_comes_back_as_it_was(store):
    assert store.get(store.begin(RUN).id) == RUN
    assert store.get("nobody") is None


def test_rows_come_back_in_order_and_exact(store):
    store.begin(RUN)
    for position in (0, 1):
        store.add(RUN, rows(position))
    found = list(store.rows(RUN))
    assert [(row.position, row.method) for row in found] == [(0, "clahe"), (0, "gamma"), (1, "clahe"), (1, "gamma")]
    assert found[0].figures["psnr"] == 20.123456789012345 and math.isnan(found[0].figures["ssim"])
    assert found[1].figures["psnr"] == math.inf and found[1].seconds == 0.25
    assert [row.error for row in store.rows(RUN, failed=True)] == ["a sentence"]
    assert store.done(RUN) == 2


def test_pair_is_kept_whole_or_not_at_all(store):
    store.begin(RUN)
    store.add(RUN, rows(0))
    with pytest.raises(OutputError, match="another process"):
        store.add(RUN, [*rows(1), *rows(0)])
    assert store.done(RUN) == 1 and len(list(store.rows(RUN))) == 2


def test_failed_pairs_are_forgotten_whole_and_are_missing_then(store):
    run = store.begin(replace(RUN, images=4))
    for position, error in enumerate(("damaged", None, "damaged")):
        first, second = rows(position)
        store.add(run, [replace(first, error=None), replace(second, error=error)])
    assert store.missing(run) == [3] and store.done(run) == 3
    assert store.forget_failed(run) == 4 and store.missing(run) == [0, 2, 3] and store.done(run) == 1
    assert store.forget_failed(run) == 0


def test_update_and_delete(store):
    store.begin(RUN)
    store.add(RUN, rows(0))
    changed = store.update(RUN, state="done", summary={"clahe": {"failed": 2}}, fingerprint="f" * 64, ended=1.5)
    assert store.get(RUN.id) == changed and changed.failed == 2
    store.delete(changed)
    assert store.get(RUN.id) is None and store.done(RUN) == 0


def test_owners_see_their_own_runs_and_public_ones(store):
    for owner, created in (("me", 1.0), ("you", 2.0), (PUBLIC, 3.0)):
        store.begin(replace(RUN, id=owner, owner=owner, created=created))
    assert [run.id for run in store.runs(["me", PUBLIC])] == [PUBLIC, "me"]
    assert [run.id for run in store.runs()] == [PUBLIC, "you", "me"]
    assert store.runs([]) == []


def test_foreign_key_keeps_rows_with_their_run(store):
    with pytest.raises(OutputError):
        store.add(RUN, rows(0))


def test_several_processes_write_at_once(store):
    program = """
import sys
from dataclasses import replace
sys.path[:0] = sys.argv[2].split(",")
from test_records import RUN, rows
from lowlight_core.records import Store
store = Store(sys.argv[1])
run = store.begin(replace(RUN, id=sys.argv[3]))
for position in range(40):
    store.add(run, rows(position))
"""
    url = store.url.render_as_string(hide_password=False)
    here = f"{Path(__file__).parent},{ROOT / 'tests'},{ROOT}"
    started = [subprocess.Popen([sys.executable, "-c", program, url, here, str(n)]) for n in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    assert [len(list(store.rows(store.get(str(n))))) for n in range(3)] == [80, 80, 80]


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/nowhere/x.sqlite3", "magic://host/base",
                                 "postgresql+psycopg://nobody:secret@127.0.0.1:1/none"])  # fmt: skip
def test_database_that_cannot_be_used_is_one_sentence(url):
    with pytest.raises(OutputError, match="records cannot be kept in") as caught:
        Store(url)
    assert "secret" not in str(caught.value)


def test_store_is_chosen_by_the_settings(monkeypatch, tmp_path):
    monkeypatch.setattr(records, "settings", lambda: replace(settings(), home=tmp_path / "home", database_url=""))
    assert records.store().url.database == str(tmp_path / "home" / "records.sqlite3")
    monkeypatch.setattr(records, "settings", lambda: replace(settings(), database_url=f"sqlite:///{tmp_path / 'b.db'}"))
    assert records.store().url.database == str(tmp_path / "b.db")


def test_a_home_of_any_name_holds_its_records(tmp_path, monkeypatch):
    monkeypatch.setenv("LOWLIGHT_HOME", str(tmp_path / "q?x=1#y"))
    settings.cache_clear()
    records.store().close()
    assert (tmp_path / "q?x=1#y" / "records.sqlite3").is_file()
    monkeypatch.undo()
    settings.cache_clear()


def test_a_table_that_finds_no_space_leaves_nothing_behind(tmp_path):
    def growing():
        yield from rows(0)
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="per_image.csv cannot be written: No space left on device"):
        ResultFolder(tmp_path).start(RUN, growing())
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_no_spreadsheet_takes_a_name_of_the_table_for_a_formula():
    names = ["=HYPERLINK(1)", "+1", "-1", "@a", "\ta", "night/=1", "1-2", "'a"]
    row = Row(0, "", "clahe", {"psnr": -1.0, "ssim": 1.0}, 0.5, None, "d" * 64)
    lines = "".join(csv_lines(RUN, [replace(row, image=name, error=name) for name in names], heading=False))
    cells = [line.split(",") for line in lines.splitlines()]
    assert [line[1] for line in cells] == ["'=HYPERLINK(1)", "'+1", "'-1", "'@a", "'\ta", "night/=1", "1-2", "'a"]
    assert all(line[2] == "-1.0" and line[5] == line[1] for line in cells), "figures stay figures"
