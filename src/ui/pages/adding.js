// The dialog that adds services to mesh.toml: where they run, by which names, who may call; then the exact change and what follows from it.

import { send } from "./ask.js";
import { figures, problem, risks } from "./changes.js";
import { difference } from "./difference.js";
import { counted, el, notice } from "./element.js";

/** More than this are added as they are: as they were found, for everyone. */
const EACH = 50;

const words = (text) => text.split(",").map((word) => word.trim()).filter(Boolean);

export class Adding {
  /** `done(text)` is called when mesh.toml is written. */
  constructor(items, clusters, done) {
    this.done = done;
    this.wishes = items.map((item) => ({
      item,
      clusters: item.clusters.filter(([, state]) => state === "new").map(([name]) => name),
      hosts: "",
      callers: "",
    }));
    this.names = el("datalist", { id: "cluster-names" }, clusters.map((name) => el("option", { value: name })));
    this.dialog = el("dialog", { "aria-labelledby": "adding" });
    this.dialog.addEventListener("close", () => this.dialog.remove());
    document.body.append(this.dialog);
    this.choose();
    this.dialog.showModal();
  }

  head(text) {
    return el("h2", { id: "adding", tabindex: -1 }, text);
  }

  choose() {
    const row = (wish) => {
      const { item } = wish;
      const places = item.clusters.filter(([, state]) => state === "new").map(([name]) => {
        const press = (event) => { wish.clusters = event.target.checked ? [...wish.clusters, name] : wish.clusters.filter((own) => own !== name); };
        return el("div", {}, el("label", {}, el("input", { type: "checkbox", checked: wish.clusters.includes(name), onchange: press }), name));
      });
      const hosts = el("input", { type: "text", value: wish.hosts, placeholder: item.key ? "none" : "none besides", "aria-label": `Further names of ${item.name}`, onchange: (event) => { wish.hosts = event.target.value; } });
      const callers = el("input", { type: "text", value: wish.callers, placeholder: "everyone", list: "cluster-names", "aria-label": `Who may call ${item.name}`, disabled: item.key != null, onchange: (event) => { wish.callers = event.target.value; } });
      return el("tr", {}, el("th", { scope: "row" }, el("span", { class: "mono" }, item.host), item.notes.map((text) => el("div", { class: "label" }, text))),
        el("td", {}, places), el("td", {}, hosts), el("td", {}, callers));
    };
    const next = el("button", { type: "button", class: "main", id: "next", onclick: () => this.preview() }, "Show the change");
    this.dialog.replaceChildren(
      this.head(`Add ${counted(this.wishes.length, "service")} to mesh.toml`),
      this.wishes.length > EACH
        ? el("p", {}, "They are added as they were found, by their own names, for everyone to call.")
        : el("table", {}, el("thead", {}, el("tr", {}, ["Name", "Runs in", "Further names", "May call"].map((text) => el("th", { scope: "col" }, text)))), el("tbody", {}, this.wishes.map(row))),
      el("p", { class: "label" }, "Several names or callers are parted by commas. A caller is a cluster, or CLUSTER/NAMESPACE, or CLUSTER/NAMESPACE/ACCOUNT."),
      this.names,
      el("div", { class: "end" }, el("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel"), next));
    this.dialog.querySelector("h2").focus();
  }

  async preview() {
    const services = this.wishes.filter((wish) => wish.clusters.length > 0).map(({ item, clusters, hosts, callers }) =>
      ({ namespace: item.namespace, name: item.name, clusters, hosts: words(hosts), callers: words(callers) }));
    const back = el("button", { type: "button", onclick: () => this.choose() }, "Back");
    const cancel = el("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel");
    let told;
    try {
      told = await send("propose", { services });
    } catch (error) {
      this.dialog.replaceChildren(this.head("This cannot be added"), notice(error.message, "bad"), el("div", { class: "end" }, back, cancel));
      return;
    }
    const write = el("button", { type: "button", class: "main", id: "write", disabled: told.id == null, onclick: () => this.write(told.id) }, "Write mesh.toml");
    const { problems } = told.problems;
    this.dialog.replaceChildren(
      this.head(`What changes: ${counted(told.added, "line")} more in mesh.toml`),
      difference(told.text, "Change of mesh.toml"),
      ...told.notes.map((text) => notice(text, "look")),
      ...problems.map(problem),
      ...(told.changes ? [el("h3", {}, "What a build would change then"), figures(told.changes), risks(told.changes)] : []),
      told.id == null ? notice(problems.length > 0 ? "mesh.toml is not written while it would have errors." : "mesh.toml says all that already.", "look") : "",
      el("div", { class: "end" }, back, cancel, write));
    // What is to be read comes first; the buttons stay in sight below it.
    this.dialog.querySelector("h2").focus();
  }

  async write(id) {
    try {
      const told = await send("write", { id });
      this.dialog.close();
      await this.done(told.text);
    } catch (error) {
      this.dialog.querySelector(".end").before(notice(error.message, "bad"));
      this.dialog.querySelector("#write").disabled = true;
    }
  }
}
