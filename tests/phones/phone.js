// Phones with the shipped modules of the app on them. A phone has a disk and a clock, and processes of its browser: the
// page, another tab of it, and the service worker. What an order leads to is told in `told`, what goes out in `out`.
// apps: version -> (scope) => runs the linked modules in it; rulesAt: address -> (modules) => the rules of a definition.

const apps = {};
const rulesAt = {};
const models = new Map();
let phones = new Map();
let told = [];
let out = [];

function mulberry(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const ORDERS = {
  /** A phone out of its box. */
  new({ phone, seed }) {
    phones.set(phone, { name: phone, disk: FakeIndexedDB.newDisk(), clock: { now: 0, east: 0, ticks: 0 }, random: mulberry(seed), processes: new Map() });
  },

  /** A phone as one was that has joined. */
  like({ phone, model, seed }) {
    ORDERS.new({ phone, seed });
    const known = models.get(model);
    Object.assign(phones.get(phone).disk, { databases: new Map([...known.databases].map(([name, { version, stores }]) => [name, { version, stores: new Map([...stores].map(([store, rows]) => [store, new Map(rows)])) }])), caches: new Map([...known.caches].map(([name, one]) => [name, new Set(one)])) });
  },

  /** Keeps what lies on a phone as a model for others. */
  model({ phone, model }) {
    models.set(model, phones.get(phone).disk);
    for (const [ticket, one] of SEALED) MODELS_SEALED.set(ticket, one);
  },

  /** The diary is opened in a tab. */
  open({ phone, tab, app, left }) {
    const process = started(phone, tab, app, left);
    doing(process, "opened", async () => {
      process.diary = await process.modules["diary.js"].openDiary(app);
      if (process.diary.join || process.diary.former.length) startSending(process);
      return { count: process.diary.count };
    });
  },

  /** What the service worker does when the browser wakes it. */
  worker({ phone, tab, app, left }) {
    const process = started(phone, tab, app, left);
    doing(process, "worker sent", async () => {
      await process.modules["sync.js"].sendFromWorker(await process.modules["vault.js"].openVault(), app);
    }).then(() => end(process));
  },

  join({ phone, tab, code, year }) {
    const process = processOf(phone, tab);
    if (!process.diary) return; // it waits for the network before it shows anything
    doing(process, "joined", async () => {
      const { problem } = await process.modules["diary.js"].joinDiary(process.diary, { code, year, language: "en", platform: "test" });
      if (!problem) startSending(process);
      return { problem, device: process.diary.join?.device ?? "" };
    });
  },

  /** Somebody answers what is asked now, a day that was missed, or reports something. */
  answer({ phone, tab, luck }) {
    const process = processOf(phone, tab);
    answering(process, () => answerNow(process, mulberry(luck)));
  },

  /** Somebody answers all that is asked, and leaves the tab open without having sent it. */
  leave({ phone, tab, luck }) {
    const process = processOf(phone, tab);
    doing(process, "left open", async () => {
      const flow = await chosen(process, mulberry(luck));
      if (!flow.id) return flow;
      process.left = await typed(process, flow, mulberry(luck + 1));
      return { draft: flow.id };
    });
  },

  /** Somebody presses "send" in a tab that was left open; luck: whether an answer is changed before. */
  press({ phone, tab, luck }) {
    const process = processOf(phone, tab);
    const { left } = process;
    if (!left || !process.diary.join) return;
    process.left = null;
    if (process.modules["diary.js"].isOthers(process.diary, left)) return void told.push({ phone, process: process.name, what: "turned away" });
    answering(process, () => pressLeft(process, left, mulberry(luck)));
  },

  /** Somebody looks back and corrects what stands there. */
  correct({ phone, tab, luck }) {
    const process = processOf(phone, tab);
    answering(process, () => correctOne(process, mulberry(luck)));
  },

  /** The network is back, or the page is shown again. */
  send({ phone, tab }) {
    const process = processOf(phone, tab);
    if (process.sync) doing(process, "asked", () => process.sync.now());
  },

  /** The next timer of a page goes off. */
  timer({ phone, tab }) {
    const process = processOf(phone, tab);
    const [id, timer] = nextTimer(process) ?? [];
    if (!timer) return;
    process.timers.delete(id);
    doing(process, "asked", () => timer.work());
  },

  /** An answer of the server, or 0 for none. late: comes after the process has run so many more tasks. */
  reply({ phone, process, request, status, text, late = 0 }) {
    const known = phones.get(phone).processes.get(process);
    const hear = () => told.push({ phone, process, what: known?.answer(request, status, text) ? "heard" : "not heard", request });
    const wait = (left) => (left ? known.loop.post("another", () => wait(left - 1)) : hear());
    wait(known ? late : 0);
  },

  /** Whose a tab shows the diary of, and whose lies in the vault; taken: how many occasions are said to be answered. */
  whose({ phone, tab }) {
    const { name, diary } = processOf(phone, tab);
    doing(processOf(phone, tab), "shows", async () => {
      const { vault } = diary;
      const [join, given, answer] = await Promise.all(["join", "package", "answer"].map((one) => vault.get(one)));
      const inVault = [join?.device, given?.participant, (answer?.done ?? []).length + (answer?.taken ?? []).length];
      return { tab, shown: [diary.join?.device, diary.package?.participant, diary.done.size], inVault };
    });
  },

  /** Its process ends before it has run so many more tasks. */
  doom({ phone, tab, left }) {
    processOf(phone, tab).loop.left = left;
  },

  close({ phone, tab }) {
    end(processOf(phone, tab));
  },

  /** The phone goes down with everything that runs on it. */
  powerCut({ phone }) {
    const known = phones.get(phone);
    for (const process of [...known.processes.values()]) end(process, { isPowerCut: true });
    FakeIndexedDB.crash(known.disk, null, { isPowerCut: true });
  },

  /** The browser throws away what the site has kept. */
  wipe({ phone }) {
    ORDERS.powerCut({ phone });
    const { disk } = phones.get(phone);
    disk.databases.clear();
    disk.caches.clear();
  },

  full({ phone, isFull }) {
    phones.get(phone).disk.isFull = isFull;
  },

  /** A bit of what is kept of one entry flips. */
  damage({ phone, id }) {
    const record = rowsOf(phones.get(phone), "outbox").get(id);
    new Uint8Array(record.sealed.data)[9] ^= 1;
  },
};

function rowsOf(phone, store) {
  return phone.disk.databases.get("diary")?.stores.get(store) ?? new Map();
}

function started(name, tab, app, left = Infinity) {
  const phone = phones.get(name);
  const made = makeProcess({ disk: phone.disk, clock: phone.clock, random: phone.random, out, name: `${name}/${tab}` });
  const process = { ...made, phone, tab, app, diary: null, sync: null, left: null, answering: 0 };
  made.loop.left = left;
  made.loop.died = () => {
    told.push({ phone: name, process: process.name, what: "crashed", before: made.loop.last });
    end(process);
  };
  phone.processes.set(process.name, process);
  apps[app](made.scope);
  process.modules = made.scope.modules;
  return process;
}

function processOf(phone, tab) {
  const process = phones.get(phone).processes.get(`${phone}/${tab}`);
  if (!process) throw new Error(`${phone} has no ${tab}`);
  return process;
}

function end(process, { isPowerCut = false } = {}) {
  process.loop.isDead = true;
  process.phone.processes.delete(process.name);
  FakeIndexedDB.crash(process.phone.disk, process.loop, { isPowerCut });
}

async function doing(process, what, work) {
  const say = (more) => process.loop.isDead || told.push({ phone: process.phone.name, process: process.name, what, ...more });
  try {
    say(await work());
  } catch (error) {
    say({ what: `${what}: failed`, error: String(error.message) });
  }
}

/** For so long the questions stay as they are. */
function answering(process, work) {
  process.answering += 1;
  doing(process, "confirmed", work).finally(() => (process.answering -= 1));
}

/** As app.js does it. */
function startSending(process) {
  const { "diary.js": diary, "sync.js": sync } = process.modules;
  process.sync?.stop();
  process.sync = sync.openSync({
    send: () => diary.sendNow(process.diary, () => process.left !== null || process.answering > 0),
    told(summary) {
      const { state, sent, left } = summary;
      told.push({ phone: process.phone.name, process: process.name, what: "sent", state, sent, left });
      if (!process.diary.join && !process.diary.former.length) process.sync.stop();
    },
    alone: sync.oneTabAtOnce,
    timers: { set: process.scope.setTimeout, clear: process.scope.clearTimeout },
    random: process.phone.random,
  });
  process.sync.now();
}

function nextTimer(process) {
  return [...process.timers].sort(([, one], [, other]) => one.due - other.due)[0];
}

async function answerNow(process, luck) {
  const flow = await chosen(process, luck);
  return flow.id ? finish(process, flow, luck) : flow;
}

/** What somebody begins to answer, or why nothing. */
async function chosen(process, luck) {
  const { diary, modules } = process;
  const { openNow, missed, wallClock, dayOf } = modules["schedule.js"];
  if (!diary?.join || !modules["diary.js"].hasRules(diary)) return { what: "cannot answer" };
  const calendar = modules["diary.js"].calendarOf(diary);
  const now = new process.scope.Date();
  const reports = diary.isClosed ? [] : Object.entries(diary.package.forms).filter(([, form]) => form.kind === "whenever");
  const choices = [
    ...openNow(calendar, wallClock(now)).map((one) => ["entry", one]),
    ...missed(calendar, wallClock(now)).slice(0, 2).map((one) => ["late", one]),
    ...reports.map(([form]) => ["entry", { form, visit: "", day: dayOf(now) }]),
  ];
  if (choices.length === 0) return { what: "nothing to answer" };
  const [kind, { form, visit, day }] = choices[Math.floor(luck() * choices.length)];
  return modules["diary.js"].beginFlow(diary, kind, { form, visit, day });
}

async function correctOne(process, luck) {
  const { diary, modules } = process;
  if (!diary?.join || diary.isClosed || !modules["diary.js"].hasRules(diary)) return { what: "cannot answer" };
  const { status, answer } = await modules["sync.js"].call("history?days=14", { token: diary.join.token });
  const standing = status === 200 && answer?.entries ? modules["questions.js"].correctable(diary.package, answer).entries : [];
  if (standing.length === 0) return { what: "nothing to correct" };
  const entry = standing[Math.floor(luck() * standing.length)];
  const flow = await modules["diary.js"].beginCorrection(diary, entry, "misread");
  const { items } = diary.package.forms[entry.form];
  const first = Object.keys(flow.answers)[0];
  const answers = first ? { ...flow.answers, [first]: answerTo(items[first], luck) } : flow.answers;
  return finish(process, { ...flow, answers }, luck);
}

async function finish(process, flow, luck) {
  return send(process, await typed(process, flow, luck));
}

async function pressLeft(process, flow, luck) {
  const { diary, modules } = process;
  const now = new process.scope.Date();
  if (modules["questions.js"].isExpired(flow, diary.package.forms, now, modules["schedule.js"].wallClock(now))) return { what: "too late" };
  const first = Object.keys(flow.answers)[0];
  if (luck() < 0.5 || !first) return send(process, flow);
  const answers = { ...flow.answers, [first]: answerTo(diary.package.forms[flow.form].items[first], luck) };
  return finish(process, { ...flow, answers }, luck);
}

/** Answers page by page, as the screens let one. */
async function typed(process, flow, luck) {
  const { diary, modules } = process;
  const { firstOpen, unanswered } = modules["questions.js"];
  const form = diary.package.forms[flow.form];
  const ask = modules["diary.js"].askOf(diary, form);
  let { answers } = flow;
  for (let page = firstOpen(form, answers, ask); page; page = firstOpen(form, answers, ask)) {
    for (const item of unanswered(form, page, answers)) answers = { ...answers, [item]: answerTo(form.items[item], luck) };
  }
  const done = { ...flow, answers };
  told.push({ phone: process.phone.name, process: process.name, what: "typed", draft: done.id });
  await modules["diary.js"].keepDraft(diary, done);
  return done;
}

async function send(process, flow) {
  listenAt(process);
  const id = await process.modules["diary.js"].finishFlow(process.diary, flow);
  process.sync?.now();
  return { id };
}

/** What comes to the outbox is told before it is kept there. */
function listenAt(process) {
  const { outbox, vault } = process.diary;
  if (!outbox || outbox.isHeard) return;
  const { add } = outbox;
  outbox.isHeard = true;
  outbox.add = (entry, draft) => {
    told.push({ phone: process.phone.name, process: process.name, what: "pressed", isLasting: vault.isLasting, entry, draft });
    return add(entry, draft);
  };
}

function answerTo(item, luck) {
  if (luck() < 0.1) return { m: "refused" };
  if (item.type === "boolean") return { v: String(luck() < 0.5) };
  if (item.type === "integer") return { v: String(Number(item.low) + Math.floor(luck() * (Number(item.high) - Number(item.low) + 1))) };
  return { v: `words ${Math.floor(luck() * 1000)}` };
}

// ---------------------------------------------------------------- in and out

/** clocks: phone -> {now, east, ticks}. Orders begin at once; what they lead to happens until `look` is called. */
function give(clocks, orders) {
  for (const [phone, clock] of Object.entries(clocks)) Object.assign(phones.get(phone)?.clock ?? {}, clock);
  for (const { order, ...rest } of orders) ORDERS[order](rest);
}

function look() {
  const found = { told, out: [...out], phones: Object.fromEntries([...phones].map(([name, phone]) => [name, kept(phone)])) };
  told = [];
  out.length = 0;
  return JSON.stringify(found);
}

function kept(phone) {
  const running = [...phone.processes.values()].map((one) => [one.tab, nextTimer(one)?.[1].due ?? null, one.diary?.count ?? null]);
  return {
    outbox: [...rowsOf(phone, "outbox").values()].map(({ id, number, device }) => [id, number, device]),
    drafts: [...rowsOf(phone, "drafts").keys()],
    device: rowsOf(phone, "counters").get("current") ?? "",
    isEmpty: ["sealed", "drafts", "outbox", "counters"].every((store) => rowsOf(phone, store).size === 0),
    running,
    isLasting: [...phone.processes.values()].every((one) => one.diary?.vault.isLasting !== false),
  };
}

function forgetAll() {
  phones = new Map();
  SEALED.clear();
  told = [];
  out.length = 0;
}
