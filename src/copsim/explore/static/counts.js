// How many people are at each level now, in both communities. Bars are for members: those outside would dwarf them.

import { byId, made } from "./dom.js";

const LONGEST = 52; // px of the longest bar

export class Counts {
  constructor(levels) {
    const heads = ["reference", "yours"].map((words) => made("th", { scope: "col" }, words));
    this.outside = levels.length - 1;
    this.rows = levels.map((name) => {
      const cells = ["left", "right"].map(() => made("td", {}, made("b"), made("i", { class: `level-${name}` })));
      const dot = made("i", { class: `dot level-${name}`, "aria-hidden": "true" });
      return { cells, line: made("tr", {}, made("th", { scope: "row" }, dot, name), ...cells) };
    });
    const body = made("tbody", {}, ...this.rows.map((row) => row.line));
    byId("counts").replaceChildren(made("thead", {}, made("tr", {}, made("td"), ...heads)), body);
  }

  show(worlds, state) {
    const counts = [worlds.left.counts(state.week), worlds.right.counts(state.week)];
    const most = Math.max(1, ...counts.flatMap((numbers) => numbers.slice(0, this.outside)));
    this.rows.forEach(({ cells }, level) => {
      cells.forEach((cell, side) => {
        const number = counts[side][level];
        cell.firstChild.textContent = number;
        cell.lastChild.hidden = number === 0 || level === this.outside;
        cell.lastChild.style.width = `${(LONGEST * number) / most}px`;
      });
    });
  }
}
