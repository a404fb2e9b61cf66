// The handles: what can be tried on the right-hand community. A grey mark says where the reference stands.

import { byId, made } from "./dom.js";

const THUMB = 20; // px, as in explore.css

export class Levers {
  constructor(settings, onMove) {
    this.settings = settings;
    this.rows = settings.levers.map((lever) => this.#row(lever, onMove));
    byId("levers").replaceChildren(...this.rows.map((row) => row.box));
    byId("try").textContent = onMove
      ? "A handle reruns the right-hand community."
      : "As they were when this file was made; copsim explore moves them.";
  }

  show(worlds, state) {
    for (const { lever, slider, words, mark } of this.rows) {
      const own = state.levers[lever.name] ?? worlds.right.positions[lever.name];
      slider.value = placeOf(lever, own);
      words.textContent = lever.stops[slider.value].words;
      slider.setAttribute("aria-valuetext", words.textContent);
      const share = placeOf(lever, worlds.left.positions[lever.name]) / (lever.stops.length - 1);
      mark.style.left = `calc(${THUMB / 2}px + ${share} * (100% - ${THUMB}px))`;
    }
  }

  #row(lever, onMove) {
    const words = made("output", {});
    const slider = made("input", { type: "range", min: 0, max: lever.stops.length - 1, step: 1, id: `lever-${lever.name}` });
    const mark = made("span", { class: "reference", "aria-hidden": "true" });
    slider.disabled = !onMove;
    slider.addEventListener("input", () => onMove(lever.name, lever.stops[slider.value].slug));
    const head = made("p", { class: "head" }, made("label", { for: slider.id }, lever.label), words);
    const track = made("div", { class: "track" }, mark, slider);
    const ends = made("p", { class: "ends", "aria-hidden": "true" }, made("span", {}, lever.low), made("span", {}, lever.high));
    return { lever, slider, words, mark, box: made("div", { class: "lever" }, head, track, ends) };
  }
}

function placeOf(lever, slug) {
  return lever.stops.findIndex((stop) => stop.slug === slug);
}
