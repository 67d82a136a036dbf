// The page of `hookcli listen --ui`: what is there is fetched, what comes is told, and the keys do the rest.

import { get, post } from "./api.js";
import { Detail, copied } from "./detail.js";
import { byId, make, tell } from "./dom.js";
import { Feed } from "./feed.js";
import { List } from "./list.js";
import { indexOf, Messages } from "./messages.js";
import { count, shortened, visible } from "./text.js";
import { Timeline } from "./timeline.js";

const MOST_EVENTS = 100;
const TYPING = 250;

const messages = new Messages({ changed: () => drawn(), failed: (error) => problem(error) });
const events = new Set();
let about = { receiver: "" };
let isPushed = false;

const list = new List(byId("list"), {
  picked: (item, isOpening) => {
    timelineShown();
    if (isOpening || detail.isOpen) open(item.id);
  },
  nearEnd: () => messages.more(),
});
const detail = new Detail({ closed: () => close(), wanted: (id) => reach(id) });
const timeline = new Timeline(byId("timeline"), byId("legend"), (id) => reach(id));

const timelineShown = () => timeline.show(messages.items, Number(byId("span").value), list.selected);

/** Show what there is. */
function drawn() {
  list.show(messages.items, messages.before === null ? messages.items.length : -1);
  timelineShown();
  for (const item of messages.items) noteEvent(item.event);
  const { length } = messages.items;
  const words = `${messages.before === null ? "" : "over "}${count(length, "message")}`;
  byId("count").textContent = length === 0 && messages.before !== null ? "Searching…" : words;
  byId("clear").hidden = !messages.isFiltered;
  byId("none").hidden = length > 0 || messages.before !== null || messages.isFiltered;
  byId("nothing").hidden = length > 0 || messages.before !== null || !messages.isFiltered;
  byId("time").hidden = length === 0;
  byId("news").hidden = messages.unseen === 0;
  byId("news").textContent = `${count(messages.unseen, "new message")}: show`;
  if (length === 0 && messages.before !== null) messages.more();
}

/** Offer an event in the filter. */
function noteEvent(event) {
  if (!event || events.has(event) || events.size >= MOST_EVENTS) return;
  events.add(event);
  byId("filter-event").append(make("option", { value: event }, visible(shortened(event, 60))));
}

/** Say what keeps the page from its work; nothing when all is well. */
function problem(error) {
  byId("problem").hidden = error === null;
  byId("problem").textContent = error === null ? "" : visible(error.message);
}

/** Show a message in full. */
function open(id) {
  const address = `#${id}`;
  if (location.hash !== address) {
    if (detail.isOpen) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    isPushed ||= !detail.isOpen;
  }
  list.selected = id;
  list.draw();
  timelineShown();
  detail.open(id);
}

/** Show a message that may not be in the list. */
function reach(id) {
  const index = indexOf(messages.items, id);
  if (index >= 0) list.select(index, true);
  else open(id);
}

/** Go back to the list. */
function close({ isBack = false } = {}) {
  detail.close();
  if (!isBack && isPushed) history.back();
  else if (!isBack) history.replaceState(null, "", location.pathname);
  isPushed = false;
  byId("list").focus();
}

addEventListener("popstate", () => {
  const id = Number(location.hash.slice(1));
  if (id) reach(id);
  else if (detail.isOpen) close({ isBack: true });
});

// What comes

const feed = new Feed({
  told: (summaries) => {
    const fresh = messages.add(summaries);
    for (const summary of summaries) detail.update(summary);
    drawn();
    announce(fresh);
    if (document.hidden) entitled(unnoticed + fresh.length);
  },
  behind: () => messages.load(),
  changed: (state) => {
    if (state === "live" && byId("state").dataset.state === "reconnecting") lookAgain();
    byId("state").textContent = messages.isPaused && state === "live" ? "paused" : state;
    byId("state").dataset.state = state;
  },
  refused: () => get("/api/about").catch(problem),
});

/** Start anew where another `hookcli listen` answers than before: its numbers are others. */
async function lookAgain() {
  const { run } = await get("/api/about");
  if (run !== about.run) location.reload();
}

let unnoticed = 0;

/** Count in the title what nobody has looked at. */
function entitled(number) {
  unnoticed = number;
  document.title = number ? `(${number}) hookcli listen` : "hookcli listen";
}

document.addEventListener("visibilitychange", () => entitled(0));

/** Tell screen readers what came, not more often than they can say it. */
function announce(fresh) {
  announce.waiting = (announce.waiting ?? 0) + fresh.length;
  if (!announce.waiting || announce.timer) return;
  announce.timer = setTimeout(() => {
    byId("announcement").textContent = `${count(announce.waiting, "new message")}`;
    announce.waiting = 0;
    announce.timer = null;
  }, 2000);
}

function pause() {
  messages.isPaused = !messages.isPaused;
  byId("pause").setAttribute("aria-pressed", messages.isPaused);
  byId("pause").firstChild.textContent = messages.isPaused ? "Resume" : "Pause";
  const { state } = byId("state").dataset;
  byId("state").textContent = messages.isPaused && state === "live" ? "paused" : state;
  if (!messages.isPaused && messages.unseen) messages.load();
}

// What is asked for

function filtered() {
  messages.fields = {
    text: byId("search").value,
    event: byId("filter-event").value,
    verdict: byId("filter-verdict").value,
    signature: byId("filter-signature").value,
  };
  byId("list").scrollTop = 0;
  messages.load();
}

function cleared() {
  for (const field of ["search", "filter-event", "filter-verdict", "filter-signature"]) byId(field).value = "";
  filtered();
}

let typing;
byId("search").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(filtered, TYPING);
});
for (const field of ["filter-event", "filter-verdict", "filter-signature"]) byId(field).addEventListener("change", filtered);
byId("span").addEventListener("change", timelineShown);
byId("clear").addEventListener("click", cleared);
byId("clear-too").addEventListener("click", cleared);
byId("pause").addEventListener("click", pause);
byId("news").addEventListener("click", () => {
  byId("list").scrollTop = 0;
  messages.load();
});
byId("keys").addEventListener("click", () => byId("help").showModal());
byId("help-close").addEventListener("click", () => byId("help").close());
byId("command-copy").addEventListener("click", async () => {
  await copied(byId("command").textContent);
  tell("Copied");
});

const KEYS = {
  j: () => list.move(1),
  k: () => list.move(-1),
  ArrowDown: () => list.move(1),
  ArrowUp: () => list.move(-1),
  PageDown: () => list.move(list.page),
  PageUp: () => list.move(-list.page),
  Home: () => list.move(-Infinity),
  End: () => list.move(Infinity),
  Enter: () => list.selected !== null && reach(list.selected),
  "/": () => byId("search").select(),
  r: () => detail.askReplay(),
  c: () => detail.copy(),
  p: pause,
  "?": () => byId("help").showModal(),
  Escape: escape,
};
const LETTERS = new Set(["j", "k", "/", "r", "c", "p", "?", "Escape"]);

function escape() {
  if (document.activeElement === byId("search")) byId("list").focus();
  else if (!detail.stopAsking() && detail.isOpen) close();
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  const isTyping = event.target.matches("input:not([type=checkbox]), select, textarea");
  if (isTyping && event.key !== "Escape") return;
  const isOnList = event.target === document.body || event.target === byId("list");
  if (!KEYS[event.key] || !(isOnList || LETTERS.has(event.key))) return;
  event.preventDefault();
  KEYS[event.key]();
});

// The start

async function admitted() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return;
  history.replaceState(null, "", location.pathname); // not into the history, nor over anybody's shoulder
  await post("/api/session", { token });
}

async function begin() {
  await admitted();
  about = await get("/api/about");
  byId("receiver").textContent = about.receiver;
  byId("command").textContent = `hookcli send ${about.receiver}`;
  detail.introduce(about);
  await messages.load();
  feed.open(messages.newest);
  const id = Number(location.hash.slice(1));
  if (id) reach(id);
  byId("list").focus({ preventScroll: true });
}

begin().catch(problem);
