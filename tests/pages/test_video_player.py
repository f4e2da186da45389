"""The player of the Video page by itself: its files in an empty page, with videos that only say their size."""

from tests.conftest import ROOT

PARTS = ROOT / "pages" / "parts"
_SHAPES = """() => {
  const host = document.querySelector("#host"), find = (name) => host.querySelector(name);
  const show = (width, height) => {
    for (const video of [find(".before"), find(".after")])
      for (const [name, value] of Object.entries({ videoWidth: width, videoHeight: height, readyState: 4 }))
        Object.defineProperty(video, name, { value, configurable: true });
    find(".after").onloadeddata();
  };
  const shape = () => { const box = find(".stage").getBoundingClientRect(); return box.width / box.height; };
  draw({ parentElement: host, data: { labels: ["", ""], sources: ["data:,", "data:,"], color: null, sound: false } });
  const shapes = [shape()];
  const then = (act) => { act(); shapes.push(shape()); };
  then(() => show(120, 90));
  then(() => find(".layout").click());
  then(() => show(100, 100));
  then(() => find(".layout").click());
  return shapes.map((one) => Math.round(100 * one) / 100);
}"""


def test_the_stage_has_the_shape_of_the_clip_also_side_by_side(browser_page):
    html, css, script = ((PARTS / f"video_player.{kind}").read_text("utf-8") for kind in ("html", "css", "js"))
    script = script.replace("export default function", "window.draw = function")
    browser_page.set_viewport_size({"width": 1200, "height": 2000})
    browser_page.set_content(f'<style>{css}</style><div id="host" style="width: 900px">{html}</div>')
    browser_page.add_script_tag(content=script)
    assert browser_page.evaluate(_SHAPES) == [1.78, 1.33, 2.67, 2.0, 1.0]


def test_both_videos_are_slowed_down_together(browser_page):
    html, script = ((PARTS / f"video_player.{kind}").read_text("utf-8") for kind in ("html", "js"))
    browser_page.set_content(f'<div id="host">{html}</div>')
    browser_page.add_script_tag(content=script.replace("export default function", "window.draw = function"))
    browser_page.evaluate(_SHAPES)
    pace = "() => [...document.querySelectorAll('video')].map((video) => video.playbackRate)"
    for label, paces in (("0.5×", [0.5, 0.5]), ("0.25×", [0.25, 0.25]), ("1×", [1, 1])):
        browser_page.get_by_role("button", name="Speed").click()
        browser_page.evaluate("() => document.querySelector('.after').onseeked()")  # as each frame does while it plays
        assert browser_page.locator(".speed").inner_text() == label and browser_page.evaluate(pace) == paces
