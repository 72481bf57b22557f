import type { Press, Storage } from "./queue";

const DATABASE = "otklik-panel";
const STORE = "presses";

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("IndexedDB"));
  });
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE, { keyPath: "id" }).createIndex("panel", "panel");
  };
  return done(request);
}

class Disk implements Storage {
  constructor(private readonly database: IDBDatabase) {}

  async put(press: Press): Promise<void> {
    const transaction = this.database.transaction(STORE, "readwrite", { durability: "strict" });
    transaction.objectStore(STORE).put(press);
    await committed(transaction);
  }

  async list(panel: number): Promise<Press[]> {
    const index = this.database.transaction(STORE).objectStore(STORE).index("panel");
    return done(index.getAll(panel) as IDBRequest<Press[]>);
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const transaction = this.database.transaction(STORE, "readwrite", { durability: "strict" });
    for (const id of ids) transaction.objectStore(STORE).delete(id);
    await committed(transaction);
  }
}

export class Memory implements Storage {
  private readonly presses = new Map<string, Press>();

  async put(press: Press): Promise<void> {
    this.presses.set(press.id, press);
  }

  async list(panel: number): Promise<Press[]> {
    return [...this.presses.values()].filter((press) => press.panel === panel);
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.presses.delete(id);
  }
}

/** Keeps to the disk; what the disk does not take (full, private mode) stays in memory, so that it is sent all the same. */
export class Careful implements Storage {
  private readonly spare = new Memory();
  private disk: Promise<Disk> | null = null;
  failed = false;

  private async onDisk(): Promise<Disk> {
    this.disk ??= open().then((database) => {
      database.onclose = () => (this.disk = null); // the browser may close it, e.g. when its data is cleared
      return new Disk(database);
    });
    return this.disk;
  }

  private async attempt<T>(work: (disk: Disk) => Promise<T>, otherwise: T): Promise<T> {
    try {
      const result = await work(await this.onDisk());
      this.failed = false;
      return result;
    } catch {
      this.disk = null;
      this.failed = true;
      return otherwise;
    }
  }

  async put(press: Press): Promise<void> {
    const kept = await this.attempt(async (disk) => (await disk.put(press), true), false);
    await (kept ? this.spare.remove([press.id]) : this.spare.put(press));
  }

  async list(panel: number): Promise<Press[]> {
    const kept = await this.attempt((disk) => disk.list(panel), []);
    const known = new Set(kept.map(({ id }) => id));
    return [...kept, ...(await this.spare.list(panel)).filter(({ id }) => !known.has(id))];
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.spare.remove(ids);
    await this.attempt((disk) => disk.remove(ids), undefined);
  }
}
