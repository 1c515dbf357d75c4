// The frame of all pages: which one is shown, and how the document fares. cwc answers when something is other than it was, so nothing is asked in vain;
// a page that nobody sees does not ask.

import { ask } from "./ask.js";
import { Changes } from "./changes.js";
import { counted, el, notice, tell } from "./element.js";
import { Mesh } from "./mesh.js";
import { Services } from "./services.js";

const PAGES = { services: Services, mesh: Mesh, changes: Changes };
const main = document.getElementById("page");
let shown = null;
let seen = null;

function open() {
  const name = location.hash.slice(1);
  if (name === "page") return;
  const chosen = Object.hasOwn(PAGES, name) ? name : "services";
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.page === chosen) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
  document.title = `${chosen[0].toUpperCase()}${chosen.slice(1)} - cwc`;
  shown = new PAGES[chosen](main);
}

function health(state) {
  const { errors, warnings } = state;
  const said = errors > 0 ? counted(errors, "error") : warnings > 0 ? counted(warnings, "warning") : "no problems";
  const place = document.getElementById("health");
  const look = errors > 0 ? "bad-text" : warnings > 0 ? "look-text" : "good-text";
  if (place.textContent !== said) place.replaceChildren(el("span", { class: look }, said));
  document.getElementById("file").textContent = state.file;
  const badge = document.getElementById("count");
  badge.hidden = errors === 0;
  badge.textContent = String(errors);
}

const inSight = () => new Promise((resolve) => {
  if (document.visibilityState === "visible") resolve();
  else document.addEventListener("visibilitychange", resolve, { once: true });
});

async function follow() {
  for (;;) {
    await inSight();
    try {
      const state = await ask("state", seen ?? {});
      const before = seen;
      seen = { digest: state.digest, live: state.live };
      health(state);
      if (before && before.digest !== seen.digest) {
        tell(`${state.file} was changed`);
        await shown.refresh();
      } else if (before && before.live !== seen.live) {
        await shown.live?.();
      }
    } catch (error) {
      const place = document.getElementById("health");
      place.replaceChildren(el("span", { class: "bad-text" }, error.status ? error.message : "cwc ui is not running any more"));
      if (error.status === 401) {
        main.replaceChildren(notice(error.message, "bad"));
        return;
      }
      await new Promise((resolve) => { setTimeout(resolve, 1000); });
    }
  }
}

addEventListener("hashchange", () => {
  open();
  main.focus({ preventScroll: true });
});
addEventListener("unhandledrejection", (event) => {
  main.prepend(notice(event.reason?.message ?? "something went wrong", "bad"));
});
open();
follow();
