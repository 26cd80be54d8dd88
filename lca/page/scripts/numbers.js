// Numbers as the page writes them, by language: lca/spoken/numbers.py in JavaScript, function by function.

const POINT = {en: ".", fr: ","};
const THIN = "\u202f", BLANK = "\u00a0";
const MINUS = "−", NONE = "–";
const LEAST = -2, MOST = 7, DIGITS = 3, STATED = 4;

const shifted = (text, signs) => text.replace(/[-\d]/g, sign => signs["-0123456789".indexOf(sign)]);

const rounded = (size, digits) => {
  const [mantissa, power] = size.toExponential(digits - 1).split("e");
  return [mantissa.replace(".", ""), Number(power)];
};

const plain = (figures, power, language) => {
  const padded = power >= 0 ? figures.padEnd(power + 1, "0") : "0".repeat(-power) + figures;
  const whole = Math.max(power, 0) + 1, places = padded.slice(whole);
  return grouped(padded.slice(0, whole)) + (places ? POINT[language] + places : "");
};

const grouped = whole => whole.replace(/(?<=\d)(?=(\d{3})+$)/g, THIN);

const raised = power => "10" + shifted(String(power), "⁻⁰¹²³⁴⁵⁶⁷⁸⁹");

const between = power => LEAST <= power && power < MOST;

const is_plain = (value, digits = DIGITS) => !value || !Number.isFinite(value) || between(rounded(Math.abs(value), digits)[1]);

const number = (value, digits, language, as_plain = null) => {
  if (value !== value) return NONE;
  const sign = value < 0 ? MINUS : "", size = Math.abs(value);
  if (!size || size === Infinity) return sign + (size ? "∞" : "0");
  const [figures, power] = rounded(size, digits);
  if (!power || (as_plain === null ? between(power) : as_plain)) return sign + plain(figures, power, language);
  return `${sign}${plain(figures, 0, language)}${THIN}×${THIN}${raised(power)}`;
};

const is_one = (value, language) => language === "fr" && Math.abs(value) < 2;

const numbers = (values, digits, language) => {
  const as_plain = values.every(value => is_plain(value, digits));
  return values.map(value => number(value, digits, language, as_plain));
};

const stated = (value, language) => {
  if (!value || !Number.isFinite(value)) return number(value, 1, language);
  let [figures, power] = rounded(Math.abs(value), STATED);
  figures = figures.replace(/0+$/, "");
  const sign = value < 0 ? MINUS : "";
  if (LEAST - 2 <= power && power < MOST + 2) return sign + plain(figures, power, language);
  return `${sign}${plain(figures, 0, language)}${THIN}×${THIN}${raised(power)}`;
};

const READ = {en: /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i, fr: /^[-+]?(\d+[.,]?\d*|[.,]\d+)(e[-+]?\d+)?$/i};

// What a reader typed, NaN where it is no number: in French the point may be a comma; in English it would be a guess.
const read_number = (text, language) => {
  const signs = text.replace(/\s/g, "").replace(MINUS, "-");
  return READ[language].test(signs) ? Number(signs.replace(",", ".")) : NaN;
};

const typed_number = (value, digits, language) => String(Number(value.toPrecision(digits))).replace(".", POINT[language]);

const percent = (share, language) => {
  const size = Math.abs(share) * 100;
  if (0 < size && size < 0.1) return (share > 0 ? "<" : `>${MINUS}`) + plain("1", -1, language) + `${THIN}%`;
  return `${number(share < 0 ? -size : size, digits_of_whole(size), language)}${THIN}%`;
};

const change = (relative, language) => {
  const size = Math.abs(relative) * 100, sign = relative > 0 ? "+" : "";
  const digits = size >= 10 ? digits_of_whole(size) : size >= 1 ? 2 : 1;
  return `${sign}${number(relative * 100, digits, language)}${THIN}%`;
};

const digits_of_whole = size => {
  if (size < 0.95 || !Number.isFinite(size)) return 1;
  const power = rounded(size, 17)[1];
  return power < MOST ? Math.max(1, power + 1) : DIGITS;
};

const SEVERAL = 2;
const FRENCH = {
  year: "an", month: "mois", week: "semaine", day: "jour", hour: "heure", minute: "minute", visit: "visite", session: "session",
  user: "utilisateur", subscriber: "abonné", person: "personne", query: "interrogation", request: "requête", prompt: "prompt",
  message: "message", page: "page", task: "tâche", image: "image", video: "vidéo", token: "token", parameter: "paramètre",
  device: "appareil", server: "serveur", card: "carte",
};

const unit_words = (unit, language, several = false) => {
  let words = language === "fr"
    ? unit.replace(/^([kMmµ]?g|t|mol)([A-Z][A-Za-z0-9+]*?)eq/, "$1 éq. $2")
    : unit.replace(/^([kMmµ]?g|t)CO2eq/, "$1 CO2 eq");
  if (language === "fr") words = words.replace(/^(\S+) (.+) eq$/, "$1 éq. $2").replace(/(?<!\w)[A-Za-z]+(?!\w)/g, (word, at) => french(word, several && !at));
  words = words.replace(/CO2|CH4|N2O|SO2|PO4/g, found => shifted(found, " ₀₁₂₃₄₅₆₇₈₉"));
  return words.replaceAll("^2", "²").replaceAll("^3", "³").replaceAll("*", "·");
};

const french = (word, several) => {
  if (!Object.hasOwn(FRENCH, word)) return word.replace(/^([kMGTPEZ]i?)?B$/, "$1o");
  return several && !FRENCH[word].endsWith("s") ? `${FRENCH[word]}s` : FRENCH[word];
};

const with_unit = (text, unit, language, several = false) =>
  unit ? `${text}${unit === "%" ? THIN : BLANK}${unit_words(unit, language, several)}` : text;

const quantity = (value, unit, language) => with_unit(number(value, DIGITS, language), unit, language, Math.abs(value) >= SEVERAL);

const input_quantity = (value, unit, language) => with_unit(stated(value, language), unit, language, Math.abs(value) >= SEVERAL);

const ticks = (low, high, most, language) => {
  const [times, step] = step_of((high - low) / most);
  const unit = Number(`1e${step}`);
  const first = Math.ceil(low / unit / times - 1e-9), last = Math.floor(high / unit / times + 1e-9);
  const whole = Array.from({length: last - first + 1}, (_, k) => (first + k) * times);
  const sizes = whole.filter(k => k).map(k => String(Math.abs(k)).length - 1 + step);
  const top = sizes.length ? Math.max(...sizes) : 0;
  const power = between(top) ? 0 : top;
  if (whole.length < 2 && Number.isFinite(high - low)) return ticks(low, high, most + 1, language);
  return {at: whole.map(k => k * unit), labels: whole.map(k => label_of(k, step - power, language)), power};
};

const axis_unit = (unit, power, language) =>
  power ? with_unit(`×${THIN}${raised(power)}`, unit, language) : unit_words(unit, language);

const step_of = least => {
  if (!(least > 0 && least < Infinity)) return [1, 0];
  const [figures, power] = rounded(least, 2);
  const times = [1, 2, 5].find(times => Number(figures) <= times * 10);
  return times ? [times, power] : [1, power + 1];
};

const label_of = (whole, step, language) => {
  if (!whole) return "0";
  const figures = String(Math.abs(whole));
  return (whole < 0 ? MINUS : "") + plain(figures, figures.length - 1 + step, language);
};
