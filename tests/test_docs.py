"""The README names every method, every command and every page, and its links lead somewhere."""

import re
from pathlib import Path

import pytest

from lowlight_core import METHODS
from lowlight_core.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = re.findall(r'\("(\w+)", "([^"]+)", ":material', (ROOT / "app.py").read_text("utf-8"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command):
    assert re.search(rf"lowlight_core {command}\b", README)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_named(name):
    assert re.search(rf"\b{re.escape(name)}\b", README) or METHODS[name].label in README


@pytest.mark.parametrize(("file", "title"), PAGES)
def test_every_page_is_named_and_exists(file, title):
    assert title in README
    assert (ROOT / "pages" / f"{file}.py").is_file()


def test_the_pages_are_those_of_the_app():
    assert len(PAGES) == 9


def test_links_to_files_lead_somewhere():
    links = re.findall(r"\]\((?!https?://|#)([^)]+)\)", README)
    missing = [link for link in links if not (ROOT / link.split("#")[0]).exists()]
    assert not missing


def test_the_table_of_the_house_leaves_no_room_out():
    """Every package of the core has its place there, and what is named there is there."""
    rooms = README.split("| where | what |")[1].split("##")[0]
    named = {name.removeprefix("lowlight_core/") for name in re.findall(r"`([\w/.]+)`", rooms)}
    core = ROOT / "lowlight_core"
    assert not [name for name in named if not any((place / name).exists() for place in (core, ROOT))]
    packages = {f"{path.parent.name}/" for path in core.glob("*/__init__.py")}
    assert packages - {"alexnet/"} <= named, "alexnet holds weights that a metric reads"


def test_settings_are_described():
    from dataclasses import fields

    from lowlight_core.settings import Settings

    missing = [field.name for field in fields(Settings) if f"LOWLIGHT_{field.name.upper()}" not in README]
    assert not missing


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_notebook_is_linked(path):
    assert f"(notebooks/{path.name})" in README


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.card])
def test_figures_of_networks_are_those_of_their_cards(name):
    card = METHODS[name].card
    own, other = card["validation"], card["other_validation"][0]
    told = f"{own['given_level']['psnr']:.2f}" if "given_level" in own else "–"
    row = (
        f"| `{name}` | {card['parameters'] / 1e6:.2f} M | {card['multiply_adds_600x400'] / 1e9:.1f} G | "
        f"{own['psnr']:.2f} ± {own['psnr_error']:.2f} | {own['ssim']:.3f} | {own['psnr_gt_mean']:.2f} | "
        f"{own['lpips']:.3f} | {told} | {other['psnr']:.2f} |"
    )
    assert row in README


def test_hours_of_training_are_those_of_the_cards():
    hours = {name: method.card["training"]["hours"] for name, method in METHODS.items() if method.card}
    assert min(hours, key=hours.get) == "zero_dce" and max(hours, key=hours.get) == "lumen"
    assert 60 * hours["zero_dce"] < 15 and round(hours["lumen"]) == 10
    assert "from minutes (Zero-DCE) to ten hours (Lumen)" in README
