"""The address in the browser's bar: several changes of it as one step of the Back button."""

from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.runtime.state import get_session_state


@contextmanager
def one_step() -> Iterator[None]:
    """Tell the browser once of all changes to the address that the widgets drawn inside make.

    Streamlit tells of each on its own, and every one is a step of the browser's Back button: a press would bring back
    one of the knobs that were set together, and show a setting that nobody chose.
    """
    with get_session_state().query_params() as address:
        tell = address._send_query_param_msg
    changes: list[None] = []
    address._send_query_param_msg = lambda: changes.append(None)
    try:
        yield
    finally:
        address._send_query_param_msg = tell
        if changes:
            tell()
