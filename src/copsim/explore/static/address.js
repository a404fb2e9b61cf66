// What is shown, as it stands in the address: links, reload and the back button work on it.

const NUMBERS = { seed: [0, Number.MAX_SAFE_INTEGER], week: [1, Infinity] };

// Returns what an address asks for. What it does not say, or says wrongly, is as the page opens; `problems` names it.
export function readAddress(search, settings) {
  const asked = new URLSearchParams(search);
  const state = { ...settings.opens, follow: "", levers: {} };
  const problems = [];
  for (const side of ["left", "right"]) {
    const name = asked.get(side);
    if (settings.scenarios.some((one) => one.name === name)) state[side] = name;
    else if (name !== null) problems.push(`there is no scenario “${name}” on this page`);
  }
  for (const [key, [low, high]] of Object.entries(NUMBERS)) {
    const text = asked.get(key);
    if (text === null) continue;
    if (/^\d{1,16}$/.test(text) && Number(text) >= low && Number(text) <= high) state[key] = Number(text);
    else problems.push(`the ${key} must be a whole number, it is “${text}”`);
  }
  state.week = Math.min(state.week, settings.weeks);
  for (const lever of settings.levers) {
    const slug = asked.get(lever.name);
    if (lever.stops.some((stop) => stop.slug === slug)) state.levers[lever.name] = slug;
    else if (slug !== null) problems.push(`the lever “${lever.name}” has no place “${slug}”`);
  }
  if (/^\d+-\d+$/.test(asked.get("follow") ?? "")) state.follow = asked.get("follow");
  return { state, problems };
}

// Returns the query of what is shown; it names everything, so that a link means the same under other opening words.
export function writeAddress(state) {
  const query = new URLSearchParams({ left: state.left, right: state.right, seed: state.seed, ...state.levers });
  query.set("week", state.week);
  if (state.follow) query.set("follow", state.follow);
  return `?${query}`;
}
