// The body, front and back, in four regions; strokes drawn on it; and how much of each region they cover.
// The area is counted on a grid of half units by arithmetic alone, so that every phone and the site get the same number.

export const WIDTH = 290;
export const HEIGHT = 306;
export const ALGORITHM = "raster-1";
export const REGIONS = ["head", "upper", "trunk", "lower"];
const CELLS = 2; // to a unit
const COLUMNS = WIDTH * CELLS;
const ROWS = HEIGHT * CELLS;
const CURVE_STEPS = 12;
export const BACK_AT = 150;

// Our own silhouette. Each outline is the left side or the middle; limbs are mirrored about x = 70.
const HEAD = "M70 6c12 0 19 9 19 21 0 9-4 17-9 21v10H60v-10c-5-4-9-12-9-21C51 15 58 6 70 6z";
const TRUNK = "M60 58h20l22 8 2 45-4 22 3 25H37l3-25-4-22 2-45z";
const ARM = "M38 66c-11 3-16 10-18 22l-6 42-8 36c-2 8-3 14-1 19 2 4 8 4 11-1l6-17 12-34 2.5-33z";
const LEG = "M37 158h33l-1 44-4 38-3 40 2 12c1 5-3 7-9 7h-11c-5 0-6-3-3-6l7-9-4-40-5-42z";

const OUTLINES = [
  { region: "head", path: HEAD, mirrored: false },
  { region: "trunk", path: TRUNK, mirrored: false },
  { region: "upper", path: ARM, mirrored: false },
  { region: "upper", path: ARM, mirrored: true },
  { region: "lower", path: LEG, mirrored: false },
  { region: "lower", path: LEG, mirrored: true },
];

function flatten(path) {
  const words = path.match(/[a-zA-Z]|-?\d*\.?\d+/g);
  const points = [];
  let [command, x, y, at] = ["", 0, 0, 0];
  const take = () => Number(words[at++]);
  const put = (nextX, nextY) => {
    [x, y] = [nextX, nextY];
    points.push(x, y);
  };
  while (at < words.length) {
    if (/[a-zA-Z]/.test(words[at])) command = words[at++];
    const [left, top] = command === command.toLowerCase() ? [x, y] : [0, 0];
    const kind = command.toLowerCase();
    if (kind === "h") put(left + take(), y);
    else if (kind === "v") put(x, top + take());
    else if (kind === "c") curve([x, y], [take(), take(), take(), take(), take(), take()], [left, top], put);
    else if (kind !== "z") put(left + take(), top + take());
  }
  return points;
}

function curve([startX, startY], [aX, aY, bX, bY, endX, endY], [left, top], put) {
  for (let step = 1; step <= CURVE_STEPS; step += 1) {
    const t = step / CURVE_STEPS;
    const [w0, w1, w2, w3] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3];
    put(w0 * startX + w1 * (left + aX) + w2 * (left + bX) + w3 * (left + endX), w0 * startY + w1 * (top + aY) + w2 * (top + bY) + w3 * (top + endY));
  }
}

/** The outlines of both sides as points: [{region, side, points}]. */
export function shapes() {
  return ["front", "back"].flatMap((side) =>
    OUTLINES.map(({ region, path, mirrored }) => {
      const points = flatten(path).map((value, index) => {
        if (index % 2) return value;
        return (mirrored ? 140 - value : value) + (side === "back" ? BACK_AT : 0);
      });
      return { region, side, points };
    }),
  );
}

/** Which region each cell of the grid belongs to: 0 none, 1 head ... 4 lower. Where outlines touch, the first has it. */
export function regionMask() {
  const mask = new Uint8Array(COLUMNS * ROWS);
  for (const { region, points } of shapes()) fill(mask, points, REGIONS.indexOf(region) + 1);
  return mask;
}

function fill(mask, points, code) {
  for (let row = 0; row < ROWS; row += 1) {
    const crossed = crossings(points, (row + 0.5) / CELLS);
    for (let pair = 0; pair + 1 < crossed.length; pair += 2) {
      const end = Math.ceil(crossed[pair + 1] * CELLS - 0.5);
      for (let column = Math.ceil(crossed[pair] * CELLS - 0.5); column < end; column += 1) {
        mask[row * COLUMNS + column] ||= code;
      }
    }
  }
}

function crossings(points, y) {
  const found = [];
  for (let at = 0; at < points.length; at += 2) {
    const [x1, y1] = [points[at], points[at + 1]];
    const next = (at + 2) % points.length;
    const [x2, y2] = [points[next], points[next + 1]];
    if (y1 <= y !== y2 <= y) found.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
  }
  return found.sort((a, b) => a - b);
}

let mask = null;
let sizes = null;

function prepared() {
  if (mask === null) {
    mask = regionMask();
    sizes = [0, 0, 0, 0, 0];
    for (const code of mask) sizes[code] += 1;
  }
  return { mask, sizes };
}

/**
 * The covered share (0 to 1) of each region, front and back together.
 * strokes: [{tool: "brush" | "dots" | "erase", size: radius in units, points: [x, y, ...]}], in the order drawn
 */
export function coveredShares(strokes) {
  const { mask: regions, sizes: cells } = prepared();
  const ink = new Uint8Array(COLUMNS * ROWS);
  for (const stroke of strokes) paint(ink, stroke);
  const covered = [0, 0, 0, 0, 0];
  for (let at = 0; at < ink.length; at += 1) if (ink[at]) covered[regions[at]] += 1;
  return Object.fromEntries(REGIONS.map((region, index) => [region, covered[index + 1] / cells[index + 1]]));
}

function paint(ink, { tool, size, points }) {
  const mark = tool === "erase" ? 0 : 1;
  for (let at = 0; at < points.length; at += 2) {
    const from = tool === "dots" || at === 0 ? at : at - 2;
    capsule(ink, [points[from], points[from + 1], points[at], points[at + 1]], size, mark);
  }
}

function capsule(ink, [x1, y1, x2, y2], size, mark) {
  const [wide, high] = [x2 - x1, y2 - y1];
  const length = wide * wide + high * high;
  const [top, bottom] = [Math.max(0, Math.floor((Math.min(y1, y2) - size) * CELLS)), Math.min(ROWS, Math.ceil((Math.max(y1, y2) + size) * CELLS))];
  const [left, right] = [Math.max(0, Math.floor((Math.min(x1, x2) - size) * CELLS)), Math.min(COLUMNS, Math.ceil((Math.max(x1, x2) + size) * CELLS))];
  for (let row = top; row < bottom; row += 1) {
    const y = (row + 0.5) / CELLS;
    for (let column = left; column < right; column += 1) {
      const x = (column + 0.5) / CELLS;
      const along = length ? Math.min(1, Math.max(0, ((x - x1) * wide + (y - y1) * high) / length)) : 0;
      const [apartX, apartY] = [x - x1 - along * wide, y - y1 - along * high];
      if (apartX * apartX + apartY * apartY <= size * size) ink[row * COLUMNS + column] = mark;
    }
  }
}

/** Palms of a region, as text with that many decimals: its covered share times the palms of the whole region. */
export function palms(share, whole, decimals) {
  return (share * whole).toFixed(decimals);
}

/** Half units, as they are stored, so that what is drawn and what is read again have the same area. */
export function snapped(value) {
  return Math.round(value * CELLS) / CELLS;
}

const LETTERS = { brush: "b", dots: "d", erase: "e" };

export function encodeDrawing(strokes) {
  const told = strokes.map(({ tool, size, points }) => [LETTERS[tool], size, points.map((value) => Math.round(value * CELLS))]);
  return JSON.stringify({ body: 1, area: ALGORITHM, strokes: told });
}

export function decodeDrawing(text) {
  const tools = Object.fromEntries(Object.entries(LETTERS).map(([tool, letter]) => [letter, tool]));
  return JSON.parse(text).strokes.map(([letter, size, points]) => ({ tool: tools[letter], size, points: points.map((value) => value / CELLS) }));
}

/** Which region an item of a drawn question means, by its name; null where the names are others than ours. */
export function regionsOf(items) {
  const found = items.map((item) => REGIONS.find((region) => item === region || item.startsWith(`${region}_`)));
  return found.every(Boolean) && new Set(found).size === REGIONS.length ? Object.fromEntries(items.map((item, at) => [item, found[at]])) : null;
}
