// The answer, which stays in sight, and the bounds that a move leaves.

const answer_of = (state, likes) => {
  const {data, engine, language, say, view} = state, $ = id => document.getElementById(id);
  let width = 0;

  const change_words = () => {
    const node = state.total_node();
    if (node === null) return say("not assessed");
    const now = engine.values[node], study = engine.stated[node];
    if (now === study) return say("as in the study");
    if (!study) return say("{figure} in the study", {figure: quantity(study, data.criteria[view.criterion].unit, language)});
    return say("{change} from the study", {change: change((now - study) / Math.abs(study), language)});
  };
  const is_left = ({node, factor, low, high, above}) => {
    if (Object.is(engine.values[node], engine.stated[node])) return false;
    const value = engine.values[node] * factor, slack = bound => Math.abs(bound) * ROUNDING;
    return value !== value || (low !== null && value < low - slack(low)) || (high !== null && value > high + slack(high)) || (above !== null && !(value > above));
  };
  const not_taken = () => { // of the address
    const told = state.not_taken.slice(0, 3).map(each => each.replace(HIDDEN, "�")).join(", ");
    return told && say("The address asks for what this page does not have, or what cannot be: {parts}.", {parts: told});
  };
  const limits = () => { // the first bound that is left, one of the view if there is any, and how many others are
    const left = data.limits.filter(is_left), first = left.find(({node}) => state.needed[node]) ?? left[0];
    if (!first) return "";
    const {node, path, words} = first, value = with_unit(stated(engine.values[node], language), data.told.units[data.told.unit[node]], language);
    const said = say("{path} is {value} now, and has to be {words}: such a study could not be run.", {path, words, value});
    return left.length > 1 ? `${said} ${say("Other bounds that are left: {count}.", {count: String(left.length - 1)})}` : said;
  };

  const draw = now => {
    const node = state.total_node(), unit = data.criteria[view.criterion].unit, total = $("total"), words = $("change");
    total.textContent = node === null ? NONE : quantity(engine.values[node], unit, language);
    total.dataset.node = node;
    const differs = node !== null && engine.values[node] !== engine.stated[node];
    total.classList.toggle("moved", differs);
    words.classList.toggle("moved", differs);
    words.textContent = change_words();
    $("strip").innerHTML = CHARTS.strip.draw(CHARTS.strip.rows(now), now, width);
    $("limits").textContent = [not_taken(), limits()].filter(Boolean).join(" ");
    likes.draw(now);
  };
  const name = () => { // what the answer is of
    const unit = data.functional_units[view.unit];
    $("case").textContent = [data.criteria[view.criterion].label, unit.title || unit.key, data.variants[view.variant].title].join(" · ");
  };
  let is_first = true;
  const tell = () => { // to those who hear the page; not as it opens
    const words = `${$("total").textContent}, ${$("case").textContent}, ${[$("change"), $("like-said")].map(each => each?.textContent).filter(Boolean).join(", ")}. ${$("limits").textContent}`;
    if (!is_first && $("said").textContent !== words) $("said").textContent = words;
    is_first = false;
  };
  const measure = () => { // whether it is as wide as it was
    const before = width;
    width = $("strip").clientWidth;
    return width === before;
  };
  return {draw, name, tell, measure};
};
