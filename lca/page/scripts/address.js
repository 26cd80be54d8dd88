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
    state.not_taken = [];
    try { history.replaceState(null, "", text() ? `#${text()}` : location.pathname + location.search); } catch { /* the address stays as it was */ }
  };
  const read = text => { // whether it says anything; what it says and cannot be is kept, to be told
    if (text && !text.includes("=")) return false;
    state.not_taken = [];
    const said = new URLSearchParams(text);
    const refuse = (name, value) => { state.not_taken.push(cut(`${name}=${value}`, 400)); return 0; };
    const place = (list, name) => {
      const at = said.has(name) ? list.findIndex(each => (each.key ?? "") === said.get(name)) : 0;
      return at >= 0 ? at : refuse(name, said.get(name));
    };
    choose({unit: place(data.functional_units, "unit"), variant: place(data.variants, "variant"), criterion: place(data.criteria, "criterion")});
    likes.choose(said.get("like") ?? "");
    if (said.get("like") && !likes.key()) refuse("like", said.get("like"));
    put.clear();
    engine.settle(new Map());
    for (const each of said.getAll("put")) {
      const at = each.lastIndexOf("="), value = Number(each.slice(at + 1)), path = each.slice(0, at);
      const input = controls.map(control => control.input).find(place => data.inputs[place].path === path);
      if (input !== undefined && each.slice(at + 1).trim() !== "" && !fault(input, value)) move(input, value);
      else refuse("put", each);
    }
    return true;
  };
  return {text, write, read};
};
