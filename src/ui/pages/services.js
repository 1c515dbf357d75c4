// The page of services: what mesh.toml declares beside what runs in the clusters, and the choice of what is to be added.

import { Adding } from "./adding.js";
import { ask, send } from "./ask.js";
import { counted, el, notice, tag, tell, top } from "./element.js";
import { Rows } from "./rows.js";

/** How a service fares in a cluster: in words for the row, for a cluster, and its look. */
const STATES = {
  gone: ["declared, gone", "gone", "bad"],
  ports: ["ports differ", "ports differ", "look"],
  new: ["found, not declared", "new", "new"],
  unknown: ["declared, nobody looked", "not looked at", ""],
  same: ["as declared", "found", "good"],
};
const NAMED = 4;

export class Services {
  constructor(page) {
    this.page = page;
    this.chosen = new Map();
    this.outcome = el("div", {});
    this.clusters = el("section", { class: "card", "aria-label": "Clusters" });
    this.filter = el("input", { type: "search", id: "find-service", placeholder: "name, namespace, cluster, port", oninput: () => this.list() });
    this.state = el("select", { id: "find-state", onchange: () => this.list() },
      el("option", { value: "" }, "all"), Object.entries(STATES).map(([value, [text]]) => el("option", { value }, text)));
    this.add = el("button", { type: "button", class: "main", id: "add", disabled: true, onclick: () => this.begin() }, "Add to mesh.toml");
    this.again = el("button", { type: "button", id: "look", onclick: () => this.look([], true) }, "Look again");
    this.all = el("input", { type: "checkbox", id: "all", onchange: (event) => this.chooseAll(event.target.checked) });
    this.count = el("p", { class: "label" });
    this.rows = new Rows("Services", [
      { name: el("span", { class: "unseen" }, "Choose"), width: "3rem", of: (item) => this.box(item) },
      { name: "Service", width: "34%", of: (item) => [el("strong", {}, item.name), el("span", { class: "quiet" }, `.${item.namespace}`)], by: (item) => `${item.name}.${item.namespace}`, title: (item) => item.host },
      { name: "Ports", width: "12rem", of: (item) => item.ports.map(([number, , protocol]) => protocol ? `${number} ${protocol}` : number).join(", "), by: (item) => item.ports[0]?.[0] ?? 0 },
      { name: "In", of: (item) => this.places(item), by: (item) => item.clusters.length, title: (item) => item.clusters.map(([name, state, about]) => `${name}: ${about || STATES[state][1]}`).join("\n") },
      { name: "State", width: "13rem", of: (item) => this.fares(item), by: (item) => Object.keys(STATES).indexOf(item.worst) },
    ], { none: "No service is so." });
    page.replaceChildren(
      top("Services", "What mesh.toml declares, beside what runs in the clusters that have a context.", this.again, this.add),
      this.outcome, this.clusters,
      el("section", { class: "card", "aria-label": "Services" },
        el("div", { class: "bar" },
          el("label", { class: "field grow" }, el("span", {}, "Find"), this.filter),
          el("label", { class: "field" }, el("span", {}, "State"), this.state),
          el("label", {}, this.all, "Choose all that can be added")),
        this.count, this.rows.element));
    this.refresh();
  }

  /** Has the clusters kept in sight; `run` names those whose programs may be run for it, `again` has those asked anew that are in sight. */
  async look(run, again) {
    this.again.disabled = true;
    this.again.textContent = "Looking \u2026";
    try {
      await send("look", { run, again });
      await this.live();
      const answered = this.told.clusters.filter((cluster) => cluster.state === "answered").length;
      tell(`${counted(answered, "cluster")} answered`);
    } catch (error) {
      this.outcome.replaceChildren(notice(error.message, "bad"));
    }
    this.again.disabled = false;
    this.again.textContent = "Look again";
  }

  /** The document is another: clusters that it has now may not have been asked yet. */
  async refresh() {
    await this.live();
    if (this.told.clusters.some((cluster) => cluster.state === "unasked")) await this.look([], false);
  }

  /** What was chosen stays so, as long as it can be added. */
  async live() {
    this.told = await ask("services");
    const chosen = this.told.services.filter((item) => this.chosen.has(item.host) && this.isAddable(item));
    this.chosen = new Map(chosen.map((item) => [item.host, item]));
    this.drawClusters();
    this.list();
  }

  drawClusters() {
    const { clusters } = this.told;
    const one = (cluster) => {
      const name = el("strong", {}, cluster.name);
      const said = {
        answered: () => tag(counted(Number(cluster.why), "Service"), "good"),
        silent: () => [tag("no answer", "bad"), " ", cluster.why],
        asks: () => [tag("asks first", "look"), " its credentials come from ", el("code", {}, cluster.why),
          cluster.variables.length > 0 ? ` with ${cluster.variables.join(", ")} set ` : " ",
          el("button", { type: "button", onclick: () => this.look([cluster.name], false) }, "Run it and look")],
        unasked: () => tag("asked \u2026"),
        asked: () => tag("asked \u2026"),
        none: () => [tag("not looked at"), el("span", { class: "quiet" }, " no "), el("code", {}, "context"), el("span", { class: "quiet" }, " in mesh.toml")],
      }[cluster.state]();
      return el("li", { "data-state": cluster.state }, name, el("span", {}, said));
    };
    const order = ["asks", "silent", "answered", "asked", "unasked", "none"];
    const sorted = clusters.slice().sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
    const shown = sorted.slice(0, 12);
    const rest = sorted.slice(12);
    this.clusters.replaceChildren(el("h2", {}, "Clusters"), el("ul", { class: "list" }, shown.map(one)),
      rest.length > 0 ? el("details", {}, el("summary", {}, `${counted(rest.length, "cluster")} more`), el("ul", { class: "list" }, rest.map(one))) : "");
  }

  isAddable(item) {
    return item.worst != null && !item.barred && item.clusters.some(([, state]) => state === "new");
  }

  box(item) {
    if (!this.isAddable(item)) return el("span", { class: "quiet", title: item.barred ?? "" }, "");
    const press = (event) => {
      if (event.target.checked) this.chosen.set(item.host, item); else this.chosen.delete(item.host);
      this.settle();
    };
    return el("input", { type: "checkbox", checked: this.chosen.has(item.host), "data-at": `box-${item.host}`, "aria-label": `Choose ${item.name} of ${item.namespace}`, onchange: press });
  }

  places(item) {
    const shown = item.clusters.slice(0, NAMED).map(([name, state]) => tag(name, STATES[state][2]));
    return [shown, item.clusters.length > NAMED ? ` and ${item.clusters.length - NAMED} more` : ""];
  }

  fares(item) {
    if (item.barred) return el("span", { title: item.barred }, tag("cannot be added"));
    const [text, , look] = STATES[item.worst] ?? ["declared nowhere", "", "look"];
    return tag(item.worst === "new" && item.key ? "found elsewhere, too" : text, look);
  }

  list() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const state = this.state.value;
    const text = (item) => `${item.host} ${item.namespace} ${item.clusters.map(([name]) => name).join(" ")} ${item.ports.map(([number]) => number).join(" ")}`.toLowerCase();
    this.found = this.told.services.filter((item) =>
      (!state || item.clusters.some(([, own]) => own === state)) && words.every((word) => text(item).includes(word)));
    this.rows.show(this.found);
    this.settle();
  }

  chooseAll(on) {
    const all = this.found.filter((item) => this.isAddable(item));
    for (const item of all) if (on) this.chosen.set(item.host, item); else this.chosen.delete(item.host);
    this.rows.draw();
    this.settle();
  }

  settle() {
    const addable = this.found.filter((item) => this.isAddable(item));
    const chosen = addable.filter((item) => this.chosen.has(item.host)).length;
    this.all.disabled = addable.length === 0;
    this.all.checked = addable.length > 0 && chosen === addable.length;
    this.all.indeterminate = chosen > 0 && chosen < addable.length;
    this.add.disabled = this.chosen.size === 0;
    this.add.textContent = this.chosen.size === 0 ? "Add to mesh.toml" : `Add ${this.chosen.size} to mesh.toml`;
    this.count.textContent = `${this.found.length.toLocaleString("en")} of ${counted(this.told.services.length, "service")}, ${addable.length.toLocaleString("en")} can be added`;
  }

  begin() {
    const done = async (text) => {
      this.outcome.replaceChildren(notice([text, ": ", el("a", { href: "#changes" }, "see what a build would change"), "."], "good"));
      await this.refresh();
    };
    new Adding([...this.chosen.values()], this.told.clusters.map((cluster) => cluster.name), done);
  }
}
