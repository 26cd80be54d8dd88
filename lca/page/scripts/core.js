"use strict";
// The tape of a study in the page: data, and this interpreter, the same for every study. What an operation comes to is
// written in the table of operations, from which `one` and `many` are made; what they call stands here.

const divided = (a, b) => b === 0 ? (a === 0 || a !== a ? NaN : a > 0 ? Infinity : -Infinity) : a / b;

const whole = (a, n) => {
  const made = a ** n;
  return Math.abs(made) === Infinity && Math.abs(a) !== Infinity ? Infinity : made;
};

const real = (a, n) => {
  if (a === 1 || n === 0 || (a === -1 && Math.abs(n) === Infinity)) return 1;
  return a === 0 && n < 0 ? Infinity : a ** n;
};

const ROUNDING = 1e-12;
const up = a => Number.isFinite(a) ? Math.ceil(a * (1 - (a < 0 || Object.is(a, -0) ? -ROUNDING : ROUNDING))) + 0 : a;

const added = (v, a) => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += v[a[k]];
  return sum;
};

const least = (v, a) => {
  let made = v[a[0]];
  for (let k = 1; k < a.length; k++) if (v[a[k]] < made) made = v[a[k]];
  return made;
};

const greatest = (v, a) => {
  let made = v[a[0]];
  for (let k = 1; k < a.length; k++) if (v[a[k]] > made) made = v[a[k]];
  return made;
};

const line = (v, a) => { // x, then points x1 y1 x2 y2 …
  const x = v[a[0]], last = a.length - 2;
  if (x !== x) return NaN;
  for (let k = 1; k < last; k += 2) if (!(v[a[k]] < v[a[k + 2]])) return NaN;
  let k = 1;
  while (k < last - 2 && x >= v[a[k + 2]]) k += 2;
  const low = v[a[k + 1]], high = v[a[k + 3]];
  const far = (x - v[a[k]]) / (v[a[k + 2]] - v[a[k]]);
  const way = x >= v[a[last]] ? 1 : far > 0 ? far : 0;
  return way === 0 ? low : way === 1 ? high : low * (1 - way) + high * way;
};

// What a leaf of a mix comes to as its share, in its own unit: a weight beyond all others is the whole.
const share_in = ({of, scales, whole}, leaf, values) => {
  let total = 0;
  of.forEach((each, k) => { total += values[each] * scales[k]; });
  return values[leaf] === Infinity ? whole / scales[of.indexOf(leaf)] : divided(values[leaf], total) * whole;
};

const machine = ({op, args, info, mixes}) => {
  const size = op.length;
  const values = new Float64Array(size), stated = new Float64Array(size);
  for (let i = 0; i < size; i++) stated[i] = values[i] = one(op[i], args[i], info[i], values);

  const known = new Map();
  const above = leaves => { // what depends on some leaves, in the order of the tape
    const key = leaves.join();
    if (!known.has(key)) {
      const moving = new Uint8Array(size), found = [];
      for (const leaf of leaves) moving[leaf] = 1;
      for (let i = 0; i < size; i++) if (!moving[i] && args[i].some(arg => moving[arg])) { moving[i] = 1; found.push(i); }
      if (known.size > 200) known.clear();
      known.set(key, found);
    }
    return known.get(key);
  };

  const below = roots => { // the nodes that some are made of, themselves as well
    const needed = new Uint8Array(size);
    for (const root of roots) needed[root] = 1;
    for (let i = size - 1; i >= 0; i--) if (needed[i]) for (const arg of args[i]) needed[arg] = 1;
    return needed;
  };

  // What leaves have to be where some are moved. Of a mix it is the weight: shares that are moved stay what they are set
  // to, and the others keep their weights, so that they take the rest in proportion.
  const given = moves => {
    const out = new Map(moves);
    for (const {of, scales, whole} of mixes) {
      const set = of.filter(leaf => moves.has(leaf));
      if (!set.length) continue;
      let before = whole, left = whole;
      for (const leaf of set) {
        const factor = scales[of.indexOf(leaf)];
        before -= stated[leaf] * factor;
        left -= moves.get(leaf) * factor;
      }
      const is_all = set.length > 1 && Math.abs(left) <= whole * ROUNDING;
      const is_stuck = !is_all && Math.abs(before) <= whole * ROUNDING; // the others are nothing, and cannot take it
      for (const leaf of set) {
        const weight = is_all ? moves.get(leaf) : moves.get(leaf) * divided(before, left);
        out.set(leaf, is_stuck ? stated[leaf] : weight);
      }
      if (is_all) for (const leaf of of) if (!moves.has(leaf)) out.set(leaf, 0);
    }
    return out;
  };

  let stand = new Map();
  const settle = moves => { // all values with these moves; only what hangs on what has changed is worked out
    const now = given(moves), changed = [];
    for (const leaf of new Set([...stand.keys(), ...now.keys()])) {
      const value = now.has(leaf) ? now.get(leaf) : stated[leaf];
      if (!Object.is(value, values[leaf])) { values[leaf] = value; changed.push(leaf); }
    }
    stand = now;
    for (const i of above(changed.sort((a, b) => a - b))) values[i] = one(op[i], args[i], info[i], values);
    return values;
  };

  const scratch = new Float64Array(size);
  const with_moves = (moves, roots) => { // some values with other moves; what stands stays
    scratch.set(stated);
    const now = given(moves);
    for (const [leaf, value] of now) scratch[leaf] = value;
    for (const i of above([...now.keys()].sort((a, b) => a - b))) scratch[i] = one(op[i], args[i], info[i], scratch);
    return roots.map(root => scratch[root]);
  };

  const pool = []; // of each node a column that is written anew each time: new ones would be most of the work
  const columns = (drawn, held, roots, count) => { // roots over draws of leaves, until asked again; null where a root varies with none
    const of = new Array(size), needed = below(roots);
    const own = i => pool[i]?.length === count ? pool[i] : pool[i] = new Float64Array(count);
    const column = i => of[i] || (of[i] = own(i).fill(values[i]));
    for (const [leaf, draws] of drawn) if (needed[leaf] && !held.has(leaf)) of[leaf] = draws;
    const varied = new Uint8Array(size);
    for (const leaf of of.keys()) if (of[leaf]) varied[leaf] = 1;
    for (let i = 0; i < size; i++) {
      if (!needed[i] || varied[i] || !args[i].some(arg => varied[arg])) continue;
      varied[i] = 1;
      args[i].forEach(column);
      many(op[i], args[i], info[i], of, of[i] = own(i), scratch);
    }
    return roots.map(root => varied[root] ? of[root] : null);
  };

  return {values, stated, settle, given, with_moves, columns, below};
};
