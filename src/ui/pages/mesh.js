// The page of the mesh: its drawing, its clusters, and how calls of a service go from everywhere, with clusters on or off.

import { ask } from "./ask.js";
import { plain } from "./difference.js";
import { counted, el, notice, tag, tell, top } from "./element.js";
import { Rows } from "./rows.js";

const percent = (share) => `${Math.round(share * 1000) / 10} %`;

export class Mesh {
  constructor(page) {
    this.down = new Set();
    this.service = null;
    this.picture = el("div", { class: "picture", tabindex: 0, role: "region", "aria-label": "Drawing of the mesh" });
    this.clusters = new Rows("Clusters", [
      { name: "Cluster", width: "16%", of: (item) => el("strong", {}, item.name), by: (item) => item.name },
      { name: "Gateway", width: "28%", of: (item) => this.gateway(item), by: (item) => item.gateway?.addresses[0] ?? "" },
      { name: "Region", of: (item) => [item.region, item.zone].filter(Boolean).join(" / ") || "\u2013", by: (item) => item.region ?? "" },
      { name: "Network", of: (item) => item.network ?? "\u2013", by: (item) => item.network ?? "" },
      { name: "Istio", width: "4.5rem", of: (item) => item.istio, by: (item) => item.istio },
      { name: "Services", width: "5.5rem", of: (item) => String(item.services), by: (item) => item.services },
      { name: "Answers", width: "6.5rem", of: (item) => this.toggle(item) },
    ], { none: "There is no cluster." });
    this.filter = el("input", { type: "search", id: "find-service", placeholder: "name, namespace, cluster", oninput: () => this.list() });
    this.services = new Rows("Services", [
      { name: "Service", width: "46%", of: (item) => item.names[0]?.host ?? item.key, by: (item) => item.names[0]?.host ?? item.key },
      { name: "Ports", of: (item) => item.ports.map((port) => port.number).join(", "), by: (item) => item.ports[0]?.number ?? 0 },
      { name: "Runs in", of: (item) => item.clusters.join(", "), by: (item) => item.clusters.length },
    ], { title: 0, open: (item) => this.choose(item), none: "No service has such a name." });
    this.ways = el("section", { class: "card", "aria-label": "Ways" });
    this.page = page;
    this.refresh();
  }

  gateway(item) {
    const about = [item.drained && "drained", item.egress && "egress", item.via && `via ${item.via}`, item.behind && `behind ${item.behind}`].filter(Boolean);
    const text = item.gateway ? `${item.gateway.addresses.join(", ")}:${item.gateway.port}` : "none";
    return [el("span", { class: "mono" }, text), about.map((word) => [" ", tag(word)])];
  }

  toggle(item) {
    const press = (event) => {
      if (event.target.checked) this.down.delete(item.name); else this.down.add(item.name);
      this.clusters.draw();
      this.show();
    };
    const is = !this.down.has(item.name);
    return el("label", {}, el("input", { type: "checkbox", checked: is, "data-at": `on-${item.name}`, "aria-label": `${item.name} answers`, onchange: press }), is ? tag("on", "good") : tag("off", "bad"));
  }

  async refresh() {
    try {
      this.told = await ask("mesh");
    } catch (error) {
      this.page.replaceChildren(top("Mesh", ""), notice(error.message, "bad"));
      return;
    }
    const { clusters, services } = this.told;
    this.page.replaceChildren(
      top("Mesh", `${counted(clusters.length, "cluster")}, ${counted(services.length, "service")}. Choose a service to see how its calls go; switch clusters off to see where they go then.`),
      el("section", { class: "card", "aria-label": "Clusters" }, el("h2", {}, "Clusters"), this.clusters.element),
      el("div", { class: "two" },
        el("section", { class: "card", "aria-label": "Services" }, el("h2", {}, "Services"),
          el("div", { class: "bar" }, el("label", { class: "field grow" }, el("span", {}, "Find"), this.filter)), el("p", { class: "label" }), this.services.element),
        this.ways),
      el("section", { class: "card", "aria-label": "Drawing" }, el("h2", {}, "Who calls whom, over what"), this.picture));
    this.clusters.show(clusters);
    this.list();
    this.draw();
    const same = services.find((service) => service.key === this.service?.key);
    const known = same ?? services[0];
    this.services.opened = known;
    this.services.draw();
    // What is looked at stays, as far as it is there.
    if (same) this.service = same, this.show();
    else if (known) this.choose(known);
    else this.ways.replaceChildren(el("h2", {}, "Ways"), notice("There is no service yet."));
  }

  list() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const text = (item) => `${item.key} ${item.namespace} ${item.names.map((name) => name.host).join(" ")} ${item.clusters.join(" ")}`.toLowerCase();
    const found = this.told.services.filter((item) => words.every((word) => text(item).includes(word)));
    this.page.querySelector(".two .label").textContent = `${found.length.toLocaleString("en")} of ${counted(this.told.services.length, "service")}`;
    this.services.show(found);
  }

  /** The drawing, as a picture: whatever its texts are, nothing in it runs. */
  async draw() {
    const told = await ask("graph");
    if (!told.svg) {
      this.picture.replaceChildren(el("p", { class: "none" }, `The drawing would have ${counted(told.boxes, "box")}es; cwc graph draws some services alone.`));
      return;
    }
    const url = URL.createObjectURL(new Blob([told.svg], { type: "image/svg+xml" }));
    const image = el("img", { src: url, alt: "The same as the tables above say: who calls, by which names, and the clusters that take the calls", onload: () => URL.revokeObjectURL(url) });
    this.picture.replaceChildren(image);
  }

  choose(service) {
    this.service = service;
    this.port = String(service.ports[0]?.number ?? "");
    this.from = null;
    this.show();
  }

  query() {
    return { service: this.service.key, port: this.port, down: [...this.down].join(",") };
  }

  async show() {
    const service = this.service;
    if (!service) return;
    const { ways } = await ask("ways", this.query());
    if (service !== this.service) return;
    const name = service.names[0]?.host ?? service.key;
    const ports = el("select", { id: "port", onchange: (event) => { this.port = event.target.value; this.show(); } },
      service.ports.map((port) => el("option", { value: port.number, selected: String(port.number) === this.port }, `${port.number} ${port.name} (${port.protocol})`)));
    const way = (one) => el("div", { class: "way" }, el("strong", {}, one.cluster), ` ${percent(one.share)} `,
      el("meter", { min: 0, max: 1, value: one.share, "aria-hidden": "true" }),
      one.through.length > 0 ? el("span", { class: "label" }, ` through ${one.through.join(", then ")}`) : el("span", { class: "label" }, " directly"));
    const lost = (one) => el("div", { class: "way bad-text" }, `${percent(one.share)} lost: ${one.why}`);
    const row = (one) => el("tr", { "aria-selected": this.from === one.from ? "true" : null },
      el("th", { scope: "row" }, el("button", { type: "button", class: "plain", onclick: () => this.follow(one.from) }, one.from), this.down.has(one.from) ? [" ", tag("off", "bad")] : ""),
      el("td", {}, one.reached.map(way), one.lost ? lost(one.lost) : ""));
    const cut = ways.slice(0, 200);
    this.hops = el("div", {});
    this.ways.replaceChildren(
      el("h2", {}, `How ${name} is reached`),
      el("div", { class: "bar" },
        el("label", { class: "field" }, el("span", {}, "Port"), ports),
        el("p", {}, this.down.size > 0 ? [tag("switched off", "bad"), ` ${[...this.down].join(", ")} `, el("button", { type: "button", onclick: () => this.all() }, "Switch all on")] : el("span", { class: "label" }, "All clusters answer."))),
      el("table", { id: "ways" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Calls from"), el("th", { scope: "col" }, "arrive in"))), el("tbody", {}, cut.map(row))),
      cut.length < ways.length ? el("p", { class: "label" }, `and ${ways.length - cut.length} more clusters`) : "",
      el("p", { class: "label" }, service.callers ? `May call: ${service.callers.join(", ") || "nobody"}` : "Every workload of every cluster may call."),
      this.hops);
    const away = ways.filter((one) => one.lost).length;
    tell(away > 0 ? `calls from ${counted(away, "cluster")} are lost` : `calls from all clusters arrive`);
    if (this.from) this.follow(this.from);
  }

  all() {
    this.down.clear();
    this.clusters.draw();
    this.show();
  }

  async follow(from) {
    this.from = from;
    const told = await ask("call", { ...this.query(), from });
    this.hops.replaceChildren(el("h3", {}, `Hop by hop from ${from}`), plain(told.text, `The call from ${from}, hop by hop`));
  }
}
