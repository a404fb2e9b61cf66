// The page: one state, drawn; whatever is done changes the state, and the address with it.

import { readAddress, writeAddress } from "./address.js";
import { Counts } from "./counts.js";
import { byId, made } from "./dom.js";
import { Levers } from "./levers.js";
import { Onion } from "./onion.js";
import { Ribbons } from "./ribbon.js";
import { showSentence } from "./sentence.js";
import { sourceOf } from "./source.js";
import { ABSENT } from "./world.js";

const MOVE = 300; // milliseconds a week: the eye can follow one step
const SIDES = ["left", "right"];

const settings = JSON.parse(byId("settings").textContent);
const kept = byId("worlds") ? JSON.parse(byId("worlds").textContent) : null;
const source = sourceOf(settings, kept);
const onions = { left: new Onion(byId("left"), settings.levels, follow), right: new Onion(byId("right"), settings.levels, follow) };
const ribbons = new Ribbons(settings, (week) => go(week));
const levers = new Levers(settings, kept ? null : (name, slug) => change({ levers: { ...state.levers, [name]: slug } }));
const counts = new Counts(settings.levels);

let state = {};
let worlds = {};
let asking = new AbortController();
let playing = 0;

function load() {
  const read = readAddress(kept ? location.hash.slice(1) : location.search, settings);
  state = kept ? { ...settings.opens, levers: {}, week: read.state.week, follow: read.state.follow } : read.state;
  run(read.problems);
}

// Shows another state as a step of its own, to which the back button returns.
function change(patch) {
  state = { ...state, ...patch };
  remember("pushState");
  run();
}

function remember(how) {
  const query = writeAddress(state);
  history[how](null, "", kept ? `#${query}` : query);
}

// Runs the communities that are not there yet, then draws.
async function run(problems = []) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const wanted = { left: [state.left, state.seed, null], right: [state.right, state.seed, state.levers] };
  try {
    const found = await Promise.all(SIDES.map((side) => worldFor(side, wanted[side], signal)));
    worlds = Object.fromEntries(SIDES.map((side, place) => [side, found[place]]));
    say(problems);
    take();
  } catch (error) {
    if (error.name !== "AbortError") say([error.message]);
  }
}

async function worldFor(side, wanted, signal) {
  const key = JSON.stringify(wanted);
  if (worlds[side]?.key === key) return worlds[side];
  const world = await source(...wanted, signal);
  if (side === "right" && Object.entries(state.levers).some(([name, slug]) => slug !== world.positions[name])) world.title += ", changed";
  return Object.assign(world, { key });
}

function take() {
  for (const side of SIDES) if (onions[side].world !== worlds[side]) onions[side].take(worlds[side]);
  ribbons.take(worlds);
  heads();
  draw();
}

// Draws the state; everything is there, so that this takes no time.
function draw() {
  showSentence(worlds, state, !playing);
  for (const side of SIDES) onions[side].show(state);
  ribbons.show(state);
  levers.show(worlds, state);
  counts.show(worlds, state);
  byId("back").disabled = state.week <= 1;
  byId("forth").disabled = state.week >= settings.weeks;
  byId("follow").textContent = state.follow ? "Follow nobody" : "Follow someone";
  document.documentElement.dataset.shown = writeAddress(state);
}

function heads() {
  for (const side of SIDES) byId(`${side}-title`).replaceChildren(chooser(side));
  byId("about").textContent = `seed ${state.seed} · week by week · ${kept ? "one file" : "nothing leaves this computer"}`;
  byId("provenance").textContent =
    `Simulated: one run of each, other luck may tell another story. copsim ${settings.version}, seed ${state.seed}, ` +
    `${settings.weeks} weeks; ${settings.made_by}.`;
}

// Returns the name of a community, which is a list to choose another from.
function chooser(side) {
  const { title } = worlds[side];
  if (kept) return title;
  const list = made("select", { "aria-label": side === "left" ? "Reference" : "Your community" });
  for (const one of settings.scenarios) list.append(made("option", { value: one.name }, one.name === state[side] ? title : one.title));
  list.value = state[side];
  list.addEventListener("change", () => change({ [side]: list.value, ...(side === "right" ? { levers: {} } : {}) }));
  return list;
}

function go(week) {
  if (!worlds.left || week < 1 || week > settings.weeks) return;
  state = { ...state, week };
  draw();
  if (!playing) remember("replaceState");
}

function play(on) {
  clearInterval(playing);
  playing = on ? setInterval(step, MOVE) : 0;
  byId("play").textContent = on ? "❚❚ Pause" : "▶ Play";
  if (!on) go(state.week);
}

function step() {
  if (state.week < settings.weeks) go(state.week + 1);
  else play(false);
}

function follow(id) {
  state = { ...state, follow: id };
  remember("replaceState");
  draw();
}

// Returns the person whose place differs most between the communities this week.
function mostApart() {
  const { left, right } = worlds;
  let [best, most] = ["", -1];
  left.people.id.forEach((id, person) => {
    const here = left.level(person, state.week);
    const other = right.placeOf.get(id);
    const there = other === undefined ? ABSENT : right.level(other, state.week);
    if (here === ABSENT || there === ABSENT) return;
    const apart = 10 * Math.abs(here - there) - Math.min(here, there);
    if (apart > most) [best, most] = [id, apart];
  });
  return best;
}

function say(problems) {
  byId("problem").textContent = problems.map((text) => `${text[0].toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`).join(" ");
}

byId("play").addEventListener("click", () => play(!playing));
byId("back").addEventListener("click", () => go(state.week - 1));
byId("forth").addEventListener("click", () => go(state.week + 1));
byId("luck").addEventListener("click", () => change({ seed: state.seed + 1 }));
byId("luck").hidden = Boolean(kept);
byId("follow").addEventListener("click", () => follow(state.follow ? "" : mostApart()));
addEventListener("popstate", load);
addEventListener("resize", () => worlds.left && ribbons.show(state));
addEventListener("keydown", (press) => {
  if (press.target !== document.body || press.ctrlKey || press.metaKey || press.altKey) return;
  const done = { " ": () => play(!playing), ArrowLeft: () => go(state.week - 1), ArrowRight: () => go(state.week + 1) }[press.key];
  if (!done) return;
  press.preventDefault();
  done();
});
load();
