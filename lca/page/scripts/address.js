// The address of the page says what is looked at and what is moved, and the page opens as its address says.

const address_of = (state, {controls}, {fault, move}, choose) => {
  const {data, engine, view, put} = state;
  const write = () => {
    const said = new URLSearchParams();
    if (view.unit) said.set("unit", data.functional_units[view.unit].key);
    if (view.variant) said.set("variant", data.variants[view.variant].key ?? "");
    if (view.criterion) said.set("criterion", data.criteria[view.criterion].key);
    for (const [place, value] of put) said.append("put", `${data.inputs[place].path}=${value}`);
    try { history.replaceState(null, "", said.size ? `#${said}` : location.pathname + location.search); } catch { /* the address stays as it was */ }
  };
  const read = () => { // whether it says anything
    const text = location.hash.slice(1);
    if (!text.includes("=")) return false;
    const said = new URLSearchParams(text);
    const place = (list, name) => said.has(name) ? Math.max(0, list.findIndex(each => (each.key ?? "") === said.get(name))) : 0;
    choose({unit: place(data.functional_units, "unit"), variant: place(data.variants, "variant"), criterion: place(data.criteria, "criterion")});
    put.clear();
    engine.settle(new Map());
    for (const each of said.getAll("put")) {
      const at = each.lastIndexOf("="), value = Number(each.slice(at + 1)), path = each.slice(0, at);
      const input = controls.map(control => control.input).find(place => data.inputs[place].path === path);
      if (input !== undefined && each.slice(at + 1).trim() !== "" && !fault(input, value)) move(input, value);
    }
    return true;
  };
  return {write, read};
};
