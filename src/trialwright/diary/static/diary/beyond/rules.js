// The rules that read beyond one record: other visits, lists of records, limits of a site, kits in stock. A phone asks
// none of these, and does not load this; the modules that `expr.javascript` writes import it where a rule needs it.

import {
  asDays, best, daysOf, eitherUnknown, endsOf, isUnknown, joined, lacking, link, minus, need, needsOf, not,
  of, ofBoth, over, own, pick, plus, ratio, Span, spanOf, step, Unknown, whereIs, whole, ZERO,
} from "../rules.js";

// ---------------------------------------------------------------- where a rule stands

// The same question at another visit: the record of a form at visits is left behind.
function atVisit(context, visit) {
  step(context.session);
  return { session: context.session, visit, row: context.row?.isAtVisit ? null : context.row };
}

// The same question asked of one record; a record at a visit brings its visit along.
function inRow(context, row) {
  step(context.session);
  return { session: context.session, visit: row.visit || context.visit, row };
}

// The span that holds both values.
function hull(first, second, needs) {
  const [[low, high], [otherLow, otherHigh]] = [endsOf(first), endsOf(second)];
  const all = [...needs, ...needsOf(first), ...needsOf(second)];
  return spanOf(pick("<", [low, otherLow], true), pick(">", [high, otherHigh], true), all);
}

// ---------------------------------------------------------------- nodes: limits, stock

export const limit = (form, name, records, side) => (context) => {
  const found = context.session.reader.limit(form, name, side) ?? null;
  const [visit, repeat] = whereIs(form, records, context);
  if (found === null) return new Unknown([need(form, name, visit, "no_limit", "", repeat)]);
  const [above, below = "1"] = found.split("/");
  return ratio(BigInt(above), BigInt(below));
};

export const expiry = (operand) =>
  of(operand, (kit, context) => {
    const found = context.session.reader.expiry(kit) ?? null;
    return found === null ? lacking("no_expiry", kit) : daysOf(found, [need("", "", "", "partial_date", found)]);
  });

// ---------------------------------------------------------------- nodes: at other visits

export const at = (visit, node) => (context) => node(atVisit(context, visit));

// The first known value at the baseline visits, the preferred one first, if that visit was not after the first dose.
// firstDose, date: nodes; null where the study knows no first dose.
export const baseline = (node, visits, firstDose = null, date = null) => (context) => {
  const unknowns = [];
  for (const visit of visits) {
    const there = atVisit(context, visit);
    const result = node(there);
    if (isUnknown(result)) {
      unknowns.push(result);
      continue;
    }
    const isBefore = firstDose === null || isBeforeDose(date(there), firstDose, there.session);
    if (isBefore !== false) return isBefore === true ? result : isBefore;
  }
  return joined([...unknowns, lacking("no_baseline")]);
};

const isBeforeDose = (day, firstDose, session) => link("<=", day, firstDose({ session, visit: null, row: null }));

function firstKnown(node, visits, context, reason) {
  for (const visit of visits) {
    const result = node(atVisit(context, visit));
    if (!isUnknown(result)) return result;
  }
  return lacking(reason);
}

// schedule: its visits in order; a visit without a date stands where the schedule has it.
export const previous = (node, schedule) => (context) => {
  const [keys, { visit }] = [context.session.reader.visitKeys(), context];
  if (visit === null) throw new Error("previous() is asked of no visit");
  const place = (key) => {
    const found = schedule.indexOf(key.split("#")[0]);
    if (found < 0) throw new Error(`there is no visit ${key}`);
    return found;
  };
  const before = keys.includes(visit)
    ? keys.slice(0, keys.indexOf(visit))
    : keys.filter((key) => place(key) < place(visit));
  return firstKnown(node, before.reverse(), context, "no_earlier_value");
};

export const last = (node) => (context) =>
  firstKnown(node, [...context.session.reader.visitKeys()].reverse(), context, "no_value");

const CHANGES = {
  change: (now, base) => minus(now, base),
  relative_change: (now, base) => over(minus(now, base), base),
  reduction: (now, base) => over(minus(base, now), base),
};

export const change = (name, now, base) => ofBoth(now, base, CHANGES[name]);

// ---------------------------------------------------------------- nodes: over all records of a form

// list: {form, isAtVisit, hasGate, collected: the visits at which the schedule has all that is asked there, or null}.
// Gives the records, and why the list may not be complete: a gate without an answer, or nothing begun.
function rowsOf(list, context) {
  const { reader } = context.session;
  const keys = reader.rows(list.form);
  const { form, isAtVisit, collected } = list;
  const isCollected = ({ visit }) => !isAtVisit || collected === null || collected.includes((visit ?? "").split("#")[0]);
  const rows = keys
    .map(({ visit, repeat }) => inRow(context, { form, visit, repeat, isAtVisit }))
    .filter(isCollected);
  const gate = !keys.length || list.hasGate ? reader.gate(list.form) : true;
  const isComplete = gate === false || (gate === true && keys.length > 0);
  return [rows, isComplete ? null : new Unknown([need(list.form, "gate", "", "open_list")])];
}

function listed(list, where, context) {
  const [rows, open] = rowsOf(list, context);
  const conditions = rows.map((row) => where === null || where(row));
  return { rows, open, conditions, unsure: conditions.filter(isUnknown) };
}

// The decisive answer of one record ends the search; else all records must be known, and be all.
const decidedBy = (decisive, list, where) => (context) => {
  const [rows, open] = rowsOf(list, context);
  const unknowns = open === null ? [] : [open];
  for (const row of rows) {
    const condition = where === null || where(row);
    if (condition === decisive) return decisive;
    if (isUnknown(condition)) unknowns.push(condition);
  }
  return unknowns.length ? joined(unknowns) : !decisive;
};

export const any = (list, where = null) => decidedBy(true, list, where);
export const none = (list, where = null) => not(any(list, where));
export const every = (list, where = null) => decidedBy(false, list, where);

export const count = (list, where = null) => (context) => {
  const { rows, open, conditions, unsure } = listed(list, where, context);
  if (!rows.length && open !== null) return open;
  const sure = conditions.filter((condition) => condition === true).length;
  if (open !== null) return new Span(whole(sure), null, joined([...unsure, open]).needs);
  return spanOf(whole(sure), whole(sure + unsure.length), joined(unsure).needs);
};

// Values of the records surely selected, and of those perhaps selected with what would tell; or an Unknown.
// atLeast leaves unknown values out, and wants that many known ones.
function picked(list, value, where, atLeast, context) {
  const { rows, open, conditions, unsure } = listed(list, where, context);
  if (open !== null) return joined([open, ...unsure]);
  const found = { sure: [], perhaps: [], needs: joined(unsure).needs };
  const leftOut = [];
  for (const [place, row] of rows.entries()) {
    const condition = conditions[place];
    if (condition === false) continue;
    const result = value.node(row);
    if (!isUnknown(result)) (condition === true ? found.sure : found.perhaps).push(result);
    else if (atLeast === null || condition !== true) return joined([...unsure, result]);
    else leftOut.push(result);
  }
  if (atLeast !== null && found.sure.length < atLeast) {
    return joined([new Unknown([need(list.form, value.item, "", "too_few")]), ...leftOut, ...unsure]);
  }
  return found;
}

const noRecords = (list, value) => new Unknown([need(list.form, value.item, "", "no_records")]);

// value: {item: its name, node}.
const overRows = (use) => (list, value, where = null, atLeast = null) => (context) => {
  const found = picked(list, value, where, atLeast, context);
  return isUnknown(found) ? found : use(found, list, value);
};

export const sum = overRows(({ sure, perhaps, needs }) =>
  perhaps.reduce((total, value) => plus(total, hull(ZERO, value, needs)), sure.reduce(plus, ZERO)),
);

// Records that may be selected widen the answer only where they could change it.
const extreme = (sign) =>
  overRows(({ sure, perhaps, needs }, list, value) => {
    if (!sure.length) return perhaps.length ? new Unknown(needs) : noRecords(list, value);
    const without = best(sign, sure);
    return perhaps.length ? hull(without, best(sign, [without, ...perhaps]), needs) : without;
  });

export const min = extreme("<");
export const max = extreme(">");

export const mean = overRows(({ sure, perhaps, needs }, list, value) => {
  if (perhaps.length) return new Unknown(needs);
  return sure.length ? over(sure.reduce(plus, ZERO), whole(sure.length)) : noRecords(list, value);
});

// Days in at least one of [first, last], both counted; what ends before it begins has none.
function daysOfUnion(intervals) {
  let [total, reached] = [0, -Infinity];
  for (const [first, last] of intervals.sort((one, other) => one[0] - other[0])) {
    const begin = Math.max(first, reached + 1);
    if (last >= begin) [total, reached] = [total + last - begin + 1, last];
  }
  return total;
}

// What is surely covered is the least; what may be covered is the most, open where an end is unknown.
export const daysCovered = (list, first, last, where = null) => (context) => {
  const { rows, open, conditions, unsure } = listed(list, where, context);
  if (!rows.length && open !== null) return open;
  const [certain, possible, unknowns] = [[], [], open === null ? [...unsure] : [...unsure, open]];
  let [isEndless, leastDays] = [open !== null, 0];
  for (const [place, row] of rows.entries()) {
    const condition = conditions[place];
    if (condition === false) continue;
    if (condition === true) leastDays = 1;
    const [from, to] = [first(row), last(row)];
    const lack = eitherUnknown(from, to);
    unknowns.push(lack ?? new Unknown([...needsOf(from), ...needsOf(to)]));
    isEndless ||= lack !== undefined;
    if (lack !== undefined) continue;
    const [start, end] = [from, to].map((day) => endsOf(asDays(day)).map((one) => one.count));
    possible.push([start[0], end[1]]);
    if (condition === true) certain.push([start[1], end[0]]);
  }
  const low = Math.max(daysOfUnion(certain), leastDays);
  const high = isEndless ? null : whole(Math.max(daysOfUnion(possible), low));
  return spanOf(whole(low), high, joined(unknowns).needs);
};

// ---------------------------------------------------------------- a reader

// The data of one participant, from JSON: {states: [[form, visit, repeat, {item: state}]], rows: {form: [[visit,
// repeat]]}, gates: {form: bool}, visits: [key], limits: [[form, item, side, "n/d"]], expiries: {kit: text}}.
export function dataReader({ states = [], rows = {}, gates = {}, visits = [], limits = [], expiries = {} }) {
  const address = (...parts) => JSON.stringify(parts);
  const records = new Map(states.map(([form, visit, repeat, items]) => [address(form, visit, repeat), items]));
  const bounds = new Map(limits.map(([form, name, side, value]) => [address(form, name, side), value]));
  return {
    state(form, name, visit, repeat) {
      if (form === "visit" && name === "id") return { v: visit.split("#")[0] };
      return own(records.get(address(form, visit, repeat)) ?? {}, name);
    },
    rows: (form) => (own(rows, form) ?? []).map(([visit, repeat]) => ({ visit, repeat })),
    gate: (form) => own(gates, form) ?? null,
    visitKeys: () => visits,
    limit: (form, name, side) => bounds.get(address(form, name, side)) ?? null,
    expiry: (kit) => own(expiries, kit) ?? null,
  };
}
