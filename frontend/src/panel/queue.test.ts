import { describe, expect, it } from "vitest";
import { Debounce } from "./debounce";
import { type Answer, newId, type Press, Queue } from "./queue";
import { Memory } from "./storage";

const press = (id: string, more: Partial<Press> = {}): Press => ({
  id,
  panel: 1,
  at: Number(id.replace(/\D/g, "")) || 0,
  value: 5,
  question: "q",
  since: null,
  offset: null,
  language: "ru",
  ...more,
});

/** A server that may lose its answer on the way back, as networks do. */
class Server {
  readonly events: string[] = [];
  reachable = true;
  loseAnswers = 0;
  refuses = new Set<string>();
  requests = 0;

  readonly send = async (presses: Press[]): Promise<Answer> => {
    this.requests += 1;
    if (!this.reachable) return { kind: "later", seconds: 0 };
    const stored = presses.map(({ id }) => id).filter((id) => !this.refuses.has(id));
    for (const id of stored) if (!this.events.includes(id)) this.events.push(id);
    if (this.loseAnswers > 0) {
      this.loseAnswers -= 1;
      return { kind: "later", seconds: 0 };
    }
    const refused = presses.filter(({ id }) => this.refuses.has(id)).map(({ id }) => ({ id, error: "why" }));
    return { kind: "taken", stored, refused };
  };
}

describe("the queue", () => {
  it("sends the oldest first and forgets what the server has", async () => {
    const server = new Server();
    const queue = new Queue(1, new Memory(), server.send);
    for (const id of ["3", "1", "2"]) await queue.enqueue(press(id));
    expect(await queue.drain()).toBe("empty");
    expect(server.events).toEqual(["1", "2", "3"]);
    expect(await queue.pending()).toEqual([]);
  });

  it("keeps everything while there is no connection, over a restart too", async () => {
    const server = new Server();
    server.reachable = false;
    const storage = new Memory();
    const queue = new Queue(1, storage, server.send);
    for (let number = 0; number < 120; number += 1) await queue.enqueue(press(`p${number}`));
    expect(await queue.drain()).toBe("later");
    server.reachable = true;
    const restarted = new Queue(1, storage, server.send);
    expect(await restarted.drain()).toBe("empty");
    expect(server.events.length).toBe(120);
    expect(await restarted.pending()).toEqual([]);
  });

  it("stores each press once when answers get lost", async () => {
    const server = new Server();
    server.loseAnswers = 3;
    const queue = new Queue(1, new Memory(), server.send);
    await queue.enqueue(press("1"));
    for (let tries = 0; tries < 3; tries += 1) expect(await queue.drain()).toBe("later");
    expect(await queue.drain()).toBe("empty");
    expect(server.events).toEqual(["1"]);
  });

  it("waits longer after each failure, at most a minute, and as long as the server asks", async () => {
    const waits: number[] = [];
    const queue = new Queue(1, new Memory(), async () => ({ kind: "later", seconds: waits.length === 0 ? 7 : 0 }));
    await queue.enqueue(press("1"));
    for (let tries = 0; tries < 7; tries += 1) {
      await queue.drain();
      waits.push(queue.retryIn);
    }
    expect(waits).toEqual([7, 4, 8, 16, 32, 60, 60]);
  });

  it("runs once at a time and takes along what came meanwhile", async () => {
    const server = new Server();
    const queue = new Queue(1, new Memory(), server.send);
    await queue.enqueue(press("1"));
    const runs = [queue.drain(), queue.drain()];
    await queue.enqueue(press("2"));
    await Promise.all(runs);
    expect(await queue.drain()).toBe("empty");
    expect(server.events).toEqual(["1", "2"]);
  });

  it("keeps what was refused without holding up the others, and offers it again after an hour", async () => {
    const server = new Server();
    server.refuses.add("1");
    let now = 0;
    const queue = new Queue(1, new Memory(), server.send, () => now);
    for (const id of ["1", "2"]) await queue.enqueue(press(id));
    expect(await queue.drain()).toBe("empty");
    expect((await queue.pending()).map(({ id, refused }) => [id, refused])).toEqual([["1", "why"]]);
    const before = server.requests;
    await queue.drain();
    expect(server.requests).toBe(before);
    server.refuses.clear();
    now += 3_600_001;
    await queue.drain();
    expect(server.events).toEqual(["2", "1"]);
  });

  it("never gives another panel's presses away", async () => {
    const server = new Server();
    const storage = new Memory();
    await new Queue(2, storage, server.send).enqueue(press("9", { panel: 2 }));
    await new Queue(1, storage, server.send).drain();
    expect(server.events).toEqual([]);
  });

  it("keeps presses when the link is closed", async () => {
    const queue = new Queue(1, new Memory(), async () => ({ kind: "closed" }));
    await queue.enqueue(press("1"));
    expect(await queue.drain()).toBe("closed");
    expect((await queue.pending()).length).toBe(1);
  });

  it("ends even when the server mentions no press", async () => {
    const queue = new Queue(1, new Memory(), async () => ({ kind: "taken", stored: [], refused: [] }));
    await queue.enqueue(press("1"));
    expect(await queue.drain()).toBe("empty");
    expect((await queue.pending()).length).toBe(1);
  });
});

describe("ids", () => {
  it("are 128 random bits", () => {
    const ids = new Set(Array.from({ length: 1000 }, newId));
    expect(ids.size).toBe(1000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe("debounce", () => {
  const memory = (): Map<string, string> & { getItem: (k: string) => string | null; setItem: (k: string, v: string) => void } =>
    Object.assign(new Map<string, string>(), {
      getItem(this: Map<string, string>, key: string) {
        return this.get(key) ?? null;
      },
      setItem(this: Map<string, string>, key: string, value: string) {
        this.set(key, value);
      },
    });

  it("measures from the last press that counted", () => {
    const one = new Debounce(1, null);
    expect(one.press(1000, 5000)).toBe(null);
    expect(one.press(4000, 5000)).toBe(3000);
    expect(one.press(7000, 5000)).toBe(6000);
    expect(one.press(8000, 5000)).toBe(1000);
  });

  it("remembers over a reload", () => {
    const kept = memory();
    new Debounce(1, kept).press(1000, 5000);
    expect(new Debounce(1, kept).press(2000, 5000)).toBe(1000);
  });

  it("counts a press after the clock was set back", () => {
    const one = new Debounce(1, null);
    one.press(10_000, 5000);
    expect(one.press(4000, 5000)).toBe(null);
  });
});
