"""Two clips of the same length playing in step under one divider, or side by side."""

import hashlib
import secrets
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.runtime import get_instance

_HERE = Path(__file__).parent
_MIME = {".webm": "video/webm"}


def show(before: Path, after: Path, *, labels: tuple[str, str], color: str | None, sound: bool, key: str) -> None:
    """Play ``before`` and ``after`` together; the second one's sound, if it has any (``sound``), is heard.

    Both must be of a kind that browsers play. The divider is dragged or moved by arrow keys; Space plays and pauses.
    """
    sources = [_publish(path, f"{key}.{index}") for index, path in enumerate((before, after))]
    _component()(key=key, data={"sources": sources, "labels": list(labels), "color": color, "sound": sound})


def _publish(path: Path, place: str) -> str:
    """The address of a file on this server, which nobody can guess; it goes with the session."""
    secret = st.session_state.setdefault("media_secret", secrets.token_hex(16))
    name = hashlib.sha256(f"{secret}{path}{path.stat().st_mtime_ns}".encode()).hexdigest()
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    mime = _MIME.get(path.suffix, "video/mp4")
    address = get_instance().media_file_mgr.add(str(path), mime, place, file_name=name)
    return f"/{base}{address}" if base else address


@cache
def _component():
    html, css, script = ((_HERE / f"video_player.{kind}").read_text("utf-8") for kind in ("html", "css", "js"))
    return st.components.v2.component("lowlight_video_player", html=html, css=css, js=script)
