// What just happened, in words: events of the run and nothing else.

import { byId, made } from "./dom.js";

const LATELY = 26;
// For how many weeks an event stays the news, so that a class has time to read it; what is not named is gone next week.
const NEWS = { end: Infinity, stage: 8, change: 8, coordinator: 8, sponsor: 8, launch: 8, attention: 4, agenda: 4, value: 4, role: 4, meeting: 4 };

export function showSentence(worlds, state, calm) {
  const line = byId("sentence");
  line.setAttribute("aria-live", calm ? "polite" : "off");
  line.replaceChildren(made("strong", {}, `Week ${state.week}.`), ` ${said(worlds, state).join(" ")}`);
}

// Returns a sentence for each community, or one where the same happened in both.
function said({ left, right }, state) {
  const [here, there] = [chosen(left, right, state), chosen(right, left, state)];
  if (!here || !there || here.week !== there.week || here.text !== there.text) {
    return [told(left.title, here, state), told(right.title, there, state)];
  }
  return [told("In both", here.cause === there.cause ? here : { ...here, cause: "" }, state)];
}

function told(where, event, state) {
  if (!event) return `${where}: nothing new.`;
  const age = state.week - event.week;
  const when = age === 0 ? "" : ` ${age === 1 ? "a week" : `${age} weeks`} ago`;
  const because = event.cause ? `, because ${event.cause}` : "";
  return `${where}: ${event.text}${when}${because}.`;
}

// The one followed comes first, then what is news: what concerns all before what moves one, in the order of the list.
function chosen(world, other, state) {
  const followed = (event) => event.member !== null && event.member === world.placeOf.get(state.follow);
  const lately = world.told.filter((event) => event.week <= state.week && event.week > state.week - LATELY);
  const theirs = lately.filter((event) => event.week === state.week && followed(event));
  return (
    theirs.find((event) => !also(other, event)) ??
    theirs[0] ??
    mostTelling(world, state) ??
    lately.findLast(followed) ??
    lately.findLast((event) => event.member === null)
  );
}

// Tells whether the same happened in the other community in that week.
function also(other, event) {
  return other.told.some((one) => one.week === event.week && one.text === event.text);
}

// Returns the most telling event that is news this week; then that of the weeks before which still is, of equal ones the
// last; then whatever else happened this week.
function mostTelling(world, state) {
  const past = world.told.filter((event) => event.week <= state.week && state.week - event.week < (NEWS[event.kind] ?? 1));
  const [now, before] = [past.filter((event) => event.week === state.week), past.filter((event) => event.week < state.week)];
  const least = (best, event) => (!best || event.rank < best.rank || (event.rank === best.rank && event.week > best.week) ? event : best);
  const ours = now.reduce(least, undefined);
  return ours && ours.kind in NEWS ? ours : before.reduce(least, undefined) ?? ours;
}
