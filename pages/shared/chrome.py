"""What surrounds every page: a compact header, the two-column layout, a link to the present view, a little CSS."""

from html import escape
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from pages.shared import address

_MESSAGES = "page_messages"

_CSS = """
<style>
[data-testid="stMainBlockContainer"] { max-width: 1800px; padding: .75rem 1.5rem 2rem; }
[data-testid="stHeader"] { height: 2.5rem; min-height: 2.5rem; background: transparent; pointer-events: none; }
[data-testid="stHeader"] :is(button, a) { pointer-events: auto; }
.st-key-page_header { padding-right: 2.5rem; }
.st-key-page_header > :first-child { flex: 1 1 16rem; min-width: 0; }
.st-key-page_header > [data-testid="stLayoutWrapper"] { flex: 1 1 25rem; max-width: 440px; }
.st-key-page_header > [data-testid="stLayoutWrapper"]:not(:has([data-testid="stSelectbox"])) {
  flex: 0 1 auto;
  width: auto;
}
.st-key-page_controls > :has([data-testid="stSelectbox"]) { flex: 1 1 8rem; }
.st-key-page_controls input { text-overflow: ellipsis; }
@media (min-width: 769px) { [data-testid="stSidebar"][data-collapsed="false"] { width: 220px !important; } }
.page-title { margin: 0; padding: 0; font-size: 1.75rem; font-weight: 650; line-height: 1.2; }
[data-testid="stHeading"] h2 { padding: .75rem 0 1rem; letter-spacing: -.005em; }
.page-subtitle { margin: .1rem 0 0; font-size: .95rem; opacity: .8; }
/* On the accent colour white or black, the opposite of the words around: 4.5 to 1 and more, in a dialog too, where
   light-dark() is always light. */
:is([data-testid="stBaseButton-primary"]:enabled, [data-tag]) {
  color: oklch(from currentColor calc((.6 - l) * 1000) 0 0);
}
/* A picture that is shown neither pales nor moves while the next one is made: what goes on is said over it. */
[data-testid="stElementContainer"][data-stale="true"]:has(> .stBidiComponent) { opacity: 1; }
[data-testid="stElementContainer"]:has(> :is([data-testid="stSpinner"], [data-testid="stSkeleton"])):has(
    + * .stBidiComponent
  ) {
  z-index: 5;
  width: 100%;
  height: 0;
  margin-bottom: -1rem;
  overflow: visible;
  pointer-events: none;
  > * {
    position: absolute;
    top: 3.2rem;
    left: 50%;
    width: max-content;
    max-width: calc(100% - 1rem);
    padding: .4rem .9rem;
    transform: translateX(-50%);
    border-radius: 4px;
    background: rgba(20, 20, 20, .78);
  }
  > [data-testid="stSkeleton"] { display: none; }  /* while the browser loads the part that says it, once */
  :is(p, span) { color: #fff; }
}
[data-testid="stSidebarNavLink"]:focus-visible { outline: 2px solid; outline-offset: -2px; }
/* What is chosen, in words as dark as the others; code without the orange and gray that are 2 to 1 on a projector. */
.stButtonGroup button[data-selected="true"]:not([data-disabled]) { color: inherit; }
[data-testid="stCode"] .token { color: inherit !important; }
[data-testid="stCode"] .token.comment { font-style: italic; }
[data-testid="stCaptionContainer"] { opacity: .72; }
[data-testid="stCaptionContainer"] p { font-size: .9rem; }
@media (min-width: 641px) {  /* beside the logo and the button that stand here while the sidebar is away */
  [data-testid="stApp"]:has([data-testid="stExpandSidebarButton"]) .st-key-page_header > :first-child {
    flex-basis: 21rem;
    padding-left: 5rem;
  }
}
@media (min-width: 641px) {
  .st-key-page_columns > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"] { flex-wrap: nowrap; }
  .st-key-page_columns > * > * > [data-testid="stColumn"]:first-child { flex: 1 1 0; min-width: 0; }
  .st-key-page_columns > * > * > [data-testid="stColumn"]:last-child {
    flex: 0 0 clamp(15rem, 22vw, 22rem);
    min-width: 15rem;
  }
}
@media (max-width: 640px) {
  [data-testid="stHeader"] { background: light-dark(GROUND_LIGHT, GROUND_DARK); }  /* the page scrolls below its logo */
  [data-testid="stMainBlockContainer"] { padding: 2.5rem .75rem 2rem; }
  .st-key-page_header { padding-right: 0; }
  .st-key-page_controls { gap: .5rem; }  /* list, upload and link fit in one line */
  .st-key-page_controls > :has([data-testid="stSelectbox"]) { flex-basis: 6rem; }
}
.js-plotly-plot :is([class$="tick"] text, text[class$="title"], .annotation-text, .textpoint text) {
  fill: color-mix(in srgb, currentColor 85%, transparent) !important;  /* no opacity, for the marks in a text */
}
.js-plotly-plot .hovertext .nums { fill: currentColor !important; }  /* Streamlit's gray is 3 to 1 on its ground */
@media (hover: none) { [data-testid="stElementToolbar"] { display: none; } }  /* always shown there, over the text */
</style>
"""


def page(title: str, subtitle: str | None = None):
    """Write the page's header: title and one line of explanation on the left, room for controls on the right.

    Args:
        title: as in the navigation.
        subtitle: one sentence that says what one can do here.

    Returns:
        The container on the right, in which `inputs.pick_image` or other controls go: ``with chrome.page(...):``.
    """
    _through_app()
    st.html(_style())
    with st.container(key="page_header", horizontal=True, vertical_alignment="bottom", gap="medium"):
        about = f'<p class="page-subtitle">{escape(subtitle)}</p>' if subtitle else ""
        st.html(f'<h1 class="page-title">{escape(title)}</h1>{about}{address.steps()}', unsafe_allow_javascript=True)
        controls = st.container(
            key="page_controls", width=440, horizontal=True, horizontal_alignment="right", vertical_alignment="center"
        )
    st.session_state[_MESSAGES] = st.container()
    return controls


def _style() -> str:
    """The CSS of every page, in the colours of .streamlit/config.toml."""
    css = _CSS
    for kind in ("light", "dark"):
        css = css.replace(f"GROUND_{kind.upper()}", st.get_option(f"theme.{kind}.backgroundColor") or "Canvas")
    return css


def messages():
    """Where what is wrong with a choice in the header is said: below it, in the page's full width."""
    return st.session_state.get(_MESSAGES) or st.container()


def _through_app() -> None:
    """Run again through app.py: to the first deep link after a start Streamlit would answer with the bare page.

    It takes a folder ``pages`` for an app of its older kind until `st.navigation` has run once in the process.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


def columns():
    """(picture, knobs): what a wide screen leaves beside a column of knobs; on a phone the knobs come after."""
    with st.container(key="page_columns"):
        return st.columns([3, 1], gap="medium")


def link(container=None, *, without: tuple[str, ...] = ()) -> None:
    """A small button that shows the address of the present view, ready to copy.

    The address holds the sample, the methods and their knobs; an uploaded photo never leaves its session. What stands
    in the address for this visitor alone is named in ``without`` and left out.
    """
    with (container or st).popover("Link", icon=":material/link:", help="A link that opens this view again"):
        url = st.context.url or ""
        shown = [name for name in st.query_params if name not in without]
        query = urlencode([(name, value) for name in shown for value in st.query_params.get_all(name)])
        st.code(f"{url}?{query}" if query else url, language=None, wrap_lines=True)
        st.caption("Opens this page with the same settings. Uploaded photos are not part of it.")
