// How an input is moved: what it stands at, what it may be, and which others give way.

const moves_of = state => {
  const {data, engine, language, say, put} = state;
  const mixes_of = data.inputs.map(({nodes}) => data.tape.mixes.filter(({of}) => nodes.some(node => of.includes(node))));
  const input_of = new Map(data.inputs.flatMap(({nodes}, place) => nodes.map(node => [node, place])));
  const mates = place => new Set(mixes_of[place].flatMap(({of}) => of.map(node => input_of.get(node))).filter(other => other !== undefined && other !== place));

  const node_in_view = place => data.inputs[place].nodes.find(node => state.needed[node]) ?? data.inputs[place].nodes[0];
  const is_still = place => !data.inputs[place].nodes.some(node => state.needed[node]);
  const scale_of = (place, node) => data.inputs[place].scales[data.inputs[place].nodes.indexOf(node)];
  const stated_of = place => { const node = node_in_view(place); return engine.stated[node] / scale_of(place, node); };
  const value_of = place => {
    if (put.has(place)) return put.get(place);
    const node = node_in_view(place);
    const mix = data.tape.mixes.find(({of}) => of.includes(node)); // a share that nobody moved takes what is left
    return (mix ? share_in(mix, node, engine.values) : engine.values[node]) / scale_of(place, node);
  };

  // What an input may be: its bounds, and of a share what those that were put elsewhere leave.
  const room = place => {
    const {least, most, nodes, scales} = data.inputs[place];
    let high = most === null ? Infinity : most;
    for (const {of, scales: factors, whole} of mixes_of[place]) {
      const own = of.findIndex(leaf => nodes.includes(leaf));
      let left = whole;
      for (const [k, leaf] of of.entries()) {
        const other = input_of.get(leaf);
        if (other !== place && put.has(other) && !gives_way(place).has(other)) left -= put.get(other) * scale_of(other, leaf) * factors[k];
      }
      high = Math.min(high, left / factors[own] / scales[nodes.indexOf(of[own])]);
    }
    return [least === null ? -Infinity : least, high];
  };
  // The shares that are put elsewhere and have to give way, since nothing is left that could: the first that was put.
  const gives_way = place => {
    const out = new Set();
    for (const {of} of mixes_of[place]) {
      const others = of.filter(leaf => input_of.get(leaf) !== place);
      const free = others.filter(leaf => !put.has(input_of.get(leaf)) && engine.stated[leaf] > 0);
      const held = [...put.keys()].filter(other => others.some(leaf => input_of.get(leaf) === other));
      if (!free.length && held.length) out.add(held[0]);
    }
    return out;
  };
  // Whether mixes that have a share in common ask for two weights of it: where a variant states some shares of a mix
  // itself, and several are put elsewhere.
  const is_torn = place => {
    const now = state.moves(), ratios = new Map();
    for (const {of, scales, whole} of mixes_of[place]) {
      let before = whole, left = whole;
      of.forEach((leaf, k) => { if (now.has(leaf)) { before -= engine.stated[leaf] * scales[k]; left -= now.get(leaf) * scales[k]; } });
      for (const leaf of of) if (now.has(leaf)) ratios.set(leaf, [...(ratios.get(leaf) ?? []), divided(before, left)]);
    }
    return [...ratios.values()].some(([first, ...others]) => others.some(other => Math.abs(other - first) > 1e-9 * Math.abs(first)));
  };

  const fault = (place, value) => { // why an input cannot be a value; '' where it can
    const [low, high] = room(place), {unit, may_be_least, least} = data.inputs[place];
    const words = bound => input_quantity(bound, unit, language);
    if (value !== value) return say("It has to be a number, such as {number}.", {number: number(1.5, 2, language)});
    if (value > high * (1 + 1e-12)) return [...mates(place)].some(other => put.has(other)) ? say("The others leave {most} at most.", {most: words(high)}) : say("It has to be at most {most}.", {most: words(high)});
    if (value < low) return say("It has to be at least {least}.", {least: words(low)});
    if (!Number.isFinite(value)) return say("It is beyond what can be worked with.");
    return value === least && !may_be_least ? say("It has to be more than {least}.", {least: words(low)}) : "";
  };
  const move = (place, value) => { // the inputs that gave way
    const away = gives_way(place);
    for (const other of away) put.delete(other);
    put.delete(place);
    put.set(place, value);
    if (is_torn(place)) for (const other of mates(place)) if (put.delete(other)) away.add(other);
    put.delete(place);
    const is_alone = ![...mates(place)].some(other => put.has(other));
    if (!(is_alone && data.inputs[place].nodes.every((node, k) => engine.stated[node] === value * data.inputs[place].scales[k]))) put.set(place, value);
    return away;
  };
  return {is_still, stated_of, value_of, room, fault, move};
};
