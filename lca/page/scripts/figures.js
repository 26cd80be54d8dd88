// The charts of the page, each with its sentence and the numbers behind it.

const OF_DRAWS = new Set(["dots", "variants", "against", "apart"]); // drawn when a move is over

const figures_of = state => {
  const {data} = state;
  const charts = Object.keys(data.tables).map(name => {
    const box = document.getElementById(`chart-${name}`);
    return {name, box, says: box.querySelector(".says"), drawing: box.querySelector(".drawing"), table: box.querySelector(".scroll"), details: box.querySelector("details"), seen: true, width: 0, rows: null};
  });

  const draw = (chart, now) => {
    const {rows: rows_of, draw: drawn_as, say: said_as} = CHARTS[chart.name], rows = rows_of(now);
    chart.box.hidden = !rows.length;
    if (!rows.length) return;
    chart.says.textContent = said_as(rows, now);
    chart.drawing.innerHTML = drawn_as(rows, now, chart.width);
    if (chart.details.open) chart.table.innerHTML = table_of(data, chart.name, rows, now);
    chart.rows = rows;
  };
  const measure = () => { // whether each is as wide as it was
    let is_same = true;
    for (const chart of charts) {
      const width = chart.drawing.clientWidth || chart.box.clientWidth - 34;
      if (width <= 0) continue;
      is_same &&= width === chart.width;
      chart.width = width;
    }
    return is_same;
  };
  const observer = new IntersectionObserver(entries => {
    for (const {target, isIntersecting} of entries) charts.find(({box}) => box === target).seen = isIntersecting;
  }, {rootMargin: "100px"});
  state.signal.addEventListener("abort", () => observer.disconnect());
  for (const chart of charts) {
    observer.observe(chart.box);
    chart.details.addEventListener("toggle", () => { if (chart.details.open && chart.rows) chart.table.innerHTML = table_of(data, chart.name, chart.rows, state.scene()); });
  }
  return {
    draw_seen: now => { for (const chart of charts) if (chart.seen && !OF_DRAWS.has(chart.name)) draw(chart, now); },
    draw_all: now => { for (const chart of charts) draw(chart, now); },
    measure,
  };
};

// The numbers behind a chart, as lca/page/figures.py writes them.
const table_of = (data, name, rows, now) => {
  const {language, say} = now;
  const columns = data.tables[name], right = kind => ["number", "stated", "percent", "change"].includes(kind) ? ' class="right"' : "";
  const [first, step, of, most] = data.shown[name] ?? [0, 1, 1, rows.length];
  const taken = rows.slice(0, most).filter((_row, k) => k % of % step === first);
  const texts = columns.map(([key, , kind]) => {
    const values = taken.map(row => row[key]);
    if (kind === "number") return numbers(values, DIGITS, language);
    return values.map(value => kind === "stated" ? stated(value, language) : kind === "percent" ? (value === null ? NONE : percent(value, language)) : kind === "change" ? (value === null ? NONE : change(value, language)) : kind === "unit" ? unit_words(value, language) : kind === "say" ? say(value) : value);
  });
  const head = columns.map(([, title, kind]) => `<th scope="col"${right(kind)}>${escape(say(title))}</th>`).join("");
  const body = taken.map((_row, k) => `<tr>${columns.map(([, , kind], c) => `<td${right(kind)}>${escape(texts[c][k])}</td>`).join("")}</tr>`).join("");
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
};
