"""Every page in a real browser: it opens, nothing leaves the machine, nothing scrolls sideways, nobody sees others."""

import ast
import tomllib

import numpy as np
import pytest
from conftest import ROOT, page_at, settled, upload, wait_until

from lowlight_core.image import encode


def listed() -> list[str]:
    """Names of the pages that app.py shows."""
    tree = ast.parse((ROOT / "app.py").read_text("utf-8"))
    assign = next(node for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "PAGES")
    return [name for pages in ast.literal_eval(assign.value).values() for name, _, _ in pages]


def address(url: str, name: str) -> str:
    return url if name == "enhance" else f"{url}/{name}"


def test_every_page_file_is_listed():
    assert {path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "__init__"} == set(listed())


def test_configuration_keeps_visitors_private():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none" and config["client"]["toolbarMode"] == "viewer"
    assert config["server"]["enableXsrfProtection"] is True and config["server"]["enableStaticServing"] is False


def luminance(color: str) -> float:
    """Relative luminance of ``#RRGGBB``, as WCAG has it."""
    levels = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["primaryColor", "textColor", "linkColor"])
def test_words_in_the_colours_of_the_theme_can_be_read_on_its_ground(theme, name):
    colors = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][theme]
    darker, lighter = sorted((luminance(colors[name]), luminance(colors["backgroundColor"])))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "color"), [("light", "oklch(1 0 0)"), ("dark", "oklch(0 0 0)")])
def test_words_on_the_accent_colour_are_white_or_black_in_a_dialog_too(app_url, browser_page, scheme, color):
    browser_page.emulate_media(color_scheme=scheme)
    browser_page.goto(f"{app_url}/evaluate")
    settled(browser_page, 120)
    browser_page.get_by_role("button", name="New evaluation").click()
    for part in ("[role=dialog] [data-testid=stBaseButton-primary]", "[role=dialog] [data-tag]"):
        part = browser_page.locator(part).first
        part.wait_for()
        assert part.evaluate("part => getComputedStyle(part).color") == color


@pytest.mark.browser
@pytest.mark.parametrize("name", listed())
def test_page_opens_fits_a_phone_and_nothing_leaves_the_machine(app_url, browser_page, name):
    browser_page.goto(address(app_url, name))
    settled(browser_page, 120)
    assert browser_page.locator("h1").count() == 1
    levels = browser_page.locator("h1, h2, h3, h4").evaluate_all("all => all.map((heading) => +heading.tagName[1])")
    assert all(level <= above + 1 for above, level in zip(levels, levels[1:], strict=False)), "an outline without gaps"
    assert browser_page.title() == browser_page.locator("h1").inner_text(), "tabs can be told apart"
    assert browser_page.locator("[data-testid=stException]").count() == 0
    assert browser_page.errors == [] and browser_page.outside == set()
    assert str(ROOT) not in browser_page.locator("body").inner_text()
    assert browser_page.locator("[data-testid=stMain] img:not([alt])").count() == 0
    browser_page.set_viewport_size({"width": 390, "height": 844})
    browser_page.wait_for_timeout(500)  # until what is drawn by JavaScript has begun to follow
    browser_page.wait_for_function(
        "() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth <= 2 }"
    )


@pytest.mark.browser
@pytest.mark.parametrize("name", ["enhance", "video"])
def test_the_controls_of_the_header_stand_in_one_line_on_a_phone(app_url, phone_page, name):
    phone_page.goto(address(app_url, name))
    settled(phone_page, 120)
    tops = "all => [...new Set(all.map((child) => Math.round(child.getBoundingClientRect().top)))]"
    assert len(phone_page.locator(".st-key-page_controls > *").evaluate_all(tops)) == 1


@pytest.mark.browser
def test_the_first_page_is_found_by_its_name_too(app_url, browser_page):
    browser_page.goto(f"{app_url}/enhance?method=gamma&gamma.gamma=3")
    browser_page.wait_for_url(f"{app_url}/?method=*gamma.gamma=3")
    settled(browser_page, 120)
    assert browser_page.locator("[role=dialog]").count() == 0 and browser_page.errors == []
    assert browser_page.locator("[data-testid=stSidebarNavLink][aria-current=page]").inner_text().endswith("Enhance")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 720])
def test_the_title_is_not_covered_where_the_sidebar_is_away(app_url, browser_page, width):
    browser_page.set_viewport_size({"width": width, "height": 800})
    browser_page.goto(f"{app_url}/train")
    settled(browser_page, 120)
    collapse = browser_page.locator("[data-testid=stSidebarCollapseButton] button")
    if width > 768:
        browser_page.locator("[data-testid=stSidebar]").hover()
        collapse.click()
    expand = browser_page.locator("[data-testid=stExpandSidebarButton]")
    expand.wait_for()
    browser_page.wait_for_timeout(500)  # the sidebar slides away, and slowly on a busy machine

    def apart() -> bool:
        button, title = expand.bounding_box(), browser_page.locator("h1").bounding_box()
        return button["x"] + button["width"] <= title["x"] or button["y"] + button["height"] <= title["y"]

    wait_until(apart)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_chosen_and_code_are_as_easy_to_read_as_other_words(app_url, browser_page, scheme):
    browser_page.emulate_media(color_scheme=scheme)
    browser_page.goto(f"{app_url}/lies")
    settled(browser_page, 120)
    browser_page.locator("[data-testid=stCode] .token").first.wait_for()
    parts = (".page-title", "button[data-selected] p", "[data-testid=stCode] .token", "[data-testid=stCode] .comment")
    colors = [browser_page.locator(part).first.evaluate("part => getComputedStyle(part).color") for part in parts]
    assert len(set(colors)) == 1, colors


def pictures_of(page, url: str) -> set[str]:
    """Addresses of the pictures that a page fetches; the first may come after the page has settled."""
    found = set()

    def picture(response) -> bool:
        return "/media/" in response.url and response.url.endswith((".png", ".jpg"))

    page.on("response", lambda response: picture(response) and found.add(response.url))
    with page.expect_response(picture, timeout=120_000):
        page.goto(url)
    settled(page, 120)
    return found


@pytest.mark.browser
def test_two_visitors_get_different_addresses_for_the_same_picture(app_url, browser_page, phone_page):
    mine, yours = (pictures_of(page, f"{app_url}/?method=gamma") for page in (browser_page, phone_page))
    assert mine and yours and not mine & yours


@pytest.mark.browser
def test_an_upload_stays_in_its_session(app_url, browser_page, phone_page):
    own = np.full((90, 120, 3), 40, np.uint8)
    browser_page.goto(f"{app_url}/?method=gamma")
    settled(browser_page, 120)
    upload(browser_page, {"name": "my secret.png", "mimeType": "image/png", "buffer": encode(own)})
    browser_page.get_by_text("my secret.png, 120 × 90").first.wait_for()
    phone_page.goto(f"{app_url}/?method=gamma")
    settled(phone_page, 120)
    assert "my secret" not in phone_page.locator("body").inner_text()
    assert "my secret" not in browser_page.url


@pytest.mark.parametrize(
    ("name", "address"),
    [("lies", {"lie": ""}), ("enhance", {"format": ""}), ("evaluate", {"show": ""}), ("evaluate", {"by": ""})],
)
def test_an_address_that_names_a_choice_and_no_value_opens_the_page(home, name, address):
    """Streamlit takes that for nothing chosen, also where it lets nobody choose nothing."""
    assert not page_at(name, **address).exception
