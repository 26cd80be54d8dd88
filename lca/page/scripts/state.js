// What the page stands at: what is looked at, what is moved, and the figures that follow.

const state_of = (data, signal, curve = curve_of(data)) => {
  const language = data.language, engine = machine(data.tape);
  const say = (text, places = {}) => _(text, language, places);
  const view = {unit: 0, variant: 0, criterion: 0};
  const put = new Map(); // the places of inputs -> what they were put to, in their units, the latest last
  const state = {data, signal, language, engine, say, view, put, curve, needed: null, not_taken: []};

  state.moves = () => { // the places of leaves on the tape -> what they are moved to, in their units
    const made = new Map();
    for (const [place, value] of put) data.inputs[place].nodes.forEach((node, k) => made.set(node, value * data.inputs[place].scales[k]));
    return made;
  };
  state.scene = () => scene_of(data, engine, {...view}, state.moves(), state.curve, language);
  state.total_node = () => data.totals[view.unit][view.variant][view.criterion];
  state.look = looked_at => {
    Object.assign(view, looked_at);
    const node = state.total_node();
    state.needed = node === null ? new Uint8Array(data.tape.op.length) : engine.below([node]); // what the total in view is made of
  };
  state.look(view);
  return state;
};
