// The pages of one entry: the questions, the review before sending, what the protocol wants told, the thanks.
// Back and Next stand in the same spot on every page.

import { calendarOf, finishFlow, isAnswered, isOthers, refresh } from "../diary.js";
import { button, clearProblems, h, sayProblem, sign, told } from "../page.js";
import { changesNothing, isComplete, isExpired, nextPage, pageBefore, standing, toldBy } from "../questions.js";
import { clock, nextOne, sayDate, wallClock } from "../schedule.js";
import { askOfFlow, captionDay, digitKeys, dropFlow, fieldOf, formOf, goToOpenPage, leaveFlow, nextText, pagesOfFlow, rowLabel, sayText } from "./fields.js";
import { shadingPart, shadingWords } from "./shading.js";
import { sendInBackground } from "../sync.js";

export function answerScreen(app, [index]) {
  const pages = pagesOfFlow(app);
  const page = pages.find((one) => one.index >= Number(index)) ?? pages.at(-1);
  const form = formOf(app);
  const part = page.isShading ? shadingPart(app, page) : questionPart(app, page, form);
  const submit = (event) => {
    event.preventDefault();
    clearProblems(event.target);
    const problem = part.problem();
    if (problem) return sayProblem(problem.field, problem.text);
    return forward(app, page);
  };
  return {
    heading: headingOf(app, form, page),
    caption: captionOf(app, pages, page),
    progress: progressOf(pages, page),
    body: [h("form", { id: "question", onsubmit: submit, novalidate: true }, ...part.body), stopButton(app)].filter(Boolean),
    foot: footOf(app, () => backward(app, page), h("button", { class: "go", form: "question" }, app.t("next"))),
    onkey: page.isShading ? null : digitKeys(),
  };
}

function headingOf(app, form, page) {
  return sayText(app, page.isShading || page.items.length === 1 ? questionOf(form, page).label : form.label);
}

/** What a page asks: a page to draw on asks of the whole body, which the label of one region would not. */
function questionOf(form, page) {
  return form.items[(page.isShading && page.drawing) || page.items[0]];
}

function captionOf(app, pages, page) {
  const [n, all] = [pages.indexOf(page) + 1, pages.length];
  return app.flow.kind === "practice" ? app.t("practice_of", { n, all }) : app.t("question_of", { n, all, day: captionDay(app) });
}

function progressOf(pages, page) {
  const parts = pages.map((one) => h("i", { class: one.index <= page.index ? "past" : "" }));
  return h("div", { class: "progress", "aria-hidden": "true" }, parts);
}

export function footOf(app, back, ...others) {
  return [button(app.t("back"), back, { class: "back" }), ...others];
}

function stopButton(app) {
  return app.flow.kind === "practice" ? null : button(app.t("stop_for_now"), () => leaveFlow(app), { class: "quiet" });
}

function questionPart(app, page, form) {
  const fields = page.items.map((name) => fieldOf(app, name, form.items[name], page.items.length === 1));
  const problem = () => {
    for (const { element, read, name } of fields) {
      const text = read() || (name in app.flow.answers ? "" : app.t("answer_needed"));
      if (text) return { field: element, text };
    }
    return null;
  };
  return { body: fields.map((field) => field.element), problem };
}

// Which pages follow may depend on the answers just given, so they are worked out anew.
function forward(app, page) {
  const next = nextPage(pagesOfFlow(app), page.index);
  app.go(next ? `answer/${next.index}` : "review");
}

function backward(app, page) {
  const before = pageBefore(pagesOfFlow(app), page.index);
  if (before) app.go(`answer/${before.index}`);
  else leaveFlow(app);
}

export function reviewScreen(app) {
  const { flow } = app;
  const isPractice = flow.kind === "practice";
  const rows = pagesOfFlow(app).map((page) => reviewRow(app, page));
  const send = h("button", { class: "go", type: "button", onclick: (event) => sendFlow(app, event.currentTarget) }, app.t(isPractice ? "go_on" : "send"));
  const last = pagesOfFlow(app).at(-1).index;
  return {
    heading: app.t("review"),
    caption: isPractice ? app.t("practice") : `${sayText(app, formOf(app).label)} · ${captionDay(app)}`,
    body: [h("p", {}, app.t("review_why")), h("dl", { class: "answers" }, rows)],
    foot: footOf(app, () => app.go(`answer/${last}`), send),
  };
}

function reviewRow(app, page) {
  const { items } = formOf(app);
  const label = sayText(app, questionOf(formOf(app), page).label);
  const answers = page.isShading ? shadingWords(app, page) : page.items.map((item) => answerWords(app, items[item], app.flow.answers[item], page.items.length > 1));
  const change = h("a", { class: "change", href: `#answer/${page.index}`, "aria-label": app.t("change_of", { label }) }, app.t("change"));
  return h("div", {}, h("dt", {}, label), h("dd", {}, answers.map((text) => h("p", {}, text))), h("dd", { class: "act" }, change));
}

export function answerWords(app, item, answer, isNamed = false) {
  const name = isNamed ? `${rowLabel(app, item)}: ` : "";
  return name + plainWords(app, item, answer);
}

function plainWords(app, item, answer) {
  if (!answer) return "–";
  if (answer.m) return app.t("skipped");
  const code = item?.codes?.find((one) => one.code === answer.v);
  if (code) return sayText(app, code.label);
  if (item?.type === "boolean") return app.t(answer.v === "true" ? "yes" : "no");
  return item?.type === "date" ? sayDate(app.language, answer.v) : answer.v;
}

async function sendFlow(app, press) {
  const { flow } = app;
  press.disabled = true;
  if (flow.kind === "practice") return endPractice(app);
  if (!isComplete(flow, formOf(app), askOfFlow(app))) return goToOpenPage(app);
  if (changesNothing(flow, formOf(app), askOfFlow(app))) {
    press.disabled = false;
    return sayProblem(press, app.t("nothing_changed"));
  }
  const now = clock();
  if (isExpired(flow, app.diary.package.forms, now, wallClock(now))) return app.go(`late/${[flow.form, flow.day, flow.visit].map(encodeURIComponent).join("/")}`);
  app.told = toldBy(formOf(app), standing(formOf(app), flow.answers, askOfFlow(app)), askOfFlow(app));
  try {
    await refresh(app.diary); // another tab may have gone further
    if (isOthers(app.diary, flow)) return refuseFlow(app);
    if (isTwice(app, flow)) {
      press.disabled = false;
      return sayProblem(press, app.t("sent_already"));
    }
    await finishFlow(app.diary, flow);
  } catch {
    press.disabled = false;
    return sayProblem(press, app.t("not_saved")); // the answers are still here
  }
  app.flow = null;
  sendInBackground();
  app.sync.now();
  return app.go("sent", { replace: true });
}

let said = ""; // the entry of which it was

/** Whether another tab has sent this occasion meanwhile. It is said once: who presses again wants both to be sent. */
function isTwice(app, flow) {
  if (flow.kind === "correction" || flow.id === said || !isAnswered(app.diary, flow)) return false;
  said = flow.id;
  return true;
}

function refuseFlow(app) {
  app.notice = app.t("other_person");
  return dropFlow(app);
}

async function endPractice(app) {
  app.flow = null;
  await app.keepSetup(app.setup ? "practised" : "");
  app.go("today", { replace: true });
}

function warning(app, texts) {
  const { contact } = app.diary.package;
  const call = contact?.phone ? h("p", {}, callLink(app, contact.phone)) : null;
  return h("section", { class: "warning" }, h("h2", {}, sign("warn"), app.t("important")), texts.map((one) => told(app, one)), call);
}

export function callLink(app, phone) {
  return h("a", { class: "call", href: `tel:${phone.replace(/[^\d+]/g, "")}` }, app.t("call_site", { phone }));
}

export function leaveScreen(app) {
  const texts = toldBy(formOf(app), app.flow.answers, askOfFlow(app));
  return {
    heading: app.t("leave_title"),
    body: [warning(app, texts), h("p", {}, app.t("leave_why"))],
    foot: footOf(app, () => goToOpenPage(app), button(app.t("leave"), () => dropFlow(app), { class: "go" })),
  };
}

export function sentScreen(app) {
  const { diary, told: texts } = app;
  const next = nextOne(calendarOf(diary), wallClock(clock()));
  const home = () => {
    app.told = [];
    app.go("today");
  };
  const isSent = diary.count === 0;
  const words = h("p", { class: "big" }, sign(isSent ? "done" : "waiting"), h("span", {}, app.t(isSent ? "sent_now" : "sent_waiting")));
  const done = button(app.t(texts.length ? "was_read" : "to_start"), home, { class: "go" });
  return { heading: app.t("sent_thanks"), body: [texts.length ? warning(app, texts) : null, words, h("p", {}, nextText(app, next)), done].filter(Boolean) };
}
