// Geometry and drawing. `view` says which full-resolution point lies in the middle of each cell and how large one
// picture pixel is on the screen: { x, y, scale, fit }, scale in device pixels per picture pixel.

const LARGEST = 16;   // zoom limit: device pixels per picture pixel

// Cells of the stage, in device pixels: one for a comparison, `count` in step for a grid.
function cellsOf(count, columns, width, height, gap) {
  const rows = Math.ceil(count / columns);
  const w = (width - gap * (columns - 1)) / columns, h = (height - gap * (rows - 1)) / rows;
  return Array.from({ length: count }, (_, i) => ({ x: (i % columns) * (w + gap), y: Math.floor(i / columns) * (h + gap), w, h }));
}

// Columns that show the pictures largest, with at least 150 CSS pixels each; on a phone the stage may grow taller.
function gridShape(count, aspect, width, tallest) {
  let best = { area: -1 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns), cell = width / columns;
    if (columns > 1 && cell < 150) break;
    const tall = Math.min(cell / aspect, width < 700 ? Infinity : tallest / rows);
    const area = tall * Math.min(cell, tall * aspect);
    if (columns === Math.min(2, count) || width >= 700) {
      if (area > best.area) best = { area, columns, height: Math.ceil(tall * rows) };
    }
  }
  return best.columns ? best : { columns: 1, height: Math.ceil((width / aspect) * count) };
}

function fitScale(pictures, cell) {
  return Math.min(cell.w / pictures.width, cell.h / pictures.height);
}

// Keep the scale within its limits and the middle of the cell on the picture, so that it is never lost.
function settleView(view, pictures, cell) {
  const fit = fitScale(pictures, cell);
  if (view.fit) view.scale = fit;
  view.scale = Math.min(Math.max(view.scale, Math.min(fit, 1)), Math.max(LARGEST, fit));
  for (const [axis, full] of [["x", pictures.width], ["y", pictures.height]]) {
    view[axis] = view.fit ? full / 2 : Math.min(Math.max(view[axis], 0), full);
  }
}

function toPicture(view, cell, x, y) {
  return { x: view.x + (x - cell.x - cell.w / 2) / view.scale, y: view.y + (y - cell.y - cell.h / 2) / view.scale };
}

function toScreen(view, cell, x, y) {
  return { x: cell.x + cell.w / 2 + (x - view.x) * view.scale, y: cell.y + cell.h / 2 + (y - view.y) * view.scale };
}

// Names of the tiles ("exact/level/column/row") that the cell shows, none where the preview is fine enough.
function tilesFor(view, pictures, cell, preview) {
  const exact = view.scale >= 1 ? 1 : 0;
  if (preview.exact || view.scale <= 1.25 * (preview.bitmap.width / pictures.width)) return [];
  const level = exact ? 0 : Math.max(0, Math.floor(Math.log2(1 / view.scale))), size = TILE << level;
  const from = toPicture(view, cell, cell.x, cell.y), to = toPicture(view, cell, cell.x + cell.w, cell.y + cell.h);
  const names = [];
  const last = (edge, full) => Math.floor((Math.min(edge, full) - 1e-6) / size);
  for (let row = Math.max(0, Math.floor(from.y / size)); row <= last(to.y, pictures.height); row++) {
    for (let column = Math.max(0, Math.floor(from.x / size)); column <= last(to.x, pictures.width); column++) {
      names.push(`${exact}/${level}/${column}/${row}`);
    }
  }
  return names;
}

// Draw one layered picture (preview below tiles) into a cell, inside the rectangle `clip`; pixels stay hard above 1:1.
function drawPicture(context, view, pictures, cell, clip, bitmap, tiles) {
  context.save();
  context.beginPath();
  context.rect(clip.x, clip.y, clip.w, clip.h);
  context.clip();
  context.imageSmoothingEnabled = view.fit ? view.scale < 2 : view.scale <= 1;
  context.imageSmoothingQuality = "high";
  const place = (source, x, y, width, height) => {
    const a = toScreen(view, cell, x, y), b = toScreen(view, cell, x + width, y + height);
    const left = Math.round(a.x), top = Math.round(a.y), right = Math.round(b.x), bottom = Math.round(b.y);
    if (right < clip.x || bottom < clip.y || left > clip.x + clip.w || top > clip.y + clip.h) return;
    context.drawImage(source, left, top, Math.max(1, right - left), Math.max(1, bottom - top));
  };
  place(bitmap, 0, 0, pictures.width, pictures.height);
  for (const tile of tiles) {
    if (tile.step * view.scale < 0.5) continue;   // much finer than the screen: the preview looks better
    const width = Math.min(tile.bitmap.width * tile.step, pictures.width - tile.x);
    const height = Math.min(tile.bitmap.height * tile.step, pictures.height - tile.y);
    place(tile.bitmap, tile.x, tile.y, width, height);
  }
  context.restore();
}

// The tile grid of a local method over the picture, with one tile picked out.
function drawOverlay(context, view, pictures, cell, overlay, accent) {
  const { width, height } = overlay;
  const line = (x0, y0, x1, y1) => {
    const a = toScreen(view, cell, x0, y0), b = toScreen(view, cell, x1, y1);
    context.moveTo(Math.round(a.x) + 0.5, Math.round(a.y) + 0.5);
    context.lineTo(Math.round(b.x) + 0.5, Math.round(b.y) + 0.5);
  };
  for (const [style, thick] of [["rgba(0,0,0,.35)", 3], ["rgba(255,255,255,.5)", 1]]) {
    context.beginPath();
    for (let x = width; x < pictures.width; x += width) line(x, 0, x, pictures.height);
    for (let y = height; y < pictures.height; y += height) line(0, y, pictures.width, y);
    context.strokeStyle = style;
    context.lineWidth = thick;
    context.stroke();
  }
  if (!overlay.selected) return;
  const [column, row] = overlay.selected;
  const a = toScreen(view, cell, column * width, row * height);
  const b = toScreen(view, cell, Math.min((column + 1) * width, pictures.width), Math.min((row + 1) * height, pictures.height));
  context.lineWidth = 3;
  context.strokeStyle = accent;
  context.strokeRect(a.x, a.y, b.x - a.x, b.y - a.y);
}
