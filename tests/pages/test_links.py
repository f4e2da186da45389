"""What a page's Link hands on: never what would let others stop the work of whoever made it."""

import json

import pytest
from conftest import page_at, wait_until
from data_sets import kept_run, make_pairs

from lowlight_core.jobs import manager, many_photos
from lowlight_core.training import background
from lowlight_core.video import job as video_job


def handed_on(page: str, **query) -> str:
    """The address that the Link button of a page shows."""
    test = page_at(page, **query)
    assert not test.exception and all(value in str(test.query_params) for value in query.values())
    return test.code[0].value


@pytest.mark.parametrize(
    ("page", "name", "kind", "mode"),
    [("enhance", "job", many_photos.KIND, {"mode": "Many photos"}), ("video", "video_job", video_job.KIND, {})],
)
def test_the_token_of_a_job_stays_with_its_visitor(home, page, name, kind, mode):
    job = manager().submit(kind, "three photos", lambda job: None)
    wait_until(lambda: job.over)
    assert job.token not in handed_on(page, **{name: job.token}, **mode)


def test_the_token_of_a_training_run_stays_with_its_visitor(home):
    token = "t" * 22
    folder = background.home() / token
    folder.mkdir(parents=True)
    order = {"network": "unet", "minutes": 1, "data": "", "data_label": background.BUILT_IN}
    (folder / "order.json").write_text(json.dumps(order))
    assert token not in handed_on("train", run=token)


def test_the_link_of_an_evaluation_shows_it_and_no_more(home):
    run = kept_run(make_pairs(home / "data", 2), kind="folder")
    link = handed_on("evaluate", run=run.id, mine="a" * 22)
    assert run.id in link and "a" * 22 not in link
