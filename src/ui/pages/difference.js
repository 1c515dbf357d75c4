// The text of a change. Enters: what `diff -u` would print. Leaves: its lines, each with its color and its sign.

import { el } from "./element.js";

export function difference(text, label) {
  const look = { "+": "add", "-": "remove", "@": "hunk" };
  const lines = text.replace(/\n$/, "").split("\n").map((line) => el("span", { class: look[line[0]] ?? "" }, line));
  return el("pre", { class: "lines", tabindex: 0, role: "region", "aria-label": label }, lines);
}

/** A text as it is. */
export function plain(text, label) {
  return el("pre", { class: "lines", tabindex: 0, role: "region", "aria-label": label }, text.replace(/\n$/, "").split("\n").map((line) => el("span", {}, line)));
}
