"""Histograms of luminance, red, green and blue, before and after: how did the tones move?"""

import numpy as np

from lowlight_core.figures.colors import CHANNELS


def counts(image: np.ndarray) -> dict[str, np.ndarray]:
    """Share of pixels at each level, in percent, float64 (256,), for luminance (BT.601), red, green and blue.

    ``image`` is RGB uint8 (H, W, 3).
    """
    import cv2

    luminance = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    channels = dict(zip(CHANNELS, (luminance, *cv2.split(image)), strict=True))
    return {name: np.bincount(values.ravel(), minlength=256) * (100 / values.size) for name, values in channels.items()}


def histograms(before: np.ndarray, after: np.ndarray, *, labels=("Before", "After"), cumulative: bool = False):
    """A Plotly figure with one row per picture and one line per channel.

    Args:
        before, after: RGB uint8 (H, W, 3).
        labels: titles of the two rows.
        cumulative: add the cumulative share of luminance on a second axis of 0 to 100 percent.

    The upper limit leaves out the two end levels, where clipped pixels pile up; hovering shows their share.
    """
    from plotly.subplots import make_subplots

    figure = make_subplots(2, 1, shared_xaxes=True, vertical_spacing=0.14, subplot_titles=labels,
                           specs=[[{"secondary_y": cumulative}]] * 2)  # fmt: skip
    for row, image in enumerate((before, after), start=1):
        shares = counts(image)
        _add_channels(figure, row, shares)
        if cumulative:
            _add_cumulative(figure, row, shares["Luminance"])
        top = max(share[1:-1].max() for share in shares.values()) or 100
        figure.update_yaxes(title_text="pixels, %", range=[0, 1.05 * top], row=row, col=1, secondary_y=False)
    figure.update_xaxes(title_text="level, 0 to 255", range=[0, 255], row=2, col=1)
    figure.update_layout(height=400, margin=dict(l=8, r=8, t=8, b=8), hovermode="x unified",
                         legend=dict(orientation="h", yanchor="bottom", y=1.14, x=0))  # fmt: skip
    figure.update_annotations(x=0, xanchor="left", font_size=14)
    return figure


def _add_channels(figure, row: int, shares: dict[str, np.ndarray]) -> None:
    for name, share in shares.items():
        luminance = name == "Luminance"
        figure.add_scatter(
            y=share, name=name, mode="lines", row=row, col=1, legendgroup=name, showlegend=row == 1,
            line=dict(color=CHANNELS[name], width=1.5, shape="hvh"), fill="tozeroy" if luminance else None,
            hovertemplate="%{y:.2f} %",
        )  # fmt: skip


def _add_cumulative(figure, row: int, share: np.ndarray) -> None:
    figure.add_scatter(
        y=np.cumsum(share), name="Cumulative L", mode="lines", row=row, col=1, secondary_y=True,
        legendgroup="cumulative", showlegend=row == 1, line=dict(color=CHANNELS["Luminance"], width=2, dash="dot"),
        hovertemplate="%{y:.1f} %",
    )  # fmt: skip
    figure.update_yaxes(title_text="cumulative, %", range=[0, 100], dtick=25, tickmode="linear", row=row, col=1,
                        secondary_y=True, showgrid=False)  # fmt: skip
