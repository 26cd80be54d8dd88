// lca/page/charts/tornado.py in JavaScript: the total in view with each input alone at the ends of its range.

const MOST_BARS = 12, STEP = 36, ENDS = [PALETTE[1], PALETTE[3]];

const rows_tornado = scene => {
  const root = total_in_view(scene), {data, machine} = scene, rows = [];
  if (root === null || !Number.isFinite(machine.values[root])) return [];
  const base = machine.values[root];
  for (const each of data.inputs.filter(is_movable)) {
    const [low_end, high_end] = range_in_view(scene, each);
    const [low, high] = [0, 1].map(end => machine.with_moves(at_end(scene, each, end), [root])[0]);
    if (low_end !== null && low !== high && Number.isFinite(low) && Number.isFinite(high)) {
      const named = {input: each.path, name: input_name(scene, each), input_unit: each.unit};
      rows.push({...named, low_end, high_end, low, base, high});
    }
  }
  const swing = row => Math.abs(row.high - row.low);
  return rows.sort((a, b) => swing(b) - swing(a) || (a.input < b.input ? -1 : 1));
};

const draw_tornado = (rows, scene, width) => {
  if (!rows.length) return "";
  const {language} = scene, {unit} = scene.data.criteria[scene.view.criterion], drawn = rows.slice(0, MOST_BARS);
  const labels = drawn.map(row => ends_of_input(row, width / 4 - 8, scene));
  const room = 8 + Math.max(...labels.flatMap(([, ...pair]) => pair.map(text => width_of(text, SMALL))));
  const {base} = rows[0], [low, high] = domain(drawn.flatMap(row => [row.low, row.high, base]));
  const x = scale(low, high, room, width - room);
  let [made, top] = key([scene.say("at its low end"), scene.say("at its high end")], (k, x, y) => square(x, y, ENDS[k]), width);
  const floor = top + STEP * drawn.length;
  const marks = ticks(low, high, Math.max(2, Math.floor(width / 110)), language);
  made += across(marks, x, floor, floor, width, axis_unit(unit, marks.power, language));
  made += rule(0, floor, width, floor, ".3");
  drawn.forEach((row, k) => {
    const [name, at_low, at_high] = labels[k];
    made += words(0, top + 11, cut(name, width));
    made += bar(x(base), x(row.low), top + 16, 13, ENDS[0]) + bar(x(base), x(row.high), top + 16, 13, ENDS[1]);
    made += rule(x(base), top + 14, x(base), top + 31);
    const [left, right] = row.low <= row.high ? [at_low, at_high] : [at_high, at_low];
    const start = Math.min(row.low, row.high, base), end = Math.max(row.low, row.high, base);
    const quiet = {font_size: SMALL, fill_opacity: SOFT};
    made += words(x(start) - 5, top + 27, left, {text_anchor: "end", ...quiet});
    made += words(x(end) + 5, top + 27, right, quiet);
    top += STEP;
  });
  return drawing(width, floor + 38, say_tornado(rows, scene), [made]);
};

const ends_of_input = (row, room, scene) => {
  const ends = [row.low_end, row.high_end], texts = ends.map(end => input_quantity(end, row.input_unit, scene.language));
  if (texts.every(text => width_of(text, SMALL) <= room)) return [row.name, ...texts];
  const unit = unit_words(row.input_unit, scene.language);
  return [`${row.name}, ${unit}`, ...ends.map(end => cut(stated(end, scene.language), room, SMALL))];
};

const say_tornado = (rows, scene) => {
  if (!rows.length) return scene.say("No input that this total depends on has a range.");
  const [first] = rows, criterion = scene.data.criteria[scene.view.criterion], {language} = scene;
  const ends = numbers([first.low, first.high], DIGITS, language);
  return scene.say("{input} moves {criterion} most: from {low} at {low_end} to {high} at {high_end}.", {
    input: first.name, criterion: criterion.label, low: ends[0],
    low_end: input_quantity(first.low_end, first.input_unit, language),
    high: with_unit(ends[1], criterion.unit, language),
    high_end: input_quantity(first.high_end, first.input_unit, language)});
};
