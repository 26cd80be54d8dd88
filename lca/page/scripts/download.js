// What was moved, as a scenario that extends the study: nested keys, every share of a mix that was moved, and each
// variant that states an input itself.

const SAFE_KEY = /^[A-Za-z][A-Za-z0-9_-]*$/;

const scenario_of = (data, engine, places, remark) => {
  const tree = {};
  for (const place of places) {
    const {keys, unit, low, high, kept} = data.written[place];
    const value = stated_now(data, engine, place), text = `${value}${unit ? ` ${unit}` : ""}`;
    const made = {value: text, ...kept, basis: "assumed", note: remark};
    if ("low" in kept && value < low) made.low = text;
    if ("high" in kept && value > high) made.high = text;
    let branch = tree;
    for (const key of keys.slice(0, -1)) branch = branch[key] ??= {};
    branch[keys.at(-1)] = made;
  }
  const lines = [`# ${_("Moved in the report of {title}. Save it beside the scenario that it extends.", data.language, {title: data.title})}`];
  lines.push(`extends: ${JSON.stringify(data.extends)}`, ...block(tree, ""));
  return `${lines.join("\n")}\n`;
};

const block = (tree, indent) => Object.entries(tree).flatMap(([key, value]) => {
  const head = `${indent}${SAFE_KEY.test(key) ? key : JSON.stringify(key)}:`;
  if (typeof value === "string") return [`${head} ${JSON.stringify(value)}`];
  return "value" in value ? [`${head} ${flow(value)}`] : [head, ...block(value, `${indent}  `)];
});

const flow = value => typeof value === "object" && !Array.isArray(value)
  ? `{${Object.entries(value).map(([key, child]) => `${SAFE_KEY.test(key) ? key : JSON.stringify(key)}: ${flow(child)}`).join(", ")}}`
  : JSON.stringify(value);

// The number of a leaf as a scenario states it: of a share of a mix, the share.
const stated_now = (data, engine, place) => {
  const mix = data.tape.mixes.find(({of}) => of.includes(place));
  if (!mix) return engine.values[place];
  let total = 0;
  mix.of.forEach((leaf, k) => { total += engine.values[leaf] * mix.scales[k]; });
  return engine.values[place] / total * mix.whole;
};
