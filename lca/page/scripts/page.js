// The page as it lives: what is looked at, what is moved, and what is drawn of it.

const RELATIVE = change; // the function of the numbers; here a change is one of the page

const live = () => {
  const $ = id => document.getElementById(id);
  const data = JSON.parse($("data").textContent), language = data.language;
  CATALOGUES.set(language, data.words);
  const say = (text, places = {}) => _(text, language, places);
  const engine = machine(data.tape), tell = teller(data, engine, language);
  const view = {unit: 0, variant: 0, criterion: 0};
  const put = new Map(); // the places of inputs -> what they were put to, in their units, the latest last
  let curve = curve_of(data);

  // --- what stands ---------------------------------------------------------------------------------------------------

  const moves = () => {
    const made = new Map();
    for (const [place, value] of put) data.inputs[place].nodes.forEach((node, k) => made.set(node, value * data.inputs[place].scales[k]));
    return made;
  };
  const scene = () => scene_of(data, engine, {...view}, moves(), curve, language);
  const total_node = () => data.totals[view.unit][view.variant][view.criterion];

  const mixes_of = data.inputs.map(({nodes}) => data.tape.mixes.filter(({of}) => nodes.some(node => of.includes(node))));
  const input_of = new Map(data.inputs.flatMap(({nodes}, place) => nodes.map(node => [node, place])));
  const mates = place => new Set(mixes_of[place].flatMap(({of}) => of.map(node => input_of.get(node))).filter(other => other !== undefined && other !== place));

  let needed = null; // what the total in view is made of
  const node_in_view = place => data.inputs[place].nodes.find(node => needed[node]) ?? data.inputs[place].nodes[0];
  const is_still = place => !data.inputs[place].nodes.some(node => needed[node]);
  const scale_of = (place, node) => data.inputs[place].scales[data.inputs[place].nodes.indexOf(node)];
  const stated_of = place => { const node = node_in_view(place); return engine.stated[node] / scale_of(place, node); };
  const value_of = place => {
    if (put.has(place)) return put.get(place);
    const node = node_in_view(place);
    return (mixes_of[place].length ? share_now(node) : engine.values[node]) / scale_of(place, node);
  };
  const share_now = node => { // a share that nobody moved takes what is left
    const {of, scales, whole} = data.tape.mixes.find(mix => mix.of.includes(node));
    let total = 0;
    of.forEach((leaf, k) => { total += engine.values[leaf] * scales[k]; });
    return total ? engine.values[node] / total * whole : 0;
  };

  // What an input may be: its bounds, and of a share what those that were put elsewhere leave.
  const room = place => {
    const {least, most, nodes, scales} = data.inputs[place];
    let high = most === null ? Infinity : most;
    for (const {of, scales: factors, whole} of mixes_of[place]) {
      const own = of.findIndex(leaf => nodes.includes(leaf));
      let left = whole;
      for (const [k, leaf] of of.entries()) {
        const other = input_of.get(leaf);
        if (other !== place && put.has(other) && !gives_way(place).has(other)) left -= put.get(other) * data.inputs[other].scales[data.inputs[other].nodes.indexOf(leaf)] * factors[k];
      }
      high = Math.min(high, left / factors[own] / scales[nodes.indexOf(of[own])]);
    }
    return [least === null ? -Infinity : least, high];
  };
  // The shares that are put elsewhere and have to give way, since nothing is left that could: the first that was put.
  const gives_way = place => {
    const out = new Set();
    for (const {of} of mixes_of[place]) {
      const others = of.filter(leaf => input_of.get(leaf) !== place);
      const free = others.filter(leaf => !put.has(input_of.get(leaf)) && engine.stated[leaf] > 0);
      const held = [...put.keys()].filter(other => others.some(leaf => input_of.get(leaf) === other));
      if (!free.length && held.length) out.add(held[0]);
    }
    return out;
  };
  // Whether mixes that have a share in common ask for two weights of it: where a variant states some shares of a mix
  // itself, and several are put elsewhere.
  const is_torn = place => {
    const now = moves(), ratios = new Map();
    for (const {of, scales, whole} of mixes_of[place]) {
      let before = whole, left = whole;
      of.forEach((leaf, k) => { if (now.has(leaf)) { before -= engine.stated[leaf] * scales[k]; left -= now.get(leaf) * scales[k]; } });
      for (const leaf of of) if (now.has(leaf)) ratios.set(leaf, [...(ratios.get(leaf) ?? []), divided(before, left)]);
    }
    return [...ratios.values()].some(([first, ...others]) => others.some(other => Math.abs(other - first) > 1e-9 * Math.abs(first)));
  };
  const fault = (place, value) => {
    const [low, high] = room(place), {unit, may_be_least, least} = data.inputs[place];
    const words = bound => input_quantity(bound, unit, language);
    if (!Number.isFinite(value)) return say("It has to be a number.");
    if (value > high * (1 + 1e-12)) return [...mates(place)].some(other => put.has(other)) ? say("The others leave {most} at most.", {most: words(high)}) : say("It has to be at most {most}.", {most: words(high)});
    if (value < low) return say("It has to be at least {least}.", {least: words(low)});
    return value === least && !may_be_least ? say("It has to be more than {least}.", {least: words(low)}) : "";
  };
  const move = (place, value) => {
    const away = gives_way(place);
    for (const other of away) put.delete(other);
    put.delete(place);
    put.set(place, value);
    if (is_torn(place)) for (const other of mates(place)) if (put.delete(other)) away.add(other);
    put.delete(place);
    const is_alone = ![...mates(place)].some(other => put.has(other));
    if (!(is_alone && data.inputs[place].nodes.every((node, k) => engine.stated[node] === value * data.inputs[place].scales[k]))) put.set(place, value);
    return away;
  };

  // --- controls ------------------------------------------------------------------------------------------------------

  const STEPS = Number(document.querySelector(".control input[type=range]")?.max);
  const controls = data.controls.map(({input, track: [start, end, by_powers]}) => {
    const box = document.querySelector(`.control[data-input="${input}"]`);
    const slider = $(`slide-${input}`), field = $(`number-${input}`), remark = box.querySelector(".remark"), mark = box.querySelector(".marks .stated");
    const part = value => by_powers ? (value > 0 ? Math.log(value / start) / Math.log(end / start) : 0) : (value - start) / (end - start);
    const place_of = value => Math.round(Math.min(1, Math.max(0, part(value))) * STEPS);
    const value_at = position => {
      const [low, high] = range_in_view(scene(), data.inputs[input]);
      for (const known of [stated_of(input), low, high]) if (known !== null && part(known) >= 0 && part(known) <= 1 && place_of(known) === position) return known;
      if (by_powers) return Number((start * (end / start) ** (position / STEPS)).toPrecision(3));
      const value = start + (end - start) * position / STEPS;
      return Number(value.toFixed(Math.min(20, Math.max(0, Math.ceil(-Math.log10((end - start) / STEPS))))));
    };
    return {input, box, slider, field, remark, mark, part, place_of, value_at, said: ""};
  });
  const reflect = control => { // what a control shows
    const {input, box, slider, field, remark, mark, part, place_of} = control;
    const value = value_of(input), {unit} = data.inputs[input], at = `${(Math.min(1, Math.max(0, part(stated_of(input)))) * 100).toFixed(2)}%`;
    box.classList.toggle("moved", put.has(input));
    box.classList.toggle("still", is_still(input));
    if (document.activeElement !== slider || place_of(value) !== Number(slider.value)) slider.value = place_of(value);
    slider.setAttribute("aria-valuetext", input_quantity(value, unit, language));
    if (document.activeElement !== field) { field.value = String(Number(value.toPrecision(put.has(input) ? 15 : 6))); field.removeAttribute("aria-invalid"); }
    mark.setAttribute("x1", at);
    mark.setAttribute("x2", at);
    const words = control.said || (is_still(input) ? say("Moves nothing in this view.") : "");
    if (remark.textContent !== words) remark.textContent = words;
  };
  const moved_by = (control, value, typed) => {
    const wrong = typed ? fault(control.input, value) : "";
    control.field.toggleAttribute("aria-invalid", Boolean(wrong));
    if (wrong) { control.field.setAttribute("aria-invalid", "true"); control.said = wrong; reflect(control); return; }
    const [low, high] = room(control.input);
    const away = move(control.input, Math.min(high, Math.max(low, value)));
    for (const each of controls) each.said = "";
    if (away.size) control.said = say("{input} takes the rest.", {input: [...away].map(other => input_name({language}, data.inputs[other])).join(", ")});
    if (data.inputs[control.input].low !== null) curve = control.input;
    change();
  };
  for (const control of controls) {
    control.slider.addEventListener("input", () => moved_by(control, control.value_at(Number(control.slider.value)), false));
    control.slider.addEventListener("change", release);
    control.field.addEventListener("input", () => { if (control.field.value !== "") moved_by(control, control.field.valueAsNumber, true); });
    control.field.addEventListener("change", () => { control.said = ""; release(); });
    control.field.addEventListener("blur", () => { control.said = ""; reflect(control); });
  }

  // --- drawing -------------------------------------------------------------------------------------------------------

  const charts = Object.keys(data.tables).map(name => {
    const box = $(`chart-${name}`);
    return {name, box, says: box.querySelector(".says"), drawing: box.querySelector(".drawing"), table: box.querySelector(".scroll"), details: box.querySelector("details"), seen: true, width: 0, of_draws: name === "dots" || name === "variants"};
  });
  const cells = [...document.querySelectorAll("table.totals")].flatMap((table, unit) => {
    const rows = [...table.tBodies[0].rows];
    return data.criteria.map((_criterion, criterion) => rows.map((row, variant) => {
      const cell = row.cells[criterion + 1], figure = cell.querySelector(".figure");
      if (!figure) return null;
      const study = document.createElement("small");
      study.className = "was study";
      study.hidden = true;
      study.textContent = say("{figure} in the study", {figure: figure.textContent});
      figure.after(study);
      return {cell, figure, study, text: figure.textContent, node: Number(figure.dataset.node), unit, variant, criterion};
    }).filter(Boolean));
  });

  const number_cells = () => {
    for (const column of cells) {
      const moved = put.size && column.some(({node}) => engine.values[node] !== engine.stated[node]);
      const texts = moved ? numbers(column.map(({node}) => engine.values[node]), DIGITS, language) : column.map(({text}) => text);
      column.forEach(({cell, figure, study, node, unit, variant, criterion}, k) => {
        const differs = engine.values[node] !== engine.stated[node];
        if (figure.textContent !== texts[k]) figure.textContent = texts[k];
        cell.classList.toggle("moved", differs);
        for (const each of cell.querySelectorAll(".was:not(.study)")) each.hidden = differs;
        study.hidden = !differs;
        cell.classList.toggle("seen", unit === view.unit && variant === view.variant && criterion === view.criterion);
      });
    }
    document.querySelector(".when-moved").hidden = !put.size;
  };
  const change_words = () => {
    const node = total_node();
    if (node === null) return say("not assessed");
    const now = engine.values[node], study = engine.stated[node];
    return now === study ? say("as in the study") : say("{change} from the study", {change: study ? RELATIVE((now - study) / Math.abs(study), language) : NONE});
  };
  const answer = now => {
    const node = total_node(), unit = data.criteria[view.criterion].unit, total = $("total"), words = $("change");
    total.textContent = node === null ? NONE : quantity(engine.values[node], unit, language);
    total.dataset.node = node;
    const differs = node !== null && engine.values[node] !== engine.stated[node];
    total.classList.toggle("moved", differs);
    words.classList.toggle("moved", differs);
    words.textContent = change_words();
    const rows = CHARTS.strip.rows(now);
    $("strip").innerHTML = CHARTS.strip.draw(rows, now, strip_width);
    $("limits").textContent = limits();
  };
  const is_left = ({node, factor, low, high, above}) => {
    if (Object.is(engine.values[node], engine.stated[node])) return false;
    const value = engine.values[node] * factor, slack = bound => Math.abs(bound) * ROUNDING;
    return value !== value || (low !== null && value < low - slack(low)) || (high !== null && value > high + slack(high)) || (above !== null && !(value > above));
  };
  const limits = () => { // the first bound that is left, one of the view if there is any, and how many others are
    const left = data.limits.filter(is_left), first = left.find(({node}) => needed[node]) ?? left[0];
    if (!first) return "";
    const {node, path, words} = first, value = with_unit(stated(engine.values[node], language), data.told.units[data.told.unit[node]], language);
    const said = say("{path} is {value} now, and has to be {words}: such a study could not be run.", {path, words, value});
    return left.length > 1 ? `${said} ${say("Other bounds that are left: {count}.", {count: String(left.length - 1)})}` : said;
  };
  const draw = (chart, now) => {
    const {rows: rows_of, draw: drawn_as, say: said_as} = CHARTS[chart.name], rows = rows_of(now);
    chart.box.hidden = !rows.length;
    if (!rows.length) return;
    chart.says.textContent = said_as(rows, now);
    chart.drawing.innerHTML = drawn_as(rows, now, chart.width);
    if (chart.details.open) chart.table.innerHTML = table_of(chart.name, rows, now);
    chart.rows = rows;
  };

  // The numbers behind a chart, as lca/page/html.py writes them.
  const table_of = (name, rows, now) => {
    const columns = data.tables[name], right = kind => ["number", "stated", "percent"].includes(kind) ? ' class="right"' : "";
    const [first, step, of, most] = data.shown[name] ?? [0, 1, 1, rows.length];
    const shown = rows.slice(0, most).filter((_row, k) => k % of % step === first);
    const texts = columns.map(([key, , kind]) => {
      const values = shown.map(row => row[key]);
      if (kind === "number") return numbers(values, DIGITS, language);
      return values.map(value => kind === "stated" ? stated(value, language) : kind === "percent" ? (value === null ? NONE : percent(value, language)) : kind === "unit" ? unit_words(value, language) : kind === "say" ? now.say(value) : value);
    });
    const head = columns.map(([, title, kind]) => `<th scope="col"${right(kind)}>${escape(say(title))}</th>`).join("");
    const body = shown.map((_row, k) => `<tr>${columns.map(([, , kind], c) => `<td${right(kind)}>${escape(texts[c][k])}</td>`).join("")}</tr>`).join("");
    return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
  };

  let strip_width = 0, frame = 0, rest = 0, is_first = true;
  const measure = () => {
    strip_width = $("strip").clientWidth;
    for (const chart of charts) { const width = chart.drawing.clientWidth || chart.box.clientWidth - 34; if (width > 0) chart.width = width; }
  };
  const change = () => {
    if (!frame) frame = requestAnimationFrame(redraw);
    clearTimeout(rest);
    rest = setTimeout(settle, 250);
  };
  const redraw = () => {
    frame = 0;
    engine.settle(moves());
    const now = scene();
    answer(now);
    for (const control of controls) reflect(control);
    if (table_seen) number_cells();
    for (const chart of charts) if (chart.seen && !chart.of_draws) draw(chart, now);
  };
  const settle = () => { // all of it, draws and what is out of sight as well, so that print has what is on the screen
    const now = scene();
    number_cells();
    for (const chart of charts) draw(chart, now);
    $("curve").value = curve;
    const words = `${$("total").textContent}, ${$("case").textContent}, ${$("change").textContent}. ${$("limits").textContent}`;
    if (!is_first && $("said").textContent !== words) $("said").textContent = words;
    is_first = false;
  };
  let table_seen = true;
  const observer = new IntersectionObserver(entries => {
    for (const {target, isIntersecting} of entries) {
      if (target.id === "totals") table_seen = isIntersecting;
      else charts.find(({box}) => box === target).seen = isIntersecting;
    }
  }, {rootMargin: "100px"});
  observer.observe($("totals"));
  for (const chart of charts) {
    observer.observe(chart.box);
    chart.details.addEventListener("toggle", () => { if (chart.details.open && chart.rows) chart.table.innerHTML = table_of(chart.name, chart.rows, scene()); });
  }
  new ResizeObserver(() => {
    const before = [strip_width, ...charts.map(({width}) => width)].join();
    measure();
    if ([strip_width, ...charts.map(({width}) => width)].join() !== before) change();
  }).observe(document.body);

  // --- what is looked at ---------------------------------------------------------------------------------------------

  const form = document.querySelector(".choice");
  const look = () => {
    for (const name of ["unit", "variant", "criterion"]) view[name] = Number(form.elements[name].value);
    seen();
    change();
  };
  const seen = () => {
    const node = total_node();
    needed = node === null ? new Uint8Array(data.tape.op.length) : engine.below([node]);
    const unit = data.functional_units[view.unit];
    $("case").textContent = [data.criteria[view.criterion].label, unit.title || unit.key, data.variants[view.variant].title].join(" · ");
  };
  form.addEventListener("change", () => { look(); release(); });
  form.addEventListener("submit", event => event.preventDefault());
  $("curve").addEventListener("change", event => { curve = Number(event.target.value); change(); });

  // --- address, reset, download --------------------------------------------------------------------------------------

  function release() {
    const said = new URLSearchParams();
    if (view.unit) said.set("unit", data.functional_units[view.unit].key);
    if (view.variant) said.set("variant", data.variants[view.variant].key ?? "");
    if (view.criterion) said.set("criterion", data.criteria[view.criterion].key);
    for (const [place, value] of put) said.append("put", `${data.inputs[place].path}=${value}`);
    try { history.replaceState(null, "", said.size ? `#${said}` : location.pathname + location.search); } catch { /* the address stays as it was */ }
  }
  const from_address = () => {
    const text = location.hash.slice(1);
    if (!text.includes("=")) return;
    const said = new URLSearchParams(text);
    const place = (list, key) => Math.max(0, list.findIndex(each => (each.key ?? "") === key));
    form.elements.unit.value = said.has("unit") ? place(data.functional_units, said.get("unit")) : 0;
    form.elements.variant.value = said.has("variant") ? place(data.variants, said.get("variant")) : 0;
    form.elements.criterion.value = said.has("criterion") ? place(data.criteria, said.get("criterion")) : 0;
    look();
    put.clear();
    engine.settle(new Map());
    for (const each of said.getAll("put")) {
      const at = each.lastIndexOf("="), value = Number(each.slice(at + 1)), path = each.slice(0, at);
      const input = data.inputs.findIndex(known => known.path === path);
      if (controls.some(control => control.input === input) && each.slice(at + 1).trim() !== "" && !fault(input, value)) move(input, value);
    }
    change();
  };
  addEventListener("hashchange", from_address);
  $("reset").addEventListener("click", () => { put.clear(); for (const control of controls) control.said = ""; change(); release(); });
  $("download").addEventListener("click", () => {
    engine.settle(moves());
    const address = URL.createObjectURL(new Blob([moved_scenario()], {type: "application/yaml"}));
    const link = document.createElement("a");
    link.href = address;
    link.download = "moved.yaml";
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  });
  const moved_scenario = () => {
    const touched = new Set([...put.keys()].flatMap(place => data.inputs[place].nodes));
    return scenario_of(data, engine, touched, "moved in a report");
  };

  // --- explanations --------------------------------------------------------------------------------------------------

  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "explained");
  dialog.innerHTML = `<header><h2 id="explained"></h2><button type="button">${escape(say("Close"))}</button></header><ul class="tree"></ul>`;
  document.body.append(dialog);
  dialog.querySelector("button").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
  const branch = (step, is_open) => {
    const item = document.createElement("li"), children = step.children();
    const head = `${step.share === null ? "" : `${percent(step.share, language)} `}${step.name}${step.amount ? ` = ${step.amount}` : ""}`;
    const lines = step.lines.map(line => { const small = document.createElement("small"); small.textContent = line; return small; });
    const spread = into => lines.forEach((line, k) => { if (k) into.append(document.createElement("br")); into.append(line); });
    if (!children.length) {
      item.append(head, document.createElement("br"));
      spread(item);
      return item;
    }
    const details = document.createElement("details"), summary = document.createElement("summary");
    summary.textContent = head;
    details.append(summary);
    const grow = () => {
      if (details.childElementCount > 1) return;
      const list = document.createElement("ul"), said = document.createElement("p");
      spread(said);
      list.append(...children.map(child => branch(child, false)));
      details.append(said, list);
    };
    details.addEventListener("toggle", grow);
    if (is_open) { grow(); details.open = true; }
    item.append(details);
    return item;
  };
  const explain = step => {
    $("explained").textContent = step.amount ? `${step.name} = ${step.amount}` : step.name;
    dialog.querySelector(".tree").replaceChildren(branch(step, true));
    dialog.showModal();
  };
  const asked = target => {
    const figure = target.closest?.("[data-node], [data-part]");
    if (!figure || dialog.contains(figure)) return;
    if (figure.dataset.part === undefined) { if (figure.dataset.node !== "null") explain(tell.step(Number(figure.dataset.node))); return; }
    const of = Number(figure.dataset.of), part = shown(data)[figure.dataset.part];
    const own = data.cells.filter(cell => cell[0] === view.unit && cell[1] === view.variant && cell[2] === of && data.names[cell[3]] === part);
    explain(tell.of_parts(say("{part} of {criterion}", {part: say(part), criterion: data.criteria[of].label}), own.map(cell => cell[5])));
  };
  for (const figure of document.querySelectorAll(".figure")) {
    figure.setAttribute("role", "button");
    figure.tabIndex = 0;
    figure.setAttribute("aria-haspopup", "dialog");
    figure.title = say("How it is made");
  }
  document.addEventListener("click", event => asked(event.target));
  document.addEventListener("keydown", event => {
    if ((event.key === "Enter" || event.key === " ") && event.target.classList?.contains("figure")) { event.preventDefault(); asked(event.target); }
  });

  // --- begin ---------------------------------------------------------------------------------------------------------

  document.querySelector(".live").classList.remove("off");
  for (const part of document.querySelectorAll(".choice, #controls, .curves")) part.hidden = false;
  look();
  from_address();
  measure();
  redraw();
  clearTimeout(rest);
  settle();
  return {data, engine, put, view, move, fault, change, redraw, settle, moved_scenario, controls, stated_of, value_of};
};

const PAGE = live();
