// A payload as a tree of flat rows, made as they are opened, with its violations where they are.

import { make } from "./dom.js";
import { follow, textOf } from "./json.js";
import { count, shortened, visible } from "./text.js";

const AT_FIRST = 250;
const AT_ONCE = 100;
const MOST_OPENED = 2_000;
const LONGEST = 1_000;
const LONGEST_KEY = 200;
const MOST_MARKED = 100;

export class Tree {
  /** Shows `root` (see json.js) in an element. */
  constructor(element, root, violations) {
    this.element = element;
    this.lines = new WeakMap();
    this.#mark(root, violations.slice(0, MOST_MARKED));
    element.addEventListener("click", (event) => this.#clicked(event));
    element.addEventListener("keydown", (event) => this.#pressed(event));
    element.replaceChildren(this.#line(root, 1, null));
    this.#openAtFirst(root);
    element.firstElementChild.tabIndex = 0;
  }

  /** Note which nodes break the schema, and which hold one that does. */
  #mark(root, violations) {
    this.broken = new Map();
    this.holders = new Set();
    for (const violation of violations) {
      const node = follow(root, violation.pointer ?? "");
      this.broken.set(node, [...(this.broken.get(node) ?? []), violation]);
      for (let each = node.parent; each && !this.holders.has(each); each = each.parent) this.holders.add(each);
    }
  }

  /** The ways to the violations, and then level by level as much as fits. */
  #openAtFirst(root) {
    const levels = [root];
    let rows = 1;
    for (const node of levels) {
      const isNeeded = this.holders.has(node);
      if (!node.children?.length || (!isNeeded && rows + node.children.length > AT_FIRST)) continue;
      if (rows > MOST_OPENED || !this.lineOf.get(node)) continue;
      this.open(this.lineOf.get(node));
      rows += Math.min(node.children.length, AT_ONCE);
      levels.push(...node.children.slice(0, AT_ONCE));
      if (isNeeded) levels.push(...node.children.slice(AT_ONCE).filter((child) => this.lineOf.has(child)));
    }
  }

  lineOf = new Map();

  #line(node, level, index) {
    const line = make("div", { role: "treeitem", "aria-level": level, tabindex: -1, class: `line ${node.kind}` });
    line.style.setProperty("--level", Math.min(level - 1, 30));
    const isHolder = Boolean(node.children?.length);
    if (isHolder) line.setAttribute("aria-expanded", "false");
    line.append(make("span", { class: "twisty", "aria-hidden": "true" }, isHolder ? "▸" : ""));
    if (node.key !== null) line.append(...keyOf(node));
    else if (index !== null) line.append(make("span", { class: "index" }, String(index)), make("span", { class: "colon" }, ": "));
    line.append(...valueOf(node));
    for (const violation of this.broken.get(node) ?? []) line.append(violationOf(violation));
    if (this.broken.has(node)) line.classList.add("broken");
    if (this.holders.has(node)) line.classList.add("holds");
    this.lines.set(line, node);
    this.lineOf.set(node, line);
    return line;
  }

  /** Open a line's node. */
  open(line) {
    const node = this.lines.get(line);
    if (line.getAttribute("aria-expanded") !== "false" || !node) return;
    line.setAttribute("aria-expanded", "true");
    const until = Math.max(AT_ONCE, node.children.findLastIndex((child) => this.#isWanted(child)) + 1);
    line.after(...this.#children(node, Number(line.getAttribute("aria-level")) + 1, 0, Math.min(until, MOST_OPENED)));
  }

  #isWanted(node) {
    return this.broken.has(node) || this.holders.has(node);
  }

  #children(node, level, from, until) {
    const shown = node.children.slice(from, until);
    const isArray = node.kind === "array";
    const lines = shown.map((child, offset) => this.#line(child, level, isArray ? from + offset : null));
    if (!isArray) this.#markDuplicates(node, shown);
    if (until < node.children.length) lines.push(this.#more(node, level, until));
    return lines;
  }

  #markDuplicates(node, shown) {
    this.lastOf ??= new WeakMap();
    if (!this.lastOf.has(node)) this.lastOf.set(node, new Map(node.children.map((child) => [textOf(child.key), child])));
    for (const child of shown) {
      if (this.lastOf.get(node).get(textOf(child.key)) === child) continue;
      const line = this.lineOf.get(child);
      line.classList.add("overridden");
      line.append(make("span", { class: "hint" }, " comes again below, where it counts"));
    }
  }

  #more(node, level, from) {
    const left = node.children.length - from;
    const button = make("button", { type: "button", class: "more" }, `${Math.min(left, AT_ONCE)} of ${count(left, "more")}`);
    const line = make("div", { role: "treeitem", "aria-level": level, tabindex: -1, class: "line" }, button);
    line.style.setProperty("--level", Math.min(level - 1, 30));
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      const lines = this.#children(node, level, from, from + AT_ONCE);
      line.replaceWith(...lines);
      this.focus(lines[0]);
    });
    return line;
  }

  /** Close a line's node; what was below it goes. */
  close(line) {
    line.setAttribute("aria-expanded", "false");
    const level = Number(line.getAttribute("aria-level"));
    while (Number(line.nextElementSibling?.getAttribute("aria-level")) > level) {
      this.lineOf.delete(this.lines.get(line.nextElementSibling));
      line.nextElementSibling.remove();
    }
  }

  #toggle(line) {
    const expanded = line.getAttribute("aria-expanded");
    if (expanded === "true") this.close(line);
    else if (expanded === "false") this.open(line);
  }

  /** Go to the line of a violation's place, opening what is above it. */
  reveal(violation) {
    const node = [...this.broken].find(([, those]) => those.includes(violation))?.[0];
    const above = [];
    for (let each = node?.parent; each; each = each.parent) above.unshift(each);
    for (const each of above) {
      if (this.lineOf.has(each)) this.open(this.lineOf.get(each));
    }
    this.focus(this.lineOf.get([node, ...above.reverse()].find((each) => this.lineOf.has(each))), "center");
  }

  /** Move the focus to a line. */
  focus(line, block = "nearest") {
    if (!line) return;
    for (const other of this.element.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    line.tabIndex = 0;
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block });
  }

  #clicked(event) {
    const line = event.target.closest("[role=treeitem]");
    if (!line || !getSelection().isCollapsed) return; // text that is being selected is no click
    if (event.target.closest(".twisty, .key, .index, .summary")) this.#toggle(line);
    this.focus(line);
  }

  #pressed(event) {
    const line = event.target.closest("[role=treeitem]");
    if (!line || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOpen = line.getAttribute("aria-expanded");
    const moves = {
      ArrowDown: () => this.focus(line.nextElementSibling),
      ArrowUp: () => this.focus(line.previousElementSibling),
      ArrowRight: () => (isOpen === "false" ? this.open(line) : this.focus(line.nextElementSibling)),
      ArrowLeft: () => (isOpen === "true" ? this.close(line) : this.focus(this.#parent(line))),
      Home: () => this.focus(this.element.firstElementChild),
      End: () => this.focus(this.element.lastElementChild),
      Enter: () => (line.querySelector(":scope > .more") ?? { click: () => this.#toggle(line) }).click(),
      " ": () => this.#toggle(line),
    };
    if (!moves[event.key] || (event.target !== line && event.key.length !== 1 && event.key === "Enter")) return;
    event.preventDefault();
    event.stopPropagation();
    moves[event.key]();
  }

  #parent(line) {
    const level = Number(line.getAttribute("aria-level"));
    let above = line.previousElementSibling;
    while (above && Number(above.getAttribute("aria-level")) >= level) above = above.previousElementSibling;
    return above;
  }
}

function keyOf(node) {
  return [
    make("span", { class: "key" }, visible(shortened(node.key, LONGEST_KEY))),
    make("span", { class: "colon" }, ": "),
  ];
}

function valueOf(node) {
  if (node.children) {
    const [left, right] = node.kind === "object" ? "{}" : "[]";
    const held = node.kind === "object" ? count(node.children.length, "key") : count(node.children.length, "item");
    return [make("span", { class: "summary" }, node.children.length ? `${left} ${held} ${right}` : left + right)];
  }
  const parts = [make("span", { class: `value ${node.kind}` }, visible(shortened(node.lexeme, LONGEST)))];
  if (node.lexeme.length > LONGEST) parts.push(wholeOf(node, parts[0]));
  if (node.kind === "string" && node.lexeme.includes("\\u")) parts.push(meaningOf(node));
  return parts;
}

function wholeOf(node, value) {
  const button = make("button", { type: "button", class: "more" }, count(node.lexeme.length, "character"));
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    value.textContent = visible(shortened(node.lexeme, 200_000));
    button.remove();
  });
  return button;
}

/** What escapes stand for, beside them. */
const meaningOf = (node) =>
  make("span", { class: "hint meaning" }, ` = ${visible(shortened(textOf(node.lexeme), LONGEST))}`);

function violationOf(violation) {
  const keyword = violation.keyword === null ? "" : ` (${violation.keyword})`;
  return make("span", { class: "violation" }, "✕ ", visible(shortened(violation.message, 2_000)), visible(keyword));
}
