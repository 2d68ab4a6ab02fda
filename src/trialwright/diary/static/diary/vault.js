// What the phone keeps: everything sealed with AES-GCM under one key that cannot leave the browser.
// Plain are only random ids, numbers and the names of the few records.

import "./lib/idb.js"; // its smallest build: a script that sets one global name

const { deleteDB, openDB } = globalThis.idb;

const DATABASE = "diary";
export const KEPT_RULES = "diary-rules"; // the same cache as in the service worker
const STRICT = { durability: "strict" };
/** Before the device's name: as which it had joined for another participant, kept until their entries are sent. */
export const FORMER = "former ";
const STORES = ["keys", "sealed", "drafts", "outbox", "counters"];

/** Opens the vault of this browser; one in memory, lost with the page, where the browser keeps nothing. */
export async function openVault() {
  try {
    const database = await openDatabase();
    return vaultOver(databaseShelf(database), await keyOf(database), true);
  } catch {
    return vaultOver(memoryShelf(), await newKey(), false);
  }
}

function openDatabase() {
  let opened = null;
  return openDB(DATABASE, 1, {
    upgrade(database) {
      for (const store of STORES) database.createObjectStore(store);
    },
    blocking() {
      opened?.close(); // another tab wipes the vault
      globalThis.document?.location.reload();
    },
  }).then((database) => (opened = database));
}

function newKey() {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Two tabs that start at once agree on the key that was stored first. */
async function keyOf(database) {
  const made = await newKey();
  const work = database.transaction("keys", "readwrite", STRICT);
  const kept = await work.store.get("key");
  if (!kept) await work.store.put(made, "key");
  await work.done;
  return kept ?? made;
}

/** Each record has an initial vector of its own, and is bound to its name: it opens nowhere else. */
export function sealUnder(key) {
  const bytes = (text) => new TextEncoder().encode(text);
  return {
    async close(value, name) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const how = { name: "AES-GCM", iv, additionalData: bytes(name) };
      return { iv, data: await crypto.subtle.encrypt(how, key, bytes(JSON.stringify(value))) };
    },
    async open({ iv, data }, name) {
      const how = { name: "AES-GCM", iv, additionalData: bytes(name) };
      return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, data)));
    },
  };
}

function vaultOver(shelf, key, isLasting) {
  const seal = sealUnder(key);
  const opened = async (sealed, name) => (sealed ? seal.open(sealed, name) : null);
  return {
    isLasting,
    seal,
    get: async (name) => opened(await shelf.get("sealed", name), name),
    set: async (name, value) => shelf.put("sealed", name, await seal.close(value, name)),
    /** device: as which this was heard. Gives false, and keeps nothing, where somebody else has joined since. */
    setAs: async (device, name, value) => shelf.putAs(device, "sealed", name, await seal.close(value, name)),
    /** change: (value) -> value, of null where there is none that can be opened; asked again where another tab was first. */
    async changeAs(device, name, change) {
      let done = CHANGED;
      while (done === CHANGED) {
        const was = await shelf.get("sealed", name);
        const value = await opened(was, name).catch(() => null);
        done = await shelf.putAs(device, "sealed", name, await seal.close(change(value), name), { was: was ?? null });
      }
      return done;
    },
    remove: (name) => shelf.remove("sealed", name),
    drafts: async () => readDrafts(await shelf.all("drafts"), seal),
    keepDraft: async (flow, device) => shelf.putAs(device, "drafts", flow.id, await seal.close(flow, flow.id)),
    dropDraft: (id) => shelf.remove("drafts", id),
    outboxOf: (device) => ({
      add: (id, sealed, draft) => shelf.enqueue(device, { id, sealed, draft }),
      list: async () => (await shelf.all("outbox")).map(([, record]) => record).filter((one) => one.device === device).sort((a, b) => a.number - b.number),
      // Not what has got another name since it was sent: the server hears of that name, or would miss its number.
      remove: (ids) => shelf.dequeue(ids, device),
      count: async () => (await shelf.all("outbox")).filter(([, record]) => record.device === device).length,
    }),
    /**
     * What joining changes, at once: entries under a new name without the token that sends them would wait for ever.
     * former: the device as which the phone had joined, "" for none. isSame: whether it is the same participant's, so
     * that what waits goes on under the new name. Gives false, and changes nothing, where another tab has joined since.
     */
    async moveIn({ values, ...how }) {
      const sealed = await Promise.all(Object.entries(values).map(async ([name, value]) => [name, await seal.close(value, name)]));
      return shelf.moveIn({ ...how, sealed });
    },
    /** As whom it had joined before: {token, device} each. */
    async formers() {
      const kept = (await shelf.all("sealed")).filter(([name]) => name.startsWith(FORMER));
      return Promise.all(kept.map(([name, sealed]) => seal.open(sealed, name)));
    },
    /** The token of a former participant, and what waits to be sent with it. */
    forget: (device) => shelf.forget(device),
    /**
     * All but what waits of former participants, which is not this one's to lose; with the last of it the rest goes.
     * device: as which the phone was told to forget. Gives false, and forgets nothing, where it has joined anew since.
     */
    async wipe(device) {
      const isGone = await shelf.wipe(device);
      if (isGone) await globalThis.caches?.delete(KEPT_RULES); // they tell which trial it was
      return isGone;
    },
  };
}

async function readDrafts(pairs, seal) {
  const read = await Promise.allSettled(pairs.map(([id, sealed]) => seal.open(sealed, id)));
  return read.filter((one) => one.status === "fulfilled").map((one) => one.value);
}

// Beside the last number of each device the counters hold which device is the phone's now, "" where that was revoked, and
// which came after another.
const CURRENT = "current";
const CHANGED = "changed";
const after = (device) => `after ${device}`;

/** The device that has taken on another's entries: a tab that was open meanwhile still knows the phone by its old name. */
async function ownerOf(device, counters) {
  let owner = device;
  for (let next = await counters.get(after(owner)); next; next = await counters.get(after(owner))) owner = next;
  return owner;
}

async function dropOf(device, outbox) {
  for (const one of await outbox.getAll()) if (one.device === device) await outbox.delete(one.id);
}

/** What waits under one name as it waits under another, numbered anew in its order. */
function renamed(records, former, device) {
  const own = records.filter((one) => one.device === former).sort((a, b) => a.number - b.number);
  return own.map((one, at) => ({ ...one, device, number: at + 1 }));
}

/** run: (names of stores, work on them, mode) -> what the work gives, done in one transaction. end: () -> all is gone. */
function shelfOver(run, end) {
  /** Forgets what the work says, and everything where nobody has joined and nothing of anybody waits. */
  const clean = async (work) => {
    const found = await run(STORES, async (...stores) => {
      const [, kept, , , counters] = stores;
      if (!(await work(...stores))) return "";
      if ((await counters.get(CURRENT)) || (await kept.getAllKeys()).some((name) => name !== "language")) return "some";
      await Promise.all(stores.map((store) => store.clear()));
      return "all";
    });
    if (found === "all") await end();
    return Boolean(found);
  };
  return {
    get: (store, name) => run([store], (rows) => rows.get(name), "readonly"),
    put: (store, name, value) => run([store], (rows) => rows.put(value, name)),
    putAs: (device, store, name, value, { was } = {}) =>
      run([store, "counters"], async (rows, counters) => {
        if ((await counters.get(CURRENT)) !== (await ownerOf(device, counters))) return false;
        if (was !== undefined && String((await rows.get(name))?.iv) !== String(was?.iv)) return CHANGED; // no two have the same
        await rows.put(value, name);
        return true;
      }),
    remove: (store, name) => run([store], (rows) => rows.delete(name)),
    async all(store) {
      const [names, values] = await run([store], (rows) => Promise.all([rows.getAllKeys(), rows.getAll()]), "readonly");
      return names.map((name, at) => [name, values[at]]);
    },
    async enqueue(device, { id, sealed, draft }) {
      return run(["outbox", "counters", "drafts"], async (outbox, counters, drafts) => {
        const owner = await ownerOf(device, counters);
        if (((await counters.get(CURRENT)) ?? owner) !== owner) throw new Error("the diary is another participant's by now");
        const kept = await outbox.get(id);
        const number = kept?.number ?? ((await counters.get(owner)) ?? 0) + 1;
        if (!kept) await counters.put(number, owner);
        if (!kept) await outbox.put({ id, number, device: owner, sealed }, id);
        if (draft) await drafts.delete(draft);
        return number;
      });
    },
    dequeue: (ids, device) =>
      run(["outbox"], async (outbox) => {
        for (const id of ids) if ((await outbox.get(id))?.device === device) await outbox.delete(id);
      }),
    moveIn({ device, former, isSame, sealed, gone }) {
      return run(["sealed", "outbox", "counters", "drafts"], async (kept, outbox, counters, drafts) => {
        if (((await counters.get(CURRENT)) ?? "") !== former) return false;
        const moved = isSame ? renamed(await outbox.getAll(), former, device) : [];
        for (const one of moved) await outbox.put(one, one.id);
        if (isSame) await counters.put(device, after(former));
        await counters.put(moved.length, device);
        await counters.put(device, CURRENT);
        for (const [name, value] of sealed) await kept.put(value, name);
        for (const name of gone) await kept.delete(name);
        if (former && !isSame) await drafts.clear();
        return true;
      });
    },
    forget: (device) =>
      clean(async (_, kept, drafts, outbox, counters) => {
        await dropOf(device, outbox);
        await counters.delete(device);
        await kept.delete(FORMER + device);
        return true;
      }),
    wipe: (device) =>
      clean(async (_, kept, drafts, outbox, counters) => {
        if ((await counters.get(CURRENT)) !== device) return false;
        await dropOf(device, outbox);
        for (const name of await kept.getAllKeys()) if (!name.startsWith(FORMER)) await kept.delete(name);
        await drafts.clear();
        await counters.clear();
        await counters.put("", CURRENT);
        return true;
      }),
  };
}

function databaseShelf(database) {
  const run = async (stores, work, mode = "readwrite") => {
    const one = database.transaction(stores, mode, STRICT);
    const [found] = await Promise.all([work(...stores.map((store) => one.objectStore(store))), one.done]);
    return found;
  };
  return shelfOver(run, () => {
    database.close();
    return deleteDB(DATABASE);
  });
}

/** For as long as the page lives: no other tab sees it, and its transactions too come one after the other. */
function memoryShelf() {
  const stores = Object.fromEntries(STORES.map((store) => [store, rowsOf(new Map())]));
  let last = null;
  const run = (names, work) => (last = Promise.allSettled([last]).then(() => work(...names.map((name) => stores[name]))));
  return shelfOver(run, () => {});
}

function rowsOf(map) {
  return {
    get: (name) => map.get(name),
    getAll: () => [...map.values()],
    getAllKeys: () => [...map.keys()],
    put: (value, name) => void map.set(name, value),
    delete: (name) => void map.delete(name),
    clear: () => map.clear(),
  };
}
