// Pictures of one viewer: screen-size previews, full-resolution tiles, pixel values and difference maps.
// Every address is made from the content behind it, so an address that was loaded once never changes its meaning.

const TILE = 512;         // side of a tile, in its own pixels
const MOST_TILES = 96;    // tiles kept per viewer: about 100 MB of decoded pixels
const RAMP = [[0, 0, 4], [66, 10, 104], [147, 38, 103], [221, 81, 58], [252, 165, 10], [252, 255, 164]];

async function fetchBitmap(url) {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`picture not available (${reply.status})`);
  return createImageBitmap(await reply.blob(), { colorSpaceConversion: "none", premultiplyAlpha: "none" });
}

function canvasOf(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

function pixelsOf(bitmap) {
  const context = canvasOf(bitmap.width, bitmap.height).getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
}

// Mean absolute difference of R, G and B at each pixel, 0 to 255, with its 99.5th percentile.
function differenceOf(a, b) {
  const first = pixelsOf(a), second = pixelsOf(b), count = first.length / 4;
  const values = new Uint8Array(count), histogram = new Uint32Array(256);
  for (let i = 0, p = 0; i < count; i++, p += 4) {
    const sum = Math.abs(first[p] - second[p]) + Math.abs(first[p + 1] - second[p + 1]) + Math.abs(first[p + 2] - second[p + 2]);
    histogram[(values[i] = Math.round(sum / 3))]++;
  }
  let level = 255;
  for (let above = histogram[255]; level > 0 && above <= count * 0.005; above += histogram[level]) level--;
  return { values, level, width: a.width, height: a.height };
}

// False colours from black (equal) to pale yellow (at `most` and above).
function colourMap(difference, most) {
  const table = Array.from({ length: 256 }, (_, value) => {
    const at = Math.min(1, value / most) * (RAMP.length - 1), low = Math.min(Math.floor(at), RAMP.length - 2);
    return RAMP[low].map((channel, c) => Math.round(channel + (RAMP[low + 1][c] - channel) * (at - low)));
  });
  const canvas = canvasOf(difference.width, difference.height), context = canvas.getContext("2d");
  const image = context.createImageData(difference.width, difference.height);
  difference.values.forEach((value, i) => image.data.set([...table[value], 255], 4 * i));
  context.putImageData(image, 0, 0);
  return canvas;
}

class Pictures {
  // `changed` is called whenever something new can be drawn.
  constructor(changed) {
    this.changed = changed;
    this.sides = [];            // { label, color, rev, bitmap, exact }
    this.tiles = new Map();     // "rev/exact/level/column/row" -> bitmap, oldest first
    this.loading = new Map();   // address -> promise, so that nothing is fetched twice
    this.maps = new Map();      // differences and their false colours, for what is shown now
    this.probe = canvasOf(1, 1).getContext("2d", { willReadFrequently: true });
  }

  get ready() {
    return this.sides.length > 0 && this.sides.every((side) => side.bitmap);
  }

  // Take what Python sent; the old picture stays until the new one is decoded, so that nothing flashes.
  async update(data) {
    this.width = data.width;
    this.height = data.height;
    const wanted = data.sides.map((side) => side.url);
    this.wanted = wanted.join(" ");
    const bitmaps = await Promise.all(wanted.map((url) => this.load(url)));
    if (this.wanted !== wanted.join(" ")) return;   // a newer update overtook this one
    this.sides = data.sides.map((side, i) => ({ ...side, coded: data.coded?.[i], bitmap: bitmaps[i] }));
    for (const url of this.loading.keys()) if (!wanted.includes(url)) this.loading.delete(url);
    this.maps.clear();
    this.changed();
    const loads = Object.entries(data.tiles ?? {}).map(([name, url]) => this.loadTile(name, url));
    await Promise.allSettled(loads);
  }

  load(url) {
    if (!this.loading.has(url)) this.loading.set(url, fetchBitmap(url));
    const promise = this.loading.get(url);
    promise.catch(() => this.loading.delete(url));
    return promise;
  }

  async loadTile(name, url) {
    if (this.tiles.has(name)) return;
    const bitmap = await fetchBitmap(url);
    this.tiles.set(name, bitmap);
    while (this.tiles.size > MOST_TILES) this.tiles.delete(this.tiles.keys().next().value);
    this.changed();
  }

  // Tiles of one side, coarse before fine and lossy before exact, each with its place in full-resolution pixels.
  tilesOf(side) {
    const found = [];
    for (const [name, bitmap] of this.tiles) {
      const [rev, exact, level, column, row] = name.split("/");
      if (rev !== side.rev) continue;
      const size = TILE << +level;
      found.push({ name, bitmap, exact: exact === "1", level: +level, x: column * size, y: row * size, step: 1 << +level });
    }
    return found.sort((a, b) => b.level - a.level || a.exact - b.exact);
  }

  // R, G, B of side `i` at a full-resolution pixel; `exact` is false where only a reduced copy is here.
  valueAt(i, x, y) {
    const side = this.sides[i];
    const tile = this.tilesOf(side).find((t) => t.exact && t.level === 0 && x >= t.x && y >= t.y && x < t.x + t.bitmap.width && y < t.y + t.bitmap.height);
    const source = tile?.bitmap ?? side.bitmap, scale = tile ? 1 : side.bitmap.width / this.width;
    const px = Math.min(source.width - 1, Math.floor((x - (tile?.x ?? 0)) * scale));
    const py = Math.min(source.height - 1, Math.floor((y - (tile?.y ?? 0)) * scale));
    this.probe.drawImage(source, px, py, 1, 1, 0, 0, 1, 1);
    return { rgb: [...this.probe.getImageData(0, 0, 1, 1).data.slice(0, 3)], exact: Boolean(tile) || side.exact };
  }

  remember(name, make) {
    if (!this.maps.has(name)) this.maps.set(name, make());
    return this.maps.get(name);
  }

  // Where the false colours end: shared by all tiles of a grid, so that they can be compared.
  get differenceMost() {
    return this.remember("most", () => {
      const levels = this.sides.slice(1).filter((side) => !side.coded).map((side) => this.difference(this.sides[0].bitmap, side.bitmap, side.rev).level);
      return Math.max(8, ...levels);
    });
  }

  difference(a, b, name) {
    return this.remember(`values ${name}`, () => differenceOf(a, b));
  }

  // False-colour map of side `i` against the first: the preview and those tiles that both sides have.
  differenceLayers(i) {
    const [first, side] = [this.sides[0], this.sides[i]], most = this.differenceMost;
    const coloured = (a, b, name) => this.remember(`colours ${name}`, () => colourMap(this.difference(a, b, name), most));
    const partners = new Map(this.tilesOf(first).map((t) => [t.name.slice(first.rev.length), t]));
    const tiles = this.tilesOf(side).filter((t) => partners.has(t.name.slice(side.rev.length))).map((t) => {
      const partner = partners.get(t.name.slice(side.rev.length));
      return { ...t, bitmap: coloured(partner.bitmap, t.bitmap, t.name) };
    });
    return { bitmap: coloured(first.bitmap, side.bitmap, side.rev), tiles };
  }
}
