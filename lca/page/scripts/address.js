// The address of the page says what is looked at and what is moved, and the page opens as its address says.

const address_of = (state, {controls}, {fault, move}, likes, chosen, choose) => {
  const {data, engine, view, put} = state;
  const text = () => {
    const said = new URLSearchParams();
    if (chosen) said.set("lang", chosen);
    if (view.unit) said.set("unit", data.functional_units[view.unit].key);
    if (view.variant) said.set("variant", data.variants[view.variant].key ?? "");
    if (view.criterion) said.set("criterion", data.criteria[view.criterion].key);
    if (likes.key()) said.set("like", likes.key());
    for (const [place, value] of put) said.append("put", `${data.inputs[place].path}=${value}`);
    return String(said);
  };
  const write = () => {
    try { history.replaceState(null, "", text() ? `#${text()}` : location.pathname + location.search); } catch { /* the address stays as it was */ }
  };
  const read = text => { // whether it says anything
    if (!text.includes("=")) return false;
    const said = new URLSearchParams(text);
    const place = (list, name) => said.has(name) ? Math.max(0, list.findIndex(each => (each.key ?? "") === said.get(name))) : 0;
    choose({unit: place(data.functional_units, "unit"), variant: place(data.variants, "variant"), criterion: place(data.criteria, "criterion")});
    likes.choose(said.get("like") ?? "");
    put.clear();
    engine.settle(new Map());
    for (const each of said.getAll("put")) {
      const at = each.lastIndexOf("="), value = Number(each.slice(at + 1)), path = each.slice(0, at);
      const input = controls.map(control => control.input).find(place => data.inputs[place].path === path);
      if (input !== undefined && each.slice(at + 1).trim() !== "" && !fault(input, value)) move(input, value);
    }
    return true;
  };
  return {text, write, read};
};
