// The messages that are loaded: the newest, and older ones as they are asked for, as the filters have it.

import { get } from "./api.js";

const FIRST = 200;
const NEXT = 1_000;
const MOST = 50_000;
const KNOWN = 10_000;
const PATIENCE = 250;

export class Messages {
  /** `changed()` is called when there are others; `failed(error)` when they cannot be fetched, with null when they can. */
  constructor({ changed, failed }) {
    this.changed = changed;
    this.failed = failed;
    this.items = []; // newest first
    this.before = null; // below which number there may be more; null where there are none
    this.newest = 0;
    this.unseen = 0; // how many came while it was paused
    this.isPaused = false;
    this.fields = {};
    this.told = new Set(); // the numbers above `since` that came by the feed
    this.since = null;
  }

  /** Whether some are left out. */
  get isFiltered() {
    return Object.values(this.fields).some(Boolean);
  }

  /** Fetch anew. */
  async load() {
    this.fetching?.abort();
    this.meanwhile = [];
    await this.#fetch({ ...this.fields, limit: FIRST }, ({ captures, before }) => {
      this.items = captures.map(dated);
      this.before = before;
      this.unseen = 0;
      this.newest = Math.max(this.newest, this.items[0]?.id ?? 0);
      this.since ??= this.newest;
    });
    if (this.fetching) return; // anew once more
    const arrived = this.meanwhile ?? [];
    this.meanwhile = null;
    if (arrived.length) this.#take(arrived.filter((item) => indexOf(this.items, item.id) < 0));
    this.changed();
  }

  /** Fetch older ones, if there are any. */
  async more() {
    if (this.before === null || this.fetching || this.items.length >= MOST) return;
    await this.#fetch({ ...this.fields, before: this.before, limit: NEXT }, ({ captures, before }) => {
      this.items = this.items.concat(captures.map(dated));
      this.before = before;
    });
  }

  async #fetch(fields, take) {
    const fetching = (this.fetching = new AbortController());
    try {
      const found = await get("/api/captures", fields, fetching.signal);
      if (this.fetching !== fetching) return;
      this.fetching = null;
      take(found);
      this.failed(null);
      this.changed();
    } catch (error) {
      if (this.fetching !== fetching || error.name === "AbortError") return;
      this.fetching = null;
      this.failed(error);
    }
  }

  /** Take in what the feed tells; those that are new. */
  add(summaries) {
    const fresh = new Map();
    for (const item of summaries.map(dated)) {
      const index = indexOf(this.items, item.id);
      if (index >= 0) this.items[index] = item;
      else if (fresh.has(item.id) || this.#isNew(item.id)) fresh.set(item.id, item);
    }
    this.newest = Math.max(this.newest, ...fresh.keys());
    const items = [...fresh.values()];
    if (this.meanwhile) this.meanwhile.push(...items);
    else this.#take(items);
    return items;
  }

  /** Whether a number has not been told of yet; they come nearly in their order. */
  #isNew(id) {
    if (id <= this.since || this.told.has(id)) return false;
    this.told.add(id);
    if (this.told.size > 2 * KNOWN) {
      this.since = this.newest - KNOWN;
      this.told = new Set([...this.told].filter((each) => each > this.since));
    }
    return true;
  }

  #take(items) {
    if (!items.length) return;
    if (this.isPaused) this.unseen += items.length;
    else if (this.fields.text) this.#search(Math.min(...items.map(({ id }) => id)) - 1);
    else this.#insert(items.filter((item) => this.#isWanted(item)));
  }

  /** Whether it belongs in the list; what is older than all that is loaded comes when that is fetched. */
  #isWanted({ id, event, verdict, signature }) {
    const { fields } = this;
    if (this.before !== null && id < this.before) return false;
    const fits = (wanted, value) => !wanted || wanted === value;
    return fits(fields.event, event) && fits(fields.verdict, verdict) && fits(fields.signature, signature);
  }

  #insert(items) {
    items.sort((one, other) => other.id - one.id);
    const isLate = items.length && this.items.length && items.at(-1).id < this.items[0].id;
    this.items = items.concat(this.items);
    if (isLate) this.items.sort((one, other) => other.id - one.id);
    if (this.items.length > MOST) {
      this.items.length = MOST;
      this.before = this.items.at(-1).id;
    }
  }

  /** Ask the server which of those above a number hold the text: only it has the payloads. */
  #search(after) {
    this.after = Math.min(after, this.after ?? after);
    this.timer ??= setTimeout(async () => {
      const fields = { ...this.fields, after: this.after, limit: FIRST };
      this.timer = this.after = undefined;
      try {
        const { captures, before } = await get("/api/captures", fields);
        if (fields.text !== this.fields.text) return;
        if (before !== null) await this.load();
        else this.#insert(captures.map(dated).filter((item) => indexOf(this.items, item.id) < 0));
        this.changed();
      } catch (error) {
        this.failed(error);
      }
    }, PATIENCE);
  }
}

const dated = (summary) => ({ ...summary, at: new Date(summary.received_at) });

/** Where a capture is in a list whose numbers fall; -1 where it isn't. */
export function indexOf(items, id) {
  let [low, high] = [0, items.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (items[middle].id === id) return middle;
    if (items[middle].id > id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
