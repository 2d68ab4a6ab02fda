// The diary's own lock: six digits, kept only as a slow hash with growing waits after five wrong tries, or a passkey.

import { button, clearProblems, field, h, sayProblem } from "../page.js";
import { wallClock } from "../schedule.js";

export function lockScreen(app) {
  const { lock } = app.diary;
  const open = () => {
    app.isUnlocked = true;
    app.show();
  };
  const body = lock.passkey ? [passkeyButton(app, open)] : [pinForm(app, open), h("p", { class: "hint" }, app.t("pin_rule"))];
  return { heading: app.t("locked"), body: [...body, h("p", { class: "hint" }, app.t("pin_forgotten")), button(app.t("join_again"), () => app.go("enter"))] };
}

function passkeyButton(app, open) {
  const use = async (event) => {
    const at = event.target;
    if (await usePasskey(app.diary.lock.passkey)) open();
    else sayProblem(at, app.t("passkey_failed"));
  };
  return h("div", { class: "field" }, button(app.t("open"), use, { class: "go" }));
}

export function pinField(app, key, id) {
  const input = h("input", { type: "password", inputmode: "numeric", id, maxlength: DIGITS, autocomplete: "off", class: "pin" });
  return { input, at: field(app.t(key), input) };
}

/** Asks for the digits that the diary is locked with; `open` runs when they are right. */
export function pinForm(app, open) {
  const { input, at } = pinField(app, "pin", "pin");
  const submit = async (event) => {
    event.preventDefault();
    clearProblems(at);
    const pin = input.value;
    const problem = await oneTryAtOnce(() => problemOfTry(app, pin));
    input.value = "";
    if (problem) sayProblem(input, problem);
    else open();
  };
  return h("form", { onsubmit: submit, novalidate: true }, at, h("button", { class: "go" }, app.t("open")));
}

/** Tries are counted for the phone: with a count of its own, each further tab would give five more. */
function oneTryAtOnce(work) {
  return navigator.locks ? navigator.locks.request("diary-pin", work) : work();
}

async function problemOfTry(app, pin) {
  const { diary } = app;
  diary.lock = (await diary.vault.get("lock")) ?? diary.lock;
  if (diary.lock.passkey) return app.t("passkey_failed"); // chosen in another tab
  const wait = waitMs(diary.lock.wrong, diary.lock.last, Date.now());
  if (wait > 0) return waitText(app, wait);
  if (problemOfPin(pin) === "short") return app.t("pin_short");
  const { isRight, lock } = await tryPin(diary.lock, pin, Date.now());
  diary.lock = lock;
  await diary.vault.set("lock", lock); // before the answer is shown, so that closing the page gains no try
  const next = waitMs(lock.wrong, lock.last, Date.now());
  if (isRight) return "";
  return next > 0 ? waitText(app, next) : app.t("pin_wrong", { n: FREE_TRIES - lock.wrong });
}

function waitText(app, wait) {
  const until = new Date(Date.now() + wait + 59_999);
  return app.t("pin_wait", { time: wallClock(until).slice(11) });
}

/** Chooses a new lock, by PIN or passkey; `done` runs when it is kept. */
export function lockChooser(app, done) {
  const keep = async (lock) => {
    app.diary.lock = lock;
    await app.diary.vault.set("lock", lock);
    app.isUnlocked = true;
    done();
  };
  const at = h("div", {}, newPinForm(app, keep));
  hasPasskeys().then((has) => has && at.prepend(passkeyMaker(app, keep), h("h2", {}, app.t("lock_pin"))));
  return at;
}

function passkeyMaker(app, keep) {
  const make = async (event) => {
    const at = event.target;
    const passkey = await makePasskey(app.t("diary"));
    if (passkey) keep({ passkey });
    else sayProblem(at, app.t("passkey_failed"));
  };
  return h("div", { class: "field" }, button(app.t("lock_passkey"), make));
}

function newPinForm(app, keep) {
  const first = pinField(app, "pin_new", "pin");
  const second = pinField(app, "pin_again", "again");
  const submit = async (event) => {
    event.preventDefault();
    const problem = problemOfPin(first.input.value);
    if (problem) return sayProblem(first.input, app.t(problem === "short" ? "pin_short" : "pin_simple"));
    if (first.input.value !== second.input.value) return sayProblem(second.input, app.t("pin_differs"));
    return keep(await lockOf(first.input.value));
  };
  return h("form", { onsubmit: submit, novalidate: true }, first.at, second.at, h("button", { class: "go" }, app.t("go_on")));
}

export const DIGITS = 6;
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;
const ROUNDS = 310_000;

/** "short", "simple" (all the same, or a run such as 123456), or "" where it will do. */
export function problemOfPin(pin) {
  if (!new RegExp(`^\\d{${DIGITS}}$`).test(pin)) return "short";
  const steps = new Set([...pin].slice(1).map((digit, at) => Number(digit) - Number(pin[at])));
  return steps.size === 1 && [0, 1, -1].includes([...steps][0]) ? "simple" : "";
}

/** How long to wait before the next try. A clock that was set back does not shorten the wait. */
export function waitMs(wrong, last, now) {
  if (wrong < FREE_TRIES) return 0;
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (wrong - FREE_TRIES));
  return Math.min(wait, Math.max(0, last + wait - now));
}

async function slowHash(pin, salt) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, key, 256);
  return [...new Uint8Array(bits)];
}

export async function lockOf(pin) {
  const salt = [...crypto.getRandomValues(new Uint8Array(16))];
  return { salt, hash: await slowHash(pin, new Uint8Array(salt)), wrong: 0, last: 0 };
}

export async function tryPin(lock, pin, now) {
  const hash = await slowHash(pin, new Uint8Array(lock.salt));
  const isRight = hash.every((byte, at) => byte === lock.hash[at]);
  return { isRight, lock: isRight ? { ...lock, wrong: 0 } : { ...lock, wrong: lock.wrong + 1, last: now } };
}

export async function hasPasskeys() {
  try {
    return await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
  } catch {
    return false;
  }
}

/** Makes a passkey that never leaves the phone; gives its id, or null where the participant stopped. */
export async function makePasskey(name) {
  const random = (size) => crypto.getRandomValues(new Uint8Array(size));
  const publicKey = {
    challenge: random(32),
    rp: { name },
    user: { id: random(16), name, displayName: name },
    pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
    authenticatorSelection: { authenticatorAttachment: "platform", userVerification: "required" },
  };
  try {
    const made = await navigator.credentials.create({ publicKey });
    return [...new Uint8Array(made.rawId)];
  } catch {
    return null;
  }
}

const USER_VERIFIED = 0x04; // bit of the flags byte of the authenticator data, WebAuthn 6.1

export async function usePasskey(id) {
  const allowed = [{ type: "public-key", id: new Uint8Array(id) }];
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  try {
    const shown = await navigator.credentials.get({ publicKey: { challenge, allowCredentials: allowed, userVerification: "required" } });
    return Boolean(new Uint8Array(shown.response.authenticatorData)[32] & USER_VERIFIED);
  } catch {
    return false;
  }
}
