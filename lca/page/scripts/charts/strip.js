// lca/page/charts/strip.py in JavaScript: the parts of the total in view, over those of the study's own total.

const rows_strip = scene => {
  const {machine, view} = scene, stated = shares(scene, view.criterion, machine.stated);
  return shares(scene, view.criterion, machine.values).map((row, k) => ({...row, stated: stated[k].value}));
};

const draw_strip = (rows, scene, width) => {
  const now = rows.map(row => row.value), stated = rows.map(row => row.stated);
  const x = scale(...domain([...ends_of(now), ...ends_of(stated)]), 0, width);
  const made = strip(rows, now, x, 0, 11) + strip(rows, stated, x, 13, 4);
  return drawing(width, 17, say_strip(rows, scene), [made], {preserveAspectRatio: "none"});
};

const strip = (rows, values, x, top, tall) => stack(values).map(([start, end], k) =>
  bar(x(start), x(end), top, tall, PALETTE[rows[k].place % 8])).join("");

const say_strip = (rows, scene) => {
  const {data, machine, view, language} = scene, place = total_in_view(scene);
  if (place === null) return scene.say("This criterion is not assessed here.");
  const {unit} = data.criteria[view.criterion], now = machine.values[place], stated = machine.stated[place];
  const total = quantity(now, unit, language);
  if (now === stated || !stated) return scene.say("{total}, as in the study.", {total});
  return scene.say("{total}, {change} from the {stated} of the study.", {total,
    change: change((now - stated) / Math.abs(stated), language), stated: quantity(stated, unit, language)});
};
