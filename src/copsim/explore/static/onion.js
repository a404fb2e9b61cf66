// The onion of participation: a dot a person, whose angle stays and whose ring moves.

import { drawn } from "./dom.js";
import { ABSENT } from "./world.js";

const EDGES = [0, 58, 92, 126, 164, 190, 214];
const FREE = 27; // degrees on either side of twelve o'clock, kept for the names of the rings
const CROWD = 200; // people from which dots are smaller

export class Onion {
  // `onFollow(id)` is called when somebody is clicked or chosen by an arrow key.
  constructor(picture, levels, onFollow) {
    this.picture = picture;
    this.levels = levels;
    this.rings = drawn("g");
    this.names = drawn("g", { class: "ring-names" });
    levels.forEach((name, level) => {
      const outer = EDGES[level + 1];
      this.rings.prepend(drawn("circle", { r: outer, class: level === levels.length - 1 ? "ring last" : "ring" }));
      this.names.append(drawn("text", { y: -(EDGES[level] + outer) / 2 - 1 + (level === 0 ? -7 : 5) }, name));
    });
    this.tails = drawn("g", { class: "tails" });
    this.dots = drawn("g", { class: "dots" });
    this.halo = drawn("circle", { class: "halo" });
    this.label = drawn("text", { class: "followed" });
    picture.append(this.rings, this.tails, this.dots, this.names, this.halo, this.label);
    picture.setAttribute("role", "group");
    picture.setAttribute("tabindex", "0");
    picture.addEventListener("click", (click) => click.target.dataset.id && onFollow(click.target.dataset.id));
    picture.addEventListener("keydown", (press) => this.#walk(press, onFollow));
  }

  // Takes another run: the dots are made anew, so that nobody seems to walk from one run into another.
  take(world) {
    this.world = world;
    this.radius = world.number > CROWD ? 4.4 : 5.6;
    this.shown = new Uint8Array(world.number).fill(ABSENT);
    this.circles = world.people.id.map((id, person) => {
      const title = drawn("title", {}, world.people.name[person]);
      return drawn("circle", { r: this.radius, class: "absent", "data-id": id }, title);
    });
    this.dots.replaceChildren(...this.circles);
  }

  show(state) {
    const { world, shown, circles } = this;
    const tails = [];
    this.state = state;
    for (let person = 0; person < world.number; person += 1) {
      const level = world.level(person, state.week);
      const before = world.level(person, state.week - 1);
      const moved = before !== ABSENT && level !== before;
      const wanted = level === ABSENT ? "absent" : `level-${this.levels[level]}${moved ? " moved" : ""}`;
      if (circles[person].getAttribute("class") !== wanted) circles[person].setAttribute("class", wanted);
      if (level !== shown[person]) {
        shown[person] = level;
        if (level !== ABSENT) circles[person].style.transform = this.#moveTo(person, level);
      }
      if (moved) tails.push(...this.#tail(person, before, level));
    }
    this.tails.replaceChildren(...tails);
    this.#follow(world.placeOf.get(state.follow));
    this.picture.setAttribute("aria-label", this.#words(state));
  }

  #place(person, level) {
    const [inner, outer] = [EDGES[level], EDGES[level + 1]];
    const free = this.radius + 2;
    const low = level === 0 ? 14 : inner + free;
    const radius = low + this.world.people.lane[person] * (outer - free - low);
    const angle = ((FREE + this.world.people.clock[person] * (360 - 2 * FREE)) * Math.PI) / 180;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)].map((value) => Math.round(value * 10) / 10);
  }

  #moveTo(person, level) {
    const [x, y] = this.#place(person, level);
    return `translate(${x}px, ${y}px)`;
  }

  #tail(person, before, level) {
    const [x1, y1] = this.#place(person, before);
    const [x2, y2] = this.#place(person, level);
    return [drawn("line", { x1, y1, x2, y2 }), drawn("circle", { cx: x1, cy: y1, r: 3 })];
  }

  // Puts ring and name on the person followed, as long as there is one here.
  #follow(person) {
    const level = person === undefined ? ABSENT : this.world.level(person, this.state.week);
    const hidden = level === ABSENT ? "absent" : "";
    this.halo.setAttribute("class", `halo ${hidden}`);
    this.label.setAttribute("class", `followed ${hidden}`);
    if (level === ABSENT) return;
    const [x, y] = this.#place(person, level);
    this.halo.setAttribute("r", this.radius + 4.5);
    this.halo.style.transform = this.label.style.transform = `translate(${x}px, ${y}px)`;
    this.label.textContent = this.world.people.name[person];
    this.label.setAttribute("x", x > 110 ? -15 : 15);
    this.label.setAttribute("text-anchor", x > 110 ? "end" : "start");
  }

  #words(state) {
    const counts = this.world.counts(state.week);
    const said = this.levels.map((name, level) => `${counts[level]} ${name}`).join(", ");
    const person = this.world.placeOf.get(state.follow);
    const level = person === undefined ? ABSENT : this.world.level(person, state.week);
    const followed = level === ABSENT ? "" : ` ${this.world.people.name[person]} is ${this.levels[level]}.`;
    return `${this.world.title}, week ${state.week}: ${said}.${followed} Arrow keys follow one person after another.`;
  }

  // Follows the next person on the clock who is here this week.
  #walk(press, onFollow) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[press.key];
    if (!step) return;
    press.preventDefault();
    press.stopPropagation();
    const { world, state } = this;
    const here = [...world.people.id.keys()].filter((person) => world.level(person, state.week) < world.outside);
    here.sort((a, b) => world.people.clock[a] - world.people.clock[b]);
    const place = here.indexOf(world.placeOf.get(state.follow));
    const next = place < 0 ? 0 : (place + step + here.length) % here.length;
    if (here.length) onFollow(world.people.id[here[next]]);
  }
}
