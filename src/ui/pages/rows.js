// A table of any length, of which only the rows in sight are there. Enters: columns and items. Leaves: an element, and what is chosen in it.

import { el } from "./element.js";

const HEIGHT = 36;
const AHEAD = 12;

export class Rows {
  /**
   * `columns`: name, `width`, `of(item)` for what stands in a cell, `by(item)` for what it is sorted by.
   * `open(item)` is called for the row that is opened, `title(item)` says what its button is called.
   */
  constructor(label, columns, { open, title, none }) {
    Object.assign(this, { columns, open, title, none, items: [], sorted: [], column: null, descending: false, opened: null });
    this.heads = columns.map((column, index) =>
      el("th", { scope: "col", "aria-sort": column.by ? "none" : null },
        column.by ? el("button", { type: "button", onclick: () => this.sort(index) }, column.name) : column.name));
    columns.forEach((column, index) => { if (column.width) this.heads[index].style.width = column.width; });
    this.body = el("tbody");
    this.table = el("table", { "aria-label": label }, el("thead", {}, el("tr", { "aria-rowindex": 1 }, this.heads)), this.body);
    this.empty = el("p", { class: "none", hidden: true });
    this.element = el("div", { class: "rows", tabindex: 0, role: "region", "aria-label": label }, this.table, this.empty);
    this.element.addEventListener("scroll", () => requestAnimationFrame(() => this.draw()));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  show(items) {
    this.items = items;
    this.arrange();
  }

  sort(index) {
    this.descending = this.column === index && !this.descending;
    this.column = index;
    this.heads.forEach((head, at) => {
      if (this.columns[at].by) head.setAttribute("aria-sort", at !== index ? "none" : this.descending ? "descending" : "ascending");
    });
    this.arrange();
  }

  arrange() {
    this.sorted = this.items.slice();
    const by = this.column == null ? null : this.columns[this.column].by;
    const way = this.descending ? -1 : 1;
    const order = (one, other) => typeof one === "number" ? one - other : String(one).localeCompare(String(other));
    if (by) this.sorted.sort((one, other) => way * order(by(one), by(other)));
    this.table.setAttribute("aria-rowcount", this.sorted.length + 1);
    this.empty.hidden = this.sorted.length > 0;
    this.empty.textContent = this.none;
    this.draw();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.element.scrollTop / HEIGHT) - AHEAD);
    const last = Math.min(this.sorted.length, first + Math.ceil(this.element.clientHeight / HEIGHT) + 2 * AHEAD);
    const gap = (count) => {
      const cell = el("td", { colspan: this.columns.length });
      cell.style.height = `${count * HEIGHT}px`;
      return el("tr", { class: "gap", "aria-hidden": "true" }, cell);
    };
    const had = this.body.contains(document.activeElement) ? document.activeElement.dataset.at : null;
    const rows = this.sorted.slice(first, last).map((item, index) => this.row(item, first + index));
    this.body.replaceChildren(...(first > 0 ? [gap(first)] : []), ...rows, ...(last < this.sorted.length ? [gap(this.sorted.length - last)] : []));
    if (had != null) this.body.querySelector(`[data-at="${CSS.escape(had)}"]`)?.focus({ preventScroll: true });
  }

  row(item, at) {
    const cells = this.columns.map((column, index) => {
      const content = column.of(item, at);
      if (index !== (this.title ?? -1)) return el("td", { title: column.title ? column.title(item) : typeof content === "string" ? content : null }, content);
      const press = () => { this.opened = item; this.draw(); this.open(item); };
      return el("td", {}, el("button", { type: "button", class: "plain", "data-at": `open-${at}`, onclick: press }, content));
    });
    return el("tr", { "aria-rowindex": at + 2, "aria-selected": this.opened === item ? "true" : null }, cells);
  }
}
