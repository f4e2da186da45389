"""What tests do in a real browser: wait as a person would, choose files, and watch for what must not happen."""

import os
import shutil
from urllib.parse import urlparse

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 180  # seconds: a machine that trains and tests at once is slow
LOCAL = {None, "", "127.0.0.1", "localhost"}


def _is_error(message) -> bool:
    """Errors but for those of Streamlit's own search for its server below the address of a page."""
    return message.type == "error" and "/_stcore/" not in message.location.get("url", "")


def watch(page) -> None:
    """Collect what must not happen on a page: ``page.errors`` (console) and ``page.outside`` (requests elsewhere)."""
    page.errors, page.outside = [], set()
    page.on("console", lambda message: _is_error(message) and page.errors.append(message.text[:200]))
    page.on("pageerror", lambda error: page.errors.append(str(error)[:200]))
    page.on("request", lambda r: urlparse(r.url).hostname not in LOCAL and page.outside.add(r.url[:200]))


def settled(page, seconds: float = PATIENCE) -> None:
    """Wait until the script has run, nothing is a placeholder any more and every viewer shows its pictures."""
    page.wait_for_function(
        """() => {
          const app = document.querySelector('[data-testid="stApp"]');
          const busy = app?.getAttribute('data-test-script-state') !== 'notRunning';
          const waiting = document.querySelector('[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]');
          const roots = [...document.querySelectorAll('*')].filter(e => e.shadowRoot).map(e => e.shadowRoot);
          const viewers = roots.flatMap(r => [...r.querySelectorAll('.viewer')]);
          const drawn = document.querySelector('[data-testid="stMain"] [data-testid="stElementContainer"]');
          return drawn && !busy && !waiting && viewers.every(v => v.dataset.state === 'ready');
        }""",
        timeout=seconds * 1000,
    )


def upload(page, file, button: str = "Upload") -> None:
    """Open the page's panel for uploads and choose a file there, no sooner than a person could: one chosen while the
    opening panel still runs the page was lost now and then.
    """
    page.get_by_role("button", name=button).first.click()
    chooser = page.locator("input[type=file]").first
    chooser.wait_for(state="attached")
    page.wait_for_timeout(500)
    settled(page)
    chooser.set_input_files(file)


def fresh_page(browser, **how):
    """A page of a visitor who has never been here, watched; what it waits for may take long on a busy machine."""
    context = browser.new_context(**how)
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    watch(page)
    yield page
    context.close()
