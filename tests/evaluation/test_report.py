"""The report: one file that needs nothing else, with pictures, figures and where they come from."""

import re
import shutil
from dataclasses import replace
from html import escape

import pytest
from data_sets import damage, make_pairs
from tiny_networks import save_network

from lowlight_core import evaluation, metrics
from lowlight_core.evaluation import evaluate_dataset, report
from lowlight_core.evaluation import pairs as evaluation_pairs


@pytest.fixture
def run(tmp_path, store):
    data = make_pairs(tmp_path / "night <shots>", 8)
    return evaluate_dataset(data, ["clahe", "gamma"], metrics=["psnr", "ssim", "entropy"], store=store)


def test_report_is_one_file(run, store):
    text = report.html(run, store)
    assert not re.findall(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="(?!data:)', text)
    assert len(text) < 8e6


def test_report_holds_figures_pictures_and_provenance(run, store):
    text = report.html(run, store)
    mean, error = (run.summary["clahe"]["psnr"][name] for name in ("mean", "standard_error"))
    assert f"{mean:.2f} <small>± {error:.2f}</small>" in text
    assert text.count("data:image/jpeg;base64,") == report.WORST * 4
    assert run.fingerprint in text and "clip limit 2," in text and run.versions["numpy"] in text


def test_names_are_escaped(run, store):
    text = report.html(run, store)
    assert "night &lt;shots&gt;" in text and "<shots>" not in text


def test_worst_image_comes_first(run, store):
    from lowlight_core.figures.scores import in_order, pivot
    from lowlight_core.records.exports import frame

    worst = in_order(pivot(frame(run, store.rows(run)), "psnr"), "psnr").index[0]
    assert re.search(r'<p class="name"><b>(.*?)</b></p>', report.html(run, store))[1] == worst


def test_a_figure_that_does_not_judge_has_no_best_and_no_worst(tmp_path, store):
    photos = make_pairs(tmp_path / "data", 2) / "low"
    text = report.html(evaluate_dataset(photos, ["gamma"], metrics=["entropy"], store=store), store)
    assert "highest Entropy first" in text and "Lowest images first, by Entropy" in text
    assert "<h2>How do the images come out? Entropy of every image</h2>" in text


def test_single_method_gets_its_error_map(tmp_path, store):
    run = evaluate_dataset(make_pairs(tmp_path / "data", 2), ["gamma"], metrics=["psnr"], store=store)
    assert "Error, 0 to 64 levels" in report.html(run, store)


def test_pictures_that_are_gone_are_said_in_words(run, store, tmp_path):
    shutil.rmtree(tmp_path / "night <shots>")
    text = report.html(run, store)
    assert "no longer on this server" in text and "Summary" in text


def test_weights_of_ones_own_make_their_pictures_again_as_long_as_they_are_there(tmp_path, store):
    data = make_pairs(tmp_path / "data", 1)
    mine = save_network(tmp_path / "mine", "skip_cnn")
    run = evaluate_dataset(data, ["gamma", mine], metrics=["psnr"], store=store)
    assert report.html(run, store).count("data:image/jpeg;base64,") == 4
    shutil.rmtree(mine)
    assert report.html(run, store).count("data:image/jpeg;base64,") == 3, "the other method's is still there"


def test_pictures_of_other_weights_than_the_figures_are_said_to_be(tmp_path, store):
    mine = save_network(tmp_path / "mine", "skip_cnn")
    run = evaluate_dataset(make_pairs(tmp_path / "data", 1), ["gamma", mine], metrics=["psnr"], store=store)
    text = report.html(run, store)
    assert "Trained again" not in text and "weights are gone" not in text
    older = [method | {"weights": method["weights"] and "0" * 64} for method in run.methods]
    text = report.html(replace(run, methods=older), store)
    assert re.search("Trained again since these figures were measured: [^,]*mine[.] The pictures", text)
    shutil.rmtree(mine)
    assert re.search("weights are gone: [^,]*mine[.]</p>", report.html(run, store))


def test_unpaired_pictures_and_failures(tmp_path, store):
    from pictures import dark

    from lowlight_core import write

    for number in range(3):
        write(tmp_path / "dark" / f"{number}.png", dark(seed=number))
    (tmp_path / "dark" / "1.png").write_bytes(b"no picture")
    run = evaluate_dataset(tmp_path / "dark", ["gamma"], store=store)
    assert run.failed == 1 and "1 result failed" in report.html(run, store)


def test_what_is_missing_is_listed_with_its_reason(run, tmp_path, store, monkeypatch):
    data = make_pairs(tmp_path / "data", 4)
    damage(data)
    (data / "low" / "<9>.png").write_bytes((data / "low" / "0.png").read_bytes())
    text = report.html(evaluate_dataset(data, ["clahe", "gamma"], metrics=["psnr"], store=store), store)
    assert "<tr><td>3</td><td>CLAHE, Gamma: low/3.png is not a picture" in text
    assert "<tr><td>low/&lt;9&gt;.png</td><td>left out: it has no partner</td></tr>" in text
    monkeypatch.setattr(report, "MISSING", 1)
    assert "<p>And 2 more.</p>" in report.html(store.runs()[0], store)
    assert "What is missing" not in report.html(run, store)


def test_samples(store):
    pairs = evaluation_pairs.sample_pairs()
    source = evaluation_pairs.SAMPLES
    planned = evaluation.plan(pairs, ["gamma"], chosen=["psnr"], owner="me", title="Samples", source=source)
    run = evaluation.evaluate(store.begin(planned), pairs, store=store)
    assert "launch_pad" in report.html(run, store)


def test_paper_has_no_tooltips(run, store):
    text = report.html(run, store)
    assert "What was measured" in text and "Point at" not in text
    assert all(text.count(escape(metrics.get(name).help)) == 2 for name in run.metrics), "in a heading and in words"


@pytest.mark.browser
def test_no_column_is_cut_off_on_paper_and_no_name_goes_sideways(tmp_path, store, browser_page):
    planned_pairs, source = evaluation_pairs.folder_pairs(make_pairs(tmp_path / "data", 2))
    title = "T" * 200
    planned = evaluation.plan(planned_pairs, ["histogram_equalization"], owner="me", title=title, source=source)
    run = evaluation.evaluate(store.begin(planned), planned_pairs, store=store)
    (tmp_path / "report.html").write_text(report.html(run, store, pictures=False), "utf-8")
    browser_page.set_viewport_size({"width": 700, "height": 1000})  # A4 between its margins
    browser_page.emulate_media(media="print")
    browser_page.goto(f"file://{tmp_path}/report.html")
    wider = "element => element.scrollWidth - element.clientWidth"
    assert [browser_page.locator(".scores").nth(place).evaluate(wider) for place in range(3)] == [0, 0, 0]
    assert browser_page.locator("html").evaluate(wider) == 0


@pytest.mark.browser
def test_report_opens_offline(run, store, tmp_path, browser_page):
    (tmp_path / "report.html").write_text(report.html(run, store), "utf-8")
    browser_page.context.set_offline(True)
    browser_page.goto(f"file://{tmp_path}/report.html")
    browser_page.locator(".js-plotly-plot .bars").first.wait_for()
    assert browser_page.locator("img").evaluate_all("all => all.every(image => image.naturalWidth > 0)")
    assert browser_page.errors == [] and not {url for url in browser_page.outside if not url.startswith("file:")}
    for scheme in ("light", "dark"):
        browser_page.emulate_media(color_scheme=scheme)
        tick, body = (
            browser_page.locator(name).first.evaluate(f"element => getComputedStyle(element).{style}")
            for name, style in ((".xtick text", "fill"), ("body", "color"))
        )
        assert tick == body, "as easy to read as the words around it"
    browser_page.set_viewport_size({"width": 390, "height": 844})
    assert browser_page.locator(".modebar:visible").count() == 0, "it would cover the legend"
    first, second = (browser_page.locator("figure").nth(place).bounding_box() for place in (0, 1))
    assert first["y"] == second["y"] and first["x"] < second["x"], "pictures to compare stand side by side"
