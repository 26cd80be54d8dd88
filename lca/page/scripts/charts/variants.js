// lca/page/charts/variants.py in JavaScript: the variants side by side, and how often the one in view is lower.

const rows_variants = scene => {
  const {data, machine, view} = scene, mine_at = view.variant, rows = [];
  const places = data.criteria.flatMap((_, of) => data.variants.map((_, place) => ({of, place, root: total_of(scene, place, of)})));
  const known = places.filter(({root}) => root !== null);
  if (data.variants.length === 1) return [];
  const columns = columns_now(scene, known.map(({root}) => root));
  known.forEach(({of, place, root}, k) => {
    const own = known.findIndex(other => other.of === of && other.place === mine_at), criterion = data.criteria[of];
    let lower = null;
    if (own >= 0 && place !== mine_at) {
      lower = lower_in(columns[own] ?? [machine.values[known[own].root]], columns[k] ?? [machine.values[root]]);
    }
    const named = {of, criterion: criterion.label, unit: criterion.unit};
    rows.push({...named, place, variant: case_name(scene, place), value: machine.values[root], lower});
  });
  return rows;
};

const lower_in = (mine, others) => {
  const draws = Math.max(mine.length, others.length);
  let lower = 0, apart = 0;
  for (let draw = 0; draw < draws; draw++) {
    const a = mine[draw % mine.length], b = others[draw % others.length];
    const slack = 1e-9 * Math.max(Math.abs(a), Math.abs(b));
    if (b - a > slack) lower++;
    if (Math.abs(b - a) > slack) apart++;
  }
  return apart ? lower / draws : null;
};

const draw_variants = (rows, scene, width) => {
  if (!rows.length) return "";
  const heading = scene.say("draws of 100 in which {name} is lower", {name: case_name(scene, scene.view.variant)});
  const [made, top] = bars(rows, scene.view.variant, heading, scene, width);
  return drawing(width, top, say_variants(rows, scene), [made]);
};

const bars = (rows, at, heading, scene, width) => {
  const {language} = scene;
  const left = Math.min(width * 0.45, 10 + Math.max(...rows.map(row => width_of(row.variant))));
  const column = width >= 480 ? 66 : 0;
  if (!column) heading = "";
  const small = {text_anchor: "end", font_size: SMALL, fill_opacity: SOFT};
  let made = "", top = 0;
  for (const of of new Set(rows.map(row => row.of))) {
    const own = rows.filter(row => row.of === of), texts = numbers(own.map(row => row.value), DIGITS, language);
    const title = `${own[0].criterion}, ${unit_words(own[0].unit, language)}`;
    made += words(0, top + 12, title, {font_weight: "700"});
    made += words(width, top + 12, cut(heading, width - width_of(title) * 1.1 - 12, SMALL), small);
    const right = width - column - 12 - Math.max(...texts.map(text => width_of(text)));
    const x = scale(...domain([0, ...own.map(row => row.value)]), left, right);
    own.forEach((row, k) => {
      top += 21;
      const is_own = row.place === at, font_weight = is_own ? "700" : null;
      made += words(0, top + 12, cut(row.variant, left - 8), {font_weight});
      if (Number.isFinite(row.value)) {
        made += bar(x(0), x(row.value), top + 1, 14, PALETTE[is_own ? 0 : 7]);
        made += words(Math.max(x(0), x(row.value)) + 6, top + 12, texts[k], {font_weight});
      }
      if (column && !is_own) made += words(width, top + 12, of_hundred(row.lower) || scene.say("the same"), small);
    });
    top += 30;
  }
  return [made, top];
};

const of_hundred = lower => {
  if (lower === null) return "";
  const whole = Math.floor(lower * 100 + 0.5);
  return String(lower === 0 || lower === 1 ? whole : Math.max(1, Math.min(99, whole)));
};

const say_variants = (rows, scene) => {
  const {view, language} = scene, own = rows.filter(row => row.of === view.criterion);
  if (!own.length) return scene.say("There is nothing to compare this with.");
  const other = own.filter(row => row.place !== view.variant);
  if (other.length === 1 && other[0].lower !== null) {
    return scene.say("“{name}” is lower than “{other}” in {count} of 100 draws.", {
      name: case_name(scene, view.variant), other: other[0].variant, count: of_hundred(other[0].lower)});
  }
  let [least] = own, [most] = own;
  for (const row of own) {
    if (row.value < least.value) least = row;
    if (row.value > most.value) most = row;
  }
  const [{criterion, unit}] = own;
  if (least.value === most.value) return scene.say("By {criterion}, all are the same.", {criterion});
  const ends = numbers([least.value, most.value], DIGITS, language);
  return scene.say("{criterion} is least of “{least}”, {low}, and most of “{most}”, {high}.", {criterion,
    least: least.variant, low: ends[0], most: most.variant, high: with_unit(ends[1], unit, language)});
};
