// A figure as a tree, from the tape: what it is made of in words and in numbers, down to sources and lines of files. As
// lca/questions/explain has it: a step is a quantity with a name, or a part of a long formula.

const WIDEST = 12; // quantities in one formula, before a part of it becomes a step of its own
const LISTED = 4; // terms of a sum that are written out
const KEPT = 0.98; // of a sum: what is told of it at once, the largest first

const teller = (data, engine, language) => {
  const {op, args, info} = data.tape, {names, name, units, unit, texts, leaves, sources, operations, atom} = data.told;
  const SHARE = operations.findIndex(form => form && form[0] === "{0}"), CONST = 1;
  const SCALE = operations.findIndex(form => form && form[0].includes("[×")), SUM = operations.findIndex(form => form && form[4] === " + ");
  const made_of = i => op[i] === SHARE ? args[i].slice(0, 1) : args[i];
  const is_leaf = i => String(i) in leaves;
  const alone = i => is_leaf(i) || name[i] >= 0;
  const widths = new Int32Array(op.length);
  const width = i => widths[i] > WIDEST ? 1 : widths[i];
  for (let i = 0; i < op.length; i++) widths[i] = alone(i) ? 1 : Math.max(1, made_of(i).reduce((sum, arg) => sum + width(arg), 0));
  const is_step = i => alone(i) || widths[i] > WIDEST;
  const core_of = i => { while ((op[i] === SCALE || op[i] === SHARE) && !alone(i)) i = args[i][0]; return i; };
  const amount = i => with_unit(stated(engine.values[i], language), units[unit[i]], language);

  // A node inside a formula, and the steps that it refers to.
  const part = (i, steps, as_step) => {
    if (op[i] === SHARE) return part(args[i][0], steps, as_step);
    if (op[i] !== CONST && (i === as_step || is_step(i))) { steps.add(i); return {ref: i}; }
    return {i, parts: args[i].map(arg => part(arg, steps, as_step))};
  };
  const formula = (i, steps) => op[i] === SHARE ? part(i, steps) : {i, parts: args[i].map(arg => part(arg, steps, op[i] === SUM ? core_of(arg) : -1))};
  const text = (term, is_in_numbers) => {
    if ("ref" in term) return [is_in_numbers ? amount(term.ref) : name_of(term.ref), atom];
    const {i, parts} = term;
    if (!parts.length) return [amount(i), atom];
    const made = parts.map(each => text(each, is_in_numbers));
    if (op[i] === SCALE && !is_in_numbers) return made[0];
    const [shape, binds, first, rest, between] = operations[op[i]];
    const held = made.map(([words, tight], k) => tight >= (k ? rest : first) ? words : `(${words})`);
    const target = units[unit[i]], factor = op[i] === SCALE ? `${stated(info[i], language)}${target ? ` → ${unit_words(target, language)}` : ""}` : String(info[i]);
    const filled = shape.replace(/\{(\w+)\}/g, (_all, key) => key === "all" ? held.join(between) : key === "info" ? factor : held[key]);
    return [filled, binds];
  };
  const name_of = i => {
    if (name[i] >= 0) return names[name[i]];
    const words = text(formula(i, new Set()), false)[0];
    return words.length > 60 ? `${words.slice(0, 59).trimEnd()}…` : words;
  };

  // A step for the page: {name, amount, lines, children}, where children are made when they are asked for.
  const step = (i, share = null) => {
    const steps = new Set(), lines = [], says = (words, places = {}) => lines.push(_(words, language, places));
    const own = {name: name_of(i), amount: amount(i), share, lines, children: () => []};
    if (is_leaf(i)) {
      const [basis, source, at, via, file] = leaves[i].slice(0, 5).map(place => texts[place]), place = `${file}:${leaves[i][5]}`;
      const cited = [source, at, via && _("via {source}", language, {source: via})].filter(Boolean).join(", ");
      lines.push([cited ? _("{what}: {reason}", language, {what: _(basis, language), reason: cited}) : _(basis, language), place].join(" · "));
      if (sources[source]) lines.push(sources[source]);
      if (!Object.is(engine.values[i], engine.stated[i])) says("Moved; {value} in the study.", {value: with_unit(stated(engine.stated[i], language), units[unit[i]], language)});
      return own;
    }
    if (!args[i].length) {
      says("A number in this page: what it is made of may not be passed on.");
      return own;
    }
    const term = formula(i, steps);
    if (op[i] === SUM) return sum(i, own, says);
    lines.push(`= ${text(term, false)[0]}`, `= ${text(term, true)[0]}`);
    own.children = () => [...steps].map(each => step(each));
    return own;
  };
  const sum = (i, own, says) => {
    const terms = [...args[i]].sort((a, b) => Math.abs(engine.values[b]) - Math.abs(engine.values[a]));
    const whole = terms.reduce((total, term) => total + Math.abs(engine.values[term]), 0);
    if (terms.length > LISTED) says("The sum of {count} parts.", {count: String(terms.length)});
    else own.lines.push(`= ${terms.map(term => name_of(core_of(term))).join(" + ")}`, `= ${terms.map(term => amount(term)).join(" + ")}`);
    own.children = () => {
      const shown = [], rest = [];
      let so_far = 0;
      for (const term of terms) {
        (so_far <= whole * KEPT ? shown : rest).push(term);
        so_far += Math.abs(engine.values[term]);
      }
      const made = shown.map(term => step(core_of(term), whole ? engine.values[term] / whole : 0));
      if (rest.length) made.push({name: _("{count} more", language, {count: String(rest.length)}), amount: "", share: null, lines: [], children: () => rest.map(term => step(core_of(term), whole ? engine.values[term] / whole : 0))});
      return made;
    };
    return own;
  };
  return {step, of_parts: (title, places) => {
    const whole = places.reduce((total, place) => total + Math.abs(engine.values[place]), 0);
    return {name: title, amount: "", share: null, lines: [], children: () => places.map(place => step(place, whole ? engine.values[place] / whole : 0))};
  }};
};
