// lca/page/charts/contribution.py in JavaScript: what each part contributes to each criterion of the case in view.

const rows_contribution = scene => scene.data.criteria.flatMap((criterion, of) =>
  shares(scene, of, scene.machine.values).map(row => ({of, criterion: criterion.label, unit: criterion.unit, ...row})));

const draw_contribution = (rows, scene, width) => {
  const every = shown(scene.data);
  const names = every.filter(name => rows.some(row => row.part === name));
  const colours = names.map(name => PALETTE[every.indexOf(name) % 8]);
  let [made, top] = key(names.map(name => scene.say(name)), (k, x, y) => square(x, y, colours[k]), width);
  const criteria = [...new Set(rows.map(row => row.of))];
  const sides = criteria.map(of => ends_of(rows.filter(row => row.of === of).map(row => row.share)));
  const low = Math.min(0, ...sides.map(([down]) => down)), high = Math.max(0, ...sides.map(([, up]) => up)) || 1;
  const x = scale(low, high, 0, width);
  for (const of of criteria) {
    const own = rows.filter(row => row.of === of);
    const total = scene.machine.values[total_of(scene, scene.view.variant, of) ?? 0];
    made += heading(top + 12, width, own[0].criterion, quantity(total, own[0].unit, scene.language), of === scene.view.criterion);
    const ends = stack(own.map(row => row.share));
    own.forEach((row, k) => {
      const share = percent(row.share, scene.language), texts = [`${scene.say(row.part)} ${share}`, share];
      made += segment(ends[k], x, top + 18, 24, row.place % 8, texts, {data_of: row.of, data_part: row.place});
    });
    if (low < 0) made += rule(x(0), top + 15, x(0), top + 45);
    top += 50;
  }
  return drawing(width, top, say_contribution(rows, scene), [made]);
};

const say_contribution = (rows, scene) => {
  const own = rows.filter(row => row.of === scene.view.criterion);
  if (!own.length) return scene.say("This criterion is not assessed here.");
  if (own.every(row => !row.value)) return scene.say("{criterion} is 0 here: no part adds anything.", {criterion: own[0].criterion});
  let largest = own[0];
  for (const row of own) if (Math.abs(row.share) > Math.abs(largest.share)) largest = row;
  const mixed = "The largest part of {criterion} is {part}: {share} of all that is added or taken away.";
  const text = own.some(row => row.share < 0) ? mixed : "The largest part of {criterion} is {part}: {share}.";
  const part = scene.say(largest.part), share = percent(largest.share, scene.language);
  return scene.say(text, {criterion: largest.criterion, part, share});
};
