"""Learned methods whose networks see the picture as a whole: by attention over all its pixels, or by a thumbnail.

As the others (`local_networks`) they receive the picture lifted to the wanted level by one exposure curve.
"""

from lowlight_core.teaching.explanations.explanation import LIFTED, Diagram, Explanation, arrows, learned, picture, step

MIRNET = Explanation(
    idea=(
        "Three streams work on the picture at three sizes all the way through, so fine detail never has to pass a "
        "bottleneck and wide context is never far.",
        "Streams exchange what they know by selective kernel fusion: a softmax over the streams decides, channel by "
        "channel, whom to believe; dual attention then picks out channels and places.",
        "Many convolutions at the finest size make it slow, so what ships here is a smaller build on unshuffled "
        "pixels with the paper's blocks; the paper's own size can be built and trained with one setting each.",
    ),
    formula=(
        r"U=\sum_{k}v_k\odot L_k",
        r"v_k=\frac{e^{A_k z}}{\sum_{j}e^{A_j z}}",
        r"z=\phi\Big(W\operatorname{GAP}\big(\textstyle\sum_j L_j\big)\Big)",
        r"\hat y=\tilde x\odot(1+a)+o",
        r"\begin{aligned}\mathcal L={}&\operatorname{mean}\sqrt{(\hat y-y)^2+\varepsilon^2}\\"
        r"&{}+\lambda_1\operatorname{mean}(\hat y-y)^2+\lambda_2\big(1-\operatorname{SSIM}\big)\end{aligned}",
    ),
    symbols=rf"{LIFTED}; $L_k$: the three streams at one size; $v_k$: their weights per channel, summing to 1 over "
    r"the *streams*; GAP: mean over all pixels; $a$, $o$: gain and offset maps after the last group.",
    diagram=Diagram(
        (
            (picture("dark", "Lifted picture"), learned("conv", "Conv 3x3"),
             step("split", "Three sizes", "1, 1/2, 1/4")),
            (learned("full", "Dual attention", "finest"), learned("half", "Dual attention", "half of it"),
             learned("quarter", "Dual attention", "quarter of it")),
            (None, learned("fuse", "Selective fusion", "softmax of streams"), None),
            (learned("again", "Conv 3x3", "groups repeat"), step("add", "Apply", "gain and offset"),
             picture("out", "Result")),
        ),
        arrows("dark>conv, conv>split, split>full, split>half, split>quarter, full>fuse, half>fuse, quarter>fuse, "
               "fuse>again, again>add, add>out"),
    ),
    url="https://arxiv.org/abs/2003.06792",
)  # fmt: skip

TRANSFORMER = Explanation(
    idea=(
        "Attention lets any part of the picture inform any other; between pixels it would cost the square of their "
        "number, so here the channels attend to each other and the cost stays linear.",
        "Features of the illumination, taken from the lifted picture, weigh the values of every attention, so that "
        "well-lit regions can help dark ones; the picture passes a U of such blocks.",
        "Normalisations and matrix products suit accelerators better than the processor of a laptop, which shows in "
        "the time it takes.",
    ),
    formula=(
        r"\begin{aligned}&\operatorname{Attention}(Q,K,V)=\\"
        r"&\quad\big(V\odot F_L\big)\,\operatorname{softmax}\!\Big(\alpha\,\frac{K^{\top}Q}{\|K\|\,\|Q\|}\Big)"
        r"\end{aligned}",
        r"Q,K,V\in\mathbb R^{HW\times C}",
        r"\hat y=\tilde x\odot(1+a)+o",
    ),
    symbols=rf"{LIFTED}; $F_L$: features of the illumination; the softmax is $C\times C$, so the cost grows with the "
    r"number of pixels $HW$ and not with its square; $\alpha$: a learned temperature per head; $a$, $o$: gain and "
    r"offset maps.",
    diagram=Diagram(
        (
            (picture("dark", "Lifted picture"), learned("light", "Illumination", "features"), None),
            (learned("down", "Attention", "half size"), learned("deep", "Attention", "quarter, eighth"),
             learned("up", "Attention", "quarter, half")),
            (None, step("add", "Apply", "gain and offset"), picture("out", "Result")),
        ),
        arrows("dark>light, dark>down, light>deep:weighs values, down>deep, deep>up, up>add, add>out"),
    ),
    url="https://arxiv.org/abs/2303.06705",
)  # fmt: skip

LUMEN = Explanation(
    idea=(
        "How bright a result should be is a matter of taste that no network can read off a dark picture, so here it "
        "is an input: a curve first lifts the picture to the wanted level, chosen by the knob or by a small "
        "predictor.",
        "The network then corrects what the curve cannot know, by a gain and an offset for every pixel and channel, "
        "with plain 3x3 convolutions on half-size pixels, which a processor runs near its peak; a thumbnail tells it "
        "of the whole, so that tiles of a large photo agree, and where part of a picture is bright already, the "
        "shadows come from a second, brighter pass (knob *shadows*).",
        "The predictor misses the photographer's choice of level by about a fifth, and nothing in a dark picture tells "
        "candle light from a reddish camera, so strong warm light comes back paler: both have a knob.",
    ),
    formula=(
        r"\tilde x=1-(1-x)^{g}",
        r"g:\ \operatorname{mean}\big(\tilde x\big)=b",
        r"\hat y=\tilde x\odot\big(1+a(\tilde x,t,b,g)\big)+o(\tilde x,t,b,g)",
    ),
    symbols=r"$b$: wanted mean gray level (knob *brightness* / 255, 0: predicted); $g$: gain of the curve; $t$: "
    r"thumbnail of the lifted picture; $a$, $o$: the network's gain and offset maps.",
    beyond=r"What $\hat y$ misses of $b$ the same curve makes up in the end. And no network learned to darken: where "
    r"$b$ is below the picture's own mean level, or below 30/255, the curve is not bent down, but $\hat y$ is made for "
    r"that level and then dimmed to $b$ by one factor, as by a shorter exposure.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture"), step("lift", "Lift", "to the level"),
             learned("level", "Level", "knob or predicted")),
            (step("small", "Thumbnail", "64 x 64"), step("unshuffle", "Unshuffle", "half-size pixels"), None),
            (learned("whole", "Summary", "of the whole"), learned("net", "Residual U-Net", "3x3 conv, ReLU"),
             learned("heads", "Gain and offset", "per pixel, channel")),
            (None, step("apply", "Apply", "x (1 + a) + o"), picture("out", "Result")),
        ),
        arrows("dark>lift, level>lift, lift>small, lift>unshuffle, small>whole, unshuffle>net, whole>net, net>heads, "
               "heads>apply, apply>out"),
    ),
)  # fmt: skip
