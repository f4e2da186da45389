"""Learned methods whose networks see a neighbourhood of each pixel, and of the whole picture nothing but its exposure.

All but Zero-DCE receive the picture after one exposure curve has brought it to the wanted level: no network has to
learn what a curve can do. In the formulas that lifted picture is the letter x with a tilde.
"""

from lowlight_core.teaching.explanations.explanation import LIFTED, Diagram, Explanation, arrows, learned, picture, step

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
        r"f_i=\phi\big(W_i*f_{i-1}\big),\quad i=1,2,3",
        r"\hat y=\tilde x+W_4*f_3",
        r"\mathcal L=\operatorname{mean}\big(\hat y-y\big)^2+\tfrac12\operatorname{mean}\big|\hat y-y\big|",
    ),
    symbols=rf"{LIFTED}; $f_0=\tilde x$; $W_i*$: 3x3 convolutions with 64, 64, 128 and 3 filters; $\phi$: ReLU; $y$, "
    r"$\hat y$: truth and output in [0, 1].",
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
        "Seven convolutions keep the full resolution from end to end, with 32 filters in all but the last, and the "
        "late ones receive the sum of their input and what an early one saw.",
        "The sums give fine detail and gradients a short way through the network, so that depth costs less sharpness "
        "than in a plain chain; a sigmoid keeps the answer between black and white.",
        "With a view of 15 by 15 pixels it still cannot see the scene as a whole: it cleans and tints well, and "
        "leaves uneven light as it was.",
    ),
    formula=(
        r"f_i=\phi\big(W_i*s_i\big)",
        r"s_5=f_4+f_3,\ \ s_6=f_5+f_2,\ \ s_7=f_6+f_1",
        r"\hat y=\sigma\big(\operatorname{logit}\tilde x+W_7*s_7\big)",
    ),
    symbols=rf"{LIFTED}; $s_i$: input of layer $i$, the one before it where nothing else is said; $\phi$: ReLU; "
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
    url="https://arxiv.org/abs/1603.09056",
)  # fmt: skip

UNET = Explanation(
    idea=(
        "The picture is halved in size step by step while its channels grow, so that deep layers see large parts of "
        "the scene and can tell a dark wall from a badly lit one.",
        "On the way up each level joins what was coarse with the fine features of the way down, which puts edges back "
        "where they were; it runs at the photograph's own size, and a perceptual loss compares features of VGG16, so "
        "that texture counts and not only levels.",
        "Apart from the curve, nothing further away than some 110 pixels reaches a pixel's answer, so light that falls "
        "off across a large photo stays uneven.",
    ),
    formula=(
        r"d_{\ell+1}=E_{\ell+1}\big(\operatorname{pool}d_\ell\big)",
        r"u_\ell=D_\ell\Big(\big[\operatorname{up}(u_{\ell+1}),\,d_\ell\big]\Big)",
        r"\hat y=\tilde x\odot(1+a)+o",
        r"\begin{aligned}\mathcal L={}&\|e\|_1+\lambda_1\|e\|_2^2+\lambda_2\big(1-\operatorname{SSIM}\big)\\"
        r"&{}+\lambda_3\|\Phi(\hat y)-\Phi(y)\|_1\end{aligned}",
    ),
    symbols=rf"{LIFTED}; $E_\ell$, $D_\ell$: two convolutions each on level $\ell$; $[\cdot,\cdot]$: channels side by "
    r"side; $a$, $o$: gain and offset maps from $u_1$; $e=\hat y-y$; $\Phi$: fixed features of VGG16's third block.",
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

GAN = Explanation(
    idea=(
        "A U-Net makes the picture, and a second network, the discriminator, is trained at the same time to tell its "
        "results from real bright photographs, one patch at a time and with the dark picture beside it.",
        "Losses on the pairs keep the result faithful to its scene; the discriminator punishes what no average loss "
        "minds, above all the smooth look of a picture that hedges between possibilities.",
        "The two are trained in turns and only the generator is used afterwards; texture looks crisper, and some of "
        "it is invented.",
    ),
    formula=(
        r"\begin{aligned}\min_G\ {}&\mathcal L_{\text{pair}}\big(G(\tilde x),y\big)\\"
        r"&{}+\lambda\,\mathbb E\big(D(\tilde x,G(\tilde x))-1\big)^2\end{aligned}",
        r"\min_D\ \mathbb E\big(D(\tilde x,y)-1\big)^2+\mathbb E\,D\big(\tilde x,G(\tilde x)\big)^2",
    ),
    symbols=rf"{LIFTED}; $G$: generator; $D$: discriminator, one number per patch, 1 for a photograph; "
    r"$\mathcal L_{\text{pair}}$: L1, squared error, SSIM and LPIPS.",
    diagram=Diagram(
        (
            (picture("dark", "Lifted picture"), learned("g", "Generator", "a U-Net"), picture("out", "Result")),
            (learned("d", "Discriminator", "real patch or not?"), picture("truth", "Truth", "training only"),
             step("pair", "Paired losses", "L1, L2, SSIM, LPIPS")),
        ),
        arrows("dark>g, g>out, dark>d, out>d, truth>d, out>pair, truth>pair"),
    ),
    url="https://arxiv.org/abs/1611.07004",
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
        r"\begin{aligned}\mathcal L={}&\mathcal L_{\text{spatial}}+10\,\mathcal L_{\text{exposure}}\\"
        r"&{}+5\,\mathcal L_{\text{colour}}+200\,\mathcal L_{\text{smooth}}\end{aligned}",
    ),
    symbols=r"$\alpha_n$: 24 maps (eight curves, three channels) from a small network with tanh at its end; "
    r"$x_0$: the dark picture itself, not lifted; $x_8$: result; 10, 5 and 200 are the weights of the authors' code, "
    "which sums over the maps: for the mean that is taken here the last one was raised to 40,000. The exposure aimed "
    "at is 0.42; the paper's 0.6 is too bright for these pairs.",
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
