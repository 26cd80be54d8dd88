// A figure that is asked for explains itself in a dialog: a tree whose branches are made when they are opened.

const explaining = state => {
  const {data, engine, language, say, signal, view} = state, tell = teller(data, engine, language);
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "explained");
  dialog.innerHTML = `<header><h2 id="explained"></h2><button type="button">${escape(say("Close"))}</button></header><ul class="tree"></ul>`;
  document.querySelector("footer").after(dialog);
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
    document.getElementById("explained").textContent = step.amount ? `${step.name} = ${step.amount}` : step.name;
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
  document.addEventListener("click", event => asked(event.target), {signal});
  document.addEventListener("keydown", event => {
    if ((event.key === "Enter" || event.key === " ") && event.target.classList?.contains("figure")) { event.preventDefault(); asked(event.target); }
  }, {signal});
};
