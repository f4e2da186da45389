"""Pages run without a browser, by Streamlit's `AppTest`."""

from functools import cache
from pathlib import Path
from types import SimpleNamespace

PAGES = Path(__file__).resolve().parents[1] / "pages"
PATIENCE = 240  # seconds for one run of a page, on a machine that trains and tests at once


@cache
def app_test():
    """Streamlit's `AppTest` without what costs each of hundreds of tests half a second and changes nothing here: a
    search of all installed packages for components, and a collection of garbage after every run.

    Nor does it load the default network in a thread, as a server does: a process that ends meanwhile would abort.
    """
    from streamlit import config
    from streamlit.components.v2 import manifest_scanner
    from streamlit.testing.v1 import AppTest

    from pages.shared import results

    results.first_look = SimpleNamespace(load=results.first_look.load, preload=lambda: None)
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
    config.set_option("runner.postScriptGC", False)
    return AppTest


def page_at(name: str, **address):
    """The `AppTest` of a page after one run of its script at an address; ``a__b`` stands for the name ``a.b``."""
    test = app_test().from_file(str(PAGES / f"{name}.py"), default_timeout=PATIENCE)
    for key, value in address.items():
        test.query_params[key.replace("__", ".")] = value
    return test.run()


def page_of(script, **given):
    """The `AppTest` of a page made of one function, called with what is given."""
    return app_test().from_function(script, default_timeout=PATIENCE, kwargs=given)


def texts(test) -> str:
    """What an `AppTest` says in words."""
    elements = [*test.markdown, *test.caption, *test.info, *test.warning, *test.header]
    return " ".join(element.value for element in elements)
