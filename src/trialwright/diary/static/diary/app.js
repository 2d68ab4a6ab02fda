// Starts the app, and shows the screen that the address names.

import { hasJoinedWith, openDiary, refresh, sendNow } from "./diary.js";
import { button, h } from "./page.js";
import { blockedScreen, brokenScreen, homeScreenScreen, insecureScreen, joinScreen, lockSetupScreen, noDiaryScreen, practiceDoneScreen, practiceIntroScreen, reminderScreen, revokedScreen, wechatScreen } from "./screens/join.js";
import { lockScreen } from "./screens/lock.js";
import { contactScreen, newLockScreen, reportScreen, settingsScreen, takeReminder } from "./screens/more.js";
import { answerScreen, leaveScreen, reviewScreen, sentScreen } from "./screens/question.js";
import { lateScreen, todayScreen } from "./screens/today.js";
import { call, listen, oneTabAtOnce, openSync, sendInBackground } from "./sync.js";
import { LANGUAGES, NAMES, say } from "./words.js";

const LOCK_AFTER_MS = 120_000;

const SCREENS = {
  today: todayScreen,
  answer: answerScreen,
  review: reviewScreen,
  leave: leaveScreen,
  sent: sentScreen,
  late: lateScreen,
  history: fetched("screens/history", "history", "history_offline"),
  correct: fetched("screens/history", "history", "history_offline"),
  contact: contactScreen,
  report: reportScreen,
  settings: settingsScreen,
  photo: fetched("photos/screen", "photo", "needs_internet"),
  "new-lock": newLockScreen,
};
const SETUP = {
  lock: lockSetupScreen,
  practice: practiceIntroScreen,
  practised: practiceDoneScreen,
  reminder: reminderScreen,
  home: homeScreenScreen,
};
const OF_A_FLOW = ["answer", "review", "leave"];

const app = {
  diary: null,
  language: "en",
  isUnlocked: false,
  setup: "",
  flow: null, // the entry that is being answered
  told: [], // red flags of the entry just sent
  state: "checking", // of the last sending
  refused: 0, // entries that it could not hand over
  sync: null,
  isRevoked: false,
  lost: 0, // entries that were not sent and went with it
  staysInWechat: false,
  staysBlocked: false,
  newWorker: null,
  installing: null, // Android's offer to install
  notice: "",
  t: (key, values) => say(app.language, key, values),
  go,
  show,
  stopSending: () => app.sync?.stop(),
  startSending,
  keepLanguage,
  keepSetup,
};

let failures = 0;

/**
 * A screen that is not kept on the phone, as it needs internet anyway; of this very version, since that of another may not
 * fit. Browsers remember what could not be loaded, by its address: so each further try has another.
 */
function fetched(path, heading, why) {
  return () => {
    const said = h("div", { role: "status" }, h("p", {}, app.t("loading")));
    import(`./${path}.js?v=${app.diary.version}&try=${failures}`).then(loaded, () => {
      failures += 1;
      said.replaceChildren(h("p", { class: "note" }, app.t(why)));
    });
    return { heading: app.t(heading), body: [said, button(app.t("to_start"), () => go("today"))] };
  };
}

function loaded({ screens }) {
  Object.assign(SCREENS, screens);
  if (route().name in screens) show(); // who has gone on meanwhile may be typing
}

function go(hash, { replace = false } = {}) {
  if (location.hash === `#${hash}`) show();
  else if (replace) location.replace(`#${hash}`);
  else location.hash = hash;
}

function route() {
  const [name, ...rest] = location.hash.slice(1).split("/");
  return { name, rest: rest.map(decodeURIComponent) };
}

function screenInTheWay(name, rest) {
  const { diary } = app;
  if (!app.staysInWechat && /MicroMessenger/i.test(navigator.userAgent)) return wechatScreen(app);
  if (!diary.vault.isLasting && !app.staysBlocked) return blockedScreen(app);
  const code = new URLSearchParams(location.hash.slice(1)).get("join");
  if (app.isRevoked && code) location.reload(); // with an empty vault
  if (app.isRevoked) return revokedScreen(app);
  if (code && hasJoinedWith(diary, code)) history.replaceState(null, "", "#today");
  else if (code || name === "enter") return joinScreen(app, code ?? rest[0] ?? "");
  if (!diary.join) return noDiaryScreen(app);
  if (diary.lock && !app.isUnlocked) return lockScreen(app);
  if (app.setup && app.flow?.kind !== "practice") return SETUP[app.setup](app);
  return null;
}

function screenNow() {
  const { name, rest } = route();
  const first = screenInTheWay(name, rest);
  if (first) return { screen: first, name: "" };
  const known = name in SCREENS && !(OF_A_FLOW.includes(name) && !app.flow) ? name : "today";
  return { screen: SCREENS[known](app, rest), name: known };
}

/** Draws the page anew and takes keyboard and screen reader to its heading. */
function show({ keepFocus = false } = {}) {
  try {
    const { screen, name } = screenNow();
    draw(screen, name);
  } catch (error) {
    console.error(error);
    draw(brokenScreen(app), "");
  }
  if (!keepFocus) toTop();
}

function toTop() {
  window.scrollTo(0, 0);
  document.querySelector("h1")?.focus({ preventScroll: true });
}

function draw({ heading, caption = null, body, foot = null, progress = null, onkey = null }, name) {
  const { diary } = app;
  const title = diary?.package?.title[app.language] ?? app.t("diary");
  document.documentElement.lang = app.language;
  document.title = heading === title ? title : `${heading} · ${title}`;
  document.querySelector("#title").textContent = title;
  document.querySelector("#main").replaceChildren(...[progress, caption && h("p", { class: "caption" }, caption), h("h1", { tabindex: "-1", id: "heading" }, heading), ...body].filter(Boolean));
  const foots = document.querySelector("#foot");
  foots.replaceChildren(...(foot ?? []));
  foots.hidden = !foot;
  document.onkeydown = onkey;
  drawLanguages();
  drawStatus();
  drawUpdate(name);
}

function drawLanguages() {
  const others = (app.diary?.package?.languages ?? LANGUAGES).filter((one) => one !== app.language && LANGUAGES.includes(one));
  const buttons = others.map((one) => button(NAMES[one], () => changeLanguage(one), { lang: one, class: "language" }));
  document.querySelector("#languages").replaceChildren(...buttons);
}

async function changeLanguage(language) {
  await keepLanguage(language);
  show({ keepFocus: true });
  document.querySelector("#languages button")?.focus();
}

async function keepLanguage(language) {
  app.language = language;
  if (app.isRevoked) return; // nothing more is kept, and the vault may be gone
  await app.diary?.vault.set("language", language);
  if (app.diary?.join) call("settings", { token: app.diary.join.token, body: { language } }); // reminders speak it too
}

async function keepSetup(step) {
  app.setup = step;
  await (step ? app.diary.vault.set("setup", step) : app.diary.vault.remove("setup"));
}

const WAITING = { offline: "waiting_offline", refused: "waiting_refused", unknown: "waiting_unknown", too_old: "waiting_old", checking: "checking" };

function statusText() {
  const { diary, state } = app;
  const n = diary.count;
  if (!diary.vault.isLasting && n > 0) return app.t("waiting_memory", { n });
  if (state === "unknown" || state === "too_old") return app.t(WAITING[state], { n });
  if (n === 0 && app.flow && state !== "offline") return ""; // "Everything is sent" would be said of what is being answered
  if (n === 0) return app.t(state === "offline" ? "no_internet" : "all_sent");
  if (state === "ok") return app.t(diary.waiting.size ? "waiting_sending" : "waiting_former", { n });
  return app.t(WAITING[state] ?? "waiting_later", { n });
}

/** How many entries wait is always on the screen, in words; told aloud only when it changes. */
function drawStatus() {
  const at = document.querySelector("#status");
  const text = app.diary?.join ? statusText() : "";
  if (at.textContent !== text) at.textContent = text;
  at.hidden = !text;
  const isCalm = app.diary?.count === 0 && ["ok", "checking"].includes(app.state);
  at.classList.toggle("calm", Boolean(isCalm));
}

function drawUpdate(name) {
  const at = document.querySelector("#update");
  const isBusy = OF_A_FLOW.includes(name);
  at.hidden = !app.newWorker || isBusy;
  if (at.hidden) return at.replaceChildren();
  return at.replaceChildren(h("p", {}, app.t("update_ready")), button(app.t("update_now"), () => app.newWorker.postMessage("take over")));
}

function startSending() {
  app.sync?.stop();
  app.sync = openSync({
    send: () => sendNow(app.diary, () => app.flow !== null),
    told: onSent,
    alone: oneTabAtOnce,
    timers: { set: (work, ms) => setTimeout(work, ms), clear: (timer) => clearTimeout(timer) },
    random: Math.random,
  });
  app.sync.now();
}

async function onSent(summary) {
  app.state = summary.state;
  if (summary.answer) app.refused = summary.refused.length;
  if (summary.state === "too_old") (await navigator.serviceWorker?.getRegistration("/diary/"))?.update();
  const { join, former } = app.diary;
  const isOver = !join && !former.length; // of a revoked phone what somebody before has answered still goes
  if (isOver) app.sync.stop();
  if (summary.state === "revoked") {
    if (!isOver) sendInBackground();
    Object.assign(app, { isRevoked: true, lost: summary.left ?? 0, flow: null, told: [] });
    return show();
  }
  if (isOver && !app.isRevoked) return location.reload(); // the vault has gone with the last of it
  const isPlain = ["", "today", "sent"].includes(route().name) && !app.setup && app.isUnlocked;
  if (isPlain && !document.activeElement?.matches("input, textarea")) redraw();
  else drawStatus();
}

/** The same screen with what has changed; the focus stays where it was. */
function redraw() {
  const focused = [...document.querySelectorAll("#main button, #main a")].indexOf(document.activeElement);
  const wasHeading = document.activeElement?.id === "heading";
  show({ keepFocus: true });
  if (wasHeading) document.querySelector("#heading").focus({ preventScroll: true });
  else document.querySelectorAll("#main button, #main a")[focused]?.focus({ preventScroll: true });
}

function lockWhenAway() {
  let hidden = 0;
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState === "hidden") hidden = Date.now();
    else if (hidden && Date.now() - hidden > LOCK_AFTER_MS && app.diary.lock) {
      const { lock } = app.diary;
      app.isUnlocked = false;
      show(); // before anything is asked: until then the page lies open
      await refresh(app.diary);
      if (app.diary.lock !== lock) show();
    }
  });
}

async function startWorker() {
  if (!navigator.serviceWorker) return;
  const hadWorker = Boolean(navigator.serviceWorker.controller);
  let isReloading = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (hadWorker && !isReloading) location.reload();
    isReloading = true;
  });
  const registration = await navigator.serviceWorker.register("/diary/sw.js", { scope: "/diary/", type: "module" });
  const offer = (worker) => {
    app.newWorker = worker;
    if (worker && ["", "today"].includes(route().name)) redraw();
  };
  if (registration.waiting && hadWorker) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => worker.state === "installed" && hadWorker && offer(worker));
  });
}

function firstLanguage() {
  return navigator.languages?.some((one) => one.toLowerCase().startsWith("zh")) ? "zh-Hans" : "en";
}

async function start() {
  app.language = firstLanguage();
  if (!window.isSecureContext) return draw(insecureScreen(app), "");
  app.diary = await openDiary(document.documentElement.dataset.app ?? "");
  app.language = (await app.diary.vault.get("language")) ?? app.language;
  app.setup = (await app.diary.vault.get("setup")) ?? "";
  window.addEventListener("hashchange", () => show());
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    app.installing = event;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!app.diary.vault.isLasting && app.diary.count > 0) event.preventDefault();
  });
  lockWhenAway();
  listen({ anew: () => app.sync?.anew() });
  takeReminder(app);
  startWorker().catch(() => {}); // without a worker the diary works online
  if (app.diary.join || app.diary.former.length) startSending();
  return show();
}

start().catch((error) => {
  console.error(error);
  draw(brokenScreen(app), "");
});
