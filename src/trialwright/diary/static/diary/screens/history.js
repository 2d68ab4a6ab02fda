// Past entries and their correction. Loaded when it is asked for: the entries are not kept on the phone, and so are shown
// only with internet.

import { beginCorrection, hasRules } from "../diary.js";
import { button, field, h, sayProblem } from "../page.js";
import { correctable } from "../questions.js";
import { sayDay, sayMoment } from "../schedule.js";
import { goToOpenPage, sayText } from "./fields.js";
import { answerWords, footOf } from "./question.js";
import { call } from "../sync.js";

let shown = { device: "", entries: [] }; // what was last read, and as which device; forgotten when the page is closed

function historyScreen(app) {
  const at = h("div", { role: "status" }, h("p", {}, app.t("loading")));
  readEntries(app, at);
  return { heading: app.t("history"), body: [h("p", { class: "hint" }, app.t("history_why")), at, button(app.t("to_start"), () => app.go("today"))] };
}

async function readEntries(app, at) {
  const { device } = app.diary.join;
  const answer = await askHistory(app);
  if (!isStill(app, device)) return app.show(); // somebody else has joined meanwhile
  if (!answer) return at.replaceChildren(h("p", { class: "note" }, app.t("history_offline")));
  // Of one second that which stands is the later: what it corrects was there before.
  const newestFirst = (a, b) => Date.parse(b.entered) - Date.parse(a.entered) || b.is_standing - a.is_standing;
  shown = { device, entries: [...answer.entries].sort(newestFirst) };
  const { hasChanged, entries } = correctable(app.diary.package, answer);
  if (hasChanged) app.sync.anew(); // brings the new questions
  const cards = shown.entries.map((entry) => entryCard(app, entry, entries.includes(entry)));
  return at.replaceChildren(...(hasChanged ? [h("p", { class: "note" }, app.t("history_changed"))] : []), ...(cards.length ? cards : [h("p", {}, app.t("history_none"))]));
}

function isStill(app, device) {
  return app.diary.join?.device === device;
}

/** Null where there is no internet. */
async function askHistory(app) {
  const { status, answer } = await call("history?days=14", { token: app.diary.join?.token });
  return status === 200 && Array.isArray(answer?.entries) ? answer : null;
}

/** Why an entry that was read a while ago can be corrected no more, or "". Without internet the trial will tell. */
async function problemOfCorrection(app, { id }) {
  const answer = await askHistory(app);
  if (!answer) return "";
  const { hasChanged, entries } = correctable(app.diary.package, answer);
  if (hasChanged) return "history_changed";
  return entries.some((one) => one.id === id) ? "" : "corrected_meanwhile";
}

function entryCard(app, entry, isCorrectable) {
  const form = app.diary.package.forms[entry.form];
  const label = sayText(app, form?.label) || entry.form;
  const items = Object.entries(entry.items).filter(([item]) => !isDrawing(form, item));
  const rows = items.map(([item, answer]) => h("div", {}, h("dt", {}, labelOf(app, form, item)), h("dd", {}, answerWords(app, form?.items[item], answer))));
  const title = `${label} · ${sayDay(app.language, entry.day)}`;
  const act = isCorrectable && hasRules(app.diary) && !app.diary.isClosed ? button(app.t("correct"), () => app.go(`correct/${entry.id}`), { "aria-label": `${app.t("correct")}: ${title}` }) : null;
  const entered = h("p", { class: "hint" }, app.t("entered_at", { time: sayMoment(app.language, entry.entered) }));
  const former = entry.is_standing ? null : h("p", { class: "hint" }, app.t("history_former"));
  return h("section", { class: "card" }, h("h2", {}, title), entered, former, h("dl", { class: "answers plain" }, rows), act);
}

function isDrawing(form, item) {
  return form?.pages.some((page) => page.drawing === item);
}

function labelOf(app, form, item) {
  const described = form?.items[item];
  const row = sayText(app, described?.row);
  return described ? (row ? `${sayText(app, described.label)} – ${row}` : sayText(app, described.label)) : item;
}

function correctScreen(app, [id]) {
  const { device, entries } = shown;
  const entry = entries.find((one) => one.id === id);
  if (!entry || !isStill(app, device)) return historyScreen(app); // never one that was read for somebody before
  const words = h("textarea", { id: "words", rows: 3, maxlength: 500 });
  const submit = async (event) => {
    event.preventDefault();
    if (!words.value.trim()) return sayProblem(words, app.t("reason_missing"));
    const problem = await problemOfCorrection(app, entry);
    if (!words.isConnected) return null; // left meanwhile
    if (problem) return sayProblem(words, app.t(problem));
    const flow = await beginCorrection(app.diary, entry, words.value.trim());
    return isStill(app, device) ? startCorrection(app, flow) : app.show(); // in another tab, meanwhile
  };
  return {
    heading: app.t("correct_title", { day: sayDay(app.language, entry.day) }),
    body: [h("form", { id: "correct", onsubmit: submit, novalidate: true }, field(app.t("correct_why"), words))],
    foot: footOf(app, () => app.go("history"), h("button", { class: "go", form: "correct" }, app.t("next"))),
  };
}

function startCorrection(app, flow) {
  Object.assign(app, { flow, notice: "" });
  return goToOpenPage(app);
}

export const screens = { history: historyScreen, correct: correctScreen };
