// What this phone knows of its participant's diary, and the steps that change it. No screens here.

import { asked, entryOf, isExpired, isSame, newFlow, refit } from "./questions.js";
import { formReader } from "./rules.js";
import { clock, goBy, isFarOff, nameOf, wallClock } from "./schedule.js";
import { call, outboxOf, sendFormers } from "./sync.js";
import { FORMER, KEPT_RULES, openVault } from "./vault.js";
import { textsOf } from "./words.js";

export async function openDiary(version) {
  const vault = await openVault();
  const diary = { version, vault, join: null, package: null, rules: {}, outbox: null, lock: null, waiting: new Set(), done: new Set(), drafts: [], former: [], count: 0, isClosed: false, off: 0 };
  await readAll(diary);
  return diary;
}

async function readAll(diary) {
  await readJoin(diary);
  if (!diary.join) return;
  diary.outbox = outboxOf(diary.vault, diary.join, diary.version);
  await adopt(diary, diary.package).catch(() => (diary.rules = {})); // without network and before the first caching there are none yet
  await readState(diary);
}

async function readJoin(diary) {
  const names = ["join", "package", "lock"];
  const [join, given, lock] = await Promise.all(names.map((name) => diary.vault.get(name)));
  Object.assign(diary, { join, package: given, lock, former: await diary.vault.formers() });
  goBy(given);
}

// A package counts only together with its rules: a phone that has the one without the other could not ask.
async function adopt(diary, given, isFree = () => true) {
  const { join } = diary;
  const rules = given.rules ? await loadRules(given.rules) : {};
  if (diary.join !== join || !isFree()) return; // somebody has joined meanwhile, or begun to answer
  Object.assign(diary, { package: given, rules });
  goBy(given);
}

export function hasRules(diary) {
  return Object.keys(diary.rules).length > 0 || !diary.package.rules;
}

/** isFree: () -> whether nothing is being answered, so that other questions may take the place of those that are there. */
async function readState(diary, isFree = () => false) {
  const { join } = diary;
  const given = isFree() && (await diary.vault.get("package")); // before whose it is: the next one's would be taken for theirs
  const now = await diary.vault.get("join");
  if (!now) globalThis.document?.location.reload(); // another tab has heard that the phone was revoked
  if (now?.device !== join?.device) return readAll(diary); // another tab has joined anew
  if (given && given.digest !== diary.package.digest) await adopt(diary, given, isFree).catch(() => {}); // without its rules
  const entries = await diary.outbox.entries(); // first: what is sent meanwhile is said to be taken before it is let go
  const [answer, drafts] = await Promise.all([diary.vault.get("answer"), diary.vault.drafts()]);
  if (diary.join !== join) return; // what is read is another's by now: who has joined reads it anew
  diary.off = answer?.off ?? 0;
  // What was told before it was asked answers nothing; but as long as the clock is wrong, by it all this has been asked.
  const taken = (answer?.taken ?? []).filter((one) => !one[3] || isFarOff(diary.off));
  diary.done = new Set([...(answer?.done ?? []), ...taken].map(([form, visit, day]) => nameOf({ form, visit, day })));
  diary.waiting = new Set(entries.map(nameOf));
  const counts = await Promise.all([diary.join, ...diary.former].map(({ device }) => diary.vault.outboxOf(device).count()));
  diary.count = counts.reduce((sum, one) => sum + one);
  diary.isClosed = Boolean(answer?.closed || diary.package.closed);
  diary.drafts = await keepFresh(diary, drafts);
}

async function keepFresh(diary, drafts) {
  const now = clock();
  const old = drafts.filter((flow) => isOthers(diary, flow) || isExpired(flow, diary.package.forms, now, wallClock(now)));
  await Promise.all(old.map((flow) => diary.vault.dropDraft(flow.id)));
  const { definition, forms } = diary.package;
  return drafts.filter((flow) => !old.includes(flow)).map((flow) => refit(flow, definition, forms));
}

export function refresh(diary) {
  return readState(diary);
}

export function calendarOf(diary) {
  const { spans, forms } = diary.package;
  return { spans: diary.isClosed ? [] : spans, forms, done: diary.done, waiting: diary.waiting };
}

export function askOf(diary, form) {
  return askerOf(diary.rules, form);
}

/** Asks to join. Gives "" or what stands in the way: "used", "replaced", "expired", "unknown", "year", "offline", "later". */
export async function joinDiary(diary, { code, year, language, platform }) {
  const token = await tokenFor(diary.vault, code);
  const { status, answer } = await call("join", { body: { protocol: 1, code, year_of_birth: year, language, platform, token } });
  if (status === 200 && !answer?.token) return { problem: "later" }; // a hotel's sign-in page
  if (status !== 200) return { problem: status === 0 ? "offline" : (answer?.state ?? "later"), triesLeft: answer?.tries_left };
  await moveIn(diary, { ...answer, code }, language);
  return { problem: "" };
}

/** Whether this phone has joined with it: who opens the link of their invitation again wants their diary. */
export function hasJoinedWith({ join }, code) {
  return join?.invitation === code;
}

/** Made here and kept before it is sent: a phone that did not hear that it has joined is known by it when it asks again. */
async function tokenFor(vault, code) {
  const kept = await vault.get("joining");
  if (kept?.code === code) return kept.token;
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const token = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  await vault.set("joining", { code, token });
  return token;
}

async function moveIn(diary, answer, language) {
  do await readJoin(diary);
  // False where another tab was first, perhaps with the same invitation and so as the same device.
  while (diary.join?.device !== answer.device && !(await joinAs(diary, answer, language)));
  await readAll(diary);
}

/** By what never changes: a code may be corrected, or given to somebody else. */
function personOf({ study, participant, code }) {
  return `${study} ${participant ?? code}`; // of a package from before it told the id
}

/** Whether it is said of the participant of a package; before that told their id it was said by their code. */
function isPerson(person, { study, participant, code }) {
  return [participant, code].some((name) => person === `${study} ${name}`);
}

// Entries that wait go on only if it is the same participant: one person's answers are never sent as another's.
// The other's go on under the token that they were made with, and nothing else of that person stays.
function joinAs({ vault, join, package: own }, { token, device, code, package: given }, language) {
  const isSame = Boolean(join && own) && isPerson(personOf(own), given);
  const isOther = Boolean(join) && !isSame;
  const values = { package: given, language, setup: "lock", join: { token, device, invitation: code }, ...(isOther ? { [FORMER + join.device]: join } : {}) };
  const gone = ["lock", "joining", ...(isOther ? ["answer", "remind_at", "snooze"] : [])];
  return vault.moveIn({ device, former: join?.device ?? "", isSame, values, gone });
}

export async function beginFlow(diary, kind, occasion, rest = {}) {
  await readState(diary); // another tab may have gone further
  const { reason = null, corrects = "" } = rest;
  const begun = diary.drafts.find((flow) => flow.kind === kind && isSame(flow, occasion) && flow.corrects === corrects);
  if (begun) return { ...begun, reason: reason ?? begun.reason };
  const id = crypto.randomUUID();
  return newFlow({ id, kind, ...occasion, definition: diary.package.definition, person: personOf(diary.package), now: clock(), ...rest });
}

/** The flow that corrects such an entry; what is asked no more falls away. */
export function beginCorrection(diary, { id, root, form, visit, day, items }, reason) {
  const answers = asked(diary.package.forms[form], items);
  return beginFlow(diary, "correction", { form, visit, day }, { reason, root: root || id, corrects: id, answers, former: answers });
}

/** Reports may be many a day; every other occasion is answered once. */
export function isAnswered(diary, occasion) {
  const name = nameOf(occasion);
  return diary.package.forms[occasion.form]?.kind !== "whenever" && (diary.waiting.has(name) || diary.done.has(name));
}

/** Whether the phone has gone to another participant since it was begun: it must not be sent in their name. */
export function isOthers(diary, flow) {
  return !diary.join || !isPerson(flow.person, diary.package);
}

export async function keepDraft(diary, flow) {
  if (flow.kind === "practice" || !diary.join) return;
  diary.drafts = [...diary.drafts.filter((one) => one.id !== flow.id), flow];
  await diary.vault.keepDraft(flow, diary.join.device);
}

/**
 * Into the outbox; from then on only the server's result takes it away. Each time that "send" is pressed makes an entry of
 * its own: under the id of their draft, which two tabs may hold, the second would pass for the first, and be lost.
 */
export async function finishFlow(diary, flow) {
  const form = diary.package.forms[flow.form];
  const entry = entryOf({ ...flow, id: crypto.randomUUID() }, form, askOf(diary, form), clock());
  await diary.outbox.add(entry, flow.id);
  await readState(diary).catch(() => {}); // it is kept: nobody should press again for what could not be read
  return entry.id;
}

/** Sends, and takes in what the server says. While an entry is being answered its questions stay as they are. */
export async function sendNow(diary, isAnswering) {
  if (!diary.join) return sendLeft(diary);
  const { device } = diary.join;
  const summary = await diary.outbox.send();
  const { state, answer } = summary;
  if (state !== "offline") diary.former = await sendFormers(diary.vault, diary.version);
  if (answer && diary.join && !hasRules(diary)) await adopt(diary, diary.package).catch(() => {});
  if (answer?.package) await keepPackage(diary.vault, device, answer.package);
  if (state === "revoked") await forget(diary, device);
  if (diary.join) await readState(diary, () => !isAnswering());
  if (summary.error) throw summary.error;
  return state === "revoked" && diary.join ? { ...summary, state: "later" } : summary; // said of the name that it had before
}

/** Of a phone that was revoked, or whose diary another tab has left: what somebody before has answered still goes. */
async function sendLeft(diary) {
  diary.former = await sendFormers(diary.vault, diary.version);
  return { state: diary.former.length ? "later" : "ok", sent: 0, left: 0 };
}

/** For all tabs: each takes it from there when nothing is being answered in it. */
async function keepPackage(vault, device, given) {
  try {
    if (given.rules) await loadRules(given.rules);
    await vault.setAs(device, "package", given);
  } catch {
    // The next sending offers it again, as the phone still names its former package.
  }
}

/** Nothing of the participant stays on a phone that was revoked. device: as which it was; it may have another name. */
async function forget(diary, device) {
  if (!(await diary.vault.wipe(device))) return;
  Object.assign(diary, { join: null, package: null, rules: {}, outbox: null, lock: null, waiting: new Set(), done: new Set(), drafts: [], count: 0 });
}

/** The module is fetched by its hash, and kept for the time without network. Throws where it cannot be had. */
export async function loadRules(address) {
  const { rules } = await soon(import(address));
  // Not left to the service worker: the page that joins may have been loaded before there was one.
  await soon(keepRules(address)).catch(() => {});
  return rules;
}

const PATIENCE_MS = 8_000;

/** Gives up after a while: a network that neither answers nor fails must not keep the diary from opening. */
function soon(work) {
  let timer = null;
  const late = new Promise((_, fail) => (timer = setTimeout(() => fail(new Error("too late")), PATIENCE_MS)));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function keepRules(address) {
  const cache = await caches.open(KEPT_RULES);
  if (!(await cache.match(address))) await cache.add(address);
}

/** ask(rule, answers) of one form: true, false, or null where the answers do not tell yet. */
export function askerOf(rules, form) {
  return (name, answers) => {
    const { value } = rules[name](formReader(form, answers, rules));
    return value === true || value === false ? value : null;
  };
}

export function practiceForm(forms) {
  const drawn = Object.values(forms).find((form) => form.pages.some((page) => page.shading));
  const page = drawn?.pages.find((one) => one.shading);
  const cells = (page?.shading ?? []).map((item) => [item, { ...drawn.items[item], label: textsOf("practice_draw"), when: "", derive: "" }]);
  return {
    label: textsOf("practice"),
    kind: "whenever",
    pages: [{ items: ["practice_hungry"] }, ...(page ? [{ shading: page.shading, drawing: "" }] : []), { items: ["practice_tea"] }],
    items: { practice_hungry: HUNGRY, ...Object.fromEntries(cells), practice_tea: TEA },
    checks: [],
  };
}

const HUNGRY = {
  label: textsOf("practice_hungry"),
  type: "integer",
  low: 0,
  high: 10,
  low_label: textsOf("practice_low"),
  high_label: textsOf("practice_high"),
  is_optional: false,
};
const TEA = { label: textsOf("practice_tea"), type: "boolean", is_optional: true };
