// What was moved, as a scenario that extends the study: nested keys, every share of a mix that was moved, and each
// variant that states an input itself.

const SAFE_KEY = /^[A-Za-z][A-Za-z0-9_-]*$/;

const branches = () => Object.create(null); // a key may be `constructor`

const scenario_of = (data, engine, touched, remark) => {
  const tree = branches(), mixes = data.tape.mixes;
  const state = (place, keys, value) => {
    const {unit, low, high, kept} = data.written[place], text = `${value}${unit ? ` ${unit}` : ""}`;
    const made = {value: text, ...kept, basis: "assumed", note: remark};
    if ("low" in kept && value < low) made.low = text;
    if ("high" in kept && value > high) made.high = text;
    let branch = tree;
    for (const key of keys.slice(0, -1)) branch = branch[key] ??= branches();
    branch[keys.at(-1)] = made;
  };
  for (const place of touched) {
    if (!mixes.some(({of}) => of.includes(place))) state(place, data.written[place].keys, engine.values[place]);
  }
  mixes.forEach((mix, number) => {
    if (!mix.of.some(leaf => touched.has(leaf))) return;
    mix.of.forEach(leaf => {
      const elsewhere = data.homes.find(home => home.mix === number && home.leaf === leaf);
      for (const keys of elsewhere ? elsewhere.keys : [data.written[leaf].keys]) state(leaf, keys, share_in(mix, leaf, engine.values));
    });
  });
  const about = _("Moved in the report of {title}. Save it beside the scenario that it extends.", data.language, {title: data.title});
  return `${[`# ${about}`, `extends: ${JSON.stringify(data.extends)}`, ...block(tree, "")].join("\n")}\n`;
};

const block = (tree, indent) => Object.entries(tree).flatMap(([key, value]) => {
  const head = `${indent}${SAFE_KEY.test(key) ? key : JSON.stringify(key)}:`;
  if (typeof value === "string") return [`${head} ${JSON.stringify(value)}`];
  return "value" in value ? [`${head} ${flow(value)}`] : [head, ...block(value, `${indent}  `)];
});

const flow = value => typeof value === "object" && !Array.isArray(value)
  ? `{${Object.entries(value).map(([key, child]) => `${SAFE_KEY.test(key) ? key : JSON.stringify(key)}: ${flow(child)}`).join(", ")}}`
  : JSON.stringify(value);

const save = (name, text) => { // a file, as a download
  const address = URL.createObjectURL(new Blob([text], {type: "application/yaml"})), link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};
