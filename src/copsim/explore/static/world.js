// One run: who is at which level in which week.

export const ABSENT = 255;
const MOVES = new Set(["core", "active", "level"]); // kinds that tell a change of level
const FLIGHTY = 12; // weeks that levels are read from: who moves again within them goes to and fro
const REGULAR = 1; // the outermost level of regulars: core and active

export class World {
  constructor(data, levels) {
    Object.assign(this, data);
    this.outside = levels.length - 1;
    this.number = data.people.id.length;
    this.placeOf = new Map(data.people.id.map((id, person) => [id, person]));
    this.table = this.#tabled();
    this.told = this.#ranked(data.told);
  }

  // Returns the level of a person at the end of a week, ABSENT before joining.
  level(person, week) {
    return week < 1 ? ABSENT : this.table[(week - 1) * this.number + person];
  }

  // Returns how many people are at each level.
  counts(week) {
    const counts = new Array(this.outside + 1).fill(0);
    for (let person = 0; person < this.number; person += 1) {
      const level = this.level(person, week);
      if (level !== ABSENT) counts[level] += 1;
    }
    return counts;
  }

  stage(week) {
    return this.stages[week - 1];
  }

  // Returns the stages one after another: code, first and last week.
  spells() {
    const spells = [];
    this.stages.forEach((code, place) => {
      if (spells.at(-1)?.code === code) spells.at(-1).last = place + 1;
      else spells.push({ code, first: place + 1, last: place + 1 });
    });
    return spells;
  }

  #tabled() {
    const { number, moves, weeks } = this;
    const table = new Uint8Array(weeks * number);
    const now = new Uint8Array(number).fill(ABSENT);
    let next = 0;
    for (let week = 1; week <= weeks; week += 1) {
      for (let person = 0; person < number; person += 1) {
        if (this.people.joined[person] === week) now[person] = this.outside;
      }
      for (; next < moves.length && moves[next] === week; next += 3) now[moves[next + 1]] = moves[next + 2];
      table.set(now, (week - 1) * number);
    }
    return table;
  }

  // Returns what happened by week. `rank` is the place of the kind, the most telling first; a move to and fro comes last,
  // as do moves of those who have left, and whoever leaves without having been a regular counts as any other move.
  #ranked({ causes, kinds, rows }) {
    const [moved, gone] = [new Map(), new Map()];
    for (const [week, member, place] of rows) if (kinds[place] === "departed") gone.set(member, week);
    return rows.map(([week, member, place, text, cause]) => {
      const event = { week, member, kind: kinds[place], rank: place, text, cause: causes[cause] };
      if (MOVES.has(event.kind)) {
        if (week - (moved.get(member) ?? -FLIGHTY) < FLIGHTY || week >= gone.get(member)) event.rank = kinds.length;
        moved.set(member, week);
      }
      if (event.kind === "departed" && this.level(member, week - 1) > REGULAR) event.rank = kinds.indexOf("level");
      return event;
    });
  }
}
