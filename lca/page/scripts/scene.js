// What a chart is drawn of: {data, machine, view: {unit, variant, criterion}, moves, curve, language}. lca/page/scene.py
// in JavaScript, function by function.

const DRAWN = new WeakMap();

const drawn_of = ({draws}) => {
  if (!DRAWN.has(draws)) DRAWN.set(draws, drawn(draws));
  return DRAWN.get(draws);
};

const scene_of = (data, machine, view, moves, curve, language) =>
  ({data, machine, view, moves, curve, language, say: (text, places = {}) => _(text, language, places)});

const opening = (data, machine, language) =>
  scene_of(data, machine, {unit: 0, variant: 0, criterion: 0}, new Map(), curve_of(data), language);

const curve_of = ({inputs}) => {
  const movable = [...inputs.keys()].filter(k => is_movable(inputs[k]));
  const rates = movable.filter(k => inputs[k].path.split(".").pop() === "aur" && inputs[k].reach >= 0.1);
  return [...rates, ...movable, 0][0];
};

const is_movable = each => !each.is_locked && (each.ranges ?? [[each.low, each.high]]).some(([low]) => low !== null);

const total_of = ({data, view}, variant, criterion) => data.totals[view.unit][variant][criterion];

const total_in_view = scene => total_of(scene, scene.view.variant, scene.view.criterion);

const other_scene = scene =>
  scene.data.other ? {...scene, data: {...scene.data, ...scene.data.other}, view: {...scene.view, variant: 0}} : null;

const other_in_view = scene => {
  const other = other_scene(scene);
  return other && total_in_view(other);
};

const parts_of = ({data, view}, criterion, values) => { // part -> stage -> value
  const parts = new Map();
  for (const [unit, variant, of, part, stage, node] of data.cells) {
    if (unit !== view.unit || variant !== view.variant || of !== criterion) continue;
    if (!parts.has(part)) parts.set(part, new Map());
    parts.get(part).set(stage, values[node]);
  }
  return parts;
};

const shown = ({names}) => { // the rest, called other, is the last
  const seen = [...new Set(names)];
  return [...seen.filter(name => name !== "other"), ...seen.filter(name => name === "other")];
};

const shares = (scene, criterion, values) => {
  const parts = [...parts_of(scene, criterion, values)].map(([part, stages]) => [part, added_up([...stages.values()])]);
  const whole = added_up(parts.map(([, value]) => Math.abs(value))), rows = [];
  shown(scene.data).forEach((name, place) => {
    const own = parts.filter(([part]) => scene.data.names[part] === name).map(([, value]) => value);
    if (own.length) {
      const value = added_up(own);
      rows.push({part: name, place, value, share: whole ? value / whole : 0});
    }
  });
  return rows;
};

const moved = ({moves}, each, value) => new Map([...moves, ...each.nodes.map((node, k) => [node, value * each.scales[k]])]);

const BELOW = new WeakMap(); // what each root is made of, by machine

const below_root = (machine, root) => {
  if (!BELOW.has(machine)) BELOW.set(machine, new Map());
  const known = BELOW.get(machine);
  if (!known.has(root)) known.set(root, machine.below(root === null ? [] : [root]));
  return known.get(root);
};

const leaf_in_view = (scene, each) => {
  const below = below_root(scene.machine, total_in_view(scene));
  return Math.max(0, each.nodes.findIndex(node => below[node]));
};

const range_in_view = (scene, each) => {
  if (each.ranges === null) return [each.low, each.high];
  const place = leaf_in_view(scene, each), [low, high] = each.ranges[place];
  return low === null ? [null, null] : [low / each.scales[place], high / each.scales[place]];
};

const at_end = (scene, each, end) => { // 0: the low end of its range in every case, 1: the high one
  if (each.ranges === null) return moved(scene, each, [each.low, each.high][end]);
  const ends = each.nodes.map((node, k) => [node, each.ranges[k][end]]).filter(([, value]) => value !== null);
  return new Map([...scene.moves, ...ends]);
};

const value_now = (scene, each) => {
  const place = leaf_in_view(scene, each), node = each.nodes[place], {machine, moves} = scene;
  return (moves.has(node) ? moves.get(node) : machine.stated[node]) / each.scales[place];
};

const draws_now = ({data, machine, moves}) => {
  const every = drawn_of(data), now = new Map([...every].filter(([leaf]) => !moves.has(leaf)));
  for (const {of, scales, whole} of data.tape.mixes) {
    const scale_of = leaf => scales[of.indexOf(leaf)];
    const put = of.filter(leaf => moves.has(leaf)), others = of.filter(leaf => !moves.has(leaf));
    if (!put.length || !others.some(leaf => every.has(leaf))) continue;
    let left = whole;
    for (const leaf of put) left -= moves.get(leaf) * scale_of(leaf);
    if (Math.abs(left) <= whole * ROUNDING) { // nothing is left to others
      for (const leaf of others) now.delete(leaf);
      continue;
    }
    const rest = new Float64Array(data.draws.count);
    for (const leaf of others) {
      const column = every.get(leaf), scale = scale_of(leaf), stated = machine.stated[leaf];
      for (let draw = 0; draw < rest.length; draw++) rest[draw] += (column ? column[draw] : stated) * scale;
    }
    for (const leaf of put) now.set(leaf, rest.map(of_others => moves.get(leaf) * divided(of_others, left)));
  }
  return now;
};

const columns_now = (scene, roots) => scene.machine.columns(draws_now(scene), new Map(), roots, scene.data.draws.count);

const added_up = values => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

const is_number = value => value !== null && Number.isFinite(value);

const case_name = ({data}, variant) => data.variants[variant].title;

const input_name = ({language}, each) => each.label?.[language] || each.label?.[""] || each.path;
