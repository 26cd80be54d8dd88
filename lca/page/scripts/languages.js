// A page that speaks several languages: it opens in that of its reader, and goes from one to the other.

const DRAWN_HERE = ".drawing, #strip"; // lca/page/languages.py leaves it out as well

const table_rows = ({keys, rows}) => rows.map(row => Object.fromEntries(keys.map((key, k) => [key, row[k]])));

const given_data = () => {
  const data = JSON.parse(document.getElementById("data").textContent);
  return {...data, inputs: table_rows(data.inputs)};
};

// What stands in the texts and attributes of some elements, put in the place of what differs.
const translate = (elements, {at, to, texts}) => {
  let place = 0, k = 0, next = at[0];
  const put = (node, name) => {
    if (place++ !== next) return;
    const own = node[name], text = texts[to[k]];
    node[name] = typeof text === "string" ? text : own.slice(0, text[0]) + text[2] + own.slice(own.length - text[1]);
    next += at[++k];
  };
  const walk = node => {
    if (node.nodeType === Node.TEXT_NODE) { put(node, "data"); return; }
    for (const attribute of node.attributes) put(attribute, "value");
    if (!node.matches(DRAWN_HERE)) node.childNodes.forEach(walk);
  };
  elements.forEach(walk);
};

const changed = (values, [key, ...rest], value) => {
  const made = Array.isArray(values) ? [...values] : {...values};
  made[key] = rest.length ? changed(values[key], rest, value) : value;
  return made;
};

// A page is begun by `start`, with an address to begin with and the language that its reader chose, if any; and, where it
// was in another language, with the input that its curve goes over.
const begin = (data, start) => {
  if (!data.others) { start(data, location.hash.slice(1), ""); return; }
  const own = () => [...document.body.children].filter(each => each.localName !== "script");
  const known = [data.language, ...Object.keys(data.others)], whole = own().map(each => each.cloneNode(true));
  const known_or_none = languages => languages.find(each => known.includes(each)) ?? "";
  const asked = () => known_or_none([new URLSearchParams(location.hash.slice(1)).get("lang")]);
  let page = null;

  const in_language = language => { // the elements of the page, as it opens
    const told = data.others[language]?.page;
    if (told?.html) return [...new DOMParser().parseFromString(told.html, "text/html").body.children];
    const made = whole.map(each => each.cloneNode(true));
    if (told) translate(made, told);
    return made;
  };
  const speak = (language, address, chosen) => {
    const folds = [...document.querySelectorAll("main details")].map(fold => fold.open), top = scrollY;
    page?.end();
    if (document.documentElement.lang !== language) {
      const old = own();
      old[0].before(...in_language(language));
      for (const each of old) each.remove();
      document.documentElement.lang = language;
    }
    const texts = (data.others[language]?.data ?? []).reduce((made, [path, value]) => changed(made, path, value), data);
    document.title = texts.title;
    const before = page;
    page = start(texts, address, chosen, before?.state.curve);
    document.querySelector(".languages span").hidden = true;
    for (const button of document.querySelectorAll(".languages button")) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(button.lang === language));
      button.addEventListener("click", () => choose(button.lang));
    }
    if (!before) return;
    document.querySelectorAll("main details").forEach((fold, k) => { fold.open = folds[k]; });
    scrollTo(0, top);
  };
  const choose = language => {
    if (language === document.documentElement.lang) return;
    speak(language, page.address.text(), language);
    page.address.write();
    document.querySelector(`.languages button[lang="${language}"]`).focus({preventScroll: true});
  };
  addEventListener("hashchange", () => { if (asked() && asked() !== document.documentElement.lang) speak(asked(), location.hash.slice(1), asked()); });
  const readers = known_or_none((navigator.languages ?? []).map(each => each.split("-")[0]));
  speak(asked() || readers || data.language, location.hash.slice(1), asked());
};
