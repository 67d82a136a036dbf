// When messages came, and how long after the one before: time from left to right, the gap upwards, ten times a step.

import { clock, count, day, duration, shortened, standing, VERDICTS, visible } from "./text.js";

const LEFT = 44;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 18;
const SHORTEST = 1; // ms
const MARKS = [10, 1_000, 60_000, 3_600_000, 86_400_000];
const MARK_NAMES = ["10 ms", "1 s", "1 min", "1 h", "1 day"];
const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
  2_592_000,
].map((seconds) => seconds * 1000);
const TICK = 90;
const REACH = 12;
const PAUSE = 150;

export class Timeline {
  /** Draws on a canvas; `picked(id)` is called for the message that is clicked. */
  constructor(canvas, legend, picked) {
    this.canvas = canvas;
    this.legend = legend;
    this.items = [];
    this.span = 0;
    this.selected = null;
    this.points = [];
    canvas.addEventListener("mousemove", (event) => this.#tell(this.#nearest(event)));
    canvas.addEventListener("mouseleave", () => this.#tell(null));
    canvas.addEventListener("click", (event) => {
      const near = this.#nearest(event);
      if (near) picked(near.id);
    });
    new ResizeObserver(() => this.#draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  /** Show these items, newest first; `span` is how many ms of them, 0 for all. Drawn a few times a second at most. */
  show(items, span, selected) {
    Object.assign(this, { items, span, selected });
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.#draw();
    }, PAUSE);
  }

  #draw() {
    const { canvas } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height) return;
    const scale = devicePixelRatio || 1;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    this.#measure(width, height);
    this.#drawAxes(pen, width, height);
    this.#drawPoints(pen);
    this.#describe();
  }

  /** Where each item lies. */
  #measure(width, height) {
    const newest = this.items[0]?.at.getTime() ?? Date.now();
    const first = this.span ? newest - this.span : (this.items.at(-1)?.at.getTime() ?? newest);
    const length = Math.max(1000, newest - first);
    this.start = newest - length;
    this.length = length;
    this.x = (time) => LEFT + ((time - this.start) / length) * (width - LEFT - RIGHT);
    const longest = this.items.reduce((most, item) => Math.max(most, item.gap_ms ?? 0), 60_000);
    const decades = Math.log10(longest / SHORTEST);
    const tall = height - TOP - BOTTOM;
    this.y = (gap) => height - BOTTOM - (Math.log10(Math.max(SHORTEST, gap) / SHORTEST) / decades) * tall;
    this.points = [];
    for (const item of this.items) {
      const time = item.at.getTime();
      if (time < this.start) break;
      this.points.push({ x: this.x(time), y: this.y(item.gap_ms ?? 0), item });
    }
  }

  #drawAxes(pen, width, height) {
    const style = getComputedStyle(this.canvas);
    pen.strokeStyle = style.getPropertyValue("--line");
    pen.fillStyle = style.getPropertyValue("--muted");
    pen.font = `11px ${style.fontFamily}`;
    pen.textBaseline = "middle";
    pen.textAlign = "right";
    MARKS.forEach((gap, index) => {
      const y = Math.round(this.y(gap)) + 0.5;
      if (y < TOP - 1) return;
      this.#stroke(pen, LEFT, y, width - RIGHT, y);
      pen.fillText(MARK_NAMES[index], LEFT - 6, y);
    });
    this.#stroke(pen, LEFT, height - BOTTOM + 0.5, width - RIGHT, height - BOTTOM + 0.5);
    pen.textAlign = "center";
    for (const time of this.#ticks(width)) {
      const x = Math.round(this.x(time)) + 0.5;
      this.#stroke(pen, x, height - BOTTOM, x, height - BOTTOM + 4);
      const date = new Date(time);
      const text = this.step >= 86_400_000 ? day(date).slice(5) : this.step >= 60_000 ? clock(date).slice(0, 5) : clock(date);
      pen.fillText(text, Math.min(Math.max(x, LEFT + 14), width - RIGHT - 20), height - BOTTOM + 11);
    }
  }

  #stroke(pen, x, y, toX, toY) {
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(toX, toY);
    pen.stroke();
  }

  /** Round times of the browser's zone. */
  #ticks(width) {
    const room = Math.max(1, Math.floor((width - LEFT - RIGHT) / TICK));
    this.step = STEPS.find((step) => this.length / step <= room) ?? this.length / room;
    const zone = new Date(this.start).getTimezoneOffset() * 60_000;
    const ticks = [];
    const first = Math.ceil((this.start - zone) / this.step) * this.step + zone;
    for (let time = first; time <= this.start + this.length; time += this.step) ticks.push(time);
    return ticks;
  }

  #drawPoints(pen) {
    const style = getComputedStyle(this.canvas);
    const size = this.points.length > 2_000 ? 3 : 4;
    for (const verdict of Object.keys(VERDICTS)) {
      pen.fillStyle = style.getPropertyValue(`--${verdict.replace("_", "-")}`);
      for (const point of this.points) {
        if (standing(point.item) === verdict) pen.fillRect(point.x - size / 2, point.y - size / 2, size, size);
      }
    }
    const chosen = this.points.find((point) => point.item.id === this.selected);
    if (!chosen) return;
    pen.strokeStyle = style.getPropertyValue("--accent");
    pen.lineWidth = 2;
    pen.strokeRect(chosen.x - 5, chosen.y - 5, 10, 10);
  }

  #nearest(event) {
    let [best, distance] = [null, REACH * REACH];
    for (const point of this.points) {
      const away = (point.x - event.offsetX) ** 2 + (point.y - event.offsetY) ** 2;
      if (away < distance) [best, distance] = [point.item, away];
    }
    return best;
  }

  #tell(item) {
    this.canvas.classList.toggle("pointing", item !== null);
    this.legend.textContent = item === null ? "" : lineOf(item);
  }

  #describe() {
    const broken = this.points.filter((point) => standing(point.item) !== "valid").length;
    const longest = this.points.reduce((most, point) => Math.max(most, point.item.gap_ms ?? 0), 0);
    const words = `${count(this.points.length, "message")}, ${broken} not in order, the longest gap ${duration(longest)}`;
    this.canvas.setAttribute("aria-label", `Gaps between messages over time: ${words}`);
  }
}

function lineOf(item) {
  const gap = item.gap_ms === null ? "the first" : `${duration(item.gap_ms)} after the one before`;
  return `#${item.id} ${visible(shortened(item.event ?? "no event", 60))} · ${clock(item.at)} · ${gap}`;
}
