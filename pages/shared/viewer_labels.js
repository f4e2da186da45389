// What stands over the pictures in words and numbers: labels, divider, legend, zoom, and the values under the pointer.

function decorate(viewer, parts) {
  const ratio = devicePixelRatio || 1, split = parts.length === 2 && !viewer.grid;
  const label = ([cell, clip, i, difference], n) => {
    const side = viewer.pictures.sides[i], span = document.createElement("span"), first = viewer.pictures.sides[0].label;
    const pair = viewer.grid ? `${side.label} against ${first}` : `Difference: ${side.label} and ${first}`;   // small: the name first
    span.textContent = difference ? pair : side.label;
    span.style.setProperty("--color", side.color || "transparent");
    span.className = split && n === 1 ? "right" : "";
    if (split) return span;
    Object.assign(span.style, { left: `${cell.x / ratio}px`, top: `${cell.y / ratio}px`, maxWidth: `calc(${cell.w / ratio}px - 1rem)` });
    return span;
  };
  viewer.find(".labels").replaceChildren(...parts.map(label));
  const divider = viewer.find(".divider"), percent = Math.round(viewer.split * 100);
  divider.hidden = !split;
  divider.style.display = split ? "" : "none";
  divider.style.left = `${viewer.split * 100}%`;
  divider.setAttribute("aria-label", "Divider");
  divider.setAttribute("aria-valuenow", percent);
  divider.setAttribute("aria-valuetext", `${percent} % ${viewer.data.sides[0].label}`);
  const difference = viewer.mode === "difference";
  viewer.find(".legend").hidden = !difference;
  if (difference) viewer.find(".most").textContent = `${viewer.pictures.differenceMost} of 255`;
  const { scale, fit } = viewer.view;
  viewer.find(".percent").textContent = scale < 100 ? `${(100 * scale).toFixed(scale < 0.1 ? 1 : 0)} %` : `${Math.round(scale)} ×`;
  viewer.stage.style.touchAction = fit ? "pan-y" : "none";   // a finger scrolls the page until somebody zooms in
  Object.assign(viewer.root.dataset, { zoom: scale.toFixed(4), split: viewer.split.toFixed(3), mode: viewer.mode, fit });
  readOut(viewer);
}

function readOut(viewer) {
  const box = viewer.find(".readout"), at = viewer.pointer && viewer.locate(viewer.pointer.x, viewer.pointer.y);
  if (!at?.inside || !viewer.pictures.ready) {
    box.textContent = "";
    return;
  }
  const text = (name, value) => {
    const span = document.createElement("span"), bold = document.createElement("b");
    bold.textContent = value;
    span.append(`${name} `, bold);
    return span;
  };
  const other = viewer.grid ? at.cell : 1, x = Math.floor(at.x), y = Math.floor(at.y);
  const a = viewer.pictures.valueAt(0, x, y), b = viewer.pictures.valueAt(other, x, y);
  const about = a.exact && b.exact ? "" : "\u2248 ";
  const signed = b.rgb.map((value, c) => value - a.rgb[c]).map((d) => (d > 0 ? `+${d}` : `${d}`.replace("-", "\u2212")));
  const rows = [text("x, y", `${x}, ${y}`)];
  if (!viewer.coded(0)) rows.push(text(viewer.pictures.sides[0].label, about + a.rgb.join(" ")));
  if (other > 0 && !viewer.coded(other)) rows.push(text(viewer.pictures.sides[other].label, about + b.rgb.join(" ")), text("Difference", about + signed.join(" ")));
  box.replaceChildren(...rows);
}
