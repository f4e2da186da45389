"""The learned methods explained: networks whose weights come from pairs of photographs, or from dark ones alone.

All but Zero-DCE receive the picture after one exposure curve has brought it to the wanted level: no network has to
learn what a curve can do. In the formulas that lifted picture is the letter x with a tilde.
"""

from lowlight_core.explanations.explanation import Diagram, Explanation, arrows, learned, picture, step

_LIFTED = r"$\tilde x=1-(1-x)^g$: the dark picture lifted to the wanted level"

DENOISING_CNN = Explanation(
    idea=(
        "Four plain convolutions in a row look at 9 by 9 pixels around each place of the lifted picture and answer "
        "with what should be added there; there is no memory of the rest of the picture.",
        "The squared difference to the bright photograph pulls the answer towards the average of everything that "
        "would fit, which is why it removes noise well and leaves edges soft.",
        "It is the baseline of this list: a window of nine pixels can smooth and tint, but it cannot know what it is "
        "looking at nor whether the light falls off to one side.",
    ),
    formula=(
        r"f_1=\phi(W_1*\tilde x),\quad f_2=\phi(W_2*f_1),\quad f_3=\phi(W_3*f_2)",
        r"\hat y=\tilde x+W_4*f_3",
        r"\mathcal L=\operatorname{mean}\big(\hat y-y\big)^2+\tfrac12\operatorname{mean}\big|\hat y-y\big|",
    ),
    symbols=rf"{_LIFTED}; $W_i*$: 3x3 convolutions with 64, 64, 128 and 3 filters; $\phi$: ReLU; $y$, $\hat y$: truth "
    "and output in [0, 1].",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture"), step("lift", "Lift", "to the level"),
             learned("c1", "Conv 3x3", "64, ReLU")),
            (learned("c2", "Conv 3x3", "64, ReLU"), learned("c3", "Conv 3x3", "128, ReLU"),
             learned("c4", "Conv 3x3", "3, linear")),
            (None, step("add", "Add", "lifted + change"), picture("out", "Result")),
        ),
        arrows("dark>lift, lift>c1, c1>c2, c2>c3, c3>c4, c4>add, add>out"),
    ),
    url="https://arxiv.org/abs/1608.03981",
)  # fmt: skip

SKIP_CNN = Explanation(
    idea=(
        "Seven convolutions keep the full resolution from end to end, 32 filters each, and the late ones receive the "
        "sum of their input and what an early one saw.",
        "The sums give fine detail and gradients a short way through the network, so that depth costs less sharpness "
        "than in a plain chain; a sigmoid keeps the answer between black and white.",
        "With a view of 15 by 15 pixels it still cannot see the scene as a whole: it cleans and tints well, and "
        "leaves uneven light as it was.",
    ),
    formula=(
        r"f_i=\phi\big(W_i*s_i\big)",
        r"s_5=f_4+f_3,\quad s_6=f_5+f_2,\quad s_7=f_6+f_1",
        r"\hat y=\sigma\big(\operatorname{logit}\tilde x+W_7*s_7\big)",
    ),
    symbols=rf"{_LIFTED}; $s_i$: input of layer $i$, the one before it where nothing else is said; $\phi$: ReLU; "
    r"$\sigma$: sigmoid, and logit its inverse, so that an idle network returns its input.",
    diagram=Diagram(
        (
            (picture("dark", "Lifted picture"), None, picture("out", "Result")),
            (learned("c1", "Conv 1", "32, ReLU"), None, learned("c7", "Conv 7", "3, sigmoid")),
            (learned("c2", "Conv 2", "32, ReLU"), None, learned("c6", "Conv 6", "32, ReLU")),
            (learned("c3", "Conv 3", "32, ReLU"), None, learned("c5", "Conv 5", "32, ReLU")),
            (None, learned("c4", "Conv 4", "32, ReLU"), None),
        ),
        arrows("dark>c1, c1>c2, c2>c3, c3>c4, c4>c5, c5>c6, c6>c7, c7>out, c1>c7:add, c2>c6:add, c3>c5:add"),
    ),
)  # fmt: skip

UNET = Explanation(
    idea=(
        "The picture is halved in size step by step while its channels grow, so that deep layers see large parts of "
        "the scene and can tell a dark wall from a badly lit one.",
        "On the way up each level joins what was coarse with the fine features of the way down, which puts edges back "
        "where they were; it runs at the photograph's own size, and a perceptual loss compares features of VGG16, so "
        "that texture counts and not only levels.",
        "Apart from the curve, nothing further away than 96 pixels reaches a pixel's answer, so light that falls off "
        "across a large photo stays uneven.",
    ),
    formula=(
        r"d_{\ell+1}=E_{\ell+1}\big(\operatorname{pool}d_\ell\big)",
        r"u_\ell=D_\ell\Big(\big[\operatorname{up}(u_{\ell+1}),\,d_\ell\big]\Big)",
        r"\hat y=\tilde x\odot(1+a)+o",
        r"\mathcal L=\|\hat y-y\|_1+\lambda_1\big(1-\operatorname{SSIM}(\hat y,y)\big)+\lambda_2\,"
        r"\big\|\Phi(\hat y)-\Phi(y)\big\|_1",
    ),
    symbols=rf"{_LIFTED}; $E_\ell$, $D_\ell$: two convolutions each on level $\ell$; $[\cdot,\cdot]$: channels side by "
    r"side; $a$, $o$: gain and offset maps from $u_1$; $\Phi$: fixed features of VGG16's third block.",
    diagram=Diagram(
        (
            (picture("dark", "Lifted picture"), None, picture("out", "Result", "gain and offset")),
            (learned("e1", "Encode 1", "32, half size"), None, learned("d1", "Decode 1", "32, half size")),
            (learned("e2", "Encode 2", "64, quarter"), None, learned("d2", "Decode 2", "64, quarter")),
            (learned("e3", "Encode 3", "128, eighth"), None, learned("d3", "Decode 3", "128, eighth")),
            (None, learned("mid", "Bottom", "160, sixteenth"), None),
        ),
        arrows("dark>e1:unshuffle, e1>e2:pool, e2>e3:pool, e3>mid:pool, mid>d3:up, d3>d2:up, d2>d1:up, d1>out, "
               "e1>d1:join, e2>d2:join, e3>d3:join"),
    ),
    url="https://arxiv.org/abs/1505.04597",
)  # fmt: skip

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
        r"\mathcal L=\operatorname{mean}\sqrt{(\hat y-y)^2+\varepsilon^2}"
        r"+\lambda_1\operatorname{mean}(\hat y-y)^2+\lambda_2\big(1-\operatorname{SSIM}\big)",
    ),
    symbols=rf"{_LIFTED}; $L_k$: the three streams at one size; $v_k$: their weights per channel, summing to 1 over "
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

ZERO_DCE = Explanation(
    idea=(
        "The network never sees a bright photograph: it estimates, for every pixel and channel, how strongly a simple "
        "curve should lift it, and the curve is applied eight times.",
        "Four wishes take the place of the truth: regions of middling exposure, gray colours on average, differences "
        "between neighbours as they were, and curves that vary smoothly.",
        "It cannot clip and needs dark pictures only, but nothing teaches it what noise is, so it lifts that as well; "
        "on paired scores it trails the supervised networks.",
    ),
    formula=(
        r"x_{n+1}=x_n+\alpha_n\,x_n\,(1-x_n)",
        r"\alpha_n(p)\in[-1,1],\quad n=0,\dots,7",
        r"\mathcal L=\mathcal L_{\text{spatial}}+10\,\mathcal L_{\text{exposure}}+5\,\mathcal L_{\text{colour}}+"
        r"200\,\mathcal L_{\text{smooth}}",
    ),
    symbols=r"$\alpha_n$: 24 maps (eight curves, three channels) from a small network with tanh at its end; "
    r"$x_0$: the dark picture itself, not lifted; $x_8$: result.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture"), learned("net", "Small CNN", "7 layers, tanh"),
             step("maps", "24 maps", "8 curves x RGB")),
            (None, step("curve", "Curve, 8 times", "x + a x (1 - x)"), picture("out", "Result")),
        ),
        arrows("dark>net, net>maps, maps>curve, dark>curve, curve>out"),
    ),
    url="https://arxiv.org/abs/2001.06826",
)  # fmt: skip

GAN = Explanation(
    idea=(
        "A U-Net makes the picture, and a second network, the discriminator, is trained at the same time to tell its "
        "results from real bright photographs, one patch at a time and with the dark picture beside it.",
        "Losses on the pairs keep the result faithful to its scene; the discriminator punishes what no average loss "
        "minds, above all the smooth look of a picture that hedges between possibilities.",
        "The two are trained in turns and only the generator is used afterwards; texture looks crisper, and some of "
        "it is invented, which costs a little PSNR.",
    ),
    formula=(
        r"\min_G\ \mathcal L_{\text{pair}}\big(G(\tilde x),y\big)"
        r"+\lambda\,\mathbb E\big(D(\tilde x,G(\tilde x))-1\big)^2",
        r"\min_D\ \mathbb E\big(D(\tilde x,y)-1\big)^2+\mathbb E\,D\big(\tilde x,G(\tilde x)\big)^2",
    ),
    symbols=rf"{_LIFTED}; $G$: generator; $D$: discriminator, one number per patch, 1 for a photograph; "
    r"$\mathcal L_{\text{pair}}$: L1, SSIM and features.",
    diagram=Diagram(
        (
            (picture("dark", "Lifted picture"), learned("g", "Generator", "a U-Net"), picture("out", "Result")),
            (picture("truth", "Truth", "training only"), learned("d", "Discriminator", "real patch or not?"),
             step("pair", "Paired losses", "L1, SSIM, features")),
        ),
        arrows("dark>g, g>out, out>d, truth>d, out>pair"),
    ),
    url="https://arxiv.org/abs/1611.07004",
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
        r"\operatorname{Attention}(Q,K,V)=\big(V\odot F_L\big)\,"
        r"\operatorname{softmax}\!\left(\alpha\,\frac{K^{\top}Q}{\|K\|\,\|Q\|}\right)",
        r"Q,K,V\in\mathbb R^{HW\times C}",
        r"\hat y=\tilde x\odot(1+a)+o",
    ),
    symbols=rf"{_LIFTED}; $F_L$: features of the illumination; the softmax is $C\times C$, so the cost grows with the "
    r"number of pixels $HW$ and not with its square; $\alpha$: a learned temperature per head; $a$, $o$: gain and "
    r"offset maps.",
    diagram=Diagram(
        (
            (picture("dark", "Lifted picture"), learned("light", "Illumination", "features"), None),
            (learned("down", "Attention", "half size"), learned("deep", "Attention", "quarter, eighth"),
             learned("up", "Attention", "half size")),
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
        "The network then corrects what the curve cannot know: for every pixel and channel a gain and an offset, from "
        "a U-shaped stack of plain 3x3 convolutions on half-size pixels, which a processor runs near its peak; the "
        "picture as a whole enters as a thumbnail, so that a tile of a large photo is treated as the whole is; where "
        "part of the picture is bright already, the shadows come from a second, brighter pass (knob *shadows*).",
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
