// Entries that wait to be sent. Nothing leaves the outbox but on the server's result for it.
// Pure logic: the store, the seal, the network, the clock and the ids are given.
//
// store: add(id, sealed, draft) -> number   gives the next number and keeps both in one transaction, and lets go of
//                                           that draft; an id that is there already keeps its number
//        list() -> [{id, number, sealed}] by number; remove(ids); count()
// seal:  close(value, id) -> sealed; open(sealed, id) -> value
// fetch: (address, {method, headers, body}) -> {status, json()}; throws where there is no network
// about: () -> {token, package}      who sends, and the digest of the package that the phone has
// heard: ({results, answer, off}) -> keeps what the server said; before entries that it took are let go

import { withOffset } from "./schedule.js";

export const PROTOCOL = 1;
export const MOST_AT_ONCE = 200;
const MOST_CHARACTERS = 400_000;
const DURABLE = ["stored", "kept_aside"];

export function openOutbox(deps) {
  let sending = null;
  return {
    add: (entry, draft = "") => addEntry(deps, entry, draft),
    count: () => deps.store.count(),
    entries: () => openAll(deps),
    send() {
      sending ??= sendAll(deps).finally(() => {
        sending = null;
      });
      return sending;
    },
  };
}

/** Sealed before the transaction opens: a transaction of IndexedDB ends while a cipher is awaited. */
async function addEntry({ store, seal, uuid }, entry, draft) {
  const id = entry.id || uuid();
  const sealed = await seal.close(wellFormed({ ...entry, id }), id);
  const number = await store.add(id, sealed, draft);
  return { id, number };
}

/** Half a character, as an emoji that was cut in two leaves it, is no text that a server can read. */
function wellFormed(entry) {
  return JSON.parse(JSON.stringify(entry, (_, value) => (typeof value === "string" ? value.replace(/\p{Cs}/gu, "\ufffd") : value)));
}

async function openAll({ store, seal }) {
  const entries = [];
  for (const record of await store.list()) {
    try {
      entries.push({ ...(await seal.open(record.sealed, record.id)), id: record.id, number: record.number });
    } catch {
      // It stays: what cannot be opened now is never deleted unsent.
    }
  }
  return entries;
}

function batchOf(entries) {
  let size = 0;
  const batch = entries.slice(0, MOST_AT_ONCE);
  const end = batch.findIndex((entry, index) => (size += JSON.stringify(entry).length) > MOST_CHARACTERS && index > 0);
  return end < 0 ? batch : batch.slice(0, end);
}

function add(total, step) {
  const { sent, results, refused, answer, off, error } = total;
  return { ...step, off: step.answer ? step.off : off, sent: sent + step.sent, results: [...results, ...step.results], refused: [...refused, ...step.refused], answer: step.answer ?? answer, error: error ?? step.error };
}

const NOTHING = { state: "ok", sent: 0, results: [], refused: [], answer: null, off: null, error: null };
const isHeard = ({ state }) => state === "ok" || state === "refused";

/**
 * error: what went wrong in keeping what the server said, or null; it holds back nothing.
 * refused: ids of entries that the server does not take. They stay, and hold back neither the others nor the news.
 * answer: the last that the server gave to any message; off: by how many ms the phone's clock was wrong then, or null.
 */
async function sendAll(deps) {
  let total = NOTHING;
  let left = largeLast(await openAll(deps));
  do {
    const batch = batchOf(left);
    let step = await sendBatch(deps, batch);
    if (step.state === "refused" && batch.length > 1) step = await sendOneByOne(deps, batch);
    total = add(total, step);
    const gone = new Set([...step.results.map((result) => result.id), ...step.refused]);
    left = left.filter((entry) => !gone.has(entry.id));
    if (!isHeard(step) || gone.size === 0) break;
  } while (left.length > 0);
  if (total.state === "refused" && !total.answer) total = add(total, await sendBatch(deps, []));
  const state = total.state === "ok" && total.refused.length ? "refused" : total.state;
  return { ...total, state, left: await deps.store.count() };
}

/** What is too large for a message that any network lets through is tried after all the others. */
function largeLast(entries) {
  const isLarge = (entry) => JSON.stringify(entry).length > MOST_CHARACTERS;
  return [...entries.filter((entry) => !isLarge(entry)), ...entries.filter(isLarge)];
}

async function sendOneByOne(deps, batch) {
  let total = NOTHING;
  for (const entry of batch) {
    const step = await sendBatch(deps, [entry]);
    total = add(total, step);
    if (!isHeard(step)) return total;
  }
  return total;
}

async function sendBatch(deps, batch) {
  const response = await post(deps, batch);
  if (response.state === "refused" && batch.length === 1) return { ...NOTHING, state: "refused", refused: [batch[0].id] };
  if (response.state !== "ok") return { ...NOTHING, state: response.state };
  const asked = new Map(batch.map(({ id, form, visit, day }) => [id, { form, visit, day }]));
  const told = response.answer.results.filter((one) => asked.has(one.id));
  const refused = told.filter((one) => one.state === "refused").map((one) => one.id);
  const durable = told.filter((one) => DURABLE.includes(one.state));
  const results = durable.map((one) => ({ ...one, ...asked.get(one.id) }));
  const step = { ...NOTHING, sent: results.length, results, refused, answer: response.answer, off: response.off };
  const keep = () => deps.heard(step).then(() => null, (error) => error);
  const failed = await keep();
  await deps.store.remove(results.map((one) => one.id));
  return { ...step, error: failed && (await keep()) }; // a full phone has room by now
}

async function post({ fetch, now, about, app }, entries) {
  const { token, package: digest } = await about();
  const asked = now();
  const body = JSON.stringify({ protocol: PROTOCOL, app, sent: withOffset(asked), package: digest, entries });
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
  try {
    const response = await fetch("/diary/api/sync", { method: "POST", headers, body });
    const read = await readAnswer(response);
    return { ...read, off: offOf(asked, read.answer, now()) };
  } catch {
    return { state: "offline", answer: null };
  }
}

/** Its time must lie between asking and hearing, however long the network, or a phone that slept meanwhile, took. */
function offOf(asked, answer, heard) {
  const now = Date.parse(answer?.now);
  if (Number.isNaN(now)) return null;
  return now < asked ? asked - now : Math.min(0, heard - now);
}

// A hotel's sign-in page answers too. Only our own words in JSON count, above all those that wipe the phone.
async function readAnswer(response) {
  let answer = null;
  try {
    answer = await response.json();
  } catch {
    return { state: response.status === 413 ? "refused" : "later", answer: null };
  }
  const isOurs = answer !== null && typeof answer === "object";
  if (response.status === 200) return isOurs && Array.isArray(answer.results) ? { state: "ok", answer } : { state: "later" };
  if (response.status === 401) return { state: isOurs && ["revoked", "unknown"].includes(answer.state) ? answer.state : "later" };
  if (response.status === 426) return { state: "too_old" };
  return { state: [400, 413, 422].includes(response.status) ? "refused" : "later" };
}
