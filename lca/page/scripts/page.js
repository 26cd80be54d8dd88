// The page as it lives: what a reader does to its controls, choices and buttons, and what is drawn anew after it.

const live = (data, begun, chosen, curve) => {
  const $ = id => document.getElementById(id), over = new AbortController(), {signal} = over; // until it is in another language
  CATALOGUES.set(data.language, new Map(Object.entries(data.words)));
  const state = state_of(data, signal, curve), {engine, put, view} = state, moving = moves_of(state);
  const controls = controls_of(state, moving, () => change(), () => address.write());
  const likes = likes_of(state, () => { answer.draw(state.scene()); answer.tell(); address.write(); });
  const answer = answer_of(state, likes), draw_other = facing_of(state), number_totals = totals_of(state), figures = figures_of(state);
  const address = address_of(state, controls, moving, likes, chosen, looked_at => choose(looked_at));
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
  const in_sight = new IntersectionObserver(([entry]) => { table_seen = entry.isIntersecting; }, {rootMargin: "100px"});
  const width = new ResizeObserver(() => { if (!measure()) change(); });
  in_sight.observe($("totals"));
  width.observe(document.body);
  signal.addEventListener("abort", () => {
    in_sight.disconnect();
    width.disconnect();
    cancelAnimationFrame(frame);
    clearTimeout(rest);
  });

  // --- what is looked at, and what becomes of it ---------------------------------------------------------------------

  const form = document.querySelector(".choice");
  const look = () => {
    state.look(Object.fromEntries(["unit", "variant", "criterion"].map(name => [name, Number(form.elements[name].value)])));
    answer.name();
    change();
  };
  const choose = looked_at => {
    for (const [name, place] of Object.entries(looked_at)) form.elements[name].value = place;
    look();
  };
  form.addEventListener("change", () => { look(); address.write(); });
  form.addEventListener("submit", event => event.preventDefault());
  $("curve").addEventListener("change", event => { state.curve = Number(event.target.value); change(); });
  addEventListener("hashchange", () => { if (address.read(location.hash.slice(1))) change(); else if (address.text()) address.write(); }, {signal});
  $("reset").addEventListener("click", () => { put.clear(); for (const control of controls.controls) control.said = ""; change(); address.write(); });
  $("download").addEventListener("click", () => { engine.settle(state.moves()); save("moved.yaml", moved_scenario()); });
  const moved_scenario = () => {
    const touched = new Set([...put.keys()].flatMap(place => data.inputs[place].nodes));
    return scenario_of(data, engine, touched, "moved in a report");
  };

  // --- begin ---------------------------------------------------------------------------------------------------------

  document.querySelector(".live").classList.remove("off");
  for (const part of document.querySelectorAll(".choice, #controls, .curves, .like")) part.hidden = false;
  $("likes")?.remove(); // what does not follow moves
  look();
  address.read(begun);
  measure();
  redraw();
  clearTimeout(rest);
  settle();
  return {data, engine, state, put, view, ...moving, change, redraw, settle, moved_scenario, controls: controls.controls, address, end: () => over.abort()};
};

let PAGE;
begin(given_data(), (...given) => { PAGE = live(...given); return PAGE; });
