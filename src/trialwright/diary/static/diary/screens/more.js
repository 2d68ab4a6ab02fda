// What the start page leads to: contact, reports, settings and reminders.

import { calendarOf, hasRules } from "../diary.js";
import { button, choice, clearProblems, download, field, h, sayProblem, told } from "../page.js";
import { atMinute, clock, dayOf, minutesBetween, openNow, wallClock } from "../schedule.js";
import { sayText, startFlow } from "./fields.js";
import { lockChooser, pinForm } from "./lock.js";
import { callLink } from "./question.js";
import { call, readCalendar } from "../sync.js";
import { LANGUAGES, NAMES } from "../words.js";

function home(app) {
  return button(app.t("to_start"), () => app.go("today"));
}

export function contactScreen(app) {
  const { contact, code } = app.diary.package;
  const call = contact.phone ? h("p", {}, callLink(app, contact.phone)) : null;
  const number = h("dl", { class: "answers plain" }, h("div", {}, h("dt", {}, app.t("your_code")), h("dd", {}, code)));
  return { heading: app.t("contact"), body: [told(app, contact.text, "p", { class: "big-text" }), call, number, home(app)].filter(Boolean) };
}

export function reportScreen(app) {
  const forms = Object.entries(app.diary.package.forms).filter(([, form]) => form.kind === "whenever");
  const canAsk = forms.length && hasRules(app.diary) && !app.diary.isClosed;
  if (!canAsk) return { heading: app.t("report"), body: [h("p", {}, app.t(forms.length ? "rules_missing" : "report_none")), home(app)] };
  const buttons = forms.map(([name, form]) => button(sayText(app, form.label), () => startFlow(app, "entry", { form: name, visit: "", day: dayOf(clock()) })));
  return { heading: app.t("report"), body: [h("p", {}, app.t("report_which")), ...buttons, home(app)] };
}

export function languageChoice(app) {
  const change = async (event) => {
    await app.keepLanguage(event.target.value);
    app.show({ keepFocus: true });
    document.querySelector("input[name=language]:checked").focus();
  };
  const options = LANGUAGES.map((one) => choice({ name: "language", value: one, label: h("span", { lang: one }, NAMES[one]), checked: one === app.language, onchange: change }));
  return h("fieldset", {}, h("legend", {}, app.t("language")), h("div", { class: "pair" }, options));
}

export function settingsScreen(app) {
  return {
    heading: app.t("settings"),
    body: [
      languageChoice(app),
      reminderForm(app).at,
      calendarRow(app),
      app.diary.lock ? button(app.t("new_lock"), () => app.go("new-lock")) : null,
      home(app),
    ].filter(Boolean),
  };
}

/** The old lock first: who finds the diary open must not be able to lock its owner out. */
export function newLockScreen(app) {
  const at = h("div", {});
  const choose = () => {
    const done = () => {
      app.notice = app.t("pin_saved");
      app.go("today");
    };
    at.replaceChildren(lockChooser(app, done));
    at.querySelector("input, button").focus();
  };
  if (app.diary.lock.passkey) choose();
  else at.append(pinForm(app, choose));
  return { heading: app.t("new_lock"), body: [at, home(app)] };
}

function usual(forms) {
  return Object.values(forms).find((form) => form.kind === "day") ?? Object.values(forms).find((form) => form.kind !== "whenever");
}

/** settled(): -> "" where the time that is shown is kept, else what kept it from being so; it is tried once more. */
export function reminderForm(app) {
  const input = h("input", { type: "time", id: "remind", class: "short", required: true });
  reminderTime(app).then((time) => (input.value = time));
  const said = h("p", { role: "status", class: "said" });
  // Kept as soon as it is changed: nobody should leave the page with a time that is shown and does not count.
  const keep = async () => {
    clearProblems(input);
    said.textContent = "";
    const problem = input.value ? await keepReminder(app, input.value) : "outside";
    if (problem) sayProblem(input, problem === "outside" ? outsideText(app) : app.t("needs_internet"));
    else said.textContent = app.t("reminder_saved", { time: input.value });
    return problem;
  };
  let last = Promise.resolve("");
  input.addEventListener("change", () => (last = keep()));
  const at = h("div", {}, field(app.t("reminder_time"), input, windowHint(app)), said);
  return { at, settled: async () => (await last) && (last = keep()) };
}

function outsideText(app) {
  const window = windowOfDay(app);
  return window ? app.t("reminder_outside", window) : app.t("needs_internet");
}

function windowHint(app) {
  const window = windowOfDay(app);
  return window && h("p", { class: "hint" }, app.t("reminder_hint", window));
}

function windowOfDay(app) {
  const form = usual(app.diary.package.forms);
  if (!form) return null;
  const time = (minutes) => atMinute("2000-01-01", minutes).slice(11);
  const [opens, last] = [time(form.opens), time(form.closes)];
  const closes = form.closes > 1440 ? app.t("next_day_at", { time: last }) : last;
  return { opens, closes };
}

export function calendarRow(app) {
  const save = async (event) => {
    const at = event.target;
    if (!(await saveCalendar(app))) sayProblem(at, app.t("needs_internet"));
  };
  const row = h("div", { class: "field" }, button(app.t("calendar"), save));
  if (!canPush(app)) return row;
  return h("div", {}, row, pushRow(app));
}

function pushRow(app) {
  const row = h("div", { class: "field" });
  const draw = async () => {
    const isOn = await isPushed();
    const change = async (event) => {
      const at = event.target;
      if (await setPush(app, !isOn)) draw();
      else sayProblem(at, app.t("push_failed"));
    };
    row.replaceChildren(button(app.t(isOn ? "push_off" : "push_on"), change));
  };
  draw();
  return row;
}

let timer = null;

export function snoozes(minutes, now, closes) {
  return minutes.filter((one) => minutesBetween(now, closes) > one);
}

export async function snooze(app, minutes) {
  const at = new Date(+clock() + minutes * 60_000);
  await app.diary.vault.set("snooze", { at: at.toISOString() });
  call("settings", { token: app.diary.join.token, body: { snooze_until: at.toISOString() } }); // where the server reminds too
  app.notice = app.t("snoozed", { time: wallClock(at).slice(11) });
  wake(app, at);
  app.show();
}

/** Takes up a reminder that was put off before the page was closed. */
export async function takeReminder(app) {
  const kept = await app.diary.vault.get("snooze");
  if (kept && Date.parse(kept.at) > clock()) wake(app, new Date(kept.at));
}

function wake(app, at) {
  clearTimeout(timer);
  timer = setTimeout(() => remind(app), at - clock());
}

async function remind(app) {
  await app.diary.vault.remove("snooze");
  const isOpen = app.diary.join && openNow(calendarOf(app.diary), wallClock(clock())).length > 0;
  if (!isOpen || app.flow) return;
  app.notice = app.t("snooze_now");
  app.show();
  const registration = await navigator.serviceWorker?.getRegistration("/diary/");
  if (window.Notification?.permission === "granted") registration?.showNotification(app.t("push_text"), { tag: "diary", lang: app.language });
}

/** Gives "", "outside" where the diary is not open at that time, or "later". */
async function keepReminder(app, time) {
  const { status, answer } = await call("settings", { token: app.diary.join.token, body: { remind_at: time, language: app.language } });
  if (status === 200) await app.diary.vault.set("remind_at", time);
  if (status === 200) return "";
  return status === 422 && answer?.state === "remind-outside" ? "outside" : "later";
}

/** The time that was chosen, else the study's: "20:00". */
export async function reminderTime(app) {
  const { remind_at: planned } = app.diary.package;
  return (await app.diary.vault.get("remind_at")) ?? (typeof planned === "number" ? atMinute("2000-01-01", planned).slice(11) : planned);
}

export async function saveCalendar(app) {
  const file = await readCalendar(app.diary.join.token);
  if (file) download(file, "diary.ics");
  return Boolean(file);
}

export function canPush(app) {
  return Boolean(app.diary.package.push_key && window.PushManager && navigator.serviceWorker);
}

async function subscriptionOf() {
  const registration = await navigator.serviceWorker.getRegistration("/diary/");
  return { manager: registration.pushManager, subscription: await registration.pushManager.getSubscription() };
}

export async function isPushed() {
  return Boolean((await subscriptionOf()).subscription);
}

/** Must follow a press of the participant: browsers ask for leave only then. */
export async function setPush(app, isOn) {
  try {
    const { manager, subscription } = await subscriptionOf();
    const key = app.diary.package.push_key;
    const made = isOn ? await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key }) : null;
    if (!isOn) await subscription?.unsubscribe();
    const { status } = await call("push", { token: app.diary.join.token, body: { subscription: made?.toJSON() ?? null } });
    return status === 200;
  } catch {
    return false;
  }
}
