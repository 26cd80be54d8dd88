// lca/page/charts/apart.py in JavaScript: how sure the difference of two studies is, what both depend on drawn together.

const INKS_APART = [PALETTE[1], PALETTE[4]];

const rows_apart = scene => {
  const {machine: {values}} = scene, own = total_in_view(scene), other = other_in_view(scene);
  if (own === null || other === null) return [];
  const [mine, theirs] = columns_now(scene, [own, other]);
  if (!mine && !theirs) return [];
  return dotted(Array.from(mine ?? theirs, (_, k) => (theirs ? theirs[k] : values[other]) - (mine ? mine[k] : values[own])));
};

const draw_apart = (rows, scene, width) => {
  const {machine: {values}} = scene, own = total_in_view(scene), other = other_in_view(scene);
  if (!rows.length || own === null || other === null) return "";
  const names = [scene.say("this study is lower"), scene.say("the other is lower, or both are the same")];
  const [legend, top] = key(names, (k, x, y) => square(x, y, INKS_APART[k]), width);
  const [made, tall] = beads(rows, values[other] - values[own], [0], value => INKS_APART[value > 0 ? 0 : 1], scene, width, top);
  return drawing(width, tall, say_apart(rows, scene), [legend, made]);
};

const say_apart = (rows, scene) => {
  if (!rows.length) return scene.say("Nothing that either total depends on has a range: how sure the difference is cannot be said.");
  const count = String(rows.filter(row => row.value > 0).length);
  return scene.moves.size
    ? scene.say("Each dot is one chance in fifty of the difference, what you moved being held: in {count} of them this study is lower.", {count})
    : scene.say("Each dot is one chance in fifty of the difference: in {count} of them this study is lower.", {count});
};
