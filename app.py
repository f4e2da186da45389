"""Low-light image enhancement: page set-up and navigation. Start with ``streamlit run app.py``."""

from pathlib import Path

import pylibsrtp  # noqa: F401 - the camera's; after TensorFlow its first import would crash the server
import streamlit as st

from pages.shared import address, upload_memory

FOLDER = Path(__file__).parent / "pages"
PAGES = {
    "Enhance": [
        ("enhance", "Enhance", ":material/brightness_6:"),
        ("video", "Video", ":material/movie:"),
        ("camera", "Live camera", ":material/videocam:"),
    ],
    "Understand": [
        ("clahe", "CLAHE tuning", ":material/tune:"),
        ("compare", "Compare methods", ":material/compare:"),
        ("lies", "How a metric lies", ":material/help:"),
        ("methods", "Methods", ":material/menu_book:"),
    ],
    "Measure": [
        ("evaluate", "Evaluate a data set", ":material/analytics:"),
        ("train", "Train", ":material/model_training:"),
    ],
}

# A favicon from a file: Streamlit would fetch a material icon or an emoji from another server.
st.set_page_config(page_icon=str(FOLDER / "shared" / "icon.svg"), layout="wide")
sections = {
    section: [
        st.Page(FOLDER / f"{name}.py", title=title, icon=icon, url_path="" if name == "enhance" else name,
                default=name == "enhance")
        for name, title, icon in pages
    ]
    for section, pages in PAGES.items()
}  # fmt: skip


def by_name() -> None:
    """Go to the first page, whose own address is the bare one, from its name: Streamlit would not find it."""
    query = [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
    st.switch_page(sections["Enhance"][0], query_params=query)


sections["Enhance"].append(st.Page(by_name, title="Enhance", url_path="enhance", visibility="hidden"))
st.logo(str(FOLDER / "shared" / "logo.svg"), size="large", icon_image=str(FOLDER / "shared" / "icon.svg"))
page = st.navigation(sections)
upload_memory.bound()
address.restore()
page.run()
address.keep()
