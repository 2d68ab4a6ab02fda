// Talking with the server: when to send, and the outbox of this phone as page and service worker both open it.
// Who asks is said by the bearer token alone: no cookie, so nothing else can ask in its name.

import { openOutbox } from "./outbox.js";
import { clock, goBy } from "./schedule.js";

const FIRST_MS = 5_000;
const LONGEST_MS = 600_000;
const QUIET_MS = 300_000;

/** Wait before the next try: doubles, to ten minutes, with jitter so that a ward of phones does not call at once. */
export function delayMs(tries, random) {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 20)) * (0.5 + random() / 2);
}

/**
 * send: () -> summary of the outbox; told: (summary) -> void; alone: (work) -> runs it unless another tab does
 * timers: {set(work, ms), clear(id)}
 */
export function openSync({ send, told, alone, timers, random }) {
  let tries = 0;
  let timer = null;
  let isStopped = false;
  async function now() {
    if (isStopped) return;
    timers.clear(timer);
    let summary = null; // stays so where another tab sends, which may be closed before it is done, or the storage fails
    try {
      summary = await alone(send);
    } finally {
      const isDone = summary?.state === "ok" && !summary.left; // what was added meanwhile is still to go
      tries = isDone ? 0 : tries + 1;
      timers.clear(timer);
      if (!isStopped) timer = timers.set(now, isDone ? QUIET_MS : delayMs(tries - 1, random));
    }
    if (summary && !isStopped) await told(summary);
  }
  return {
    now,
    /** Where the network is said to be back, which it often is a moment later: the waits begin anew. */
    anew() {
      tries = 0;
      return now();
    },
    stop() {
      isStopped = true;
      timers.clear(timer);
    },
  };
}

/** Runs the work in one tab at a time, where the browser has locks; the server takes twice for once where not. */
export function oneTabAtOnce(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request("diary-send", { ifAvailable: true }, (lock) => (lock ? work() : null));
}

export function listen(sync) {
  window.addEventListener("online", () => sync.anew());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") sync.anew();
  });
}

/** Asks the browser to send after the page is closed, where it can. */
export async function sendInBackground() {
  const registration = await navigator.serviceWorker?.getRegistration("/diary/");
  try {
    await registration?.sync?.register("diary-send");
  } catch {
    // Background sync is switched off: the page sends when it is opened again.
  }
}

const PATIENCE_MS = 30_000;

/** A fetch that gives up: a half-dead network must not hold back the next try. */
export function patientFetch(address, options) {
  return fetch(address, { ...options, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
}

/** {status, answer}; status 0 where there is no network, answer null where it was no JSON. */
export async function call(path, { token = "", body = null } = {}) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const method = body === null ? "GET" : "POST";
  try {
    const response = await patientFetch(`/diary/api/${path}`, { method, headers, body: body && JSON.stringify(body) });
    return { status: response.status, answer: await response.json().catch(() => null) };
  } catch {
    return { status: 0, answer: null };
  }
}

export async function readCalendar(token) {
  try {
    const response = await patientFetch("/diary/api/reminders.ics", { headers: { Authorization: `Bearer ${token}` } });
    return response.ok ? await response.blob() : null;
  } catch {
    return null;
  }
}

/** join: {token, device} as the server gave them; version: of this app. */
export function outboxOf(vault, join, version) {
  return openOutbox({
    store: vault.outboxOf(join.device),
    seal: vault.seal,
    fetch: patientFetch,
    now: clock,
    uuid: () => crypto.randomUUID(),
    about: async () => {
      const given = await vault.get("package");
      goBy(given); // the service worker too
      return { token: join.token, package: given?.digest ?? "" };
    },
    heard: (step) => keepAnswer(vault, join.device, step),
    app: version,
  });
}

const MOST_TAKEN = 60;

/**
 * Keeps what the server said about the past days, whether the diary has ended, and how wrong the phone's clock is. What
 * it took and put aside is not among the days that it calls done, and still must not be asked again: so the phone
 * remembers what was taken, and what of it came before it was asked.
 * device: as which it asked; somebody else may have joined before the answer came.
 */
async function keepAnswer(vault, device, { answer, results, off: wrongBy }) {
  const { package: newer = null } = answer;
  const isMoved = newer && (newer.days_off ?? 0) !== ((await vault.get("package"))?.days_off ?? 0); // a demonstration's calendar
  await vault.changeAs(device, "answer", (former) => {
    const { done = [], closed = former?.closed ?? false } = answer; // it cannot always tell
    const off = (isMoved ? null : wrongBy) ?? former?.off ?? 0;
    return { done, closed, off, taken: latest([...(former?.taken ?? []), ...results.map(taking)]) };
  });
}

function taking({ form, visit, day, flags }) {
  return [form, visit, day, flags?.includes("early")];
}

/** Each once: what could not be let go after it was taken is sent, and taken, again. */
function latest(taken) {
  const last = new Map();
  for (const one of taken) {
    const name = JSON.stringify(one.slice(0, 3));
    last.delete(name);
    last.set(name, one);
  }
  return [...last.values()].slice(-MOST_TAKEN);
}

/**
 * What waits of earlier participants is sent with their tokens, and both go: when all is sent, or when it is revoked.
 * Gives those of whom something waits still; where nobody has joined, with the last of them the vault is gone.
 */
export async function sendFormers(vault, version) {
  const left = [];
  for (const join of await vault.formers()) {
    const box = outboxOf(vault, join, version);
    const { state } = (await box.count()) ? await box.send() : {};
    if (state === "revoked" || !(await box.count())) await vault.forget(join.device);
    else left.push(join);
  }
  return left;
}

/**
 * For the service worker: sends what waits when no page is open, unless a page that was opened meanwhile does. Throws
 * where it should be tried again.
 */
export async function sendFromWorker(vault, version) {
  const state = await oneTabAtOnce(async () => {
    const join = await vault.get("join");
    const summary = join ? await outboxOf(vault, join, version).send() : { state: "ok" };
    const left = summary.state === "offline" ? [] : await sendFormers(vault, version);
    if (summary.state === "revoked") await vault.wipe(join.device);
    if (summary.error) throw summary.error;
    return left.length && ["ok", "revoked"].includes(summary.state) ? "later" : summary.state;
  });
  if (!["ok", "revoked"].includes(state)) throw new Error(state ?? "later");
}
