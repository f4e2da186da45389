"""What surrounds every page: a compact header, the two-column layout, a link to the present view, a little CSS."""

from urllib.parse import urlencode

import streamlit as st

_CSS = """
<style>
[data-testid="stMainBlockContainer"] { max-width: 1800px; padding: .75rem 1.5rem 2rem; }
[data-testid="stHeader"] { height: 2.5rem; min-height: 2.5rem; background: transparent; pointer-events: none; }
[data-testid="stHeader"] * { pointer-events: auto; }
.st-key-page_header h1 { padding: 0; line-height: 1.2; }
.st-key-page_header p { margin: 0; }
.st-key-page_header { padding-right: 2.5rem; }
[data-testid="stCaptionContainer"] p { font-size: .9rem; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 2.5rem .75rem 2rem; }
  .st-key-page_header { padding-right: 0; }
}
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
    st.html(_CSS)
    with st.container(key="page_header", horizontal=True, vertical_alignment="bottom", gap="medium"):
        with st.container(width="stretch", gap=None):
            st.title(title, anchor=False)
            if subtitle:
                st.caption(subtitle)
        return st.container(width=460, horizontal=True, horizontal_alignment="right", vertical_alignment="bottom")


def columns():
    """(picture, knobs): two thirds and one third of a wide screen; on a phone the knobs follow the picture."""
    return st.columns([2, 1], gap="medium")


def link(container=None) -> None:
    """A small button that shows the address of the present view, ready to copy.

    The address holds the sample, the methods and their knobs; an uploaded photo never leaves its session.
    """
    with (container or st).popover("Link", icon=":material/link:", help="A link that opens this view again"):
        address = st.context.url or ""
        query = urlencode(st.query_params.to_dict())
        st.code(f"{address}?{query}" if query else address, language=None, wrap_lines=True)
        st.caption("Opens this page with the same settings. Uploaded photos are not part of it.")
