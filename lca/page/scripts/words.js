// The strings of the page in its language: whole sentences with named places, from the catalogue that is in its data.

const CATALOGUES = new Map();
const _ = (text, language, places = {}) => {
  const said = CATALOGUES.get(language)?.get(text) ?? text;
  return said.replace(/\{(\w+)\}/g, (place, name) => Object.hasOwn(places, name) ? places[name] : place);
};
