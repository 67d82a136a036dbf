// One message: what came, what was found of it, what was answered, and what can be done with it.

import { bytes, get, post } from "./api.js";
import { byId, make, tell } from "./dom.js";
import { NotJson, parse } from "./json.js";
import { count, day, duration, exactClock, shortened, size, VERDICTS, visible, visibleLines } from "./text.js";
import { Tree } from "./tree.js";

const REMEMBERED = "hookcli.replay_to";
const LONGEST_LINE = 2_000;
const MOST_LINES = 5_000;
const MOST_HEX = 16_384;
const LINKED = 50;

export class Detail {
  /** `closed()` is called when the user closes it, `wanted(id)` when another message is asked for. */
  constructor({ closed, wanted }) {
    this.wanted = wanted;
    this.record = null;
    this.about = { receiver: "", replay_to: "", can_resign: false };
    byId("close").addEventListener("click", closed);
    byId("back").addEventListener("click", closed);
    byId("replay").addEventListener("click", () => this.askReplay());
    byId("copy").addEventListener("click", () => this.copy());
    byId("replay-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.replay();
    });
    byId("replay-cancel").addEventListener("click", () => this.stopAsking());
    this.tabs = [...document.querySelectorAll("[role=tab]")];
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.choose(tab));
      tab.addEventListener("keydown", (event) => this.#walk(event, tab));
    }
  }

  /** What the server says of itself. */
  introduce(about) {
    this.about = about;
    byId("replay-url").value = remembered() || about.replay_to || about.receiver;
    byId("resign").disabled = !about.can_resign;
    byId("resign-label").title = about.can_resign ? "" : "hookcli listen has no secret to sign with";
  }

  get isOpen() {
    return this.record !== null || this.loading !== undefined;
  }

  /** Fetch a message and show it. */
  async open(id) {
    this.loading?.abort();
    const loading = (this.loading = new AbortController());
    document.body.classList.add("open");
    try {
      const record = await get(`/api/captures/${id}`, {}, loading.signal);
      if (this.loading === loading) this.#show(record);
    } catch (error) {
      if (error.name !== "AbortError") this.#fail(id, error);
    }
  }

  /** Show nothing. */
  close() {
    this.loading?.abort();
    this.loading = undefined;
    this.record = null;
    document.body.classList.remove("open");
  }

  /** More is known of the message that is shown. */
  update(summary) {
    if (this.record?.summary.id !== summary.id) return;
    this.record.summary = summary;
    byId("facts").replaceChildren(...factsOf(summary, this.wanted));
  }

  #fail(id, error) {
    this.record = null;
    byId("event").textContent = `#${id}`;
    byId("number").textContent = "";
    for (const part of ["badges", "facts", "problems", "payload", "raw", "header-lines"]) byId(part).replaceChildren();
    byId("problems").append(make("p", { class: "problem" }, visible(error.message)));
  }

  #show(record) {
    this.record = record;
    const { summary } = record;
    byId("event").textContent = summary.event === null ? "no event" : visible(shortened(summary.event, 300));
    byId("number").textContent = `#${summary.id}`;
    byId("badges").replaceChildren(...badgesOf(summary));
    byId("facts").replaceChildren(...factsOf(summary, this.wanted));
    byId("header-lines").replaceChildren(...record.headers.map(headerLine));
    byId("tab-headers").textContent = `Headers ${record.headers.length}`;
    byId("replay-result").replaceChildren();
    this.#showBody(record.body);
    this.#showProblems();
    byId("content").scrollTop = 0;
  }

  #showProblems() {
    const { summary, violations, omitted } = this.record;
    const parts = [];
    if (summary.reason) parts.push(make("p", { class: `problem ${summary.signature}` }, make("b", {}, `Signature ${summary.signature}: `), visible(summary.reason)));
    if (violations.length) {
      const items = violations.slice(0, LINKED).map((violation) => this.#problem(violation));
      const more = violations.length + omitted - items.length;
      const title = summary.verdict === "unreadable" ? "The payload cannot be read" : count(violations.length + omitted, "violation");
      parts.push(make("div", { class: `problem ${summary.verdict}` }, make("b", {}, title), make("ul", {}, ...items)));
      if (more > 0) parts.push(make("p", { class: "hint" }, `and ${more} more`));
    }
    byId("problems").replaceChildren(...parts);
  }

  #problem(violation) {
    const place = violation.pointer === null ? "" : violation.pointer || "(the whole)";
    const where = violation.line === null ? "" : ` line ${violation.line}, column ${violation.column}`;
    const button = make("button", { type: "button", class: "link" }, visible(shortened(place, 300)) || where.trim() || "the payload");
    button.addEventListener("click", () => this.#reveal(violation));
    const keyword = violation.keyword === null ? "" : ` (${violation.keyword})`;
    const text = visible(shortened(violation.message, 500));
    return make("li", {}, button, ` ${text}`, make("span", { class: "hint" }, visible(keyword), place ? where : ""));
  }

  #reveal(violation) {
    if (this.tree) {
      this.choose(byId("tab-payload"));
      this.tree.reveal(violation);
    } else {
      this.choose(byId("tab-raw"));
      byId("raw").querySelector(".marked")?.scrollIntoView({ block: "center" });
    }
  }

  #showBody({ text, base64, cut }) {
    const root = text === undefined || cut ? null : readable(text);
    const place = byId("payload");
    this.tree = null;
    place.replaceChildren();
    if (root) {
      const holder = make("div", { role: "tree", "aria-label": "Payload", class: "tree" });
      place.append(holder);
      this.tree = new Tree(holder, root, this.record.violations);
    } else {
      place.append(make("p", { class: "hint" }, this.#whyNoTree(text, cut)));
    }
    byId("raw").replaceChildren(...(cut ? [this.#rest(text ?? "")] : []), text === undefined ? hexOf(base64) : linesOf(text, this.record.violations));
    this.choose(byId(root || cut ? "tab-payload" : "tab-raw"), false);
    if (cut) place.append(this.#rest(text ?? ""));
  }

  #whyNoTree(text, cut) {
    if (cut) return `The payload is ${size(this.record.summary.size)} long, too long to be read unasked.`;
    if (text === "") return "The request had no body.";
    return text === undefined ? "The payload is not text; its bytes are under Raw." : "The payload is not JSON; it is under Raw.";
  }

  /** What to do about a payload that was cut. */
  #rest(text) {
    const { id, size: whole } = this.record.summary;
    const link = make("a", { href: `/api/captures/${id}/body`, download: `capture-${id}` }, "Save it");
    const button = make("button", { type: "button" }, `Read all ${size(whole)}`);
    button.addEventListener("click", () => this.#readAll(id));
    const shown = `Cut: the first ${size(text.length || 1e6)} of ${size(whole)}. `;
    return make("p", { class: "cut" }, shown, link, " or ", button);
  }

  async #readAll(id) {
    try {
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await bytes(`/api/captures/${id}/body`));
      if (this.record?.summary.id === id) this.#showBody({ text, cut: false });
    } catch (error) {
      tell(error instanceof TypeError ? "The payload is not UTF-8 text; save it instead." : error.message);
    }
  }

  /** Show one of the tabs. */
  choose(chosen, isFocused = true) {
    for (const tab of this.tabs) {
      tab.setAttribute("aria-selected", tab === chosen);
      tab.tabIndex = tab === chosen ? 0 : -1;
      byId(tab.getAttribute("aria-controls")).hidden = tab !== chosen;
    }
    if (isFocused) chosen.focus({ preventScroll: true });
  }

  #walk(event, tab) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(this.tabs.at((this.tabs.indexOf(tab) + by) % this.tabs.length));
  }

  /** Ask where to send it to. */
  askReplay() {
    if (!this.record) return;
    byId("replay-form").hidden = false;
    byId("replay-url").focus();
    byId("replay-url").select();
  }

  /** Whether the question where to send it to was open; it no longer is. */
  stopAsking() {
    const form = byId("replay-form");
    const wasOpen = !form.hidden;
    form.hidden = true;
    if (wasOpen) byId("replay").focus();
    return wasOpen;
  }

  /** Send it to the URL that was typed. */
  async replay() {
    const url = byId("replay-url").value.trim();
    const result = byId("replay-result");
    const button = byId("replay-send");
    const { id } = this.record.summary;
    button.disabled = true;
    result.replaceChildren(make("p", { class: "hint" }, "Sending…"));
    try {
      const attempt = await post(`/api/captures/${id}/replay`, { url, resign: byId("resign").checked });
      remember(url);
      if (this.record?.summary.id === id) result.replaceChildren(...resultOf(attempt));
    } catch (error) {
      result.replaceChildren(make("p", { class: "outcome bad" }, visible(error.message)));
    } finally {
      button.disabled = false;
    }
  }

  /** Copy the curl line that sends it. */
  async copy() {
    if (!this.record) return;
    const url = byId("replay-url").value.trim() || this.about.receiver;
    try {
      const { curl } = await get(`/api/captures/${this.record.summary.id}/curl`, { url });
      await copied(curl);
      tell("Copied as a curl line");
    } catch (error) {
      tell(visible(error.message));
    }
  }
}

/** Put a text on the clipboard; the older way where the newer is only for HTTPS and loopback. */
export async function copied(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = make("textarea", { class: "unseen", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null; // the browser keeps nothing
  }
}

function remember(url) {
  try {
    localStorage.setItem(REMEMBERED, url);
  } catch {
    // the browser keeps nothing
  }
}

function readable(text) {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

function badgesOf(summary) {
  const { sign, word } = VERDICTS[summary.verdict];
  const badge = (kind, text) => make("span", { class: `badge ${kind}` }, text);
  const badges = [badge(summary.verdict, `${sign} ${word}`), badge(summary.signature, SIGNATURES[summary.signature])];
  if (summary.duplicate_of !== null) badges.push(badge("again", "duplicate"));
  if (summary.overtaken_by !== null) badges.push(badge("again", "late"));
  return badges;
}

const SIGNATURES = {
  genuine: "✓ signature genuine",
  forged: "✕ signature forged",
  missing: "! signature missing",
  unchecked: "– signature unchecked",
};

function factsOf(summary, wanted) {
  const at = new Date(summary.received_at);
  const gap = summary.gap_ms === null ? "" : `, ${duration(summary.gap_ms)} after the one before`;
  const took = summary.elapsed_ms === null ? "" : ` in ${duration(summary.elapsed_ms)}`;
  const answer = summary.status === null ? "none yet" : `${summary.status}${took}`;
  const facts = [
    ["Received", `${day(at)} ${exactClock(at)}${gap}`],
    ["Request", visible(shortened(`${summary.method} ${summary.path}`, 1_000))],
    ["Size", `${summary.size.toLocaleString("en")} bytes`],
    ["Answer", summary.endpoint ? `${answer}, from ${visible(shortened(summary.endpoint, 300))}` : answer],
  ];
  if (summary.duplicate_of !== null) facts.push(["Same as", link(summary.duplicate_of, wanted), " came before, byte for byte"]);
  if (summary.overtaken_by !== null) facts.push(["Order", link(summary.overtaken_by, wanted), " about the same user was made later but came earlier"]);
  return facts.flatMap(([term, ...definition]) => [make("dt", {}, term), make("dd", {}, ...definition)]);
}

function link(id, wanted) {
  const button = make("button", { type: "button", class: "link" }, `#${id}`);
  button.addEventListener("click", () => wanted(id));
  return button;
}

const headerLine = ([name, value]) =>
  make("tr", {}, make("th", { scope: "row" }, visible(shortened(name, 300))), make("td", {}, visible(shortened(value, 20_000))));

function resultOf({ status, elapsed_ms: elapsed, error, answer }) {
  const isGood = !error && status >= 200 && status < 300;
  const words = status === null ? "No answer" : `${isGood ? "✓" : "✕"} ${status} in ${duration(elapsed)}`;
  const parts = [make("p", { class: `outcome ${isGood ? "good" : "bad"}` }, words, error ? `: ${visible(error)}` : "")];
  if (answer) parts.push(make("pre", {}, visibleLines(answer)));
  return parts;
}

/** A text with its lines numbered, and the places of violations marked. */
function linesOf(text, violations) {
  const marks = new Map(violations.filter(({ line }) => line !== null).map((each) => [each.line, each]));
  const lines = text.split("\n", MOST_LINES);
  const rows = lines.map((line, index) => lineOf(line, index + 1, marks.get(index + 1)));
  return make("pre", { class: "lines", tabindex: 0, "aria-label": "The payload as it came" }, ...rows);
}

function lineOf(line, number, violation) {
  const element = make("code", { class: violation ? "marked" : null, "data-line": number });
  const at = violation ? Math.max(0, violation.column - 1) : 0;
  const from = Math.max(0, at - LONGEST_LINE / 2);
  const characters = violation ? [...line.slice(0, 4 * (at + LONGEST_LINE))] : null; // columns count characters
  if (!violation) {
    element.append(visible(shortened(line, 50 * LONGEST_LINE)));
  } else {
    const piece = (start, end) => visible(characters.slice(start, end).join(""));
    element.append(from ? "…" : "", piece(from, at), make("mark", {}, piece(at, at + 1) || "\u00a0"), piece(at + 1, at + LONGEST_LINE));
    element.append(make("span", { class: "violation" }, "✕ ", visible(shortened(violation.message, 500))));
  }
  return element;
}

/** The first bytes of what isn't text. */
function hexOf(base64) {
  const data = Uint8Array.from(atob(base64.slice(0, (MOST_HEX / 3) * 4 - ((MOST_HEX / 3) * 4) % 4)), (each) => each.charCodeAt(0));
  const rows = [];
  for (let at = 0; at < data.length; at += 16) {
    const piece = [...data.subarray(at, at + 16)];
    const hex = piece.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = piece.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    rows.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(48)} ${text}`);
  }
  return make("pre", { class: "hex", tabindex: 0, "aria-label": "The first bytes" }, rows.join("\n"));
}
