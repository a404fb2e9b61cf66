// What just happened, in words: events of the run and nothing else.

import { byId, made } from "./dom.js";

const LATELY = 26;

export function showSentence(worlds, state, calm) {
  const line = byId("sentence");
  line.setAttribute("aria-live", calm ? "polite" : "off");
  line.replaceChildren(made("strong", {}, `Week ${state.week}.`));
  for (const side of ["left", "right"]) line.append(` ${told(worlds[side], state)}`);
}

// Returns the sentence of one community: this week's event, or the last one of lately, with its age.
function told(world, state) {
  const event = chosen(world, state);
  if (!event) return `${world.title}: nothing new.`;
  const age = state.week - event.week;
  const when = age === 0 ? "" : ` ${age === 1 ? "a week" : `${age} weeks`} ago`;
  const because = event.cause ? `, because ${event.cause}` : "";
  return `${world.title}: ${event.text}${when}${because}.`;
}

// The one followed comes first, then what concerns all, in the order of the list.
function chosen(world, state) {
  const followed = world.placeOf.get(state.follow);
  const lately = world.told.filter((event) => event.week <= state.week && event.week > state.week - LATELY);
  const now = lately.filter((event) => event.week === state.week);
  return (
    now.find((event) => event.member !== null && event.member === followed) ??
    now[0] ??
    lately.findLast((event) => event.member !== null && event.member === followed) ??
    lately.findLast((event) => event.member === null) ??
    lately.at(-1)
  );
}
