// lca/page/charts/curve.py in JavaScript: the total in view over the range of one input, a line for each variant.

const STEPS = 40, HEIGHT = 190;
const COLOURS = [PALETTE[0], PALETTE[3], ...PALETTE.slice(5), PALETTE[4]];
const DASHES = [null, "7 3", "2 2", "9 3 2 3", "12 4", "4 2 1 2", "1 3", "6 6"];

const rows_curve = scene => {
  const {data, machine, view} = scene, each = data.inputs[scene.curve];
  if (!each) return [];
  const [low, high] = range_of(scene, each);
  const known = data.variants.map((_, k) => [k, total_of(scene, k, view.criterion)]).filter(([, root]) => root !== null);
  const points = Array.from({length: STEPS + 1}, (_, k) => low + (high - low) * k / STEPS);
  const made = points.map(x => machine.with_moves(moved(scene, each, x), known.map(([, root]) => root)));
  return known.flatMap(([of], line) =>
    points.map((x, k) => ({of, variant: case_name(scene, of), x, value: made[k][line]})));
};

const range_of = (scene, each) => {
  const now = value_now(scene, each);
  const [start, end] = range_in_view(scene, each);
  if (start !== null) return [Math.min(start, now), Math.max(end, now)];
  const [low, high] = domain([now]);
  return [Math.max(low, each.least ?? -Infinity), Math.min(high, each.most ?? Infinity)];
};

const draw_curve = (rows, scene, width) => {
  if (!rows.length) return "";
  const {data, machine, view, language} = scene, each = data.inputs[scene.curve], {unit} = data.criteria[view.criterion];
  const lines = [...new Set(rows.map(row => row.of))];
  const [low, high] = domain([0, ...rows.map(row => row.value)]);
  const marks = ticks(low, high, 4, language);
  const left = 10 + Math.max(0, ...marks.labels.map(label => width_of(label, SMALL)));
  const names = lines.map(of => case_name(scene, of));
  let [made, top] = lines.length > 1 ? key(names, (k, x, y) => swatch(lines[k], x, y), width) : ["", 0];
  const floor = top + 22 + HEIGHT;
  const [first, last] = domain(rows.map(row => row.x));
  const x = scale(first, last, left, width - 8), y = scale(low, high, floor, top + 22);
  const over = ticks(first, last, Math.max(2, Math.floor((width - left) / 80)), language);
  made += words(0, top + 10, axis_unit(unit, marks.power, language), {font_size: SMALL, fill_opacity: SOFT});
  made += upward(marks, y, left, width - 8) + across(over, x, floor, floor, width, named(scene, each, over.power));
  for (const of of [...lines.filter(of => of !== view.variant), ...lines.filter(of => of === view.variant)]) {
    const points = rows.filter(row => row.of === of).map(row => [x(row.x), y(row.value)]);
    made += path(points, of, of === view.variant ? 3 : 1.6);
  }
  const now = machine.values[total_in_view(scene) ?? 0];
  if (Number.isFinite(now)) {
    const at = x(value_now(scene, each));
    made += rule(at, y(now), at, floor, ".5") + tag("circle", {cx: at, cy: y(now), r: 5, fill: colour(view.variant)});
  }
  return drawing(width, floor + 38, say_curve(rows, scene), [made]);
};

const named = (scene, each, power) => {
  const unit = axis_unit(each.unit, power, scene.language);
  return unit ? `${input_name(scene, each)}, ${unit}` : input_name(scene, each);
};

const path = (points, of, wide) => {
  let made = "", is_on = false;
  for (const [x, y] of points) {
    if (Number.isFinite(y)) made += `${is_on ? "L" : "M"}${px(x)},${px(y)}`;
    is_on = Number.isFinite(y);
  }
  return tag("path", {d: made, fill: "none", stroke: colour(of), stroke_width: wide, stroke_dasharray: DASHES[of % 8]});
};

const swatch = (of, x, y) => path([[x, y + 6], [x + 13, y + 6]], of, 2.5);

const colour = of => COLOURS[of % 6];

const say_curve = (rows, scene) => {
  const {data, view, language} = scene, own = rows.filter(row => row.of === view.variant);
  if (!own.length) return scene.say("This criterion is not assessed here.");
  const each = data.inputs[scene.curve], criterion = data.criteria[view.criterion];
  const [low, high] = [own[0], own[own.length - 1]].map(row => input_quantity(row.x, each.unit, language));
  const ends = numbers([own[0].value, own[own.length - 1].value], DIGITS, language);
  return scene.say("{input} from {low} to {high} takes {criterion} from {first} to {last}.", {input: input_name(scene, each),
    low, high, criterion: criterion.label, first: ends[0], last: with_unit(ends[1], criterion.unit, language)});
};
