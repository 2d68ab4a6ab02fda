// One form of the diary while it is answered: which pages are asked, whether an answer can be taken, what is sent, what
// must be told. answers: {item: {v: "5"} or {m: "refused"}}; ask(rule, answers) gives true, false or null (not known).
// A flow is plain data, so that it can be sealed as a draft. kind: "entry" (in its window), "late", "correction", "practice".

import { windowOf, withOffset } from "./schedule.js";

function isAsked(form, item, answers, ask) {
  const rule = form.items[item].when;
  return !rule || ask(rule, answers) === true;
}

/** Answers to what is asked now: an answer to a question that is asked no more does not count. */
export function standing(form, answers, ask) {
  let kept = answers;
  for (const item of Object.keys(form.items)) {
    if (item in kept && !isAsked(form, item, kept, ask)) {
      const { [item]: dropped, ...rest } = kept;
      kept = rest;
    }
  }
  return kept;
}

/** The pages that are asked: [{index, items, isShading, drawing}]. */
export function pagesOf(form, answers, ask) {
  const now = standing(form, answers, ask);
  return form.pages
    .map((page, index) => {
      const items = (page.shading ?? page.items).filter((item) => !form.items[item].derive && isAsked(form, item, now, ask));
      return { index, items, isShading: Boolean(page.shading), drawing: page.drawing ?? "" };
    })
    .filter((page) => page.items.length > 0);
}

export function nextPage(pages, index) {
  return pages.find((page) => page.index > index) ?? null;
}

export function pageBefore(pages, index) {
  return pages.findLast((page) => page.index < index) ?? null;
}

export function unanswered(form, page, answers) {
  return page.items.filter((item) => !(item in answers) && !form.items[item].is_optional);
}

export function firstOpen(form, answers, ask) {
  return pagesOf(form, answers, ask).find((page) => unanswered(form, page, answers).length > 0) ?? null;
}

/** What was typed: {v} where it can be taken, {problem, low, high} where not, null where nothing was typed. */
export function readTyped(item, typed) {
  const text = typed.trim().normalize("NFKC");
  if (text === "") return null;
  if (item.type === "integer" || item.type === "decimal") return readNumber(item, text);
  if (item.type === "text" && item.length && typed.length > item.length) return { problem: "too_long", high: item.length };
  return { v: item.type === "text" ? typed.trim() : text };
}

function readNumber(item, text) {
  const plain = text.replace(",", ".");
  const decimals = item.type === "integer" ? 0 : (item.decimals ?? 9);
  const [, fraction = ""] = plain.split(".");
  if (!/^-?\d{1,40}(\.\d{1,40})?$/.test(plain)) return { problem: "not_a_number" };
  if (fraction.length > decimals) return { problem: decimals ? "too_fine" : "not_whole", high: decimals };
  if (isOutside(item, Number(plain))) return { problem: "out_of_range", low: item.low, high: item.high };
  return { v: plain };
}

/** Years of the past that a person can know of; a phone whose clock was never set says 1970. */
export function problemOfYear(typed, now) {
  if (!/^\d{4}$/.test(typed)) return "year_missing";
  if (typed < "1900") return "year_early";
  return Number(typed) > Math.max(2026, now.getFullYear()) ? "year_future" : "";
}

/** A date of three typed parts; a partial one may lack the day, or day and month. */
export function readDate(item, [year, month, day]) {
  const parts = [year, month, day].map((part) => part.trim().normalize("NFKC"));
  if (parts.every((part) => part === "")) return null;
  const given = parts.findLastIndex((part) => part !== "") + 1;
  const isWhole = given === 3 || item.type === "partial_date";
  const digits = parts.slice(0, given).map((part, at) => part.padStart(at === 0 ? 4 : 2, "0"));
  const text = digits.join("-");
  if (isWhole && /^1[0-8]\d\d$/.test(digits[0])) return { problem: "year_early" };
  return isWhole && /^[12]\d{3}(-\d\d){0,2}$/.test(text) && isDay([...digits, "01", "01"].slice(0, 3).join("-")) ? { v: text } : { problem: "date_wrong" };
}

function isDay(text) {
  const moment = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().slice(0, 10) === text;
}

function isOutside(item, number) {
  return (given(item.low) && number < Number(item.low)) || (given(item.high) && number > Number(item.high));
}

function given(limit) {
  return limit !== null && limit !== undefined && limit !== "";
}

export function isScale(item) {
  return item.type === "integer" && given(item.low) && given(item.high) && Number(item.high) - Number(item.low) <= 10;
}

export function scaleValues(item) {
  const count = Number(item.high) - Number(item.low) + 1;
  return Array.from({ length: count }, (_, step) => String(Number(item.low) + step));
}

export function toldBy(form, answers, ask) {
  const now = standing(form, answers, ask);
  return form.checks.filter((check) => ask(check.rule, now) === true).map((check) => check.tell);
}

const LATE_HOURS = 24;

export function newFlow({ id, kind, form, visit, day, definition, now, ...rest }) {
  return { id, kind, form, visit, day, definition, begun: now.toISOString(), reason: null, root: "", corrects: "", answers: {}, shading: {}, ...rest };
}

/** Answers given and not sent go with their window; those told late, or corrected, after a day. */
export function isExpired(flow, forms, moment, wall) {
  const form = forms[flow.form];
  if (!form) return true;
  if (flow.kind === "entry" && form.kind !== "whenever") return wall >= windowOf(flow.day, form.opens, form.closes)[1];
  return moment.getTime() - Date.parse(flow.begun) > LATE_HOURS * 3_600_000;
}

/** A draft that was begun under a former definition goes on under the new one, with the answers that it still asks for. */
export function refit(flow, definition, forms) {
  const form = forms[flow.form];
  if (flow.definition === definition || !form) return flow;
  return { ...flow, definition, answers: asked(form, flow.answers), shading: {} };
}

/** Whether a correction says what the entry says that it corrects. flow.former: the answers of that. */
export function changesNothing(flow, form, ask) {
  const said = (answers) => JSON.stringify(Object.entries(standing(form, answers, ask)).map(([item, { v, m }]) => [item, v, m]).sort());
  return flow.kind === "correction" && Boolean(flow.former) && said(flow.former) === said(flow.answers);
}

/** Of these answers those to what a form asks. */
export function asked(form, answers) {
  return Object.fromEntries(Object.entries(answers).filter(([item]) => item in form.items));
}

/**
 * What may be corrected of what the server tells of the past: what stands, of forms that are asked here. Until this phone
 * has the server's package, nothing may: an answer to a newer question would be sent as one to an older.
 */
export function correctable(own, { entries, package: newest = own.digest }) {
  const hasChanged = newest !== own.digest;
  return { hasChanged, entries: hasChanged ? [] : entries.filter((one) => one.is_standing && one.form in own.forms) };
}

export function isSame(flow, occasion) {
  return flow.form === occasion.form && flow.visit === occasion.visit && flow.day === occasion.day;
}

export function isComplete(flow, form, ask) {
  return firstOpen(form, flow.answers, ask) === null;
}

/** What the protocol sends, without its number. `entered` is the device's clock when the participant pressed send. */
export function entryOf(flow, form, ask, now) {
  const { id, visit, day, definition, root, corrects, reason } = flow;
  const items = standing(form, flow.answers, ask);
  return { id, form: flow.form, visit, day, items, entered: withOffset(now), definition, root, corrects, reason };
}
