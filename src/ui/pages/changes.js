// The page of problems and changes: what is wrong with the document, what a build would change, and what that may do.

import { ask, send } from "./ask.js";
import { difference } from "./difference.js";
import { counted, el, notice, tag, tell, top } from "./element.js";
import { Rows } from "./rows.js";

export const LEVELS = { security: "bad", breaking: "bad", risky: "look", safe: "good" };
const ACTIONS = { add: ["new", "good"], change: ["changed", "look"], remove: ["gone", "bad"] };

/** One problem, with the lines that it is about. */
export function problem(found) {
  const excerpt = (part) => el("div", {},
    el("p", { class: "label" }, el("span", { class: "mono" }, `${part.file}:${part.line}:${part.column}`), part.label ? ` ${part.label}` : ""),
    el("pre", { class: "lines" }, part.lines.map(([number, before, meant, after]) =>
      el("span", { class: number === part.line ? "meant" : "" },
        el("span", { class: "number" }, String(number)), before, meant ? el("mark", {}, meant) : "", after))));
  return el("article", { class: `card problem ${found.severity}` },
    el("h3", {}, tag(found.severity, found.severity === "error" ? "bad" : "look"), el("span", {}, found.message), el("code", {}, found.code)),
    found.excerpts.map(excerpt),
    found.help && el("p", {}, el("strong", {}, "Help: "), found.help),
    el("details", {}, el("summary", {}, `What ${found.code} means`), found.explain.split("\n\n").map((text) => el("p", {}, text))));
}

/** What a difference may do, the worst first. */
export function risks(told) {
  if (told.risks.length === 0) return el("p", { class: "quiet" }, "Nothing that changes how anybody calls.");
  return el("ul", { class: "list" }, told.risks.map((risk) =>
    el("li", {}, tag(risk.level, LEVELS[risk.level]),
      el("span", {}, el("strong", {}, risk.subject), `: ${risk.text}`,
        el("span", { class: "label", title: risk.summary }, [risk.class, risk.about].filter(Boolean).join(" \u00b7 "))))));
}

/** How much comes, changes and goes. */
export function figures(told) {
  const figure = (count, words) => el("div", {}, el("strong", {}, count.toLocaleString("en")), el("span", {}, words));
  return el("div", { class: "figures" },
    figure(told.counts.add, "objects to add"), figure(told.counts.change, "to change"), figure(told.counts.remove, "to remove"),
    figure(told.differ, `of ${counted(told.clusters, "cluster")} ${told.differ === 1 ? "differs" : "differ"}`));
}

export class Changes {
  constructor(page) {
    this.problems = el("section", { class: "stack", "aria-label": "Problems" });
    this.outcome = el("div", {});
    this.about = el("section", { class: "card", "aria-label": "What a build would change" });
    this.filter = el("input", { type: "search", id: "find-change", placeholder: "name, kind, namespace, cluster", oninput: () => this.list() });
    this.level = el("select", { id: "find-level", onchange: () => this.list() },
      [["", "any risk"], ["security", "security"], ["breaking", "breaking"], ["risky", "risky"], ["safe", "safe"]].map(([value, text]) => el("option", { value }, text)));
    this.rows = new Rows("Changed objects", [
      { name: "Object", width: "30%", of: (item) => item.name, by: (item) => item.name },
      { name: "Kind", width: "21%", of: (item) => item.kind, by: (item) => item.kind },
      { name: "Namespace", width: "17%", of: (item) => item.namespace ?? "", by: (item) => item.namespace ?? "" },
      { name: "Cluster", width: "12%", of: (item) => item.cluster, by: (item) => item.cluster },
      { name: "Change", of: (item) => tag(...ACTIONS[item.action]), by: (item) => item.action },
      { name: "Risk", of: (item) => item.level ? tag(item.level, LEVELS[item.level]) : "", by: (item) => item.level ? Object.keys(LEVELS).indexOf(item.level) : 9 },
    ], { title: 0, open: (item) => this.open(item), none: "No object differs." });
    this.text = el("section", { class: "card", "aria-label": "The change of one object" });
    this.build = el("button", { type: "button", class: "main", id: "build", disabled: true, onclick: () => this.write() }, "Build the tree");
    this.body = el("div", { class: "two aside" },
      el("section", { class: "card", "aria-label": "Objects" }, el("h2", {}, "Objects"),
        el("div", { class: "bar" },
          el("label", { class: "field grow" }, el("span", {}, "Find"), this.filter),
          el("label", { class: "field" }, el("span", {}, "Risk"), this.level)),
        el("p", { class: "label" }), this.rows.element),
      this.text);
    page.replaceChildren(
      top("Changes", "What mesh.toml says now, against the tree as it stands on disk.", this.build),
      this.outcome, this.problems, this.about, this.body);
    this.refresh();
  }

  async refresh() {
    const told = await ask("problems");
    this.digest = told.state.digest;
    this.problems.replaceChildren(...(told.problems.length === 0 ? [] : [
      el("h2", {}, "Problems"),
      ...told.problems.map(problem),
      told.more > 0 ? notice(`and ${told.more} more`) : "",
    ]));
    this.problems.hidden = told.problems.length === 0;
    this.about.hidden = this.body.hidden = !told.state.sound;
    this.build.disabled = true;
    if (!told.state.sound) {
      this.problems.prepend(notice("Nothing can be built before these are mended. The page follows the file: save it, and look here.", "bad"));
      return;
    }
    this.show(await ask("changes"));
  }

  show(told) {
    this.told = told;
    this.digest = told.state.digest;
    const total = told.counts.add + told.counts.change + told.counts.remove;
    const differs = told.changes.length > 0 || told.addresses.length > 0;
    this.build.disabled = !differs;
    this.about.replaceChildren(el("h2", {}, "A build would change ", el("code", {}, told.out)),
      differs ? figures(told) : notice("The tree is what mesh.toml compiles to: there is nothing to build.", "good"),
      ...told.notes.map((text) => notice(text, "look")),
      ...(differs ? [el("h3", {}, "What that may do"), risks(told)] : []),
      ...(told.addresses.length > 0 ? [el("details", {}, el("summary", {}, `${counted(told.addresses.length, "name")} whose address mesh.lock would record`),
        el("ul", {}, told.addresses.slice(0, 500).map((one) => el("li", { class: "mono" }, `${one.name}: ${one.before ?? "none"} \u2192 ${one.after ?? "none"}`))))] : []));
    this.body.hidden = !differs;
    this.list();
    const open = told.changes[0];
    if (open) this.rows.opened = open, this.rows.draw(), this.open(open);
    tell(differs ? `${counted(total, "object")} would change` : "nothing to build");
  }

  list() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const level = this.level.value;
    const hits = (item) => (!level || item.level === level)
      && words.every((word) => `${item.name} ${item.kind} ${item.namespace ?? ""} ${item.cluster}`.toLowerCase().includes(word));
    const found = this.told.changes.filter(hits);
    const more = this.told.more > 0 ? `, and ${counted(this.told.more, "object")} that are not listed` : "";
    this.body.querySelector(".label").textContent = `${counted(found.length, "row")} of ${this.told.changes.length.toLocaleString("en")}${more}`;
    this.rows.show(found);
  }

  async open(item) {
    const { cluster, kind, name } = item;
    const place = `${kind} ${item.namespace ? `${item.namespace}/` : ""}${name} in ${cluster}`;
    try {
      const told = await ask("object", { cluster, kind, name, group: item.group ?? "", namespace: item.namespace ?? "" });
      this.text.replaceChildren(el("h2", {}, place),
        el("p", { class: "label" }, el("span", { class: "mono" }, told.file), told.from ? ` \u00b7 ${told.from}` : "", ` \u00b7 +${told.added} \u2212${told.removed}`),
        told.risks.length > 0 ? risks({ risks: told.risks.map((risk) => ({ ...risk, subject: risk.class, class: "", about: "" })) }) : "",
        difference(told.text, `Change of ${place}`));
    } catch (error) {
      this.text.replaceChildren(el("h2", {}, place), notice(error.message, "look"));
    }
  }

  async write() {
    this.build.disabled = true;
    try {
      const told = await send("build", { digest: this.digest });
      this.outcome.replaceChildren(notice(told.text, told.done ? "good" : "bad"));
    } catch (error) {
      this.outcome.replaceChildren(notice(error.message, "bad"));
    }
    await this.refresh();
  }
}
