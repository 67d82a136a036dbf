// JSON text as it was sent: 1.0, 1e400, integers of any size, duplicate keys and escapes stay what they are.
// Without recursion, so that no nesting hurts.

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

export const DEEPEST = 10_000;

/** The text is not JSON. */
export class NotJson extends Error {}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  /** Take what a sticky pattern matches here; false where it doesn't. */
  take(pattern) {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }

  /** Take a character, whatever space is before it. */
  next(character) {
    this.take(SPACE);
    return this.here(character);
  }

  here(character) {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  need(met) {
    if (!met) throw new NotJson(`not JSON at character ${this.at + 1}`);
  }

  string() {
    this.take(SPACE);
    const start = this.at;
    this.need(this.here('"'));
    this.take(PLAIN);
    while (this.text[this.at] === "\\") {
      this.need(this.take(ESCAPE));
      this.take(PLAIN);
    }
    this.need(this.here('"'));
    return this.text.slice(start, this.at);
  }

  /** A value; of an array and an object the opening alone. */
  value(parent, key) {
    this.take(SPACE);
    const node = { kind: "", key, lexeme: "", parent, children: null };
    const first = this.text[this.at];
    if (first === "{" || first === "[") {
      this.at += 1;
      node.kind = first === "{" ? "object" : "array";
      node.children = [];
    } else if (first === '"') {
      node.kind = "string";
      node.lexeme = this.string();
    } else {
      const start = this.at;
      node.kind = this.take(NUMBER) ? "number" : "literal";
      this.need(node.kind === "number" || this.take(LITERAL));
      node.lexeme = this.text.slice(start, this.at);
    }
    return node;
  }
}

/**
 * The tree of a text. A node has a kind, the key's lexeme (in an object), its own lexeme (where it has no children),
 * its parent and its children.
 */
export function parse(text) {
  const reader = new Reader(text);
  const root = reader.value(null, null);
  let [holder, depth] = [root.children && root, 1];
  while (holder) {
    if (reader.next(holder.kind === "object" ? "}" : "]")) {
      holder = holder.parent;
      depth -= 1;
      continue;
    }
    reader.need(holder.children.length === 0 || reader.next(","));
    const key = holder.kind === "object" ? reader.string() : null;
    if (key !== null) reader.need(reader.next(":"));
    const node = reader.value(holder, key);
    holder.children.push(node);
    if (node.children) {
      holder = node;
      depth += 1;
      if (depth > DEEPEST) throw new NotJson(`nested deeper than ${DEEPEST} levels`);
    }
  }
  reader.take(SPACE);
  reader.need(reader.at === text.length);
  return root;
}

/** The text that a string's lexeme stands for. */
export const textOf = (lexeme) => JSON.parse(lexeme);

/** The node that a JSON Pointer leads to, or the last one on the way; of duplicate keys the last counts. */
export function follow(root, pointer) {
  let node = root;
  for (const part of pointer.split("/").slice(1)) {
    const token = part.replaceAll("~1", "/").replaceAll("~0", "~");
    const child = childOf(node, token);
    if (!child) break;
    node = child;
  }
  return node;
}

function childOf(node, token) {
  if (node.kind === "array") return /^(?:0|[1-9]\d*)$/.test(token) ? node.children[Number(token)] : undefined;
  return node.children?.findLast((child) => textOf(child.key) === token);
}
