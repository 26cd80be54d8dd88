// The tables of totals: what stands, and beside it what the study says where that is another.

const totals_of = state => {
  const {data, engine, language, say, view, put} = state;
  const columns = [...document.querySelectorAll("table.totals")].flatMap((table, unit) => {
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

  return () => {
    for (const column of columns) {
      const is_moved = put.size && column.some(({node}) => engine.values[node] !== engine.stated[node]);
      const texts = is_moved ? numbers(column.map(({node}) => engine.values[node]), DIGITS, language) : column.map(({text}) => text);
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
};
