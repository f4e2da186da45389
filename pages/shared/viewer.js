// One comparison viewer: pictures in step under one pinch-zoom plane, a divider or a grid, pixel values, differences.
// `data` from Python: { mode, width, height, sides: [{ label, color, url, rev, exact }], tiles, overlay, pick, name, coded, reveal }.

const VIEWERS = new WeakMap();
const SETTLED_MS = 120;   // tiles are asked for when the view has stood still this long

class Viewer {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.stage = this.find(".stage");
    this.canvas = this.find("canvas");
    this.context = this.canvas.getContext("2d");
    this.pictures = new Pictures(() => this.redraw());
    this.view = { x: 0, y: 0, scale: 1, fit: true };
    this.split = 0.5;
    this.mode = "split";
    this.wanted = "";
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.stage);
    this.input = new Input(this);
  }

  async update({ data, setStateValue, setTriggerValue }) {
    const before = this.data;
    this.send = { wanted: setStateValue, pick: setTriggerValue };
    this.data = data;
    const resized = !before || before.width !== data.width || before.height !== data.height;
    const replaced = before && before.sides.length === data.sides.length && data.sides.every((s, i) => s.rev !== before.sides[i].rev);
    if (resized || replaced) this.view.fit = true;   // another photo: show all of it; a moved slider keeps the view
    this.describe();
    this.shape();
    if (before && before.reveal !== data.reveal) this.reveal();
    if (resized) this.wanted = "";
    this.root.dataset.state = "loading";
    await this.pictures.update(data).catch(() => {});
    if (this.pictures.ready && this.data === data) this.root.dataset.state = "ready";
    this.redraw();
  }

  // Scroll where nobody sees the picture; one whose end alone is out of sight stays, and so does the button above it.
  reveal() {
    const { top } = this.root.getBoundingClientRect();
    if (top < 0 || top > 0.75 * innerHeight) this.root.scrollIntoView({ block: "nearest" });
  }

  // ---- what does not change with every frame -------------------------------------------------------------------

  get grid() { return this.data.mode === "grid"; }

  // Whether the colours of side `i` stand for figures, as in an error map: they have no values and no differences.
  coded(i) { return Boolean(this.data.coded?.[i]); }

  get differs() { return this.data.sides.some((_, i) => i > 0 && !this.coded(i) && !this.coded(0)); }

  describe() {
    const labels = this.data.sides.map((side) => side.label);
    const keys = `Arrow keys move the divider, plus and minus zoom, F shows all, ${this.differs ? "D the difference, " : ""}Space flips.`;
    this.canvas.setAttribute("aria-label", this.data.name);
    this.stage.setAttribute("aria-label", `${this.data.name}. ${keys}`);
    this.stage.classList.toggle("picking", Boolean(this.data.pick));
    const views = this.grid ? [["split", "Pictures"]] : [["split", "Split"], ["a", labels[0]], ["b", labels[1]]];
    if (this.differs) views.push(["difference", "Difference"]);
    const only = "Only this (hold Space to flip)";
    const titles = { split: "Both", a: only, b: only, difference: "False-colour difference (D)" };
    if (this.shown !== views.join()) this.offer(views, titles);
    this.show(views.some(([view]) => view === this.mode) ? this.mode : "split");
  }

  // Buttons for the views; made anew only when their names change, so that one keeps the keyboard's focus.
  offer(views, titles) {
    this.shown = views.join();
    this.find(".views").replaceChildren(...views.map(([view, text]) => {
      const button = document.createElement("button");
      Object.assign(button, { textContent: text, title: titles[view], onclick: () => this.show(view) });
      button.setAttribute("role", "radio");
      button.dataset.view = view;
      return button;
    }));
  }

  shape() {
    const aspect = this.data.width / this.data.height, width = this.stage.clientWidth;
    this.columns = 1;
    Object.assign(this.stage.style, { height: "", maxHeight: "", aspectRatio: "" });
    if (this.data.tallest) this.root.style.setProperty("--tallest", `${this.data.tallest}px`);
    this.root.style.setProperty("--aspect", aspect);
    if (this.grid && width) {
      const best = gridShape(this.data.sides.length, aspect, width, this.data.tallest ?? Math.max(320, innerHeight - 216));
      this.columns = best.columns;
      Object.assign(this.stage.style, { height: `${best.height}px`, maxHeight: "none", aspectRatio: "auto" });
    }
  }

  resize() {
    if (!this.data) return;
    const ratio = devicePixelRatio || 1;
    if (this.shapedFor !== this.stage.clientWidth) {
      this.shapedFor = this.stage.clientWidth;
      this.shape();
    }
    this.canvas.width = Math.max(1, Math.round(this.stage.clientWidth * ratio));
    this.canvas.height = Math.max(1, Math.round(this.stage.clientHeight * ratio));
    this.draw();
  }

  // ---- drawing ---------------------------------------------------------------------------------------------------

  get cells() {
    const count = this.grid ? this.data.sides.length : 1;
    return cellsOf(count, this.columns, this.canvas.width, this.canvas.height, this.grid ? 4 : 0);
  }

  // What each cell shows: [cell, clip rectangle, side, difference?].
  get parts() {
    const mode = this.held && this.mode !== "difference" ? (this.mode === "a" ? "b" : "a") : this.mode;
    const cells = this.cells, [cell] = cells;
    if (this.grid) return cells.map((c, i) => [c, c, this.held ? 0 : i, mode === "difference" && i > 0 && !this.held && !this.coded(i)]);
    if (this.mode === "difference") return this.held ? [[cell, cell, 0, false]] : [[cell, cell, 1, true]];
    if (mode !== "split") return [[cell, cell, mode === "a" ? 0 : 1, false]];
    const at = Math.round(cell.w * this.split);
    return [[cell, { ...cell, w: at }, 0, false], [cell, { ...cell, x: at, w: cell.w - at }, 1, false]];
  }

  redraw() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw(); });
  }

  draw() {
    const { context, pictures, view } = this;
    if (!pictures.ready || !this.canvas.width) return;
    const parts = this.parts, accent = getComputedStyle(this.root).getPropertyValue("--st-primary-color") || "#f80";
    settleView(view, pictures, this.cells[0]);
    context.fillStyle = getComputedStyle(this.stage).backgroundColor;
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    for (const [cell, clip, i, difference] of parts) {
      const side = pictures.sides[i];
      const layers = difference ? pictures.differenceLayers(i) : { bitmap: side.bitmap, tiles: pictures.tilesOf(side) };
      drawPicture(context, view, pictures, cell, clip, layers.bitmap, layers.tiles);
    }
    if (this.data.overlay) drawOverlay(context, view, pictures, this.cells[0], this.data.overlay, accent);
    decorate(this, parts);
    this.requestTiles();
  }

  // Cell and full-resolution position under a point of the stage (CSS pixels).
  locate(x, y) {
    const ratio = devicePixelRatio || 1, cells = this.cells;
    const cell = cells.findIndex((c) => x * ratio >= c.x && x * ratio <= c.x + c.w && y * ratio >= c.y && y * ratio <= c.y + c.h);
    const at = toPicture(this.view, cells[Math.max(0, cell)], x * ratio, y * ratio);
    const inside = cell >= 0 && at.x >= 0 && at.y >= 0 && at.x < this.data.width && at.y < this.data.height;
    return { ...at, cell: Math.max(0, cell), inside };
  }

  // ---- full resolution on demand -------------------------------------------------------------------------------

  requestTiles() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.root.isConnected || !this.pictures.ready) return;
      const names = tilesFor(this.view, this.pictures, this.cells[0], this.pictures.sides[0]);
      const here = (name) => this.pictures.sides.every((side) => this.pictures.tiles.has(`${side.rev}/${name}`));
      const wanted = names.every(here) && names.length ? this.wanted : names.join(" ");
      if (wanted === this.wanted) return;
      this.wanted = wanted;
      this.send.wanted("wanted", names);
    }, SETTLED_MS);
  }

  // ---- actions ---------------------------------------------------------------------------------------------------

  show(mode) {
    mode = this.mode = mode === "difference" && !this.differs ? "split" : mode;
    for (const button of this.root.querySelectorAll(".views button")) button.setAttribute("aria-checked", button.dataset.view === mode);
    this.redraw();
  }

  zoomBy(factor, x = this.stage.clientWidth / 2, y = this.stage.clientHeight / 2) {
    const before = this.locate(x, y), fit = fitScale(this.pictures, this.cells[0]);
    this.view.scale = clamp(this.view.scale * factor, Math.min(fit, 1), Math.max(LARGEST, fit));
    this.view.fit = this.view.scale <= fit * 1.001 && fit <= 1 || Math.abs(this.view.scale / fit - 1) < 0.001;
    const after = this.locate(x, y);
    this.view.x += before.x - after.x;
    this.view.y += before.y - after.y;
    this.redraw();
  }

  zoomTo(scale, x, y) {
    this.zoomBy(scale / this.view.scale, x, y);
  }

  fit() {
    this.view.fit = true;
    this.redraw();
  }

  // While held, the other picture is shown: A instead of B or of the split.
  hold(on) {
    if (Boolean(this.held) === on) return;
    this.held = on;
    this.redraw();
  }

  moveDivider(to) {
    this.split = clamp(to, 0, 1);
    this.redraw();
  }

  pan(dx, dy) {
    const ratio = devicePixelRatio || 1;
    this.view.x -= (dx * ratio) / this.view.scale;
    this.view.y -= (dy * ratio) / this.view.scale;
    this.redraw();
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen?.();
  }

  do(action) {
    const actions = {
      in: () => this.zoomBy(1.5),
      out: () => this.zoomBy(1 / 1.5),
      fit: () => this.fit(),
      full: () => this.zoomTo(1),
      screen: () => this.fullScreen(),
    };
    actions[action]?.();
  }

  close() {
    this.observer.disconnect();
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".viewer");
  if (!VIEWERS.has(root)) VIEWERS.set(root, new Viewer(root));
  const viewer = VIEWERS.get(root);
  viewer.update(component);
  return () => { if (!root.isConnected) viewer.close(); };
}
