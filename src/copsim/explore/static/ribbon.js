// Stages of both communities on one time axis, which is also the scrubber. Weeks to come are grey, so that a class can guess.

import { byId, made } from "./dom.js";

const YEAR = 52;

export class Ribbons {
  constructor(settings, onWeek) {
    this.settings = settings;
    this.slider = byId("week");
    this.slider.max = settings.weeks;
    this.slider.addEventListener("input", () => onWeek(Math.max(1, Number(this.slider.value))));
    for (const id of ["left-stages", "right-stages"]) this.#dragged(byId(id), onWeek);
    const years = Math.floor(settings.weeks / YEAR);
    const every = Math.ceil(years / 10);
    const ticks = [at(made("span", {}, "start"), 0)];
    for (let year = every; year <= years; year += every) {
      const place = this.#share(year * YEAR);
      ticks.push(at(made("span", place > 97 ? { class: "end" } : {}, `year ${year}`), place));
    }
    byId("years").replaceChildren(...ticks);
  }

  take(worlds) {
    this.worlds = worlds;
    for (const side of ["left", "right"]) {
      byId(`${side}-stages-name`).textContent = worlds[side].title;
      byId(`${side}-stages`).replaceChildren(...this.#pieces(worlds[side]), made("div", { class: "later" }));
    }
    const marks = new Map([...worlds.left.marks, ...worlds.right.marks].map((mark) => [`${mark.week} ${mark.text}`, mark]));
    byId("marks").replaceChildren(...[...marks.values()].map((mark) => this.#mark(mark)));
  }

  show(state) {
    const now = this.#share(state.week);
    this.slider.value = state.week;
    this.slider.setAttribute("aria-valuetext", `week ${state.week}, ${this.#stages(state.week)}`);
    at(byId("now"), now);
    for (const side of ["left", "right"]) {
      const ribbon = byId(`${side}-stages`);
      ribbon.querySelector(".later").style.left = `${now}%`;
      for (const piece of ribbon.querySelectorAll(".piece")) nameUntil(piece, state.week);
      ribbon.setAttribute("aria-label", `${this.worlds[side].title}: ${this.#story(this.worlds[side], state.week)}`);
    }
  }

  #share(week) {
    return (100 * week) / this.settings.weeks;
  }

  #pieces(world) {
    return world.spells().map(({ code, first, last }) => {
      const name = this.settings.stages[code];
      const piece = made("div", { class: `piece stage-${name}`, "data-first": first, "data-last": last }, made("span", {}, name));
      piece.style.left = `${this.#share(first - 1)}%`;
      piece.style.width = `${this.#share(last - first + 1)}%`;
      return piece;
    });
  }

  #mark(mark) {
    const line = at(made("div", { class: "mark" }, made("span", {}, mark.text)), this.#share(mark.week));
    if (mark.week > 0.8 * this.settings.weeks) line.classList.add("late");
    return line;
  }

  #stages(week) {
    const { left, right } = this.worlds;
    return [left, right].map((world) => `${world.title} ${this.settings.stages[world.stage(week)]}`).join(", ");
  }

  // Returns the stages so far in words, for those who do not see the ribbon.
  #story(world, week) {
    const past = world.spells().filter((spell) => spell.first <= week);
    return past.map((spell) => `${this.settings.stages[spell.code]} from week ${spell.first}`).join(", ");
  }

  #dragged(ribbon, onWeek) {
    const move = (drag) => {
      const box = ribbon.getBoundingClientRect();
      const week = Math.round(((drag.clientX - box.left) / box.width) * this.settings.weeks);
      onWeek(Math.min(Math.max(week, 1), this.settings.weeks));
    };
    ribbon.addEventListener("pointerdown", (press) => {
      ribbon.setPointerCapture(press.pointerId);
      move(press);
    });
    ribbon.addEventListener("pointermove", (drag) => ribbon.hasPointerCapture(drag.pointerId) && move(drag));
  }
}

function at(element, share) {
  element.style.left = `${share}%`;
  return element;
}

// Shows the name of a piece once it has begun, where it has room in the part gone by.
function nameUntil(piece, week) {
  const [first, last] = [Number(piece.dataset.first), Number(piece.dataset.last)];
  const gone = (Math.min(week, last) - first + 1) / (last - first + 1);
  const name = piece.firstChild;
  name.hidden = false;
  name.hidden = gone <= 0 || name.offsetWidth > gone * piece.offsetWidth;
}
