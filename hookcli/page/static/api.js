// What is asked of the server that serves this page, and of no other.

/** An answer that says why not. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function answered(path, options) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, "hookcli does not answer; is `hookcli listen` still running?");
  }
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({ error: response.statusText }));
  throw new Refusal(response.status, error);
}

/** A JSON value. Fields that are empty stay away. */
export async function get(path, fields = {}, signal = undefined) {
  const query = new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== "" && value !== null));
  return (await answered(`${path}?${query}`, { signal })).json();
}

/** The bytes at a path. */
export const bytes = async (path) => new Uint8Array(await (await answered(path, {})).arrayBuffer());

/** The JSON value that an object is answered with; null for none. */
export async function post(path, value) {
  const headers = { "Content-Type": "application/json" };
  const response = await answered(path, { method: "POST", headers, body: JSON.stringify(value) });
  return response.status === 204 ? null : response.json();
}
