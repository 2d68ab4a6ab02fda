// An IndexedDB for a bare V8, with the meaning that the diary's vault relies on: transactions that wait for those before
// them on the same stores, go inactive when the task that made or woke them ends, and commit as a whole or not at all.
// What is committed lies on a "disk" that outlives the browser: {databases, live, isFull}.
// A commit that was not asked to be strict lies there "loosely" until a later one, or time, takes it along: a crash
// may undo it, as the standard allows.

const FakeIndexedDB = (() => {
  class Target {
    constructor() {
      this.listeners = [];
    }
    addEventListener(type, call) {
      this.listeners.push([type, call]);
    }
    removeEventListener(type, call) {
      this.listeners = this.listeners.filter(([kind, known]) => kind !== type || known !== call);
    }
    tell(type, more = {}) {
      for (const [kind, call] of [...this.listeners]) if (kind === type) call.call(this, { type, target: this, ...more });
    }
  }

  class IDBRequest extends Target {
    constructor(source, transaction) {
      super();
      Object.assign(this, { source, transaction, result: undefined, error: null, work: null });
    }
  }

  class IDBObjectStore {
    constructor(transaction, name) {
      Object.assign(this, { transaction, name });
    }
    put(value, key) {
      const kept = cloned(value);
      this.transaction.takesSpace = true;
      return this.transaction.ask(this, true, (rows) => (rows.set(key, kept), key));
    }
    delete(key) {
      return this.transaction.ask(this, true, (rows) => void rows.delete(key));
    }
    clear() {
      return this.transaction.ask(this, true, (rows) => void rows.clear());
    }
    get(key) {
      return this.transaction.ask(this, false, (rows) => cloned(rows.get(key)));
    }
    getAll() {
      return this.transaction.ask(this, false, (rows) => sorted(rows).map((key) => cloned(rows.get(key))));
    }
    getAllKeys() {
      return this.transaction.ask(this, false, (rows) => sorted(rows));
    }
    count() {
      return this.transaction.ask(this, false, (rows) => rows.size);
    }
  }

  class IDBTransaction extends Target {
    constructor(db, names, mode, durability) {
      super();
      Object.assign(this, { db, objectStoreNames: names, mode, durability, error: null });
      Object.assign(this, { isActive: true, state: "waiting", asked: [], rows: new Map(), written: new Set(), takesSpace: false });
      db.disk.live.push(this);
      db.loop.post("begin", () => this.begin());
    }
    objectStore(name) {
      if (!this.objectStoreNames.includes(name)) throw failed("NotFoundError", `no store ${name} in this transaction`);
      return new IDBObjectStore(this, name);
    }
    ask(store, isWrite, work) {
      if (!this.isActive) throw failed("TransactionInactiveError", "the transaction has ended or waits for nothing of its own");
      if (isWrite && this.mode === "readonly") throw failed("ReadOnlyError", "a transaction that only reads");
      const request = new IDBRequest(store, this);
      request.work = () => {
        if (isWrite) this.written.add(store.name);
        request.result = work(this.rowsOf(store.name));
      };
      this.asked.push(request);
      return request;
    }
    rowsOf(name) {
      if (!this.rows.has(name)) this.rows.set(name, new Map(this.db.stores.get(name)));
      return this.rows.get(name);
    }
    begin() {
      this.isActive = false;
      if (this.state !== "waiting" || mustWait(this)) return;
      this.state = "running";
      this.next();
    }
    next() {
      const { loop } = this.db;
      if (this.asked.length === 0) loop.post("commit", () => this.commitNow());
      else loop.post("request", () => this.answer(this.asked.shift()), () => this.goOn());
    }
    answer(request) {
      request.work();
      this.isActive = true;
      request.tell("success");
    }
    goOn() {
      this.isActive = false;
      this.next();
    }
    commitNow() {
      const { disk, loop } = this.db;
      this.state = "done";
      const isRefused = disk.isFull && this.takesSpace;
      if (isRefused) this.error = failed("QuotaExceededError", "the phone is full");
      else if (this.written.size > 0) keep(this.db, this);
      leave(this);
      loop.post("complete", () => this.tell(isRefused ? "abort" : "complete"));
    }
  }

  class IDBDatabase extends Target {
    constructor(name, kept, disk, loop) {
      super();
      Object.assign(this, { name, kept, disk, loop, isClosed: false });
    }
    get stores() {
      return this.kept.stores;
    }
    get objectStoreNames() {
      return [...this.stores.keys()];
    }
    createObjectStore(name) {
      this.stores.set(name, new Map());
    }
    transaction(names, mode = "readonly", { durability = "default" } = {}) {
      if (this.isClosed) throw failed("InvalidStateError", "the database is closed");
      return new IDBTransaction(this, [names].flat(), mode, durability);
    }
    close() {
      this.isClosed = true;
      this.disk.open = this.disk.open.filter((one) => one !== this);
    }
  }

  // The library asks for these names; the vault uses none of them.
  class IDBCursor {}
  class IDBIndex {}

  function mustWait(transaction) {
    const { live } = transaction.db.disk;
    return live.slice(0, live.indexOf(transaction)).some((other) => isInTheWay(other, transaction));
  }

  function isInTheWay(other, transaction) {
    const isWriting = other.mode !== "readonly" || transaction.mode !== "readonly";
    return isWriting && other.db.kept === transaction.db.kept && other.objectStoreNames.some((name) => transaction.objectStoreNames.includes(name));
  }

  function leave(transaction) {
    const { disk } = transaction.db;
    disk.live = disk.live.filter((one) => one !== transaction);
    for (const one of disk.live) if (one.state === "waiting") one.db.loop.post("begin", () => one.begin());
  }

  function keep({ stores, disk }, { written, rows, durability }) {
    if (durability === "strict") disk.loose = [];
    else for (const name of written) disk.loose.push([stores, name, stores.get(name)]);
    for (const name of written) stores.set(name, rows.get(name));
  }

  function failed(name, message) {
    return Object.assign(new Error(`${name}: ${message}`), { name });
  }

  function sorted(rows) {
    return [...rows.keys()].sort();
  }

  // As structured cloning; a key of WebCrypto is handed on and cannot be looked into.
  function cloned(value) {
    if (value === null || typeof value !== "object" || value.isCryptoKey) return value;
    if (value instanceof ArrayBuffer) return value.slice(0);
    if (ArrayBuffer.isView(value)) return value.slice();
    if (Array.isArray(value)) return value.map(cloned);
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cloned(one)]));
  }

  /** indexedDB of one browser process. Whoever has a database open is asked to close it, and waited for. */
  function factory(disk, loop) {
    const whenFree = (name, request, work) =>
      loop.post("open", () => {
        const others = disk.open.filter((one) => one.name === name);
        for (const one of others) one.loop.post("versionchange", () => one.tell("versionchange", { oldVersion: 1, newVersion: null }));
        const wait = () => (disk.open.some((one) => others.includes(one)) ? loop.post("blocked", wait) : work());
        wait();
      });
    return {
      open(name, version) {
        const request = new IDBRequest(null, null);
        const succeed = (kept) => {
          request.result = new IDBDatabase(name, kept, disk, loop);
          disk.open.push(request.result);
          return request.result;
        };
        loop.post("open", () => {
          const known = disk.databases.get(name);
          if (known) {
            succeed(known);
            return request.tell("success");
          }
          const made = { version, stores: new Map() };
          succeed(made);
          request.transaction = null;
          request.tell("upgradeneeded", { oldVersion: 0, newVersion: version });
          return loop.post("upgraded", () => {
            if (!disk.databases.has(name)) disk.databases.set(name, made);
            request.result.kept = disk.databases.get(name);
            request.tell("success");
          });
        });
        return request;
      },
      deleteDatabase(name) {
        const request = new IDBRequest(null, null);
        whenFree(name, request, () => {
          disk.databases.delete(name);
          request.tell("success");
        });
        return request;
      },
    };
  }

  function newDisk() {
    return { databases: new Map(), live: [], open: [], loose: [], isFull: false, caches: new Map(), locks: new Set() };
  }

  /** What a crash of a process undoes: its own transactions; and, where the whole phone went down, loose commits. */
  function crash(disk, loop, { isPowerCut }) {
    disk.open = disk.open.filter((one) => one.loop !== loop);
    const dead = disk.live.filter((one) => one.db.loop === loop);
    disk.live = disk.live.filter((one) => one.db.loop !== loop);
    if (dead.length) for (const one of disk.live) one.db.loop.post("begin", () => one.begin());
    if (!isPowerCut) return;
    for (const [stores, name, rows] of disk.loose.reverse()) stores.set(name, rows);
    disk.loose = [];
  }

  return { IDBRequest, IDBObjectStore, IDBTransaction, IDBDatabase, IDBCursor, IDBIndex, factory, newDisk, crash };
})();
