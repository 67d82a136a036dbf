// The list of messages: only what is visible is in the document, at a constant height a row.

import { make } from "./dom.js";
import { indexOf } from "./messages.js";
import { duration, shortened, size, standing, VERDICTS, visible, when } from "./text.js";

export const ROW = 48;
const BEYOND = 6;
const NEAR_END = 300;

/** A row, to be filled with one message after the other. */
class Row {
  constructor() {
    const part = (name) => (this[name] = make("span", { class: name }));
    this.element = make(
      "div",
      { role: "option", class: "row" },
      part("sign"),
      make("span", { class: "top" }, part("event"), part("notes"), part("time")),
      make("span", { class: "below" }, part("request"), part("gap"), part("answer")),
    );
    this.sign.setAttribute("aria-hidden", "true");
  }

  show(item, index, count, isSelected) {
    const { element } = this;
    const verdict = standing(item);
    element.id = `message-${item.id}`;
    element.dataset.id = item.id;
    element.style.transform = `translateY(${index * ROW}px)`;
    element.className = `row ${verdict}${isSelected ? " selected" : ""}`;
    element.setAttribute("aria-selected", isSelected);
    element.setAttribute("aria-posinset", index + 1);
    element.setAttribute("aria-setsize", count);
    this.sign.textContent = VERDICTS[verdict].sign;
    this.event.textContent = item.event === null ? "no event" : visible(shortened(item.event, 100)) || "“”";
    this.event.classList.toggle("none", item.event === null);
    this.notes.replaceChildren(...notesOf(item));
    this.time.textContent = when(item.at);
    this.request.textContent = `#${item.id} ${visible(shortened(`${item.method} ${item.path}`, 200))}`;
    this.gap.textContent = item.gap_ms === null ? size(item.size) : `${size(item.size)} · +${duration(item.gap_ms)}`;
    this.answer.textContent = item.status === null ? "–" : String(item.status);
    this.answer.classList.toggle("bad", item.status === null || item.status < 200 || item.status > 299);
  }
}

/** What is out of the ordinary about a message, in a word each. */
function notesOf(item) {
  const notes = [];
  const note = (kind, text) => notes.push(make("span", { class: `note ${kind}` }, text));
  if (item.verdict !== "valid") note(item.verdict, VERDICTS[item.verdict].word);
  if (item.signature === "forged" || item.signature === "missing") note(item.signature, item.signature);
  if (item.duplicate_of !== null) note("again", "duplicate");
  if (item.overtaken_by !== null) note("again", "late");
  return notes;
}

export class List {
  /** `picked(item, isOpening)` is called when the user moves or opens; `nearEnd()` when more should be fetched. */
  constructor(viewport, { picked, nearEnd }) {
    this.viewport = viewport;
    this.picked = picked;
    this.nearEnd = nearEnd;
    this.items = [];
    this.selected = null;
    this.rows = new Map();
    this.spare = [];
    this.canvas = make("div", { class: "canvas", role: "presentation" });
    viewport.append(this.canvas);
    viewport.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    viewport.addEventListener("click", (event) => this.#clicked(event));
    new ResizeObserver(() => this.#resized()).observe(viewport);
  }

  /** Show these items, of `count` in all (-1 where nobody knows); what was visible stays where it was, unless the top was. */
  show(items, count) {
    this.count = count;
    const { scrollTop } = this.viewport;
    const anchor = scrollTop < ROW / 2 ? undefined : this.items[Math.floor(scrollTop / ROW)];
    const before = anchor && indexOf(this.items, anchor.id);
    this.items = items;
    this.canvas.style.height = `${items.length * ROW}px`;
    const now = anchor ? indexOf(items, anchor.id) : -1;
    if (now >= 0 && now !== before) this.viewport.scrollTop = scrollTop + (now - before) * ROW;
    this.draw();
  }

  #scrolled() {
    if (this.viewport.clientHeight) this.top = this.viewport.scrollTop;
    this.draw();
  }

  /** A list that was hidden, as behind a message on a phone, is where it was. */
  #resized() {
    const { clientHeight } = this.viewport;
    if (!this.height && clientHeight && this.top) this.viewport.scrollTop = this.top;
    this.height = clientHeight;
    this.draw();
  }

  /** Draw what is visible, at the next frame. */
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#draw();
    });
  }

  #draw() {
    const { scrollTop, clientHeight } = this.viewport;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - BEYOND);
    const last = Math.min(this.items.length, Math.ceil((scrollTop + clientHeight) / ROW) + BEYOND);
    const wanted = new Map(this.items.slice(first, last).map((item, offset) => [item.id, first + offset]));
    for (const [id, row] of this.rows) {
      if (!wanted.has(id)) {
        this.spare.push(row);
        this.rows.delete(id);
      }
    }
    for (const [id, index] of wanted) {
      let row = this.rows.get(id);
      if (!row) {
        row = this.spare.pop() ?? new Row();
        this.rows.set(id, row);
      }
      row.show(this.items[index], index, this.count, id === this.selected);
      if (!row.element.isConnected) this.canvas.append(row.element);
    }
    for (const row of this.spare) row.element.remove();
    this.#name();
    if (last > this.items.length - NEAR_END) this.nearEnd();
  }

  #name() {
    const isDrawn = this.rows.has(this.selected);
    if (isDrawn) this.viewport.setAttribute("aria-activedescendant", `message-${this.selected}`);
    else this.viewport.removeAttribute("aria-activedescendant");
  }

  #clicked(event) {
    const id = Number(event.target.closest("[role=option]")?.dataset.id);
    const index = indexOf(this.items, id);
    if (index >= 0) this.select(index, true);
  }

  /** Move the selection by some rows. */
  move(by) {
    const now = this.selected === null ? -1 : indexOf(this.items, this.selected);
    const start = now < 0 && by < 0 ? 0 : now;
    this.select(Math.max(0, Math.min(this.items.length - 1, start + by)), false);
  }

  /** Select the item at an index. */
  select(index, isOpening) {
    const item = this.items[index];
    if (!item) return;
    this.selected = item.id;
    const top = index * ROW;
    const { scrollTop, clientHeight } = this.viewport;
    if (top < scrollTop) this.viewport.scrollTop = top;
    else if (top + ROW > scrollTop + clientHeight) this.viewport.scrollTop = top + ROW - clientHeight;
    this.draw();
    this.picked(item, isOpening);
  }

  /** Rows that fit. */
  get page() {
    return Math.max(1, Math.floor(this.viewport.clientHeight / ROW) - 1);
  }
}
