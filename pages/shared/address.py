"""The address in the browser's bar: the steps of the Back button, and what a link set that must not be forgotten."""

from functools import cache
from pathlib import Path

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import get_session_state


@cache
def steps() -> str:
    """A <script> that makes one press of the visitor one step of the Back button."""
    return f"<script>{(Path(__file__).parent / 'address.js').read_text('utf-8')}</script>"


def restore() -> None:
    """After Back or Forward take the whole address that came back; to be called before a page is drawn.

    Of an address that belongs to another page than the one shown so far Streamlit drops what both pages have, such as
    the method: it takes that for a rest of the page that is left.
    """
    context = get_script_run_ctx()
    if context and context.is_history_navigation:
        asked = context.query_string
        with get_session_state().query_params() as address:
            address.set_initial_query_params(asked)
            address.populate_from_query_string(asked)
            address._send_query_param_msg()


def keep() -> None:
    """Remember what the page's widgets took from its address; to be called when the page is drawn.

    Streamlit does so at the next press on that page. Where that press leads to another page it comes too late: the
    settings of a link would be lost there, and be back after one more change of page.
    """
    get_session_state()._state._compact_state()
