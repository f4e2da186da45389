// What hands do: mouse, wheel, touch and keyboard, turned into the actions of a Viewer.

const KEY_STEP = 0.02, DIVIDER_REACH = 26;   // share of the stage per arrow key; CSS pixels around the divider
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

class Input {
  constructor(viewer) {
    this.viewer = viewer;
    this.stage = viewer.stage;
    this.pointers = new Map();   // pointers that are down, by their id
    this.listen();
  }

  listen() {
    const { viewer } = this;
    const on = (target, type, handler, options) => target.addEventListener(type, handler.bind(this), options);
    on(this.stage, "pointerdown", this.onDown);
    on(this.stage, "pointermove", this.onMove);
    on(this.stage, "pointerup", this.onUp);
    on(this.stage, "pointercancel", this.onUp);
    on(this.stage, "pointerleave", () => { viewer.pointer = null; if (viewer.data) readOut(viewer); });
    on(this.stage, "wheel", this.onWheel, { passive: false });
    on(this.stage, "dblclick", this.onDouble);
    on(viewer.root, "keydown", this.onKey);
    on(viewer.root, "keyup", this.onKeyUp);
    on(viewer.root, "focusout", () => viewer.hold(false));
    on(viewer.find(".zoom"), "click", (event) => viewer.do(event.target.closest("[data-do]")?.dataset.do));
  }

  place(event) {
    const box = this.stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  nearDivider(at) {
    const { viewer } = this;
    return !viewer.grid && viewer.mode === "split" && Math.abs(at.x - viewer.split * this.stage.clientWidth) < DIVIDER_REACH;
  }

  onDown(event) {
    const { viewer } = this;
    if (event.button || !viewer.pictures.ready) return;
    const at = this.place(event);
    this.stage.focus({ preventScroll: true });
    this.stage.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, at);
    this.start = { ...at, moved: false };
    const divides = this.nearDivider(at) || (viewer.view.fit && !viewer.grid && viewer.mode === "split");
    this.stage.dataset.drag = this.drag = divides ? "divider" : "pan";
  }

  onMove(event) {
    const { viewer } = this;
    const at = this.place(event), last = this.pointers.get(event.pointerId);
    viewer.pointer = at;
    if (!last) {
      this.stage.toggleAttribute("data-near", this.nearDivider(at));
      if (viewer.pictures.ready) readOut(viewer);
      return;
    }
    if (!this.start.moved && Math.hypot(at.x - this.start.x, at.y - this.start.y) > 4) {
      this.start.moved = true;
      if (this.scrolls(event, at)) this.drag = "scroll";
    }
    if (this.pointers.size === 2) this.pinch(event.pointerId, at);
    else if (this.start.moved && this.drag === "divider") viewer.moveDivider(at.x / this.stage.clientWidth);
    else if (this.start.moved && this.drag === "pan") viewer.pan(at.x - last.x, at.y - last.y);
    if (this.start.moved || this.pointers.size === 2) this.pointers.set(event.pointerId, at);
  }

  // Whether a finger that has just begun to move scrolls the page: the browser says so too late for the divider.
  scrolls(event, at) {
    const upright = Math.abs(at.y - this.start.y) > Math.abs(at.x - this.start.x);
    return event.pointerType === "touch" && this.viewer.view.fit && upright;
  }

  pinch(id, at) {
    const { viewer } = this;
    const [other] = [...this.pointers].filter(([key]) => key !== id).map(([, point]) => point), last = this.pointers.get(id);
    const spread = (a, b) => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
    const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
    const from = middle(last, other), to = middle(at, other);
    viewer.zoomBy(spread(at, other) / spread(last, other), from.x, from.y);
    viewer.pan(to.x - from.x, to.y - from.y);
    this.start.moved = true;
  }

  onUp(event) {
    const { viewer } = this;
    const clicked = this.pointers.delete(event.pointerId) && event.type === "pointerup" && !this.start.moved;
    if (!this.pointers.size) {
      this.drag = null;
      delete this.stage.dataset.drag;
    }
    if (!clicked || !viewer.data.pick) return;
    const at = viewer.locate(this.start.x, this.start.y);
    if (at.inside) viewer.send.pick("pick", { x: Math.floor(at.x), y: Math.floor(at.y) });
  }

  onWheel(event) {
    const { viewer } = this;
    if (!viewer.pictures.ready) return;
    if (viewer.view.fit && event.deltaY > 0) return;   // nothing to zoom out of: scroll the page
    event.preventDefault();
    const at = this.place(event), lines = event.deltaMode === 1 ? 16 : 1;
    viewer.zoomBy(Math.exp(-clamp(event.deltaY * lines, -200, 200) / (event.ctrlKey ? 100 : 300)), at.x, at.y);
  }

  onDouble(event) {
    const { viewer } = this;
    const at = this.place(event);
    if (viewer.view.fit && !viewer.data.pick) viewer.zoomTo(Math.max(1, 2 * viewer.view.scale), at.x, at.y);
    else viewer.fit();
  }

  onKey(event) {
    const { viewer } = this;
    if (event.ctrlKey || event.metaKey || event.altKey || !viewer.pictures.ready) return;
    if (event.target.tagName === "BUTTON" && [" ", "Enter"].includes(event.key)) return;
    if (viewer.view.fit && ["ArrowUp", "ArrowDown"].includes(event.key)) return;   // scrolls the page
    const step = event.shiftKey ? 200 : 40;
    const slides = !viewer.grid && viewer.mode === "split" && !event.shiftKey;
    const keys = {
      ArrowLeft: () => (slides ? viewer.moveDivider(viewer.split - KEY_STEP) : viewer.pan(step, 0)),
      ArrowRight: () => (slides ? viewer.moveDivider(viewer.split + KEY_STEP) : viewer.pan(-step, 0)),
      ArrowUp: () => viewer.pan(0, step),
      ArrowDown: () => viewer.pan(0, -step),
      Home: () => viewer.moveDivider(0),
      End: () => viewer.moveDivider(1),
      "+": () => viewer.do("in"),
      "=": () => viewer.do("in"),
      "-": () => viewer.do("out"),
      _: () => viewer.do("out"),
      f: () => viewer.fit(),
      0: () => viewer.fit(),
      1: () => viewer.do("full"),
      d: () => viewer.show(viewer.mode === "difference" ? "split" : "difference"),
      " ": () => viewer.hold(true),
    };
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  onKeyUp(event) {
    const { viewer } = this;
    if (event.key !== " " || !viewer.held) return;
    event.preventDefault();
    viewer.hold(false);
  }
}
