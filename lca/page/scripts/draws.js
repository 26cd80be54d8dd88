// The draws of uncertain inputs, as lca/page/draws.py makes them: an order of layers by the name of the draw, and the
// quantile of the law in the middle of each.

const ranks = (name, count) => {
  let state = 2166136261;
  for (const byte of new TextEncoder().encode(name)) state = Math.imul(state ^ byte, 16777619);
  state = state >>> 0 || 1;
  const order = Array.from({length: count}, (_, k) => k);
  for (let last = count - 1; last > 0; last--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
};

const drawn = ({count, chances, leaves}) => {
  const orders = new Map();
  return new Map(leaves.map(({node, draw, of, at}) => {
    if (!orders.has(draw)) orders.set(draw, ranks(draw, count));
    const column = Float64Array.from(orders.get(draw), rank => {
      const u = (rank + 0.5) / count;
      if (at) return of[at.findIndex(chance => u <= chance)];
      let k = 0;
      while (k < chances.length - 2 && u >= chances[k + 1]) k++;
      return of[k] + (of[k + 1] - of[k]) / (chances[k + 1] - chances[k]) * (u - chances[k]);
    });
    return [node, column];
  }));
};
