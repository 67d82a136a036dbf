// Texts as they are shown: sizes, times, and what would hide or reorder the text around it.

// Controls, format characters, line and paragraph separators, lone surrogates; without U+200C and U+200D,
// which Indic scripts and emoji need.
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu;

function escaped(character) {
  const code = character.codePointAt(0);
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`; // a byte that is not UTF-8
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** A text in one line, in which nothing is unseen. */
export const visible = (text) => text.replace(UNSEEN, escaped);

/** The same for a text of several lines: line ends and tabs stay. */
export const visibleLines = (text) =>
  text.replace(UNSEEN, (found) => (found === "\n" || found === "\t" ? found : escaped(found)));

/** The start of a text, with an ellipsis where there is more. */
export const shortened = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);

/** A number of bytes. */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A length of time in milliseconds. */
export function duration(ms) {
  if (ms === 0) return "0 ms";
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60e3) return `${(ms / 1e3).toFixed(ms < 10e3 ? 1 : 0)} s`;
  if (ms < 3600e3) return `${Math.floor(ms / 60e3)} min ${Math.round((ms % 60e3) / 1e3)} s`;
  if (ms < 86400e3) return `${Math.floor(ms / 3600e3)} h ${Math.round((ms % 3600e3) / 60e3)} min`;
  return `${(ms / 86400e3).toFixed(1)} days`;
}

const two = (number) => String(number).padStart(2, "0");

/** The time of a day, in the browser's zone. */
export const clock = (date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;

/** The day, in the browser's zone. */
export const day = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

/** The time, with the day where it isn't today. */
export const when = (date) => (day(date) === day(new Date()) ? clock(date) : `${day(date).slice(5)} ${clock(date)}`);

/** The time of a day to the millisecond. */
export const exactClock = (date) => `${clock(date)}.${String(date.getMilliseconds()).padStart(3, "0")}`;

/** A count of things. */
export const count = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

/** What is said of a payload: a sign, for eyes that don't tell the colours apart, and a word. */
export const VERDICTS = {
  valid: { sign: "✓", word: "valid" },
  invalid: { sign: "✕", word: "invalid" },
  unreadable: { sign: "!", word: "unreadable" },
  unknown_event: { sign: "?", word: "unknown event" },
};

/** The verdict whose sign and colour stand for a whole message: its signature counts as much as its payload. */
export function standing(item) {
  if (item.signature === "forged" && item.verdict !== "unreadable") return "invalid";
  return item.signature === "missing" && item.verdict === "valid" ? "unreadable" : item.verdict;
}
