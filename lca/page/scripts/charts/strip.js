// lca/page/charts/strip.py in JavaScript: the parts of the total in view, over those of the study's own total.

const rows_strip = scene => {
  const {machine, view} = scene, stated = shares(scene, view.criterion, machine.stated);
  const rows = shares(scene, view.criterion, machine.values).map((row, k) => ({...row, stated: stated[k].value}));
  const other = other_scene(scene);
  return other?.data.cells.length ? beside(rows, shares(other, view.criterion, machine.values)) : rows;
};

const beside = (rows, others) => {
  const none = {value: 0, share: 0, stated: 0}, by_place = each => new Map(each.map(row => [row.place, row]));
  const mine = by_place(rows), theirs = by_place(others);
  return [...new Set([...mine.keys(), ...theirs.keys()])].sort((a, b) => a - b).map(place => {
    const {value, share, stated} = mine.get(place) ?? none, {part} = mine.get(place) ?? theirs.get(place);
    return {part, place, value, share, stated, other: (theirs.get(place) ?? none).value};
  });
};

const draw_strip = (rows, scene, width) => {
  const now = rows.map(row => row.value), stated = rows.map(row => row.stated);
  const place = other_in_view(scene), parts = rows.filter(row => "other" in row).map(row => row.other);
  const other = parts.length ? parts : place === null ? [] : [scene.machine.values[place]];
  const x = scale(...domain([...ends_of(now), ...ends_of(stated), ...ends_of(other)]), 0, width);
  const made = strip(rows, now, x, 0, 11) + strip(rows, stated, x, 13, 4) +
    (parts.length ? strip(rows, parts, x, 20, 8) : other.map(whole => bar(x(0), x(whole), 20, 8, PALETTE[7])).join(""));
  return drawing(width, scene.data.other ? 28 : 17, say_strip(rows, scene), [made], {preserveAspectRatio: "none"});
};

const strip = (rows, values, x, top, tall) => stack(values).map(([start, end], k) =>
  bar(x(start), x(end), top, tall, PALETTE[rows[k].place % 8])).join("");

const say_strip = (rows, scene) => {
  const {data, machine, view, language} = scene, place = total_in_view(scene);
  if (place === null) return scene.say("This criterion is not assessed here.");
  const {unit} = data.criteria[view.criterion], now = machine.values[place], stated = machine.stated[place];
  const total = quantity(now, unit, language);
  if (now === stated) return scene.say("{total}, as in the study.", {total});
  if (!stated) return scene.say("{total}, {stated} in the study.", {total, stated: quantity(stated, unit, language)});
  return scene.say("{total}, {change} from the {stated} of the study.", {total,
    change: change((now - stated) / Math.abs(stated), language), stated: quantity(stated, unit, language)});
};
