"""The classical methods explained: each works on one picture alone and has learned nothing."""

from lowlight_core.teaching.explanations.explanation import Diagram, Explanation, arrows, picture, step

CLAHE = Explanation(
    idea=(
        "In a dark picture nearly all pixels crowd into a few low levels, and differently so in every corner, so each "
        "tile of the picture gets a tone curve of its own: the cumulative histogram of its lightness.",
        "Before it is summed, the histogram is cut off at the clip limit and the excess is spread over all levels, "
        "which bounds the slope of the curve and with it how far noise in a flat wall can be stretched.",
        "Between tile centres the four nearest curves are mixed, so no border shows; what CLAHE cannot do is tell "
        "noise from texture or lift a tile that is dark all over by more than the limit allows.",
    ),
    formula=(
        r"\tilde h_t(v)=\min\{h_t(v),\,\beta\}+\frac{E_t}{256}",
        r"\beta=c\,\frac{N_t}{256}",
        r"T_t(v)=\frac{255}{N_t}\sum_{u\le v}\tilde h_t(u)",
        r"y(p)=\sum_{k=1}^{4}w_k(p)\,T_{t_k}\big(x(p)\big)",
    ),
    symbols="$h_t$: histogram of tile $t$ with $N_t$ pixels; $c$: the clip limit; $E_t$: pixels cut off in tile $t$; "
    "$w_k$: bilinear weights of the four tiles around pixel $p$; $x$, $y$: lightness before and after.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture", "RGB"), step("split", "Colour space", "keep a, b aside"),
             step("tiles", "Histograms", "one per tile")),
            (step("clip", "Clip", "spread the excess"), step("sum", "Cumulate", "a curve per tile"),
             step("mix", "Interpolate", "between four curves")),
            (step("merge", "Back to RGB", "new L, old a, b"), picture("out", "Result"), None),
        ),
        arrows("dark>split, split>tiles:L, tiles>clip, clip>sum, sum>mix, mix>merge, merge>out"),
    ),
    url="https://doi.org/10.1016/B978-0-12-336156-1.50061-6",
)  # fmt: skip

GAMMA = Explanation(
    idea=(
        "A camera's numbers are already a power of the light, and another power can shift them: an exponent below one "
        "lifts the shadows a lot and bright levels hardly at all.",
        "All pixels share the one curve, so it is a table of 256 entries and takes about a millisecond a megapixel; "
        "left to itself the exponent is the one that takes the mean gray level to the middle.",
        "Order and black and white points are kept, but the curve knows no places: a lamp in a dark room washes out "
        "long before the corner opens up, and the noise of the shadows is lifted along with them.",
    ),
    formula=(
        r"y=255\left(\frac{x}{255}\right)^{1/\gamma}",
        r"\gamma_{\text{auto}}=\operatorname{clip}\!\left(\frac{\ln \bar m}{\ln 0.5},\,1,\,6\right)",
    ),
    symbols=r"$x$, $y$: a level before and after, 0 to 255; $\bar m$: mean gray level (BT.601) in $[0, 1]$.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture", "RGB"), step("mean", "Mean gray", "chooses gamma"),
             step("table", "Table", "256 entries")),
            (step("look", "Look up", "R, G and B"), picture("out", "Result"), None),
        ),
        arrows("dark>mean, mean>table, table>look, look>out"),
    ),
    url="https://poynton.ca/GammaFAQ.html",
)  # fmt: skip

HISTOGRAM_EQUALIZATION = Explanation(
    idea=(
        "If every level of gray were used by equally many pixels, no level would be wasted; the curve that comes "
        "closest to this is the picture's own cumulative histogram.",
        "It is steep where many pixels sit, which in a dark picture is the shadows, and flat where there are few: one "
        "curve for the whole picture, and no limit to its slope.",
        "It shows all there is, and too much of it: a large even area takes a large share of the levels, so that its "
        "noise is pulled apart into blotches.",
    ),
    formula=(
        r"C(v)=\sum_{u\le v}h(u)",
        r"y=\operatorname{round}\!\left(255\,\frac{C(x)-C_{\min}}{N-C_{\min}}\right)",
    ),
    symbols=r"$h$: histogram of the lightness of all $N$ pixels; $C_{\min}$: the first count, which maps to black.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture", "RGB"), step("split", "Colour space", "keep a, b aside"),
             step("histogram", "Histogram", "whole picture")),
            (step("sum", "Cumulate", "the tone curve"), step("merge", "Back to RGB", "new L, old a, b"),
             picture("out", "Result")),
        ),
        arrows("dark>split, split>histogram:L, histogram>sum, sum>merge, merge>out"),
    ),
)  # fmt: skip

RETINEX = Explanation(
    idea=(
        "The eye judges a surface against its surroundings rather than by the light it sends, so each pixel is "
        "divided by a Gaussian average around it, which in logarithms is a difference.",
        "A narrow surround brings out detail and a wide one keeps the overall light, so three widths are averaged; "
        "the answer is weighed by each channel's share of its pixel, to bring colour back, and stretched to the range.",
        "It opens the deepest shadows of all classical methods, and it also makes a sunlit wall and a shaded one "
        "alike: large areas turn gray, bright edges in front of the dark gain a halo, and the weights take colour from "
        "places darker than their surround, whose logarithm is negative.",
    ),
    formula=(
        r"r_c=\frac13\sum_{k=1}^{3}\Big[\log x_c-\log\big(G_{\sigma_k}*x_c\big)\Big]",
        r"\begin{aligned}y_c={}&\operatorname{spread}\Big(r_c\Big[(1-\kappa)\\"
        r"&{}+\kappa\,\frac{\log(125\,x_c/\sum_j x_j)}{\log(125/3)}\Big]\Big)\end{aligned}",
    ),
    symbols=r"$x_c$: channel $c$ plus one; $G_\sigma$: Gaussian of width $\sigma$, the widest being the knob "
    r"*largest scale*; $\kappa$: *color restoration*; spread: 1st to 99th percentile to 0 to 255.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture", "RGB"), step("blur", "Three blurs", "narrow, middle, wide"),
             step("ratio", "Log ratio", "pixel to surround")),
            (step("colour", "Colour", "restore its share"), step("spread", "Spread", "to 0..255"),
             picture("out", "Result")),
        ),
        arrows("dark>blur, dark>ratio, blur>ratio, ratio>colour, colour>spread, spread>out"),
    ),
    url="https://doi.org/10.1109/83.597272",
)  # fmt: skip

LIME = Explanation(
    idea=(
        "Take a picture to be what things reflect times the light that falls on them; the brightest of a pixel's "
        "three channels is a first guess of that light, since something nearby will reflect nearly all of it.",
        "The guess is smoothed with weights that are small across the outlines of things and large inside them, so "
        "that light changes only where the scene does, and the picture is divided by it.",
        "Colours keep their ratios and edges get no halo, but the darkest parts are divided by the smallest numbers: "
        "their noise grows most, which is why denoising follows.",
    ),
    formula=(
        r"\hat T=\max_{c\in\{R,G,B\}}x_c",
        r"\begin{aligned}T={}&\arg\min_{T}\;\|T-\hat T\|^2\\"
        r"&{}+\lambda\sum_{p}\sum_{d\in\{h,v\}}W_d(p)\,\big(\nabla_{\!d}\,T(p)\big)^2\end{aligned}",
        r"W_d=\frac{1}{\big(|G_\sigma*\nabla_{\!d}\hat T|+\epsilon_1\big)\,\big(|\nabla_{\!d}\hat T|+\epsilon_2\big)}",
        r"y_c=\frac{x_c}{T^{\gamma}}",
    ),
    symbols=r"$\hat T$, $T$: illumination, first guess and smoothed; $\lambda$: a thousandth of *smoothness*; "
    r"$\epsilon_1=0.001$, $\epsilon_2=0.01$; $\gamma$: *illumination gamma*, the share of the light that is taken out.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture", "RGB"), step("max", "Max of R, G, B", "first guess"),
             step("solve", "Smooth", "edges stay")),
            (step("divide", "Divide", "picture by light"), step("denoise", "Denoise", "guided filter"),
             picture("out", "Result")),
        ),
        arrows("dark>max, max>solve, solve>divide:T, divide>denoise, denoise>out"),
    ),
    url="https://doi.org/10.1109/TIP.2016.2639450",
)  # fmt: skip

EXPOSURE_FUSION = Explanation(
    idea=(
        "Photographers bracket: of several exposures each shows some part well, so a few brighter exposures are "
        "computed from the one picture there is, in linear light and with a soft shoulder instead of clipping.",
        "Every pixel of every exposure is rated by contrast, saturation and closeness to middle gray, and the ratings "
        "mix the exposures on a Laplacian pyramid, coarse structures with soft masks and fine ones with sharp masks.",
        "Lamps come from the dark exposure and corners from the bright one, without halos; what the sensor never "
        "recorded stays missing, because all exposures come from the same shot.",
    ),
    formula=(
        r"E_k=f\!\big(2^{s_k}\,x^{2.2}\big)^{1/2.2}",
        r"w_k=\frac{C_k\,S_k\,B_k}{\sum_j C_j\,S_j\,B_j}",
        r"L^{\ell}\{y\}=\sum_{k}G^{\ell}\{w_k\}\,L^{\ell}\{E_k\}",
    ),
    symbols=r"$s_k$: stops of exposure $k$, 0 for the picture itself; $f$: identity below one half, then a shoulder, "
    r"but no level becomes darker than it was; $C$, $S$, $B$: contrast, saturation and well-exposedness; $G^\ell$, "
    r"$L^\ell$: level $\ell$ of a Gaussian and a Laplacian pyramid.",
    diagram=Diagram(
        (
            (picture("dark", "Dark picture", "RGB"), step("expose", "Expose again", "2 to 5 times"),
             step("rate", "Rate pixels", "three measures")),
            (step("pyramid", "Pyramids", "exposures, weights"), step("blend", "Blend", "level by level"),
             picture("out", "Result")),
        ),
        arrows("dark>expose, expose>rate, rate>pyramid, pyramid>blend, blend>out"),
    ),
    url="https://doi.org/10.1109/PG.2007.17",
)  # fmt: skip
