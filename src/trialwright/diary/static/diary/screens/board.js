// The drawing board: a body to draw on with finger, pen or mouse; zoom by two fingers or by buttons.

import { BACK_AT, HEIGHT, WIDTH, shapes, snapped } from "../body.js";
import { button, h, svg } from "../page.js";

const SIZES = { brush: { small: 2.5, large: 5 }, dots: { small: 1.5, large: 3 }, erase: { small: 3, large: 6 } };
const MOST_ZOOM = 6;
const CAPTIONS_AT = HEIGHT + 14;
const FULL_HEIGHT = HEIGHT + 20;

/** changed(strokes) keeps them and gives "", or says why it does not. */
export function drawingBoard(app, strokes, changed) {
  const canvas = h("canvas", { class: "board", role: "img", "aria-label": app.t("body_picture") });
  const said = h("p", { class: "said", role: "status" });
  const board = { app, canvas, strokes, current: null, tool: "brush", size: "large", view: { zoom: 1, x: 0, y: 0 }, pointers: new Map(), said };
  const commit = (next) => {
    const problem = changed(next);
    said.textContent = problem;
    if (!problem) board.strokes = next;
    paint(board);
  };
  listen(board, commit);
  requestAnimationFrame(() => fit(board));
  new ResizeObserver(() => fit(board)).observe(canvas);
  return h("div", {}, toolRow(board, commit), canvas, zoomRow(board), said);
}

function pressed(app, key, isPressed, onclick) {
  return button(app.t(key), onclick, { "aria-pressed": String(isPressed) });
}

function toolRow(board, commit) {
  const { app } = board;
  const row = h("div", { class: "tools", role: "group", "aria-label": app.t("tools") });
  const take = (tool) => () => {
    board.tool = tool;
    draw();
    row.querySelector("[aria-pressed=true]").focus();
  };
  const tools = { brush: "tool_brush", dots: "tool_dots", erase: "tool_erase" };
  const draw = () => {
    const kinds = Object.entries(tools).map(([tool, key]) => pressed(app, key, board.tool === tool, take(tool)));
    row.replaceChildren(...kinds, button(app.t("undo"), () => commit(board.strokes.slice(0, -1))));
    board.onTool?.();
  };
  board.drawTools = draw;
  draw();
  return row;
}

function sizeButton(app, key, radius, isPressed, onclick) {
  const dot = svg("svg", { class: "dot", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("circle", { cx: 12, cy: 12, r: radius }));
  return button(dot, onclick, { "aria-pressed": String(isPressed), "aria-label": `${app.t("size")}: ${app.t(key)}` });
}

function zoomRow(board) {
  const { app } = board;
  const row = h("div", { class: "tools small" });
  const draw = () => {
    const isMoving = board.tool === "move";
    row.replaceChildren(
      sizeButton(app, "size_small", 4, board.size === "small", () => resize("small", 0)),
      sizeButton(app, "size_large", 9, board.size === "large", () => resize("large", 1)),
      button("−", () => zoomBy(board, 1 / 1.5), { "aria-label": app.t("zoom_out") }),
      button("+", () => zoomBy(board, 1.5), { "aria-label": app.t("zoom_in") }),
      pressed(app, "tool_move", isMoving, () => move(isMoving)),
    );
  };
  const resize = (size, at) => {
    board.size = size;
    draw();
    row.children[at].focus();
  };
  const move = (isMoving) => {
    board.tool = isMoving ? "brush" : "move";
    board.drawTools();
    row.lastChild.focus();
  };
  board.onTool = draw;
  draw();
  return row;
}

function fit(board) {
  const { canvas } = board;
  const { width, height } = canvas.getBoundingClientRect();
  if (!width) return;
  const dense = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * dense);
  canvas.height = Math.round(height * dense);
  board.scale = Math.min(canvas.width / WIDTH, canvas.height / FULL_HEIGHT);
  board.left = (canvas.width - WIDTH * board.scale) / 2;
  board.dense = dense;
  paint(board);
}

/** Where a touch is, in units of the body. */
function placeOf(board, event) {
  const box = board.canvas.getBoundingClientRect();
  const [x, y] = [(event.clientX - box.left) * board.dense, (event.clientY - box.top) * board.dense];
  const { zoom, x: seenX, y: seenY } = board.view;
  return [(x - board.left) / (board.scale * zoom) + seenX, y / (board.scale * zoom) + seenY];
}

function zoomBy(board, factor, middle = null) {
  const { view } = board;
  const zoom = Math.min(MOST_ZOOM, Math.max(1, view.zoom * factor));
  const [x, y] = middle ?? [view.x + WIDTH / view.zoom / 2, view.y + FULL_HEIGHT / view.zoom / 2];
  const ratio = view.zoom / zoom;
  look(board, zoom, x - (x - view.x) * ratio, y - (y - view.y) * ratio);
}

/** The body never leaves the board. */
function look(board, zoom, x, y) {
  const within = (value, whole) => Math.min(Math.max(0, value), whole - whole / zoom);
  board.view = { zoom, x: within(x, WIDTH), y: within(y, FULL_HEIGHT) };
  paint(board);
}

function listen(board, commit) {
  const { canvas, pointers } = board;
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event);
    if (pointers.size > 1) board.current = null; // a second finger: zoom, and take back what the first began
    else if (board.tool !== "move") begin(board, event);
    paint(board);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) return;
    if (pointers.size > 1) pinch(board, event);
    else if (board.tool === "move") pan(board, pointers.get(event.pointerId), event);
    else for (const one of event.getCoalescedEvents?.() ?? [event]) extend(board, one);
    pointers.set(event.pointerId, event);
    paint(board);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, (event) => {
      pointers.delete(event.pointerId);
      const { current } = board;
      board.current = null;
      if (current && name === "pointerup") commit([...board.strokes, current]);
      else paint(board);
    });
  }
}

function begin(board, event) {
  board.current = { tool: board.tool, size: SIZES[board.tool][board.size], points: placeOf(board, event).map(snapped) };
}

/** A point for each step that shows: more would only make the drawing long. */
function extend(board, event) {
  if (!board.current) return;
  const { points, size, tool } = board.current;
  const [x, y] = placeOf(board, event).map(snapped);
  const apart = Math.hypot(x - points.at(-2), y - points.at(-1));
  if (apart >= (tool === "dots" ? size * 3 : Math.max(1, size / 2))) points.push(x, y);
}

function pan(board, from, to) {
  const [[x1, y1], [x2, y2]] = [placeOf(board, from), placeOf(board, to)];
  look(board, board.view.zoom, board.view.x + x1 - x2, board.view.y + y1 - y2);
}

function pinch(board, event) {
  const other = [...board.pointers.values()].find((one) => one.pointerId !== event.pointerId);
  const former = board.pointers.get(event.pointerId);
  const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
  const middle = (one) => placeOf(board, { clientX: (one.clientX + other.clientX) / 2, clientY: (one.clientY + other.clientY) / 2 });
  const [[x1, y1], [x2, y2]] = [middle(former), middle(event)];
  look(board, board.view.zoom, board.view.x + x1 - x2, board.view.y + y1 - y2);
  zoomBy(board, apart(event) / Math.max(1, apart(former)), middle(event));
}

function silhouettes() {
  const all = new Path2D();
  for (const { points } of shapes()) {
    for (let at = 0; at < points.length; at += 2) all[at ? "lineTo" : "moveTo"](points[at], points[at + 1]);
    all.closePath();
  }
  return all;
}

let body = null;

function paint(board) {
  const { canvas, view, scale } = board;
  if (!scale) return;
  body ??= silhouettes();
  const context = canvas.getContext("2d");
  const unit = scale * view.zoom;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(unit, 0, 0, unit, board.left - view.x * unit, -view.y * unit);
  const colour = (name) => getComputedStyle(canvas).getPropertyValue(name);
  context.fillStyle = colour("--skin");
  context.fill(body);
  context.save();
  context.clip(body);
  context.drawImage(inkOf(board, unit, colour("--spots")), ...inkPlace(board, unit));
  context.restore();
  context.strokeStyle = colour("--edge");
  context.lineWidth = 1.3;
  context.stroke(body);
  captions(board, context, colour("--text"));
}

function inkPlace(board, unit) {
  const { canvas, view } = board;
  return [view.x - board.left / unit, view.y, canvas.width / unit, canvas.height / unit];
}

/** Ink has a layer of its own, so that erasing takes ink and not the body. */
function inkOf(board, unit, colour) {
  const layer = (board.layer ??= document.createElement("canvas"));
  [layer.width, layer.height] = [board.canvas.width, board.canvas.height];
  const context = layer.getContext("2d");
  context.setTransform(unit, 0, 0, unit, board.left - board.view.x * unit, -board.view.y * unit);
  [context.strokeStyle, context.fillStyle, context.lineCap, context.lineJoin] = [colour, colour, "round", "round"];
  for (const stroke of [...board.strokes, board.current].filter(Boolean)) inkStroke(context, stroke);
  return layer;
}

function inkStroke(context, { tool, size, points }) {
  context.globalCompositeOperation = tool === "erase" ? "destination-out" : "source-over";
  const line = new Path2D();
  for (let at = 0; at < points.length; at += 2) {
    if (tool === "dots" || points.length === 2) {
      line.moveTo(points[at] + size, points[at + 1]);
      line.arc(points[at], points[at + 1], size, 0, 2 * Math.PI);
    } else line.lineTo(points[at], points[at + 1]);
  }
  context.lineWidth = 2 * size;
  if (tool === "dots" || points.length === 2) context.fill(line);
  else context.stroke(line);
}

function captions(board, context, colour) {
  context.fillStyle = colour;
  context.textAlign = "center";
  context.font = `13px ${getComputedStyle(board.canvas).fontFamily}`;
  context.fillText(board.app.t("front"), 70, CAPTIONS_AT);
  context.fillText(board.app.t("back_side"), 70 + BACK_AT, CAPTIONS_AT);
}
