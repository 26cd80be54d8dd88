// lca/page/charts/making.py in JavaScript: what making the equipment of each part adds, and what using it adds.

const KINDS = ["making", "use", "undivided"], FILLS = [0, 4, 7];

const rows_making = scene => {
  const parts = [...parts_of(scene, scene.view.criterion, scene.machine.values)], rows = [];
  for (const name of shown(scene.data)) {
    const of_name = parts.filter(([part]) => scene.data.names[part] === name).map(([, stages]) => stages);
    if (!of_name.length) continue;
    const own = of_name.flatMap(stages => [...stages].map(([stage, value]) => [kind_of(scene, stage), value]));
    const sums = KINDS.map(kind => [kind, added_up(own.filter(([of]) => of === kind).map(([, value]) => value))]);
    rows.push({part: name, ...Object.fromEntries(sums)});
  }
  return rows;
};

const kind_of = ({data}, stage) => ({use: "use", all: "undivided"})[data.stages[stage]] ?? "making";

const draw_making = (rows, scene, width) => {
  if (!rows.length) return "";
  const {language} = scene, {unit} = scene.data.criteria[scene.view.criterion];
  const names = {making: scene.say("making"), use: scene.say("use"), undivided: scene.say("not told apart")};
  const kinds = KINDS.filter(kind => rows.some(row => row[kind])), fills = kinds.map(kind => FILLS[KINDS.indexOf(kind)]);
  let [made, top] = key(kinds.map(kind => names[kind]), (k, x, y) => square(x, y, PALETTE[fills[k]]), width);
  const x = scale(...domain(rows.flatMap(row => ends_of(kinds.map(kind => row[kind])))), 0, width);
  const totals = numbers(rows.map(row => added_up(kinds.map(kind => row[kind]))), DIGITS, language);
  rows.forEach((row, place) => {
    made += heading(top + 12, width, scene.say(row.part), with_unit(totals[place], unit, language));
    const whole = added_up(kinds.map(kind => Math.abs(row[kind])));
    stack(kinds.map(kind => row[kind])).forEach((ends, k) => {
      const share = percent(whole ? row[kinds[k]] / whole : 0, language);
      made += segment(ends, x, top + 17, 18, fills[k], [`${names[kinds[k]]} ${share}`, share]);
    });
    top += 44;
  });
  return drawing(width, top, say_making(rows, scene), [made]);
};

const say_making = (rows, scene) => {
  const sums = KINDS.map(kind => added_up(rows.map(row => row[kind])));
  const whole = added_up(rows.flatMap(row => KINDS.map(kind => Math.abs(row[kind]))));
  if (!rows.length) return scene.say("This criterion is not assessed here.");
  const {label: criterion, unit} = scene.data.criteria[scene.view.criterion];
  if (!whole) return scene.say("{criterion} is 0 here: no part adds anything.", {criterion});
  if (rows.some(row => KINDS.some(kind => row[kind] < 0))) {
    const [made, used] = numbers(sums, DIGITS, scene.language).map(text => with_unit(text, unit, scene.language));
    return scene.say("Making the equipment comes to {making}, using it to {use}.", {making: made, use: used});
  }
  const [making, use, rest] = sums.map(sum => percent(sum / whole, scene.language));
  return sums[2]
    ? scene.say("Making the equipment is {making} of {criterion}, using it {use}; of {rest} it is not told apart.",
      {making, criterion, use, rest})
    : scene.say("Making the equipment is {making} of {criterion}, using it {use}.", {making, criterion, use});
};
