// The page as it lives: what a reader does to its controls, choices and buttons, and what is drawn anew after it.

const live = () => {
  const $ = id => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  CATALOGUES.set(data.language, data.words);
  const state = state_of(data), {engine, put, view} = state, moving = moves_of(state);
  const controls = controls_of(state, moving, () => change(), () => address.write());
  const answer = answer_of(state), draw_other = facing_of(state), number_totals = totals_of(state), figures = figures_of(state);
  const address = address_of(state, controls, moving, chosen => choose(chosen));
  explaining(state);

  // --- drawing -------------------------------------------------------------------------------------------------------

  let frame = 0, rest = 0, table_seen = true;
  const change = () => {
    if (!frame) frame = requestAnimationFrame(redraw);
    clearTimeout(rest);
    rest = setTimeout(settle, 250);
  };
  const redraw = () => {
    frame = 0;
    engine.settle(state.moves());
    const now = state.scene();
    answer.draw(now);
    draw_other(now);
    controls.reflect();
    if (table_seen) number_totals();
    figures.draw_seen(now);
  };
  const settle = () => { // all of it, draws and what is out of sight as well, so that print has what is on the screen
    number_totals();
    figures.draw_all(state.scene());
    $("curve").value = state.curve;
    answer.tell();
  };
  const measure = () => [answer.measure(), figures.measure()].every(Boolean);
  new IntersectionObserver(([entry]) => { table_seen = entry.isIntersecting; }, {rootMargin: "100px"}).observe($("totals"));
  new ResizeObserver(() => { if (!measure()) change(); }).observe(document.body);

  // --- what is looked at, and what becomes of it ---------------------------------------------------------------------

  const form = document.querySelector(".choice");
  const look = () => {
    state.look(Object.fromEntries(["unit", "variant", "criterion"].map(name => [name, Number(form.elements[name].value)])));
    answer.name();
    change();
  };
  const choose = chosen => {
    for (const [name, place] of Object.entries(chosen)) form.elements[name].value = place;
    look();
  };
  form.addEventListener("change", () => { look(); address.write(); });
  form.addEventListener("submit", event => event.preventDefault());
  $("curve").addEventListener("change", event => { state.curve = Number(event.target.value); change(); });
  addEventListener("hashchange", () => { if (address.read()) change(); });
  $("reset").addEventListener("click", () => { put.clear(); for (const control of controls.controls) control.said = ""; change(); address.write(); });
  $("download").addEventListener("click", () => { engine.settle(state.moves()); save("moved.yaml", moved_scenario()); });
  const moved_scenario = () => {
    const touched = new Set([...put.keys()].flatMap(place => data.inputs[place].nodes));
    return scenario_of(data, engine, touched, "moved in a report");
  };

  // --- begin ---------------------------------------------------------------------------------------------------------

  document.querySelector(".live").classList.remove("off");
  for (const part of document.querySelectorAll(".choice, #controls, .curves")) part.hidden = false;
  look();
  address.read();
  measure();
  redraw();
  clearTimeout(rest);
  settle();
  return {data, engine, put, view, ...moving, change, redraw, settle, moved_scenario, controls: controls.controls};
};

const PAGE = live();
