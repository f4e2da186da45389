"""How a training run goes: loss and PSNR over its steps, and the validation curve that a model card keeps."""

from collections.abc import Sequence

LOSS, BATCHES, VALIDATION = "#8C8C8C", "#E69F00", "#0072B2"


def progress(rows: Sequence[dict[str, float]], height: int = 420):
    """A Plotly figure of a run's log: loss above, PSNR of the training crops and of the validation below.

    Args:
        rows: of the log: ``step``, ``loss``, ``psnr`` in dB and, where one was made, ``validation_psnr`` in dB.
    """
    from plotly.subplots import make_subplots

    figure = make_subplots(2, 1, shared_xaxes=True, vertical_spacing=0.08)
    trained = [row for row in rows if "loss" in row]
    scored = [row for row in rows if "validation_psnr" in row]
    steps = [row["step"] for row in trained]
    figure.add_scatter(x=steps, y=[row["loss"] for row in trained], name="loss", line=dict(color=LOSS, width=2),
                       mode="lines+markers", row=1, col=1, hovertemplate="%{y:.4f}")  # fmt: skip
    if any(row.get("psnr") for row in trained):
        figure.add_scatter(x=steps, y=[row.get("psnr") for row in trained], name="PSNR, training crops", mode="lines",
                           line=dict(color=BATCHES, width=2), row=2, col=1, hovertemplate="%{y:.2f} dB")  # fmt: skip
    if scored:
        figure.add_scatter(x=[row["step"] for row in scored], y=[row["validation_psnr"] for row in scored],
                           name="PSNR, validation", mode="lines+markers", line=dict(color=VALIDATION, width=3),
                           row=2, col=1, hovertemplate="%{y:.2f} dB")  # fmt: skip
    figure.update_yaxes(title_text="loss", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title_text="PSNR, dB", row=2, col=1)
    figure.update_xaxes(title_text="training step", row=2, col=1)
    return figure.update_layout(height=height, margin=dict(l=8, r=8, t=8, b=8), hovermode="x unified",
                                legend=dict(orientation="h", y=1.02, yanchor="bottom"))  # fmt: skip


def curve(validation: Sequence[Sequence[float]]):
    """A Plotly figure of a card's curve: (step, validation PSNR in dB), the best one marked."""
    import plotly.graph_objects as go

    steps, scores = [point[0] for point in validation], [point[1] for point in validation]
    figure = go.Figure(go.Scatter(x=steps, y=scores, mode="lines+markers", line=dict(color=VALIDATION, width=2),
                                  hovertemplate="step %{x}: %{y:.2f} dB<extra></extra>"))  # fmt: skip
    if scores:
        best = max(range(len(scores)), key=scores.__getitem__)
        figure.add_scatter(
            x=[steps[best]], y=[scores[best]], mode="markers+text", text=[f"{scores[best]:.2f} dB"],
            textposition="top center", cliponaxis=False, marker=dict(color=VALIDATION, size=12), hoverinfo="skip",
        )  # fmt: skip
    figure.update_xaxes(title_text="training step")
    figure.update_yaxes(title_text="validation PSNR, dB")
    return figure.update_layout(height=260, margin=dict(l=8, r=8, t=28, b=8), showlegend=False)
