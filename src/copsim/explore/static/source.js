// Where runs come from: the server that made the page, or the page itself when it was saved as one file.

import { World } from "./world.js";

// Returns a function (scenario, seed, levers, signal) -> World; it throws an Error with one sentence.
export function sourceOf(settings, kept) {
  if (kept) return async (scenario, seed, levers) => new World(levers ? kept.right : kept.left, settings.levels);
  return async (scenario, seed, levers, signal) => {
    const body = JSON.stringify({ scenario, seed, levers: levers ?? {} });
    const answer = await sent(body, signal);
    const data = await answer.json();
    if (!answer.ok) throw new Error(data.error);
    return new World(data, settings.levels);
  };
}

async function sent(body, signal) {
  try {
    return await fetch("/run", { method: "POST", headers: { "Content-Type": "application/json" }, body, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("copsim no longer answers; start copsim explore again and reload this page.");
  }
}
