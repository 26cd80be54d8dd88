// lca/page/charts/against.py in JavaScript: two studies side by side, and how often this one is lower.

const rows_against = scene => {
  const {data, machine, view} = scene, pairs = [];
  if (!data.other) return [];
  data.functional_units.forEach((_unit, unit_at) => data.criteria.forEach((_criterion, of) => {
    const own = data.totals[unit_at][view.variant][of], other = data.other.totals[unit_at][0][of];
    if (own !== null && other !== null) pairs.push({unit_at, of, own, other});
  }));
  const columns = columns_now(scene, pairs.flatMap(({own, other}) => [own, other]));
  return pairs.map(({unit_at, of, own, other}, k) => {
    const mine = columns[2 * k], theirs = columns[2 * k + 1], a = machine.values[own], b = machine.values[other];
    const lower = mine || theirs ? lower_in(mine ?? [a], theirs ?? [b]) : null, criterion = data.criteria[of];
    return {unit_at, of, functional_unit: data.functional_units[unit_at].key, criterion: criterion.label,
      unit: criterion.unit, value: a, other: b, difference: b - a, relative: a ? (b - a) / Math.abs(a) : null, lower};
  });
};

const in_view = (rows, {view}) => rows.filter(row => row.unit_at === view.unit);

const draw_against = (rows, scene, width) => {
  const own = in_view(rows, scene);
  if (!own.length) return "";
  const sides = own.flatMap(row => [
    {...row, place: 0, variant: scene.say("This study"), lower: null},
    {...row, place: 1, variant: scene.data.other.title, value: row.other},
  ]);
  const heading = own.some(row => row.lower !== null) ? scene.say("draws of 100 in which this study is lower") : "";
  const [made, top] = bars(sides, 0, heading, scene, width);
  return drawing(width, top, say_against(rows, scene), [made]);
};

const say_against = (rows, scene) => {
  const {view, language} = scene, row = in_view(rows, scene).find(row => row.of === view.criterion);
  if (!row) return scene.say("There is nothing to compare this with.");
  const {criterion, unit, relative, lower} = row;
  if (row.value === row.other && lower === null) return scene.say("By {criterion}, both are the same.", {criterion});
  const names = {criterion, other: scene.data.other.title, own: quantity(row.value, unit, language), theirs: quantity(row.other, unit, language)};
  const said = relative === null
    ? scene.say("By {criterion}, “{other}” comes to {theirs}, and this study to {own}.", names)
    : scene.say("By {criterion}, “{other}” comes to {theirs}, {change} from the {own} of this study.", {...names, change: change(relative, language)});
  if (lower === null) return said;
  const count = of_hundred(lower);
  return scene.moves.size
    ? `${said} ${scene.say("This study is lower in {count} of 100 draws, what you moved being held.", {count})}`
    : `${said} ${scene.say("This study is lower in {count} of 100 draws.", {count})}`;
};
