// The sliders and fields of the inputs that can be moved. `changed` is called after a move, `released` when it is over.

const controls_of = (state, {is_still, stated_of, value_of, room, fault, move}, changed, released) => {
  const {data, language, say, put} = state;
  const STEPS = Number(document.querySelector(".control input[type=range]")?.max);

  const controls = data.controls.map(({input, track: [start, end, by_powers]}) => {
    const box = document.querySelector(`.control[data-input="${input}"]`), by_id = id => document.getElementById(id);
    const slider = by_id(`slide-${input}`), field = by_id(`number-${input}`), remark = box.querySelector(".remark"), mark = box.querySelector(".marks .stated");
    const part = value => by_powers ? (value > 0 ? Math.log(value / start) / Math.log(end / start) : 0) : (value - start) / (end - start);
    const place_of = value => Math.round(Math.min(1, Math.max(0, part(value))) * STEPS);
    const value_at = position => {
      const [low, high] = range_in_view(state.scene(), data.inputs[input]);
      for (const known of [stated_of(input), low, high]) if (known !== null && part(known) >= 0 && part(known) <= 1 && place_of(known) === position) return known;
      if (by_powers) return Number((start * (end / start) ** (position / STEPS)).toPrecision(3));
      const value = start + (end - start) * position / STEPS;
      return Number(value.toFixed(Math.min(20, Math.max(0, Math.ceil(-Math.log10((end - start) / STEPS))))));
    };
    return {input, box, slider, field, remark, mark, part, place_of, value_at, said: "", wrong: ""};
  });

  const reflect = control => { // what a control shows
    const {input, box, slider, field, remark, mark, part, place_of} = control;
    const value = value_of(input), {unit} = data.inputs[input], at = `${(Math.min(1, Math.max(0, part(stated_of(input)))) * 100).toFixed(2)}%`;
    box.classList.toggle("moved", put.has(input));
    box.classList.toggle("still", is_still(input));
    if (document.activeElement !== slider || place_of(value) !== Number(slider.value)) slider.value = place_of(value);
    slider.setAttribute("aria-valuetext", input_quantity(value, unit, language));
    if (document.activeElement !== field) { field.value = typed_number(value, put.has(input) ? 15 : 6, language); field.removeAttribute("aria-invalid"); }
    mark.setAttribute("x1", at);
    mark.setAttribute("x2", at);
    const words = control.said || (is_still(input) ? say("Moves nothing in this view.") : "");
    if (remark.textContent !== words) remark.textContent = words;
  };

  const moved_by = (control, value, typed) => {
    control.wrong = typed ? fault(control.input, value) : "";
    if (control.wrong) { control.field.setAttribute("aria-invalid", "true"); control.said = control.wrong; reflect(control); return; }
    control.field.removeAttribute("aria-invalid");
    const [low, high] = room(control.input);
    const away = move(control.input, Math.min(high, Math.max(low, value)));
    for (const each of controls) each.said = "";
    if (away.size) control.said = say("{input} takes the rest.", {input: [...away].map(other => input_name({language}, data.inputs[other])).join(", ")});
    if (data.inputs[control.input].low !== null) state.curve = control.input;
    changed();
  };
  for (const control of controls) {
    control.slider.addEventListener("input", () => moved_by(control, control.value_at(Number(control.slider.value)), false));
    control.slider.addEventListener("change", released);
    control.field.addEventListener("input", () => { if (control.field.value.trim()) moved_by(control, read_number(control.field.value, language), true); });
    control.field.addEventListener("change", released);
    control.field.addEventListener("blur", () => { // what was not taken is said until something is
      control.said = control.wrong && `${control.wrong} ${say("It stays {value}.", {value: input_quantity(value_of(control.input), data.inputs[control.input].unit, language)})}`;
      control.wrong = "";
      reflect(control);
    });
  }
  return {controls, reflect: () => controls.forEach(reflect)};
};
