// The rule language where a definition is at work outside the server: what the modules that `expr.javascript` writes
// are made of. It answers as the record engine does (expr/record*.py): in Kleene logic, with exact numbers, with spans
// for what is open, and an unknown answer says what it needs. The tables of tests/spec/expr run on both.
//
// A module of rules is built of nodes, functions of a context {session, visit, row}. A node answers true or false, a
// text, a Ratio, a Day, a Moment, a Span of numbers or days, or an Unknown. null: no visit, no row, an open end.

const MOST_STEPS = 100000; // rows, visits and terms that one answer may look at
const REASONS = ["not_done", "not_applicable", "unknown", "refused", "technical_failure", "lost", "not_entered"];
const OPEN = ["not_yet_entered", "open_list"];

// A rule took more steps than it may: an error of the definition, never an answer.
export class RuleBudgetExceeded extends Error {}

export class Unknown {
  constructor(needs) {
    this.needs = needs;
  }
}

class Ratio {
  constructor(above, below) {
    this.above = above;
    this.below = below;
  }

  toJSON() {
    return `${this.above}/${this.below}`;
  }
}

// A day of the calendar, counted from 1970-01-01.
class Day {
  constructor(count) {
    this.count = count;
  }

  toJSON() {
    return new Date(this.count * DAY).toISOString().slice(0, 10);
  }
}

class Moment {
  constructor(time, text) {
    this.time = time;
    this.text = text;
  }
}

// Some number or some day from low to high; `needs` would make it exact.
export class Span {
  constructor(low, high, needs) {
    this.low = low;
    this.high = high;
    this.needs = needs;
  }

  toJSON() {
    return { low: this.low, high: this.high };
  }
}

export const isUnknown = (value) => value instanceof Unknown;
const isSpan = (value) => value instanceof Span;
const isText = (value) => typeof value === "string";
export const own = (object, key) => (Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined);

// ---------------------------------------------------------------- what is lacking

export const need = (form, item, visit, reason, note = "", repeat = 0) => ({ form, item, visit, reason, note, repeat });
export const lacking = (reason, note) => new Unknown([need("", "", "", reason, note)]);
export const needsOf = (value) => (isSpan(value) ? value.needs : []);

function once(needs) {
  return [...new Map(needs.map((one) => [JSON.stringify(Object.values(one)), one])).values()];
}

export const joined = (unknowns) => new Unknown(once(unknowns.flatMap((one) => one.needs)));
const allOf = (unknowns) => (unknowns.length < 2 ? unknowns[0] : joined(unknowns));

// What two values lack together, or undefined where both are known.
export function eitherUnknown(first, second) {
  if (!isUnknown(first)) return isUnknown(second) ? second : undefined;
  return isUnknown(second) ? new Unknown([...first.needs, ...second.needs]) : first;
}

// ---------------------------------------------------------------- exact numbers

export const ZERO = new Ratio(0n, 1n);
export const whole = (count) => new Ratio(BigInt(count), 1n);
const size = (integer) => (integer < 0n ? -integer : integer);

export function ratio(above, below) {
  let [divisor, rest] = [size(above), size(below)];
  while (rest) [divisor, rest] = [rest, divisor % rest];
  if (below < 0n) divisor = -divisor;
  return new Ratio(above / divisor, below / divisor);
}

// The number of plain notation, as the server stores it.
function numberOf(text) {
  if (!/^[+-]?([0-9]{1,20}(\.[0-9]{1,12})?|\.[0-9]{1,12})$/.test(text)) throw new Error(`${text} is no number`);
  const [before, after = ""] = text.split(".");
  return ratio(BigInt(before + after), 10n ** BigInt(after.length));
}

const quotedNumber = (text) => numberOf(text.trim().split(/\s+/)[0]);
const amountOf = (value) => (isText(value) ? quotedNumber(value) : value);

function rounded(number, decimals) {
  if (number === null) return null;
  const scale = 10n ** BigInt(decimals);
  const steps = (2n * size(number.above) * scale + number.below) / (2n * number.below);
  return ratio(number.above < 0n ? -steps : steps, scale);
}

function decimalsOf(number) {
  let [rest, twos, fives] = [number.below, 0, 0];
  for (; rest % 2n === 0n; rest /= 2n) twos += 1;
  for (; rest % 5n === 0n; rest /= 5n) fives += 1;
  return rest === 1n ? Math.max(twos, fives) : null;
}

function numberText(number, decimals) {
  let places = decimals ?? decimalsOf(number);
  if (places === null || decimals !== null) {
    number = rounded(number, places ?? 6);
    places = decimalsOf(number);
  }
  const steps = (size(number.above) * 10n ** BigInt(places)) / number.below;
  const digits = String(steps).padStart(places + 1, "0");
  const before = digits.length - places;
  return (number.above < 0n ? "-" : "") + digits.slice(0, before) + (places ? `.${digits.slice(before)}` : "");
}

// ---------------------------------------------------------------- days and moments

const DAY = 86400000;

function dayOf(text) {
  const day = new Day(Date.parse(`${text}T00:00:00Z`) / DAY);
  if (!Number.isInteger(day.count) || day.toJSON() !== text) throw new Error(`${text} is no date`);
  return day;
}

function lengthOf(year, month) {
  if (month !== 2) return 31 - (((month - 1) % 7) % 2);
  return year % 4 || (year % 100 === 0 && year % 400) ? 28 : 29;
}

// A stored date: one day, or the span of a partial one.
export function daysOf(text, needs = []) {
  if (text.length === 10) return dayOf(text);
  const [first, last] = text.length === 7 ? [text, text] : [`${text}-01`, `${text}-12`];
  const length = lengthOf(Number(last.slice(0, 4)), Number(last.slice(5)));
  return new Span(dayOf(`${first}-01`), dayOf(`${last}-${length}`), needs);
}

export const asDays = (value) => (isText(value) ? daysOf(value) : value);

function momentOf(text) {
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)([+-]\d\d:\d\d)$/.exec(text);
  if (found === null) throw new Error(`${text} is no date with time`);
  const zone = found[3] === "-00:00" ? "+00:00" : found[3];
  const [sign, hours, minutes] = [zone[0] === "-" ? 1 : -1, Number(zone.slice(1, 3)), Number(zone.slice(4))];
  const local = Date.parse(`${found[1]}T${found[2]}:00Z`) / 60000;
  return new Moment(local + sign * (hours * 60 + minutes), `${found[1]}T${found[2]}${zone}`);
}

const COUNTS = {
  days: (first, second) => second.count - first.count,
  months: (first, second) => {
    if (second.count < first.count) return -COUNTS.months(second, first);
    const [from, to] = [first, second].map((day) => day.toJSON().split("-").map(Number));
    return (to[0] - from[0]) * 12 + to[1] - from[1] - (to[2] < from[2] ? 1 : 0);
  },
  years: (first, second) => Math.trunc(COUNTS.months(first, second) / 12),
};

// ---------------------------------------------------------------- comparing

// Below 0, 0 or above 0, as the left value lies before, at or after the right one.
function order(left, right) {
  if (left instanceof Ratio) {
    const difference = left.above * right.below - right.above * left.below;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  if (left instanceof Day) return left.count - right.count;
  if (left instanceof Moment) return left.time - right.time;
  return left < right ? -1 : left > right ? 1 : 0;
}

const SIGNS = {
  "<": (found) => found < 0,
  "<=": (found) => found <= 0,
  "==": (found) => found === 0,
  "!=": (found) => found !== 0,
  ">": (found) => found > 0,
  ">=": (found) => found >= 0,
};
export const endsOf = (value) => (isSpan(value) ? [value.low, value.high] : [value, value]);
const surely = (sign, left, right) => left !== null && right !== null && SIGNS[sign](order(left, right));
const isExact = (low, high) => low !== null && high !== null && order(low, high) === 0;

// true, false, or undefined where the ends of the spans do not tell.
const VERDICTS = {
  "<": (left, right) => (surely("<", left[1], right[0]) ? true : surely(">=", left[0], right[1]) ? false : undefined),
  "<=": (left, right) => (surely("<=", left[1], right[0]) ? true : surely(">", left[0], right[1]) ? false : undefined),
  "==": (left, right) => (surely("<", left[1], right[0]) || surely("<", right[1], left[0]) ? false : undefined),
  "!=": (left, right) => (VERDICTS["=="](left, right) === false ? true : undefined),
};

// A quoted text in the type of the value that it meets.
function asMet(text, other) {
  const model = isSpan(other) ? (other.low ?? other.high ?? ZERO) : other;
  if (model instanceof Ratio) return quotedNumber(text);
  return model instanceof Moment ? momentOf(text) : model instanceof Day ? daysOf(text) : text;
}

function compared(sign, left, right) {
  if (isText(left) && !isText(right)) left = asMet(left, right);
  else if (isText(right) && !isText(left)) right = asMet(right, left);
  if (!isSpan(left) && !isSpan(right)) return SIGNS[sign](order(left, right));
  if (sign[0] === ">") return compared(sign.replace(">", "<"), right, left);
  return VERDICTS[sign](endsOf(left), endsOf(right)) ?? new Unknown([...needsOf(left), ...needsOf(right)]);
}

// ---------------------------------------------------------------- calculating with spans

export const spanOf = (low, high, needs) => (isExact(low, high) ? low : new Span(low, high, needs));
const total = (left, right) =>
  ratio(left.above * right.below + right.above * left.below, left.below * right.below);
const added = (left, right) => (left === null || right === null ? null : total(left, right));
const product = (left, right) => ratio(left.above * right.above, left.below * right.below);
const inverse = (number) => ratio(number.below, number.above);
const opposite = (number) => (number === null ? null : new Ratio(-number.above, number.below));
const negated = (value) =>
  isSpan(value) ? new Span(opposite(value.high), opposite(value.low), value.needs) : opposite(value);

export function plus(left, right) {
  if (!isSpan(left) && !isSpan(right)) return added(left, right);
  const [[low, high], [otherLow, otherHigh]] = [endsOf(left), endsOf(right)];
  return spanOf(added(low, otherLow), added(high, otherHigh), [...needsOf(left), ...needsOf(right)]);
}

export const minus = (left, right) => plus(left, negated(right));

function times(left, right) {
  if (!isSpan(left) && !isSpan(right)) return product(left, right);
  const needs = [...needsOf(left), ...needsOf(right)];
  const [ends, others] = [endsOf(left), endsOf(right)];
  if ([...ends, ...others].includes(null)) return new Unknown(needs);
  const corners = ends.flatMap((one) => others.map((other) => product(one, other)));
  return spanOf(pick("<", corners), pick(">", corners), needs);
}

// By zero, or by what may be zero, the quotient is unknown.
export function over(left, right) {
  if (!isSpan(right)) return right.above === 0n ? lacking("division_by_zero") : times(left, inverse(right));
  const { low, high, needs } = right;
  if (low === null || high === null || (low.above <= 0n && high.above >= 0n)) return new Unknown(needs);
  return times(left, new Span(inverse(high), inverse(low), needs));
}

const ARITHMETIC = { "+": plus, "-": minus, "*": times, "/": over };

// The best of the ends. An open end lies beyond every number: it wins on its own side and loses on the other.
export function pick(sign, ends, openWins = false) {
  const known = ends.filter((end) => end !== null);
  if (!known.length || (openWins && known.length < ends.length)) return null;
  return known.reduce((chosen, end) => (surely(sign, end, chosen) ? end : chosen));
}

export function best(sign, values) {
  const ends = values.map(endsOf);
  const low = pick(sign, ends.map((one) => one[0]), sign === "<");
  const high = pick(sign, ends.map((one) => one[1]), sign === ">");
  return spanOf(low, high, values.flatMap(needsOf));
}

// ---------------------------------------------------------------- where a rule stands

export function step(session) {
  session.steps += 1;
  if (session.steps > MOST_STEPS) throw new RuleBudgetExceeded(`more than ${MOST_STEPS} steps`);
}

// Visit and repeat of the record that an item of the form means where we stand.
export function whereIs(form, records, context) {
  const { row, visit } = context;
  if (row !== null && row.form === form) return [row.visit, row.repeat];
  if (records === "participant") return ["", 0];
  if (records === "visit" && visit !== null) return [visit, 0];
  throw new Error(`${form} has no single record here`);
}

// ---------------------------------------------------------------- nodes: leaves

const same = (text) => text;
const READERS = {
  integer: numberOf,
  decimal: numberOf,
  boolean: (text) => text === "true",
  date: daysOf,
  partial_date: daysOf,
  datetime: momentOf,
  text: same,
  code: same,
  time: same,
};

export const truth = (value) => () => value;
export const text = (value) => () => value;

export function number(above, below = 1n) {
  const value = new Ratio(above, below);
  return () => value;
}

// codes: [code, null] for one that leaves every rule open, [code, node] for one that counts as another number.
export function item(form, name, records, type, codes = []) {
  const known = new Map(codes);
  const read = READERS[type];
  return (context) => {
    const [visit, repeat] = whereIs(form, records, context);
    const lack = (reason) => [need(form, name, visit, reason, "", repeat)];
    const state = context.session.reader.state(form, name, visit, repeat) ?? {};
    if (state.not_asked) return new Unknown(lack("not_asked"));
    if (state.m !== undefined) return new Unknown(lack(state.m));
    if (state.v === undefined) return new Unknown(lack("not_yet_entered"));
    const code = known.get(state.v);
    if (code !== undefined) return code === null ? new Unknown(lack("unknown_code")) : code();
    return read(state.v, lack("partial_date"));
  };
}

// Answered once at each place: a word of the study that is asked where we stand.
export function term(node) {
  return (context) => {
    const { session, visit, row } = context;
    step(session);
    if (!session.terms.has(node)) session.terms.set(node, new Map());
    const place = JSON.stringify([visit, row && [row.form, row.visit, row.repeat]]);
    const answers = session.terms.get(node);
    if (!answers.has(place)) answers.set(place, node(context));
    return answers.get(place);
  };
}

// ---------------------------------------------------------------- nodes: logic

// The decisive answer where one operand gives it; else unknown where one is unknown.
const until = (decisive, operands) => (context) => {
  const unknowns = [];
  for (const operand of operands) {
    const result = operand(context);
    if (result === decisive) return decisive;
    if (isUnknown(result)) unknowns.push(result);
  }
  return allOf(unknowns) ?? !decisive;
};

export const and = (...operands) => until(false, operands);
export const or = (...operands) => until(true, operands);

export const not = (operand) => (context) => {
  const result = operand(context);
  return isUnknown(result) ? result : !result;
};

export const link = (sign, left, right) => eitherUnknown(left, right) ?? compared(sign, left, right);

// One comparison, or a chain, which is an `and` of its links; no operand is asked twice.
export const compare = (signs, ...operands) => (context) => {
  const results = operands.map((operand) => operand(context));
  const unknowns = [];
  for (const [at, sign] of signs.entries()) {
    const found = link(sign, results[at], results[at + 1]);
    if (found === false) return false;
    if (isUnknown(found)) unknowns.push(found);
  }
  return allOf(unknowns) ?? true;
};

// An `or` of ==.
export const isIn = (isNegated, operand, ...options) => (context) => {
  const result = operand(context);
  if (isUnknown(result)) return result;
  const unknowns = [];
  for (const option of options) {
    const found = link("==", result, option(context));
    if (found === true) return !isNegated;
    if (isUnknown(found)) unknowns.push(found);
  }
  return allOf(unknowns) ?? isNegated;
};

const KINDS = { number: quotedNumber, day: daysOf, moment: momentOf, other: same };

// kind: what a quoted text in either branch stands for.
export const choose = (kind, then, condition, otherwise) => (context) => {
  const branch = (node) => {
    const result = node(context);
    return isText(result) ? KINDS[kind](result) : result;
  };
  const decided = condition(context);
  if (!isUnknown(decided)) return branch(decided ? then : otherwise);
  const [first, second] = [branch(then), branch(otherwise)];
  return !isUnknown(first) && !isUnknown(second) && compared("==", first, second) === true ? first : decided;
};

// ---------------------------------------------------------------- nodes: arithmetic and functions of values

export const of = (operand, use) => (context) => {
  const result = operand(context);
  return isUnknown(result) ? result : use(result, context);
};
export const ofBoth = (left, right, use) => (context) => {
  const [first, second] = [left(context), right(context)];
  return eitherUnknown(first, second) ?? use(first, second);
};

export const calculate = (sign, left, right) =>
  ofBoth(left, right, (first, second) => ARITHMETIC[sign](amountOf(first), amountOf(second)));
export const negative = (operand) => of(operand, (value) => negated(amountOf(value)));

export const abs = (operand) =>
  of(operand, (result) => {
    const value = amountOf(result);
    if (!isSpan(value)) return value.above < 0n ? negated(value) : value;
    const [low, high] = endsOf(value);
    const sizes = [low, high].map((end) => end && new Ratio(size(end.above), end.below));
    const isAroundZero = (low === null || low.above < 0n) && (high === null || high.above > 0n);
    return spanOf(isAroundZero ? ZERO : (pick("<", sizes) ?? ZERO), pick(">", sizes, true), value.needs);
  });

export const round = (operand, decimals) =>
  of(operand, (result) => {
    const value = amountOf(result);
    if (!isSpan(value)) return rounded(value, decimals);
    return spanOf(rounded(value.low, decimals), rounded(value.high, decimals), value.needs);
  });

const bestOf = (sign, operands) => (context) => {
  const results = operands.map((operand) => operand(context));
  const unknowns = results.filter(isUnknown);
  if (unknowns.length) return joined(unknowns);
  const model = results.find((result) => !isText(result)) ?? ZERO;
  return best(sign, results.map((result) => (isText(result) ? asMet(result, model) : result)));
};

export const least = (...operands) => bestOf("<", operands);
export const greatest = (...operands) => bestOf(">", operands);

// Whole days, months or years from the first to the second day.
export const passed = (unit, first, second) =>
  ofBoth(first, second, (from, to) => {
    const [[low, high], [otherLow, otherHigh]] = [endsOf(asDays(from)), endsOf(asDays(to))];
    const count = (start, end) => whole(COUNTS[unit](start, end));
    return spanOf(count(high, otherLow), count(low, otherHigh), [...needsOf(from), ...needsOf(to)]);
  });

export const earliest = (operand) => of(operand, (day) => endsOf(asDays(day))[0]);
export const latest = (operand) => of(operand, (day) => endsOf(asDays(day))[1]);

// ---------------------------------------------------------------- nodes: states

// Yes where a reason (or this reason) is recorded; cannot tell where something is not yet entered.
function isMissing(result, reason) {
  if (!isUnknown(result)) return false;
  const open = result.needs.filter((one) => one.reason === "not_yet_entered");
  if (open.length) return new Unknown(open);
  return result.needs.some((one) => (reason === null ? REASONS.includes(one.reason) : one.reason === reason));
}

export const missing = (operand, reason = null) => (context) => isMissing(operand(context), reason);

export const known = (operand) => (context) => {
  const result = operand(context);
  const found = isMissing(result, null);
  return !isUnknown(result) || (isUnknown(found) && found);
};

export const countMissing = (...operands) => (context) => {
  const states = operands.map((operand) => isMissing(operand(context), null));
  const open = states.filter(isUnknown);
  const count = states.filter((state) => state === true).length;
  return spanOf(whole(count), whole(count + open.length), joined(open).needs);
};

// What is missing with a reason, or was not asked, counts nothing; what is not yet entered leaves it open.
export const sumKnown = (...operands) => (context) => {
  let total = ZERO;
  const open = [];
  for (const operand of operands) {
    const result = operand(context);
    if (!isUnknown(result)) total = plus(total, amountOf(result));
    else if (result.needs.some((one) => one.reason === "not_yet_entered")) open.push(result);
  }
  return open.length ? joined(open) : total;
};

export const unknown = (words) => () => lacking("said", words);

// ---------------------------------------------------------------- nodes: code lists

// bands: [lower bound, whether the bound belongs to it, what it answers], the lowest first, all nodes.
export const band = (operand, bands) =>
  of(operand, (result) => {
    const value = amountOf(result);
    const isReached = (number) => ([lower, isIncluded]) => surely(isIncluded ? ">=" : ">", number, lower());
    const reached = (number) => bands.filter(isReached(number)).pop() ?? null;
    const [low, high] = endsOf(value);
    if (low === null || high === null) return new Unknown(value.needs);
    const found = reached(low);
    if (found !== reached(high)) return new Unknown(value.needs);
    return found === null ? lacking("no_band") : found[2]();
  });

// ---------------------------------------------------------------- rules and their answers

// A rule of a module: (reader, {visit, repeat}) => {value, kind, needs}. value null: cannot tell yet, and `needs` says
// what is lacking and why. form: whose items bare names mean, and of whose record the rule is asked; or null.
export function rule(form, isAtVisit, node) {
  return (reader, place = {}) => {
    const visit = place.visit || null;
    const here = { form, visit: (isAtVisit && visit) || "", repeat: place.repeat ?? 0, isAtVisit };
    const row = form === null ? null : here;
    try {
      return answerOf(node({ session: { reader, steps: 0, terms: new Map() }, visit, row }));
    } catch (error) {
      // How engines tell that the stack is full; also a number that is too large for any.
      if (error instanceof RangeError || error.name === "InternalError") throw new RuleBudgetExceeded(error.message);
      throw error;
    }
  };
}

function answerOf(result) {
  if (isUnknown(result)) return { value: null, kind: null, needs: once(result.needs) };
  const tell = (value, kind, needs = []) => ({ value, kind, needs: once(needs) });
  if (typeof result === "boolean") return tell(result, "truth");
  if (result instanceof Ratio) return tell(result, "number");
  if (result instanceof Day) return tell(new Span(result, result, []), "date");
  if (isSpan(result)) return tell(result, result.low instanceof Day ? "partial_date" : "number", result.needs);
  return tell(result instanceof Moment ? result.text : result, "text");
}

// Whether something not yet entered could still change an unknown answer.
export const isOpen = (answer) => answer.needs.some((one) => OPEN.includes(one.reason));

// Why a derived item is missing, once all it needs was entered: the first recorded reason, else "unknown"; or null.
export function missingReason(answer) {
  if (answer.value !== null || isOpen(answer)) return null;
  return answer.needs.find((one) => REASONS.includes(one.reason))?.reason ?? "unknown";
}

// The answer in the stored text of an item; null where it is unknown or no single value.
export function storedText(answer, decimals = null) {
  const { value, kind } = answer;
  if (kind === "truth" || kind === "text") return String(value);
  if (value instanceof Ratio) return numberText(value, decimals);
  return value !== null && kind !== "number" ? dateText(value) : null;
}

function dateText(span) {
  const [low, high] = [span.low.toJSON(), span.high.toJSON()];
  if (low === high) return low;
  for (const text of [low.slice(0, 4), low.slice(0, 7)]) {
    if (order(daysOf(text).low, span.low) === 0 && order(daysOf(text).high, span.high) === 0) return text;
  }
  return null;
}

// ---------------------------------------------------------------- readers
//
// A reader answers as expr.reader.Reader does: state(form, item, visit, repeat) -> {v: stored text}, {m: reason},
// {not_asked: true} or undefined (not yet entered); rows(form) -> [{visit, repeat}]; gate(form) -> true, false, null;
// visitKeys() -> [key]; limit(form, item, side) -> "n/d" or null; expiry(kit) -> stored text or null.

// One record that is being filled in. form: as the package describes it; answers: item -> {v}, {m} or undefined.
// rules: those of the module: an item whose `when` says no is not asked, and one with `derive` is worked out here.
// Rules of such a record read nothing but the record, so that there are no rows, visits, limits or stock.
export function formReader(form, answers, rules = {}) {
  const ask = (name) => rules[name](reader);
  const derived = ({ derive, type, decimals }) => {
    const answer = ask(derive);
    const [stored, reason] = [storedText(answer, type === "integer" ? 0 : (decimals ?? null)), missingReason(answer)];
    return stored !== null ? { v: stored } : reason !== null ? { m: reason } : undefined;
  };
  const reader = {
    state(_, name) {
      const described = own(form.items, name) ?? {};
      if (described.when && ask(described.when).value === false) return { not_asked: true };
      return described.derive ? derived(described) : own(answers, name);
    },
    rows: () => [],
    gate: () => null,
    visitKeys: () => [],
    limit: () => null,
    expiry: () => null,
  };
  return reader;
}
