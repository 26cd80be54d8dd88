// The line below the answer: the total of the study that this one is compared with; nothing in a page of one study.

const facing_of = ({data, engine, language, say, view}) => {
  const total = document.getElementById("other-total"), words = document.getElementById("other-change");
  const away = (own, other) => {
    if (own === null || other === null) return say("not in both studies");
    const a = engine.values[own], b = engine.values[other];
    if (a === b) return say("the same");
    if (!a) return say("{figure} in this study", {figure: quantity(a, data.criteria[view.criterion].unit, language)});
    return say("{change} from this study", {change: change((b - a) / Math.abs(a), language)});
  };
  return now => {
    if (!data.other) return;
    const other = other_in_view(now);
    total.textContent = other === null ? NONE : quantity(engine.values[other], data.criteria[view.criterion].unit, language);
    total.dataset.node = other;
    total.classList.toggle("moved", other !== null && engine.values[other] !== engine.stated[other]);
    words.textContent = away(total_in_view(now), other);
  };
};
