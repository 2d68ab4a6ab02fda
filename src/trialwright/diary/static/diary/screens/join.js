// Without a diary: why it does not open here and what to do. Joining: invitation and year of birth, lock, practice,
// reminder, home screen.

import { hasJoinedWith, joinDiary, practiceForm } from "../diary.js";
import { button, field, h, sayProblem, told } from "../page.js";
import { newFlow, problemOfYear } from "../questions.js";
import { dayOf } from "../schedule.js";
import { lockChooser } from "./lock.js";
import { calendarRow, languageChoice, reminderForm } from "./more.js";

const isIos = () => /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
const isInstalled = () => window.matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

function platform() {
  if (/MicroMessenger/i.test(navigator.userAgent)) return "wechat";
  if (isIos()) return "ios";
  return /Android/i.test(navigator.userAgent) ? "android" : "other";
}

/** code: of the link; "" where it is still to be typed. */
export function joinScreen(app, code) {
  const codeField = h("input", { type: "text", id: "code", value: code, autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const year = h("input", { type: "text", id: "year", inputmode: "numeric", maxlength: 4, autocomplete: "off", class: "short" });
  const submit = async (event) => {
    event.preventDefault();
    const given = codeField.value.trim().replace(/^.*#join=/, "");
    if (!given) return sayProblem(codeField, app.t("code_missing"));
    if (hasJoinedWith(app.diary, given)) return app.go("today", { replace: true });
    const born = year.value.trim().normalize("NFKC");
    const problem = problemOfYear(born, new Date());
    if (problem) return sayProblem(year, app.t(problem));
    return tryJoin(app, event.submitter ?? event.target.querySelector("button.go"), { code: given, year: Number(born), yearField: year, codeField });
  };
  const form = h(
    "form",
    { onsubmit: submit, novalidate: true },
    languageChoice(app),
    field(app.t("code"), codeField),
    field(app.t("year_of_birth"), year, h("p", { class: "hint" }, app.t("year_hint"))),
    h("button", { class: "go" }, app.t("join")),
  );
  return { heading: app.t("welcome"), body: [isIos() && !isInstalled() && code ? iosFirst(app, code) : null, form, app.diary.join && button(app.t("to_start"), () => app.go("today"))].filter(Boolean) };
}

function iosFirst(app, code) {
  return h("section", { class: "note" }, h("h2", {}, app.t("iphone_first")), h("p", {}, app.t("iphone_why")), h("p", { class: "code" }, code), copyButton(app, "copy_code", code));
}

const PROBLEMS = { malformed: "code_unknown", used: "code_used", replaced: "code_replaced", expired: "code_expired", unknown: "code_unknown", offline: "join_offline" };

async function tryJoin(app, press, { code, year, yearField, codeField }) {
  press.disabled = true; // an invitation opens once: a second press would find it used
  const { problem, triesLeft } = await joinDiary(app.diary, { code, year, language: app.language, platform: platform() });
  press.disabled = false;
  if (problem === "year") return sayProblem(yearField, app.t("year_wrong", { n: triesLeft ?? 0 }));
  if (problem) return sayProblem(codeField, app.t(PROBLEMS[problem] ?? "join_later"));
  Object.assign(app, { isUnlocked: true, setup: "lock", isRevoked: false, flow: null });
  navigator.storage?.persist?.();
  app.startSending();
  return app.go("today", { replace: true }); // the code leaves the address
}

async function step(app, next) {
  await app.keepSetup(next);
  app.show();
}

export function lockSetupScreen(app) {
  const { notice } = app.diary.package;
  const isSaid = notice && Object.values(notice).some(Boolean);
  return { heading: app.t("lock_title"), body: [isSaid && told(app, notice, "p", { class: "note" }), h("p", {}, app.t("lock_why")), lockChooser(app, () => step(app, "practice"))].filter(Boolean) };
}

export function practiceIntroScreen(app) {
  const begin = () => {
    const form = practiceForm(app.diary.package.forms);
    app.flow = newFlow({ id: "practice", kind: "practice", form: "", visit: "", day: dayOf(new Date()), definition: "", now: new Date(), practice: form });
    app.go("answer/0");
  };
  const body = [h("p", {}, app.t("practice_why")), button(app.t("practice_start"), begin, { class: "go" }), button(app.t("practice_skip"), () => step(app, "reminder"))];
  return { heading: app.t("practice_title"), body };
}

export function practiceDoneScreen(app) {
  return { heading: app.t("practice_done"), body: [h("p", {}, app.t("practice_done_why")), button(app.t("go_on"), () => step(app, "reminder"), { class: "go" })] };
}

export function reminderScreen(app) {
  const reminder = reminderForm(app);
  const goOn = async () => {
    if ((await reminder.settled()) !== "outside") await step(app, "home"); // without internet it is set later
  };
  const body = [reminder.at, calendarRow(app), button(app.t("go_on"), goOn, { class: "go" })];
  return { heading: app.t("reminder_title"), body };
}

export function homeScreenScreen(app) {
  const kept = h("p", { class: "hint", role: "status" });
  Promise.resolve(navigator.storage?.persisted?.() ?? false).then((is) => (kept.textContent = app.t(is ? "storage_kept" : "storage_not_kept")));
  const finish = () => step(app, "");
  return { heading: app.t("home_title"), body: [isInstalled() ? null : homeHint(app), kept, button(app.t("finish"), finish, { class: "go" })].filter(Boolean) };
}

function homeHint(app) {
  if (app.installing) return button(app.t("home_install"), () => app.installing.prompt());
  const key = { ios: "home_ios", android: "home_android" }[platform()] ?? "home_other";
  return h("p", {}, app.t(key));
}

export function insecureScreen(app) {
  return { heading: app.t("insecure"), body: [h("p", {}, app.t("insecure_why"))] };
}

export function brokenScreen(app) {
  return { heading: app.t("diary"), body: [h("p", {}, app.t("broken"))] };
}

export function revokedScreen(app) {
  return { heading: app.t("revoked"), body: [app.lost ? h("p", { class: "warning" }, app.t("revoked_lost", { n: app.lost })) : null, h("p", {}, app.t("revoked_why"))].filter(Boolean) };
}

export function blockedScreen(app) {
  const stay = () => {
    app.staysBlocked = true;
    app.show();
  };
  return { heading: app.t("blocked"), body: [h("p", {}, app.t("blocked_why")), button(app.t("blocked_stay"), stay)] };
}

export function noDiaryScreen(app) {
  const { body } = joinScreen(app, "");
  return { heading: app.t("no_diary"), body: [h("p", {}, app.t("no_diary_why")), ...body] };
}

export function wechatScreen(app) {
  const stay = () => {
    app.staysInWechat = true;
    app.show();
  };
  const body = [h("p", {}, app.t("wechat_why")), h("img", { class: "picture", src: "/static/diary-icons/wechat.svg", alt: app.t("wechat_picture") }), copyButton(app, "copy_address", location.href), button(app.t("wechat_stay"), stay)];
  return { heading: app.t("wechat"), body };
}

export function copyButton(app, key, text) {
  const said = h("span", { role: "status", class: "said" });
  const copy = async () => {
    const done = await navigator.clipboard.writeText(text).then(() => true, () => false);
    said.textContent = done ? app.t("copied") : text;
  };
  return h("div", {}, button(app.t(key), copy), said);
}
