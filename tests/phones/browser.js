// What the shipped modules need of a browser, for a bare V8: one process with tasks, clock, storage, network, ciphers.
// Everything that takes time in a browser is a task of the loop; a process that has run the tasks it was given is gone.

const MICROTASKS = 30; // more awaits than any piece of the app has between two tasks

function makeLoop() {
  const tasks = [];
  const loop = { isDead: false, isRunning: false, left: Infinity, last: "" };
  const settle = async () => {
    for (let hop = 0; hop < MICROTASKS; hop += 1) await null;
  };
  const run = async () => {
    loop.isRunning = true;
    await settle();
    while (tasks.length > 0 && !loop.isDead) {
      const [name, work, after] = tasks.shift();
      if (loop.left === 0) {
        loop.isDead = true;
        loop.last = name;
        loop.died?.();
        break;
      }
      loop.left -= 1;
      work();
      await settle();
      if (!loop.isDead) after?.();
    }
    loop.isRunning = false;
  };
  loop.post = (name, work, after) => {
    if (loop.isDead) return;
    tasks.push([name, work, after]);
    if (!loop.isRunning) run();
  };
  loop.task = (name, work) => new Promise((resolve, reject) => {
    loop.post(name, () => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    });
  });
  return loop;
}

/** clock: {now: ms of UTC as the phone has it, east: minutes}. */
function dateOf(clock) {
  const local = (date) => new Date(date.getTime() + clock.east * 60_000);
  return class PhoneDate extends Date {
    constructor(...given) {
      if (given.length) super(...given);
      else super(clock.now);
    }
    static now() {
      return clock.now;
    }
    getTimezoneOffset() {
      return -clock.east;
    }
    getFullYear() {
      return local(this).getUTCFullYear();
    }
    getMonth() {
      return local(this).getUTCMonth();
    }
    getDate() {
      return local(this).getUTCDate();
    }
    getHours() {
      return local(this).getUTCHours();
    }
    getMinutes() {
      return local(this).getUTCMinutes();
    }
    getSeconds() {
      return local(this).getUTCSeconds();
    }
  };
}

// Bytes are not looked at by anybody but the cipher: a text stays a text beside them, as millions are sealed here.
class TextEncoder {
  encode(text) {
    return Object.assign(new Uint8Array(1), { text });
  }
}

class TextDecoder {
  decode(bytes) {
    return bytes.text;
  }
}

const SEALED = new Map(); // ticket -> what it opens to, and with what
let tickets = 0;
const MODELS_SEALED = new Map(); // the same, of phones that others are made like

/** No cipher, but what one promises: it opens only with its key, vector and name, and only where no bit was changed. */
function cryptoOf(loop, random) {
  const hex = () => Math.floor(random() * 2 ** 32).toString(16).padStart(8, "0");
  const how = ({ iv, additionalData }, { secret }) => [iv.join(), additionalData.text, secret].join("|");
  return {
    randomUUID: () => `${hex()}-${hex().slice(0, 4)}-4${hex().slice(0, 3)}-a${hex().slice(0, 3)}-${hex()}${hex().slice(0, 4)}`,
    getRandomValues: (bytes) => bytes.map(() => Math.floor(random() * 256)),
    subtle: {
      generateKey: () => loop.task("generate key", () => ({ isCryptoKey: true, secret: hex() + hex() })),
      encrypt: (options, key, data) =>
        loop.task("encrypt", () => {
          tickets += 1;
          const ticket = Uint32Array.of(tickets, 0, 0, 0);
          SEALED.set(ticket.join(), { how: how(options, key), text: data.text });
          return ticket.buffer;
        }),
      decrypt: (options, key, data) =>
        loop.task("decrypt", () => {
          const ticket = new Uint32Array(data).join();
          const found = SEALED.get(ticket) ?? MODELS_SEALED.get(ticket);
          if (found?.how !== how(options, key)) throw new Error("OperationError: not its seal");
          return { text: found.text };
        }),
    },
  };
}

/** The Cache Storage of the phone, as far as it is asked: addresses, and nothing else of an answer. */
function cachesOf(loop, disk, fetch) {
  const kept = (name) => disk.caches.get(name) ?? disk.caches.set(name, new Set()).get(name);
  return {
    open: (name) =>
      loop.task("open cache", () => ({
        match: (address) => loop.task("look into cache", () => kept(name).has(address) || undefined),
        add: async (address) => {
          const { status } = await fetch(address);
          if (status !== 200) throw new TypeError(`${address}: ${status}`);
          kept(name).add(address);
        },
      })),
    delete: (name) => loop.task("drop cache", () => disk.caches.delete(name)),
  };
}

/** Locks belong to a process and end with it. */
function locksOf(loop, disk) {
  return {
    async request(name, { ifAvailable }, work) {
      const isFree = ![...disk.locks].some((one) => one.name === name && !one.loop.isDead);
      if (!isFree && ifAvailable) return work(null);
      const lock = { name, loop };
      disk.locks.add(lock);
      try {
        return await work(lock);
      } finally {
        disk.locks.delete(lock);
      }
    },
  };
}

// What the modules find instead of V8's own, or beside it.
const NAMES = [
  ...Object.keys(FakeIndexedDB).filter((name) => name.startsWith("IDB")),
  ...["indexedDB", "crypto", "fetch", "caches", "navigator", "AbortSignal", "Date", "setTimeout", "clearTimeout", "globalThis", "importModule"],
];

/** Linked modules as a function that runs them in a process. */
function appOf(source) {
  const own = source.replace("globalThis.modules = {};", "const modules = (globalThis.modules = {});");
  return new Function("scope", `const { ${NAMES.join(", ")} } = scope;\n${own}`);
}

/** One process of a browser: the names that the modules find, and its loop. out: requests on their way. */
function makeProcess({ disk, clock, random, out, name }) {
  const loop = makeLoop();
  const waiting = new Map();
  const timers = new Map();
  let made = 0;
  const fetch = (address, { method = "GET", headers = {}, body = "", signal = null } = {}) =>
    new Promise((resolve, reject) => {
      if (loop.isDead) return;
      made += 1;
      waiting.set(made, { resolve, reject });
      out.push({ process: name, request: made, address, method, token: headers.Authorization ?? "", body: body || "", patience: signal?.ms ?? 0 });
    });
  /** status 0: no network, or given up. */
  const answer = (request, status, text) => {
    const asked = waiting.get(request);
    if (!asked || loop.isDead) return false;
    waiting.delete(request);
    const parse = () => JSON.parse(text);
    loop.post("answer", () => (status ? asked.resolve({ status, ok: status === 200, json: async () => parse() }) : asked.reject(new TypeError("no network"))));
    return true;
  };
  const crypto = cryptoOf(loop, random);
  const scope = {
    ...FakeIndexedDB,
    indexedDB: FakeIndexedDB.factory(disk, loop),
    crypto,
    fetch,
    caches: cachesOf(loop, disk, fetch),
    navigator: { locks: locksOf(loop, disk) },
    AbortSignal: { timeout: (ms) => ({ ms }) },
    Date: dateOf(clock),
    setTimeout: (work, ms) => {
      made += 1;
      timers.set(made, { work, due: clock.ticks + ms }); // clocks of the wall do not move timers
      return made;
    },
    clearTimeout: (id) => timers.delete(id),
  };
  scope.globalThis = scope;
  scope.importModule = async (address) => {
    const isKept = disk.caches.get("diary-rules")?.has(address);
    if (!isKept) {
      const { status } = await fetch(address);
      if (status !== 200) throw new TypeError(`${address}: ${status}`);
      (disk.caches.get("diary-rules") ?? disk.caches.set("diary-rules", new Set()).get("diary-rules")).add(address); // the service worker
    }
    return rulesAt[address](scope.modules);
  };
  return { name, loop, scope, answer, timers };
}
