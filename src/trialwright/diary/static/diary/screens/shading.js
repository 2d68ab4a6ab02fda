// Where the skin is affected: drawn on a body, or told by palms in a list, or "none". One of the three is chosen.

import { coveredShares, decodeDrawing, encodeDrawing, palms, regionsOf } from "../body.js";
import { keepDraft } from "../diary.js";
import { button, clearProblems, field, h } from "../page.js";
import { readTyped } from "../questions.js";
import { drawingBoard } from "./board.js";
import { formOf, rowLabel } from "./fields.js";

const SHADING = { mode: "draw", strokes: [] };

/** The way of this page: "draw" (also where nothing is chosen yet), "none" or "list". */
function wayOf(app, page) {
  return app.flow.shading[page.index] ?? restored(app, page) ?? SHADING;
}

// A correction has answers and no way yet: its drawing is read again, else its list is shown.
function restored(app, page) {
  const drawing = app.flow.answers[page.drawing]?.v;
  const values = page.items.map((item) => app.flow.answers[item]?.v);
  if (drawing) return { mode: "draw", strokes: decodeDrawing(drawing) };
  if (values.some((value) => value === undefined)) return null;
  return values.every((value) => Number(value) === 0) ? { mode: "none", strokes: [] } : { mode: "list", strokes: [] };
}

function keep(app, page, way, answers) {
  const rest = { ...app.flow.answers };
  for (const item of [...page.items, page.drawing]) delete rest[item];
  app.flow.shading = { ...app.flow.shading, [page.index]: way };
  app.flow.answers = { ...rest, ...answers };
  return keepDraft(app.diary, app.flow);
}

export function shadingPart(app, page) {
  const regions = regionsOf(page.items);
  const way = wayOf(app, page);
  const redraw = (mode, strokes = []) => {
    keep(app, page, { mode, strokes }, mode === "none" ? zeros(app, page) : {});
    app.show();
  };
  // Rows that are not our regions cannot be measured on our body: the list alone is asked.
  if (way.mode === "list" || !regions) return listPart(app, page, regions && (() => redraw("draw")));
  return drawPart(app, page, way, regions, redraw);
}

function zeros(app, page) {
  return Object.fromEntries(page.items.map((item) => [item, { v: (0).toFixed(decimalsOf(app, item)) }]));
}

function decimalsOf(app, item) {
  return formOf(app).items[item].decimals ?? 0;
}

export function answersOf(app, page, regions, strokes) {
  const { items } = formOf(app);
  const shares = coveredShares(strokes);
  const areas = page.items.map((item) => [item, { v: palms(shares[regions[item]], Number(items[item].share), decimalsOf(app, item)) }]);
  const drawing = page.drawing ? [[page.drawing, { v: encodeDrawing(strokes) }]] : [];
  return Object.fromEntries([...areas, ...drawing]);
}

function drawPart(app, page, way, regions, redraw) {
  const board = h("div", {});
  const summary = h("dl", { class: "areas" });
  const limit = formOf(app).items[page.drawing]?.length ?? Infinity;
  let strokes = way.strokes;
  const changed = (next) => {
    if (encodeDrawing(next).length > limit) return app.t("drawing_full");
    strokes = next;
    keep(app, page, { mode: "draw", strokes }, strokes.length ? answersOf(app, page, regions, strokes) : {});
    drawSummary(app, page, summary);
    clearProblems(board);
    none.setAttribute("aria-pressed", "false");
    return "";
  };
  const none = button(app.t("no_spots"), () => redraw("none"), { "aria-pressed": String(way.mode === "none") });
  board.append(drawingBoard(app, strokes, changed));
  drawSummary(app, page, summary);
  const said = way.mode === "none" ? h("p", { class: "said" }, app.t("no_spots_set")) : null;
  const others = h("div", { class: "field" }, h("div", { class: "pair" }, none, button(app.t("use_list"), () => redraw("list"))));
  const problem = () => (page.items.every((item) => item in app.flow.answers) ? null : { field: none, text: app.t("drawing_needed") });
  return { body: [others, said, h("p", { class: "caption" }, app.t("draw_hint")), board, summary].filter(Boolean), problem };
}

function drawSummary(app, page, at) {
  const { items } = formOf(app);
  const rows = page.items.filter((item) => app.flow.answers[item]).map((item) => h("div", {}, h("dt", {}, rowLabel(app, items[item])), h("dd", {}, app.t("palms", { n: app.flow.answers[item].v }))));
  at.replaceChildren(...rows);
  at.hidden = rows.length === 0;
  at.setAttribute("aria-label", app.t("shaded"));
}

function listPart(app, page, draw) {
  const { items } = formOf(app);
  const fields = page.items.map((name) => listField(app, page, name, items[name]));
  const problem = () => {
    for (const { input, read } of fields) {
      const text = read() || (input.value.trim() ? "" : app.t("answer_needed"));
      if (text) return { field: input, text };
    }
    return null;
  };
  const back = draw ? [button(app.t("use_drawing"), draw)] : [];
  return { body: [h("p", { class: "caption" }, app.t("list_hint")), ...fields.map((one) => one.element), ...back], problem };
}

function listField(app, page, name, item) {
  const high = item.share ?? item.high; // nobody has more of a region than all of it
  const input = h("input", { type: "text", inputmode: "decimal", id: `in-${name}`, class: "short", autocomplete: "off", value: app.flow.answers[name]?.v ?? null });
  const read = () => {
    const taken = readTyped({ ...item, high }, input.value);
    const { [name]: former, ...rest } = app.flow.answers;
    const others = Object.fromEntries(Object.entries(rest).filter(([one]) => page.items.includes(one)));
    keep(app, page, { mode: "list", strokes: [] }, taken?.v === undefined ? others : { ...others, [name]: { v: taken.v } });
    return taken?.problem ? app.t(taken.problem, taken) : "";
  };
  input.addEventListener("input", read);
  const hint = h("p", { class: "hint" }, app.t("number_range", { low: item.low, high }));
  return { element: field(rowLabel(app, item), input, hint), input, read };
}

export function shadingWords(app, page) {
  const { items } = formOf(app);
  return page.items.map((item) => `${rowLabel(app, items[item])}: ${app.t("palms", { n: app.flow.answers[item]?.v ?? "–" })}`);
}
