"""The learned methods explained: networks whose weights come from pairs of photographs, or from dark ones alone."""

from lowlight_core.explanations.explanation import Diagram, Explanation, arrows, learned, picture, step

DENOISING_CNN = Explanation(
    idea=(
        "Four plain convolutions in a row look at 9 by 9 pixels around each place and answer with its three new values; "
        "there is no memory of the rest of the picture.",
        "The mean squared difference to the bright photograph pulls the answer towards the average of everything that "
        "would fit, which is why it removes noise well and leaves edges soft.",
        "It is the baseline of this list: a window of nine pixels cannot know how bright the scene ought to be, so the "
        "exposure it learns is that of the data set.",
    ),
    formula=(
        r"f_1=\phi(W_1*x),\quad f_2=\phi(W_2*f_1),\quad f_3=\phi(W_3*f_2),\quad \hat y=W_4*f_3",
        r"\mathcal L=\frac1N\sum_p\big(\hat y_p-y_p\big)^2",
    ),
    symbols=r"$W_i*$: 3x3 convolutions with 64, 64, 128 and 3 filters; $\phi$: ReLU; $x$, $y$, $\hat y$: dark picture, truth "
    "and output in [0, 1].",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture", "3 channels"), learned("c1", "Conv 3x3", "64, ReLU"),
             learned("c2", "Conv 3x3", "64, ReLU")),
            (learned("c3", "Conv 3x3", "128, ReLU"), learned("c4", "Conv 3x3", "3, linear"),
             picture("out", "Result", "3 channels")),
        ),
        arrows("dark>c1, c1>c2, c2>c3, c3>c4, c4>out"),
    ),
)  # fmt: skip

SKIP_CNN = Explanation(
    idea=(
        "Seven convolutions of 32 filters keep the full resolution from end to end, and later layers receive the sum of "
        "their input and what an earlier layer saw.",
        "The sums give fine detail and gradients a short way through the network, so that depth costs less sharpness "
        "than in a plain chain; a sigmoid keeps the answer between black and white.",
        "With 15 by 15 pixels of view it still cannot see the scene as a whole, and the sigmoid makes the last few levels "
        "before white hard to reach.",
    ),
    formula=(
        r"f_{i+1}=\phi\big(W_i*f_i\big),\qquad s_{j}=f_{j}+f_{i}\ \ (i<j),\qquad \hat y=\sigma\big(W_7*s\big)",
        r"\mathcal L=\frac1N\sum_p\big(\hat y_p-y_p\big)^2",
    ),
    symbols=r"$s_j$: sum of a late and an early layer; $\sigma$: sigmoid; $\phi$: ReLU.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture", "3 channels"), learned("c1", "Conv 1", "32, ReLU"),
             learned("c2", "Conv 2", "32, ReLU")),
            (learned("c5", "Conv 5", "32, ReLU"), learned("c4", "Conv 4", "32, ReLU"), learned("c3", "Conv 3", "32, ReLU")),
            (learned("c6", "Conv 6", "32, ReLU"), learned("c7", "Conv 7", "3, sigmoid"), picture("out", "Result")),
        ),
        arrows("dark>c1, c1>c2, c2>c3, c3>c4, c4>c5, c5>c6, c6>c7, c7>out, c2>c4:+, c1>c5:+"),
    ),
)  # fmt: skip

UNET = Explanation(
    idea=(
        "The picture is halved in size twice while its channels double, so that deep layers see large parts of the scene "
        "and can tell a dark wall from a badly lit one.",
        "On the way up each level joins what was coarse with the fine features of the way down, which puts edges back "
        "where they were; a perceptual loss compares features of VGG16, so that texture counts and not only levels.",
        "It runs at the photograph's own size here, since a picture squashed to 256 by 256 loses what the skips are for.",
    ),
    formula=(
        r"d_{\ell+1}=\operatorname{pool}\big(E_\ell(d_\ell)\big),\qquad u_\ell=D_\ell\Big(\big[\operatorname{up}(u_{\ell+1}),\,"
        r"E_\ell(d_\ell)\big]\Big)",
        r"\mathcal L=\|\hat y-y\|+\lambda\,\big\|\Phi(\hat y)-\Phi(y)\big\|_1",
    ),
    symbols=r"$E_\ell$, $D_\ell$: two convolutions each on level $\ell$; $[\cdot,\cdot]$: channels side by side; "
    r"$\Phi$: features of VGG16's third block, fixed.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture"), None, picture("out", "Result")),
            (learned("e1", "Encode 1", "32, full size"), None, learned("d1", "Decode 1", "32, full size")),
            (learned("e2", "Encode 2", "64, half"), None, learned("d2", "Decode 2", "64, half")),
            (None, learned("mid", "Bottom", "128, quarter"), None),
        ),
        arrows("dark>e1, e1>e2:pool, e2>mid:pool, mid>d2:up, d2>d1:up, d1>out, e1>d1:join, e2>d2:join"),
    ),
    url="https://arxiv.org/abs/1505.04597",
)  # fmt: skip

MIRNET = Explanation(
    idea=(
        "Three streams work on the picture at full, half and quarter size all the way through, so fine detail never has "
        "to pass a bottleneck and wide context is never far.",
        "Streams exchange what they know by selective kernel fusion: a softmax over the streams decides, channel by "
        "channel, whom to believe; dual attention then picks out channels and places.",
        "Many convolutions at full resolution make it the slowest of the list for its size, and the network answers with "
        "a correction that is added to its input.",
    ),
    formula=(
        r"\hat y=x+F(x),\qquad \mathcal L=\sqrt{\|\hat y-y\|^2+\varepsilon^2}",
        r"U=\sum_{k}v_k\odot L_k,\qquad v_k=\frac{e^{A_k z}}{\sum_{j}e^{A_j z}},\qquad "
        r"z=\phi\Big(W\operatorname{GAP}\big(\textstyle\sum_j L_j\big)\Big)",
    ),
    symbols=r"$L_k$: the three streams at one size; $v_k$: their weights per channel, summing to 1 over the *streams*; "
    r"GAP: mean over all pixels; $F$: recursive residual groups of multi-scale blocks.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture"), learned("conv", "Conv 3x3"), step("split", "Three sizes", "1, 1/2, 1/4")),
            (learned("full", "Dual attention", "full size"), learned("half", "Dual attention", "half size"),
             learned("quarter", "Dual attention", "quarter size")),
            (None, learned("fuse", "Selective fusion", "softmax of streams"), None),
            (learned("again", "Conv 3x3", "groups repeat"), step("add", "Add", "input + change"), picture("out", "Result")),
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
        "It cannot clip and needs dark pictures only, but nothing teaches it what noise is, so it lifts that as well; on "
        "paired scores it trails the supervised networks.",
    ),
    formula=(
        r"x_{n+1}=x_n+\alpha_n\,x_n\,(1-x_n),\qquad \alpha_n(p)\in[-1,1],\quad n=0,\dots,7",
        r"\mathcal L=\mathcal L_{\text{spatial}}+\mathcal L_{\text{exposure}}+w_c\,\mathcal L_{\text{colour}}+"
        r"w_s\,\mathcal L_{\text{smooth}}",
    ),
    symbols=r"$\alpha_n$: 24 maps (eight curves, three channels) from a small network with tanh at its end; "
    r"$x_0$: dark picture, $x_8$: result.",
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
        "results from real bright photographs, one patch at a time.",
        "Losses on the pairs keep the result faithful to its scene; the discriminator punishes what no average loss "
        "minds, above all the smooth look of a picture that hedges between possibilities.",
        "The two are trained in turns and only the generator is used afterwards; texture looks crisper, and some of it is "
        "invented, which costs a little PSNR.",
    ),
    formula=(
        r"\min_G\ \lambda_1\|G(x)-y\|_1+\lambda_2\big(1-\operatorname{SSIM}(G(x),y)\big)-\lambda_3\,\mathbb E\,D\big(G(x)\big)",
        r"\min_D\ \mathbb E\max\{0,\,1-D(y)\}+\mathbb E\max\{0,\,1+D(G(x))\}",
    ),
    symbols=r"$G$: generator; $D$: discriminator, one answer per patch; $x$, $y$: dark picture and truth.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture"), learned("g", "Generator", "a U-Net"), picture("out", "Result")),
            (picture("truth", "Truth", "training only"), learned("d", "Discriminator", "real patch or not?"),
             step("pair", "Paired losses", "L1, SSIM")),
        ),
        arrows("dark>g, g>out, out>d, truth>d, out>pair"),
    ),
    url="https://arxiv.org/abs/1611.07004",
)  # fmt: skip

TRANSFORMER = Explanation(
    idea=(
        "Attention lets any part of the picture inform any other; between pixels it would cost the square of their "
        "number, so here the channels attend to each other and the cost stays linear.",
        "An estimate of the illumination, made from the picture and its mean over the channels, lifts the picture first "
        "and then weighs the values, so that well-lit regions help dark ones.",
        "The picture passes a U of such blocks; the matrix products suit accelerators better than the processor of a "
        "laptop, which shows in the time it takes.",
    ),
    formula=(
        r"\tilde x=x\odot\bar L,\qquad \bar L,\,F_L=\mathcal E\big(x,\ \operatorname{mean}_c x\big)",
        r"\operatorname{Attention}(Q,K,V)=\big(V\odot F_L\big)\,\operatorname{softmax}\!\left(\frac{K^{\top}Q}{\alpha}\right)",
    ),
    symbols=r"$\bar L$: map that lifts the picture; $F_L$: its features; $Q,K,V\in\mathbb R^{HW\times C}$, so the softmax is "
    r"$C\times C$; $\alpha$: learned temperature.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture"), learned("light", "Illumination", "map and features"),
             step("lift", "Lift", "picture x map")),
            (learned("down", "Attention", "full size"), learned("deep", "Attention", "half, quarter"),
             learned("up", "Attention", "full size")),
            (None, step("add", "Add", "lifted + change"), picture("out", "Result")),
        ),
        arrows("dark>light, light>lift, dark>lift, lift>down, down>deep, deep>up, light>deep:guides, up>add, add>out"),
    ),
    url="https://arxiv.org/abs/2303.06705",
)  # fmt: skip

LUMEN = Explanation(
    idea=(
        "How bright a result should be is a matter of taste that no network can read off a dark picture, so here it is "
        "an input: a curve first lifts the picture to the wanted level, chosen by the knob or by a small predictor.",
        "The network then corrects what the curve cannot know: for every pixel and channel a gain and an offset, from a "
        "U-shaped stack of plain 3x3 convolutions on half-size pixels, which a processor runs near its peak.",
        "What concerns the picture as a whole enters through a thumbnail and the wanted level, so that a crop in "
        "training, a tile of a large photo and the whole photo are treated alike.",
    ),
    formula=(
        r"\tilde x=1-(1-x)^{g},\qquad g:\ \operatorname{mean}\big(\tilde x\big)=b",
        r"\hat y=\tilde x\odot\big(1+a(\tilde x,t,b,g)\big)+o(\tilde x,t,b,g)",
    ),
    symbols=r"$b$: wanted mean gray level (knob *brightness* / 255, 0: predicted); $g$: gain of the curve; $t$: thumbnail of "
    r"the lifted picture; $a$, $o$: the network's gain and offset maps.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture"), step("lift", "Lift", "to the level"), learned("level", "Level", "knob or predicted")),
            (step("small", "Thumbnail", "64 x 64"), step("unshuffle", "Unshuffle", "half-size pixels"), None),
            (learned("whole", "Summary", "of the whole"), learned("net", "Residual U-Net", "3x3 conv, ReLU"),
             learned("heads", "Gain and offset", "per pixel, channel")),
            (None, step("apply", "Apply", "x (1 + a) + o"), picture("out", "Result")),
        ),
        arrows("dark>lift, level>lift, lift>small, lift>unshuffle, small>whole, unshuffle>net, whole>net, net>heads, "
               "heads>apply, apply>out"),
    ),
)  # fmt: skip
