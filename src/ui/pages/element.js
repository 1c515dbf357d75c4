// Elements of a page. Enters: names, attributes, children. Leaves: nodes. Whatever is a text stays one: markup is never made of it.

/** An element; attributes that begin with `on` listen, `true` and `false` say whether one is there. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

/** A word in a box; `look` is good, look, bad or new. */
export const tag = (text, look = "") => el("span", { class: `tag ${look}` }, text);

/** A number and its noun. */
export const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** Says something to those who listen to the page. */
export function tell(text) {
  document.getElementById("told").textContent = text;
}

/** A heading with a sentence below it, and what stands beside it. */
export function top(title, about, ...beside) {
  return el("div", { class: "top" }, el("div", {}, el("h1", {}, title), el("p", { class: "quiet" }, about)), ...beside);
}

/** A notice that is read out. */
export const notice = (text, look = "") => el("p", { class: `notice ${look}`, role: look === "bad" ? "alert" : "status" }, text);
