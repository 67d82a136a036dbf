// Elements. What came from outside goes in as text alone: nothing here, or anywhere else, parses markup.

/** An element of ours with attributes of ours; texts among the children become text nodes. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/** The element of an id. */
export const byId = (id) => document.getElementById(id);

/** Say something in passing, to eyes and to screen readers. */
export function tell(text) {
  const toast = byId("toast");
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => toast.classList.remove("shown"), 3000);
}
