// lca/page/charts/dots.py in JavaScript: fifty dots, each of which is as likely as the others; what is moved is held.

const DOTS = 50, TAIL = 2, NARROWEST = 6, TALL = 170;

const rows_dots = scene => {
  const place = total_in_view(scene), column = place === null ? null : columns_now(scene, [place])[0];
  return dotted(column ?? []);
};

const dotted = draws => {
  const ordered = Float64Array.from(draws).filter(value => value === value).sort();
  const chances = ordered.length ? Array.from({length: DOTS}, (_, k) => (k + 0.5) / DOTS) : [];
  return chances.map((chance, k) => ({dot: k + 1, chance, value: quantile(ordered, chance)}));
};

const quantile = (ordered, chance) => {
  const at = chance * (ordered.length - 1), k = Math.floor(at);
  const low = ordered[k], high = ordered[Math.min(k + 1, ordered.length - 1)];
  return low === high || at === k ? low : low + (high - low) * (at - k);
};

const draw_dots = (rows, scene, width) => {
  const place = total_in_view(scene);
  if (!rows.length || place === null) return "";
  const [made, tall] = beads(rows, scene.machine.values[place], [], () => PALETTE[1], scene, width);
  return drawing(width, tall, say_dots(rows, scene), [made]);
};

const beads = (rows, now, marked, ink, scene, width, top = 0) => {
  const {unit} = scene.data.criteria[scene.view.criterion];
  const values = rows.map(row => row.value).filter(Number.isFinite), [low, high] = domain([...values, now, ...marked]);
  const widest = Math.max(16, Math.min(30, Math.floor(width / 28))); // and free on either side
  const x = scale(low, high, widest, width - widest);
  const [dot, columns] = stacked(values.map(value => x(value) - widest), widest);
  const floor = top + 22 + dot * Math.max(1, ...[...columns.values()].map(dots => dots.length));
  let made = "";
  for (const [column, dots] of columns) {
    dots.forEach((k, up) => {
      made += tag("circle", {cx: widest + column * dot, cy: floor - (up + 0.5) * dot, r: dot / 2 - 0.7, fill: ink(values[k])});
    });
  }
  const marks = ticks(low, high, Math.max(2, Math.floor(width / 100)), scene.language);
  made += across(marks, x, floor, floor, width, axis_unit(unit, marks.power, scene.language));
  made += rule(0, floor, width, floor) + marked.map(mark => rule(x(mark), top + 22, x(mark), floor, SOFT)).join("");
  if (Number.isFinite(now)) {
    const label = number(now, DIGITS, scene.language), half = width_of(label) / 2;
    const middle = Math.max(half, Math.min(width - half, x(now)));
    made += rule(x(now), top + 15, x(now), floor) + words(middle, top + 11, label, {text_anchor: "middle", font_weight: "700"});
  }
  return [made, floor + 38];
};

const stacked = (places, widest) => {
  for (let dot = widest; ; dot--) {
    const columns = new Map();
    places.forEach((place, k) => {
      const column = Math.floor(place / dot + 0.5);
      if (!columns.has(column)) columns.set(column, []);
      columns.get(column).push(k);
    });
    if (dot <= NARROWEST || dot * Math.max(1, ...[...columns.values()].map(dots => dots.length)) <= TALL) return [dot, columns];
  }
};

const say_dots = (rows, scene) => {
  if (!rows.length) return scene.say("Nothing that this total depends on has a range: how sure it is cannot be said.");
  const ends = numbers([rows[TAIL].value, rows[rows.length - 1 - TAIL].value], DIGITS, scene.language);
  const high = with_unit(ends[1], scene.data.criteria[scene.view.criterion].unit, scene.language);
  const places = {count: String(DOTS - 2 * TAIL), low: ends[0], high};
  return scene.moves.size
    ? scene.say("Each dot is one chance in fifty, what you moved being held: {count} of them lie between {low} and {high}.", places)
    : scene.say("Each dot is one chance in fifty: {count} of them lie between {low} and {high}.", places);
};
