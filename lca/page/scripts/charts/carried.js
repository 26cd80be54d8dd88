// lca/page/charts/carried.py in JavaScript: what carries the difference of two studies as both are stated.

const rows_carried = ({data, view}) => {
  if (!data.other) return [];
  const {unit} = data.criteria[view.criterion], of = view.criterion;
  const own = data.other.carried[view.unit][view.variant].map(([at, ...carries]) => [data.other.changes[at], carries[of]]).filter(([, value]) => value);
  const whole = added_up(own.map(([, value]) => value));
  return own.map(([[input, old, made], value]) =>
    ({input, old, new: made, value, unit, share: whole ? value / whole : null})
  ).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
};

const draw_carried = (rows, scene, width) => {
  if (!rows.length) return "";
  const shown = rows.slice(0, 12), {language} = scene, texts = numbers(shown.map(row => row.value), DIGITS, language);
  const x = scale(...domain([0, ...shown.map(row => row.value)]), 0, width);
  let made = "", top = 0;
  shown.forEach(({input, value, unit, share}, k) => {
    const said = with_unit(value > 0 ? `+${texts[k]}` : texts[k], unit, language);
    made += heading(top + 12, width, input, `${said} · ${share === null ? NONE : percent(share, language)}`);
    made += bar(x(0), x(value), top + 17, 12, PALETTE[value < 0 ? 0 : 3]);
    made += rule(x(0), top + 15, x(0), top + 31);
    top += 36;
  });
  return drawing(width, top, say_carried(rows, scene), [made]);
};

const say_carried = (rows, scene) => {
  if (!rows.length) return scene.say("What carries the difference is not known.");
  const [{input, unit}] = rows, ends = numbers([rows[0].value, added_up(rows.map(row => row.value))], DIGITS, scene.language);
  return scene.say("As both studies stand before anything is moved, {input} carries most of the difference: {value} of {difference}.", {
    input, value: ends[0], difference: with_unit(ends[1], unit, scene.language)});
};
