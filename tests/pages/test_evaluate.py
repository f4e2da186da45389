"""The page that evaluates: opens on figures, runs jobs that outlive a tab, shows nobody what is not theirs."""

import csv
import io
import json
from dataclasses import replace
from functools import partial

import pytest
from conftest import PATIENCE, page_at, settled, texts, wait_until
from data_sets import kept_run, make_pairs

from lowlight_core import evaluation, records
from lowlight_core.evaluation import job as evaluation_job
from lowlight_core.evaluation import pairs as evaluation_pairs
from lowlight_core.evaluation import sample_scores
from lowlight_core.settings import settings
from pages.shared import inputs

page = partial(page_at, "evaluate")


def test_opens_on_the_figures_of_the_samples(home):
    test = page()
    assert not test.exception and not test.error
    assert "Which images does each method fail on?" in test.header[0].value
    assert "no benchmark" in texts(test) and records.store().runs()[0].state == "done"


def test_shipped_figures_are_those_of_today(home):
    """The quick methods measured again. New weights only make the page compute what is shown after these."""
    planned = sample_scores.planned()
    shipped = sample_scores.load(planned)
    assert shipped[0].names == planned.names and shipped[0].metrics == planned.metrics
    pairs = evaluation_pairs.sample_pairs()
    quick = {m["name"]: m["settings"] for m in planned.methods if m["name"] in ("clahe", "gamma")}
    again = evaluation.plan(pairs, quick, chosen=("psnr",), owner="me", title="again", source=evaluation_pairs.SAMPLES)
    again = evaluation.evaluate(records.store().begin(again), pairs)
    fresh = {(row.image, row.method): row.figures["psnr"] for row in records.store().rows(again)}
    kept = {(row.image, row.method): row.figures["psnr"] for row in shipped[1]}
    assert all(kept[key] == pytest.approx(value, abs=0.01) for key, value in fresh.items())


def test_stale_shipped_figures_are_shown_while_new_ones_are_computed(home, monkeypatch):
    monkeypatch.setattr(sample_scores, "METRICS", ("psnr",))
    monkeypatch.setattr(evaluation_job.enhancers, "default", lambda: evaluation_job.enhancers.get("gamma"))
    shown = evaluation_job.built_in()
    assert shown.state == "done" and "ssim" in shown.metrics
    today = next(run for run in records.store().runs() if run.metrics == ["psnr"])
    wait_until(lambda: evaluation_job.job_of(today).over, seconds=180)
    assert evaluation_job.built_in().id == today.id and evaluation_job.built_in().state == "done"


def test_after_an_upgrade_the_shipped_figures_come_before_an_old_run(home, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(sample_scores, "METRICS", ("psnr",))
        old = sample_scores.planned()
        records.store().begin(old)
    planned = sample_scores.planned()
    shipped, rows = sample_scores.load(planned)
    monkeypatch.setattr(sample_scores, "load", lambda p: (replace(shipped, methods=p.methods), rows))
    shown = evaluation_job.built_in()
    assert shown.id != old.id and shown.state == "done" and evaluation_job.job_of(shown) is None
    leaders = page(show="Leaderboard").dataframe[0].value
    assert len(leaders) == len(shown.methods), "the figures of an older version share no list with those of this one"


def test_run_shown_by_its_address_keeps_the_pictures_of_an_upload(home):
    run = kept_run(make_pairs(home / "data", 3))
    test = page(run=run.id)
    assert not test.exception and "shown to whoever uploaded them" in texts(test)
    assert not any(button.label in ("Delete", "Continue") for button in test.button)
    assert "shown to whoever" not in texts(page(run=run.id, mine="a" * 22))


def test_the_report_of_an_upload_has_no_pictures_for_others(home, monkeypatch):
    asked = []
    monkeypatch.setattr("pages.parts.evaluate_results.report.html", lambda run, store, pictures: asked.append(pictures))
    monkeypatch.setattr("streamlit.download_button", lambda label, make, *rest, **more: label == "Report" and make())
    run = kept_run(make_pairs(home / "data", 3))
    page(run=run.id)
    page(run=run.id, mine="a" * 22)
    assert asked == [False, True]


def test_an_evaluation_that_cannot_start_leaves_nothing_behind(home, monkeypatch):
    from lowlight_core.errors import BusyError
    from lowlight_core.files import from_uploads
    from pages.parts import evaluate_setup

    make_pairs(home / "data", 2)
    uploads = [(path.name, path.read_bytes()) for path in sorted((home / "data" / "low").iterdir())]
    chosen = inputs.Many(from_uploads(uploads).sources, [], inputs.UPLOAD)

    def busy(*_):
        raise BusyError("jobs are waiting already")

    monkeypatch.setattr(evaluation_job, "submit", busy)
    monkeypatch.setattr(evaluate_setup.visitor, "new_token", lambda: "a" * 22)
    with pytest.raises(BusyError):
        evaluate_setup._begin(evaluate_setup.UPLOAD, chosen, ["gamma"], ["entropy"])
    assert not records.store().runs(["a" * 22]) and not list((settings().home / "uploads").iterdir())


def test_pictures_that_are_gone_leave_the_figures(home):
    import shutil

    run = kept_run(make_pairs(home / "data", 3), kind="folder")
    shutil.rmtree(home / "data")
    test = page(run=run.id, mine="a" * 22)
    assert not test.exception and "no longer on this server" in texts(test)
    assert "Which images" in test.header[0].value


def test_failed_images_and_lonely_files_are_listed(home):
    data = make_pairs(home / "data", 3)
    (data / "low" / "1.png").write_bytes(b"no picture")
    (data / "low" / "lonely.png").write_bytes((data / "low" / "0.png").read_bytes())
    run = kept_run(data, kind="folder")
    labels = [expander.label for expander in page(run=run.id).expander]
    assert labels == ["2 results failed", "1 file left out for want of a partner"]


def test_twins_are_not_called_lonely(home):
    data = make_pairs(home / "data", 3)
    (data / "low" / "1.jpg").write_bytes((data / "low" / "1.png").read_bytes())
    run = kept_run(data, kind="folder")
    labels = [expander.label for expander in page(run=run.id).expander]
    assert labels == ["3 files left out since files share a stem: which is whose?"]


@pytest.mark.parametrize("view", ["Distribution", "A against B", "Leaderboard"])
def test_every_view_works_and_names_what_it_concludes(home, view):
    run = kept_run(make_pairs(home / "data", 5), kind="folder")
    test = page(run=run.id, mine="a" * 22, show=view)
    assert not test.exception
    if view == "A against B":
        assert "95 % confidence interval" in texts(test) and "Wilcoxon" in texts(test)


@pytest.mark.browser
def test_an_evaluation_from_start_to_download(app_url, browser_page, browser):
    own, stranger = browser.new_page(), browser.new_page()
    for patient in (own, stranger):
        patient.set_default_timeout(1000 * PATIENCE)
    browser_page.goto(f"{app_url}/evaluate")
    browser_page.locator(".js-plotly-plot").first.wait_for()
    settled(browser_page, 180)
    browser_page.get_by_role("button", name="New evaluation").click()
    methods = browser_page.get_by_role("dialog").get_by_role("combobox", name="Methods")
    for _ in range(6):
        methods.press("Backspace")
    methods.fill("Gamma")
    methods.press("Enter")
    browser_page.get_by_role("dialog").get_by_text("Gamma", exact=True).first.wait_for()
    methods.press("Escape")
    browser_page.get_by_role("button", name="Start").click()
    browser_page.wait_for_url("**run=**")
    address = browser_page.url
    browser_page.close()
    own.goto(address)
    own.get_by_role("button", name="CSV", exact=True).wait_for()
    settled(own, 180)
    with own.expect_download() as waiting:
        own.get_by_role("button", name="CSV", exact=True).click()
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_text("utf-8"))))
    assert len(rows) == 8 and float(rows[0]["psnr"]) > 5
    with own.expect_download() as waiting:
        own.get_by_role("button", name="JSON", exact=True).click()
    assert json.loads(waiting.value.path().read_text("utf-8"))["gamma"]["images"] == 8
    own.get_by_text("Distribution", exact=True).click()
    own.wait_for_url("**show=Distribution**")
    settled(own, 180)
    assert address.split("run=")[1][:32] in own.url, "the first click after the end stays with the run"
    stranger.goto(f"{app_url}/evaluate")
    settled(stranger, 180)
    assert stranger.get_by_text("Samples, ", exact=False).count() == 0 and "mine=" not in stranger.url
    own.close()
    stranger.close()


@pytest.mark.browser
def test_a_click_on_a_bar_opens_its_pictures(app_url, browser_page):
    browser_page.goto(f"{app_url}/evaluate")
    browser_page.locator(".js-plotly-plot .bars .point").first.wait_for()
    settled(browser_page, 180)
    browser_page.locator(".js-plotly-plot .bars .point").last.click(force=True)
    browser_page.wait_for_url("**image=**")
    settled(browser_page, 180)
    image = browser_page.url.split("image=")[1].split("&")[0]
    browser_page.get_by_text(f"{image} by ").wait_for()
    assert browser_page.errors == [] and browser_page.outside == set()
