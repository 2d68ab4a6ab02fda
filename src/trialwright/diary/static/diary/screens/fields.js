// What the pages of one entry share, and the field of one question by the kind of its answer.
// Nothing is chosen beforehand and nothing goes on by itself.

import { askOf, beginFlow, isAnswered, keepDraft, refresh } from "../diary.js";
import { choice, h } from "../page.js";
import { firstOpen, isScale, pagesOf, readDate, readTyped, scaleValues, toldBy } from "../questions.js";
import { sayDay } from "../schedule.js";

export function formOf(app) {
  return app.flow.practice ?? app.diary.package.forms[app.flow.form];
}

export function askOfFlow(app) {
  return app.flow.practice ? () => null : askOf(app.diary, formOf(app));
}

export function pagesOfFlow(app) {
  return pagesOf(formOf(app), app.flow.answers, askOfFlow(app));
}

export function sayText(app, texts) {
  return texts?.[app.language] ?? texts?.en ?? "";
}

export function captionDay(app) {
  return sayDay(app.language, app.flow.day);
}

export function nextText(app, next) {
  if (!next) return app.t("no_next_entry");
  const label = sayText(app, app.diary.package.forms[next.form].label);
  return app.t("next_entry", { label, day: sayDay(app.language, next.opens.slice(0, 10)), time: next.opens.slice(11) });
}

/** Starts or goes on with an entry, at its first page that is still to answer. */
export async function startFlow(app, kind, occasion, rest = {}) {
  const flow = await beginFlow(app.diary, kind, occasion, rest);
  app.notice = "";
  if (isAnswered(app.diary, occasion)) return app.show(); // in another tab, meanwhile
  app.flow = flow;
  return goToOpenPage(app);
}

/** Goes on with a draft; one that is gone meanwhile, sent from another tab, is not begun anew. */
export async function resumeFlow(app, draft) {
  await refresh(app.diary);
  app.notice = "";
  app.flow = app.diary.drafts.find((one) => one.id === draft.id) ?? null;
  return app.flow ? goToOpenPage(app) : app.show();
}

export function goToOpenPage(app) {
  const open = firstOpen(formOf(app), app.flow.answers, askOfFlow(app));
  app.go(open ? `answer/${open.index}` : "review");
}

/** Keeps an answer ({v} or {m}), or takes it back where it is null. */
export function setAnswer(app, item, answer) {
  const { [item]: former, ...rest } = app.flow.answers;
  app.flow.answers = answer ? { ...rest, [item]: answer } : rest;
  return keepDraft(app.diary, app.flow);
}

/** Stops for now. What the protocol wants told for the answers given is told before. */
export function leaveFlow(app) {
  const isPractice = app.flow.kind === "practice";
  if (!isPractice && toldBy(formOf(app), app.flow.answers, askOfFlow(app)).length) return app.go("leave");
  return dropFlow(app);
}

export function dropFlow(app) {
  app.flow = null;
  return app.go("today");
}

/**
 * A field: {element, read}. read() gives "" where the answer can be taken, else the problem in words.
 * isOnly: the question is the heading of the page already.
 */
export function fieldOf(app, name, item, isOnly) {
  const make = isScale(item) ? scaleField : (FIELDS[item.type] ?? typedField);
  const at = item.codes?.length ? codesField(app, name, item) : make(app, name, item);
  const label = isOnly ? { "aria-labelledby": "heading" } : {};
  const legend = isOnly ? null : h("legend", {}, rowLabel(app, item));
  const element = h("fieldset", { class: "question", ...label, id: `of-${name}` }, legend, ...at.parts, item.is_optional ? skipBox(app, name) : null);
  return { element, read: at.read ?? (() => ""), name };
}

export function rowLabel(app, item) {
  return sayText(app, item.row) || sayText(app, item.label);
}

function valueOf(app, name) {
  return app.flow.answers[name]?.v ?? null;
}

function choose(app, name, value) {
  setAnswer(app, name, { v: value });
  const skip = document.querySelector(`#skip-${name}`);
  if (skip) skip.checked = false;
}

function radios(app, name, options, className) {
  return options.map(({ value, label }) => choice({ name, value, label, className, checked: valueOf(app, name) === value, onchange: () => choose(app, name, value) }));
}

/** Equal targets; the words of both ends stand beside their numbers and are read with them. */
function scaleField(app, name, item) {
  const values = scaleValues(item);
  const ends = { [values[0]]: sayText(app, item.low_label), [values.at(-1)]: sayText(app, item.high_label) };
  const end = (value, side) => (ends[value] ? h("p", { class: `end ${side}` }, h("b", {}, value), ` = ${ends[value]}`) : null);
  const options = values.map((value) => ({ value, label: ends[value] ? [value, h("span", { class: "unseen" }, ` ${ends[value]}`)] : value }));
  return { parts: [end(values[0], "low"), h("div", { class: "scale" }, radios(app, name, options, "number")), end(values.at(-1), "high")] };
}

function codesField(app, name, item) {
  const options = item.codes.map(({ code, label }) => ({ value: code, label: sayText(app, label) }));
  return { parts: radios(app, name, options, "row") };
}

function booleanField(app, name) {
  const options = [
    { value: "true", label: app.t("yes") },
    { value: "false", label: app.t("no") },
  ];
  return { parts: [h("div", { class: "pair" }, radios(app, name, options, "row"))] };
}

const NATIVE = { time: "time", datetime: "datetime-local" };

function typedField(app, name, item) {
  const isNumber = item.type === "integer" || item.type === "decimal";
  const common = { id: `in-${name}`, autocomplete: "off", "aria-labelledby": "heading", "aria-describedby": `hint-${name}` };
  const input =
    item.type === "text"
      ? h("textarea", { ...common, rows: 4 }, valueOf(app, name) ?? "")
      : h("input", { ...common, type: NATIVE[item.type] ?? "text", inputmode: isNumber ? "decimal" : null, class: isNumber ? "short" : "", value: valueOf(app, name) });
  const read = () => readInto(app, name, item, input);
  input.addEventListener("input", read);
  return { parts: [h("p", { class: "hint", id: `hint-${name}` }, hintOf(app, item)), input], read };
}

const PARTS = { day: "date_day", month: "date_month", year: "date_year" };

/** Three boxes: a browser's own field shows month before day to half the world. */
function dateField(app, name, item) {
  const former = (valueOf(app, name) ?? "").split("-");
  const box = (part, at, size) => {
    const id = `in-${name}-${part}`;
    const input = h("input", { type: "text", inputmode: "numeric", id, maxlength: size, autocomplete: "off", class: `part part-${part}`, value: former[at] ?? null });
    return { input, label: h("div", {}, h("label", { for: id }, app.t(PARTS[part])), input) };
  };
  const [day, month, year] = [box("day", 2, 2), box("month", 1, 2), box("year", 0, 4)];
  const boxes = app.language === "zh-Hans" ? [year, month, day] : [day, month, year];
  const read = () => {
    const taken = readDate(item, [year, month, day].map((one) => one.input.value));
    if (taken?.v) choose(app, name, taken.v);
    else if (taken || !app.flow.answers[name]?.m) setAnswer(app, name, null);
    return taken?.problem ? app.t(taken.problem) : "";
  };
  boxes.forEach((one) => one.input.addEventListener("input", read));
  const hint = app.t(item.type === "date" ? "date_hint" : "date_partial");
  return { parts: [h("p", { class: "hint" }, hint), h("div", { class: "date-boxes" }, boxes.map((one) => one.label))], read };
}

function hintOf(app, item) {
  const hasRange = item.low !== null && item.low !== undefined && item.high !== null && item.high !== undefined;
  if (hasRange) return app.t("number_range", { low: item.low, high: item.high });
  return item.type === "text" && item.length ? app.t("characters", { high: item.length }) : "";
}

function readInto(app, name, item, input) {
  const taken = readTyped(item, input.value);
  const wasSkipped = app.flow.answers[name]?.m;
  if (taken?.v !== undefined) choose(app, name, taken.v);
  else if (!wasSkipped || input.value) setAnswer(app, name, null);
  return taken?.problem ? app.t(taken.problem, taken) : "";
}

function skipBox(app, name) {
  const skip = (event) => {
    const field = event.target.closest("fieldset");
    if (event.target.checked) clear(field);
    setAnswer(app, name, event.target.checked ? { m: "refused" } : null);
  };
  const box = choice({ type: "checkbox", value: "skip", label: app.t("skip"), checked: app.flow.answers[name]?.m === "refused", onchange: skip, className: "skip" });
  box.querySelector("input").id = `skip-${name}`;
  return box;
}

function clear(field) {
  field.querySelectorAll("input[type=radio]").forEach((one) => (one.checked = false));
  field.querySelectorAll("input:not([type=radio], [type=checkbox]), textarea").forEach((one) => (one.value = ""));
}

const FIELDS = { boolean: booleanField, date: dateField, partial_date: dateField };

/** Digits choose on a page of radios: 7 is "7", 1 and then 0 is "10". */
export function digitKeys() {
  let typed = "";
  let last = 0;
  return (event) => {
    const isTyping = event.target.matches?.("input:not([type=radio], [type=checkbox]), textarea, select");
    if (isTyping || !/^\d$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    typed = event.timeStamp - last < 1000 ? typed + event.key : event.key;
    last = event.timeStamp;
    const all = [...document.querySelectorAll("#main input[type=radio]")];
    const found = all.find((one) => one.value === typed) ?? all.find((one) => one.value === event.key);
    if (!found) return;
    found.focus();
    if (!found.checked) found.click();
  };
}
