// What a total is as much as, in things that people know: lca/page/likes.py in JavaScript, function by function.

const like_words = (like, scene, value, criterion) => {
  const factor = like.factors[criterion];
  if (factor === null) return scene.say("there is no factor by {criterion}", {criterion: scene.data.criteria[criterion].label});
  if (value === null || !(value >= 0)) return scene.say("only a figure that is not below 0 has one");
  return scene.say("as much as {amount}", {amount: scene.say(like.said, {amount: like_amount(like, scene, value / factor)})});
};

const like_amount = (like, {language, say}, value) => {
  const [scale, one, several] = like.units.find(([many]) => value * many >= 1 - ROUNDING) ?? like.units.at(-1);
  return say(is_one(value * scale, language) ? one : several, {number: number(value * scale, DIGITS, language)});
};

const like_of = (like, scene, criterion) => {
  const factor = quantity(like.factors[criterion], scene.data.criteria[criterion].unit, scene.language);
  const [, , several] = like.units[0], life = like.life ? scene.say(several, {number: stated(like.life, scene.language)}) : "";
  return scene.say(like.of, {factor, life});
};

// The choice of one beside the answer: what is chosen, and what is said of it.
const likes_of = (state, chosen) => {
  const select = document.getElementById("like"), {data} = state;
  if (!select) return {draw: () => "", choose: () => {}, key: () => ""};
  const said = document.getElementById("like-said"), of = document.getElementById("like-of");
  const draw = now => { // the sentence
    const like = data.likes.find(({key}) => key === select.value), node = state.total_node(), {criterion} = now.view;
    const text = like ? like_words(like, now, node === null ? null : now.machine.values[node], criterion) : "";
    const known = like && like.factors[criterion] !== null;
    if (said.textContent !== text) said.textContent = text;
    of.innerHTML = known ? `${escape(like_of(like, now, criterion))} <small>${like.source} ${escape(like.at[criterion])}</small>` : "";
    return text;
  };
  select.addEventListener("change", chosen);
  return {draw, choose: key => { select.value = data.likes.some(like => like.key === key) ? key : ""; }, key: () => select.value};
};
