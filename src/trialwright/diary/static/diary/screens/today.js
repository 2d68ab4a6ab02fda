// The start page: what is open now, the last seven days, the next visit, the way to everything else; and the reason of a
// late entry.

import { calendarOf, hasRules, isAnswered } from "../diary.js";
import { button, choice, clearProblems, field, h, sayProblem, sign, told } from "../page.js";
import { isSame } from "../questions.js";
import { addDays, clock, daysBetween, isFarOff, missed, nextOne, openNow, sayDate, sayDay, sayWeekday, strip, wallClock } from "../schedule.js";
import { nextText, resumeFlow, sayText, startFlow } from "./fields.js";
import { snooze, snoozes } from "./more.js";
import { callLink, footOf } from "./question.js";

export function todayScreen(app) {
  app.flow = null;
  const { diary } = app;
  const now = wallClock(clock());
  const calendar = calendarOf(diary);
  const first = diary.isClosed ? closedPart(app) : hasRules(diary) ? openPart(app, calendar, now) : [h("p", { class: "note" }, app.t("rules_missing"))];
  const notice = h("p", { role: "status", class: "said" }, app.notice);
  const body = [notice, clockPart(app), demoPart(app, now), refusedPart(app), ...first, ...begunPart(app), ...(diary.isClosed ? [] : weekPart(app, calendar, now)), visitPart(app), linksPart(app)];
  return { heading: app.t("today"), caption: sayDay(app.language, now.slice(0, 10)), body: body.filter(Boolean) };
}

function demoPart(app, now) {
  if (!app.diary.package.days_off) return null;
  return h("p", { class: "note" }, app.t("demo_day", { day: sayDate(app.language, now.slice(0, 10)) }));
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Nothing is dated anew, here or on the server: a wrong clock is the participant's to mend. */
function clockPart(app) {
  if (!isFarOff(app.diary.off)) return null;
  const off = Math.abs(app.diary.off);
  const [key, unit] = off < 1.5 * HOUR_MS ? ["clock_minutes", MINUTE_MS] : off < 36 * HOUR_MS ? ["clock_hours", HOUR_MS] : ["clock_days", 24 * HOUR_MS];
  const size = app.t(key, { n: Math.round(off / unit) });
  return h("section", { class: "warning" }, h("h2", {}, sign("warn"), app.t("clock_wrong", { size })), h("p", {}, app.t("clock_wrong_why")));
}

function refusedPart(app) {
  if (!app.refused) return null;
  const { contact } = app.diary.package;
  const call = contact.phone ? h("p", {}, callLink(app, contact.phone)) : null;
  return h("section", { class: "note" }, h("h2", {}, app.t("refused")), h("p", {}, app.t("refused_why", { n: app.refused })), call);
}

function closedPart(app) {
  return [h("section", { class: "note" }, h("h2", {}, app.t("closed")), h("p", {}, app.t("closed_why")))];
}

/** "12:00" where it is today, "12:00 tomorrow", or with its day. The midnight that ends a day is its 24:00. */
export function sayTime(app, moment, now) {
  const isMidnight = moment.endsWith("T00:00");
  const time = isMidnight ? "24:00" : moment.slice(11);
  const day = addDays(moment.slice(0, 10), isMidnight ? -1 : 0);
  const away = daysBetween(now.slice(0, 10), day);
  if (away === 0) return time;
  return away === 1 ? app.t("tomorrow_at", { time }) : `${sayDay(app.language, day)}, ${time}`;
}

function openPart(app, calendar, now) {
  const [first, ...others] = openNow(calendar, now);
  if (!first) return nothingPart(app, calendar, now);
  const also = others.length ? [h("h2", {}, app.t("also_open")), ...others.map((one) => openButton(app, one, now, "other"))] : [];
  return [openButton(app, first, now, "go big"), ...also, snoozePart(app, first, now)];
}

function openButton(app, occasion, now, look) {
  const { diary } = app;
  const form = diary.package.forms[occasion.form];
  const isBegun = diary.drafts.some((flow) => flow.kind === "entry" && isSame(flow, occasion));
  const { closes, ...which } = occasion;
  const label = sayText(app, form.label);
  const day = occasion.day === now.slice(0, 10) ? "" : ` · ${sayDay(app.language, occasion.day)}`;
  const words = [
    h("strong", {}, label + day),
    h("span", {}, `${app.t(isBegun ? "carry_on" : "answer_now")} · ${app.t("open_until", { time: sayTime(app, closes, now) })}`),
  ];
  return button(h("span", { class: "stack" }, ...words), () => startFlow(app, "entry", which), { class: look });
}

/** What was begun and is not among what is open: told late, a report, a correction. */
function begunPart(app) {
  const { drafts, package: given } = app.diary;
  const isReport = (flow) => flow.kind === "entry" && given.forms[flow.form].kind === "whenever";
  const isLate = (flow) => flow.kind === "late" && !isAnswered(app.diary, flow);
  const begun = drafts.filter((flow) => isReport(flow) || isLate(flow) || flow.kind === "correction");
  if (!begun.length || app.diary.isClosed || !hasRules(app.diary)) return [];
  return [h("h2", {}, app.t("begun")), ...begun.map((flow) => begunButton(app, flow))];
}

function begunButton(app, flow) {
  const label = `${sayText(app, app.diary.package.forms[flow.form].label)} · ${sayDay(app.language, flow.day)}`;
  const what = flow.kind === "correction" ? `${app.t("carry_on")} · ${app.t("correction")}` : app.t("carry_on");
  return button(h("span", { class: "stack" }, h("strong", {}, label), h("span", {}, what)), () => resumeFlow(app, flow));
}

function nothingPart(app, calendar, now) {
  const next = nextOne(calendar, now);
  return [h("section", { class: "note calm" }, h("h2", {}, app.t("nothing_open")), h("p", {}, nextText(app, next)))];
}

function snoozePart(app, first, now) {
  const minutes = snoozes(app.diary.package.snooze_minutes ?? [], now, first.closes);
  if (!minutes.length) return null;
  return h("div", { class: "pair" }, minutes.map((n) => button(app.t("snooze", { n }), () => snooze(app, n))));
}

const STATE_WORDS = { done: "state_done", waiting: "state_waiting", open: "state_open", planned: "state_planned", missed: "state_missed", none: "state_none" };

function weekPart(app, calendar, now) {
  const days = strip(calendar, now).map(({ day, state }) => {
    const isToday = day === now.slice(0, 10);
    const name = h("span", { class: "day" }, sayWeekday(app.language, day), h("span", { class: "date" }, String(Number(day.slice(8)))));
    return h("li", { class: `state-${state}`, "aria-current": isToday ? "date" : null }, name, sign(state), h("span", { class: "word" }, app.t(STATE_WORDS[state])));
  });
  return [h("h2", { id: "week" }, app.t("last_week")), h("div", { class: "week" }, h("ol", { class: "strip", "aria-labelledby": "week" }, days)), latePart(app, calendar, now)].filter(Boolean);
}

function latePart(app, calendar, now) {
  const late = missed(calendar, now);
  if (!late.length || !hasRules(app.diary)) return null;
  const buttons = late.map((one) => {
    const label = `${sayText(app, app.diary.package.forms[one.form].label)} · ${sayDay(app.language, one.day)}`;
    return button(label, () => app.go(`late/${[one.form, one.day, one.visit].map(encodeURIComponent).join("/")}`));
  });
  return h("details", {}, h("summary", {}, app.t("tell_late")), buttons);
}

function visitPart(app) {
  const { next_visit: visit } = app.diary.package;
  const today = wallClock(clock()).slice(0, 10);
  if (!visit || (visit.last ?? visit.day) < today) return null;
  const day = sayDay(app.language, visit.day < today ? visit.last : visit.day);
  return h("section", { class: "card" }, h("h2", {}, app.t("next_visit")), told(app, visit.label), h("p", {}, visit.day < today ? app.t("visit_until", { day }) : day));
}

function linksPart(app) {
  const link = (hash, key) => h("li", {}, h("a", { href: `#${hash}` }, h("span", {}, app.t(key)), sign("next")));
  const photos = app.diary.package.photos ? [link("photo", "photo")] : [];
  const reports = app.diary.isClosed ? [] : [link("report", "report"), ...photos];
  return h("nav", { "aria-label": app.t("diary") }, h("ul", { class: "links" }, ...reports, link("contact", "contact"), link("history", "history"), link("settings", "settings")));
}

const REASONS = ["late_forgot", "late_ill", "late_phone", "late_internet", "late_other"];

export function lateScreen(app, [form, day, visit = ""]) {
  const occasion = { form, visit, day };
  if (isAnswered(app.diary, occasion)) {
    const home = button(app.t("to_start"), () => app.go("today"), { class: "go" });
    return { heading: app.t("late_title", { day: sayDay(app.language, day) }), body: [h("p", { class: "note" }, app.t("late_sent")), home] };
  }
  const begun = app.diary.drafts.find((flow) => flow.kind === "late" && isSame(flow, occasion));
  const words = h("textarea", { id: "words", rows: 2, maxlength: 500 });
  const other = field(app.t("late_words"), words);
  other.hidden = true;
  const choose = (event) => (other.hidden = event.target.value !== "late_other");
  const options = REASONS.map((key) => choice({ name: "why", value: key, label: app.t(key), onchange: choose, className: "row" }));
  const asked = h("fieldset", {}, h("legend", {}, app.t("late_why")), options);
  const submit = (event) => {
    event.preventDefault();
    clearProblems(event.target);
    const reason = reasonOf(app, event.target, words);
    if (!reason) return sayProblem(words.closest("[hidden]") ? asked : words, app.t("reason_missing"));
    // What was answered before the window closed is taken along: only the reason is new.
    const answered = app.flow && isSame(app.flow, occasion) ? { answers: app.flow.answers, shading: app.flow.shading } : {};
    return startFlow(app, "late", occasion, { reason, ...answered });
  };
  const next = begun ? button(app.t("carry_on"), () => startFlow(app, "late", occasion), { class: "go" }) : h("button", { class: "go", form: "late" }, app.t("next"));
  return {
    heading: app.t("late_title", { day: sayDay(app.language, day) }),
    body: [h("p", {}, app.t("too_late")), h("form", { id: "late", onsubmit: submit, novalidate: true, hidden: Boolean(begun) }, asked, other)],
    foot: footOf(app, () => app.go("today"), next),
  };
}

function reasonOf(app, form, words) {
  const chosen = new FormData(form).get("why");
  if (!chosen) return "";
  return chosen === "late_other" ? words.value.trim() : app.t(chosen);
}
