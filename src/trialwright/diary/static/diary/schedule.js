// The diary's calendar: days and times as the participant's wall clock shows them, occasions, and what each is now.
// Times are texts such as "2026-11-01T18:00": they sort as they follow one another, and no zone can slip in.
// The same arithmetic as trialwright.schedule.diary.

const DAY_MS = 86_400_000;

function two(number) {
  return String(number).padStart(2, "0");
}

let demoMs = 0;

/** A demonstration, and nothing else, has a calendar of its own that the phone goes by: whole days off. */
export function goBy(given) {
  demoMs = (given?.days_off ?? 0) * DAY_MS;
}

/** Whether a clock that is off by so many ms is to be told of. */
export function isFarOff(ms) {
  return Math.abs(ms) > 300_000; // as the server marks it
}

/** Now, as the diary goes by it. */
export function clock() {
  return new Date(Date.now() + demoMs);
}

export function dayOf(moment) {
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

export function wallClock(moment) {
  return `${dayOf(moment)}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

/** ISO time with the offset of the phone's zone at that moment: both times of an entry stay unambiguous. */
export function withOffset(moment) {
  const east = -moment.getTimezoneOffset();
  const sign = east < 0 ? "-" : "+";
  const size = Math.abs(east);
  const zone = `${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${wallClock(moment)}:${two(moment.getSeconds())}${zone}`;
}

/** Arithmetic on calendar days goes by UTC, where each day has 24 hours. */
export function addDays(day, count) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}

export function daysBetween(first, last) {
  return Math.round((Date.parse(`${last}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / DAY_MS);
}

/** "2026-11-01" and 2160 minutes after its midnight: "2026-11-02T12:00". */
export function atMinute(day, minutes) {
  const rest = ((minutes % 1440) + 1440) % 1440;
  return `${addDays(day, Math.floor(minutes / 1440))}T${two(Math.floor(rest / 60))}:${two(rest % 60)}`;
}

export function minutesBetween(first, last) {
  return Math.round((Date.parse(`${last}Z`) - Date.parse(`${first}Z`)) / 60_000);
}

function locale(language) {
  return language === "zh-Hans" ? "zh-CN" : "en-GB";
}

function shown(language, day, options) {
  const noon = new Date(`${day}T12:00:00Z`);
  return new Intl.DateTimeFormat(locale(language), { timeZone: "UTC", ...options }).format(noon);
}

export function sayDay(language, day) {
  return shown(language, day, { weekday: "long", day: "numeric", month: "long" }).replace(",", "");
}

export function sayWeekday(language, day) {
  return shown(language, day, { weekday: "short" });
}

export function sayDate(language, day) {
  return shown(language, day, { day: "numeric", month: "short", year: "numeric" });
}

/** An ISO time with its zone, as the clock showed it there; the zone is said where the phone is in another by now. */
export function sayMoment(language, iso) {
  const zone = iso.endsWith("Z") ? "+00:00" : iso.slice(-6);
  const isHere = withOffset(new Date(iso)).endsWith(zone);
  return `${sayDate(language, iso.slice(0, 10))} ${iso.slice(11, 16)}${isHere ? "" : ` (UTC${zone})`}`;
}

/** The occasions of a span up to and with a day. span: {form, visit, first, last or null, every_days}. */
export function occasions(span, until) {
  const last = span.last !== null && span.last < until ? span.last : until;
  const found = [];
  for (let day = span.first; day <= last; day = addDays(day, span.every_days)) {
    found.push({ form: span.form, visit: span.visit, day });
  }
  return found;
}

/** From when until when an occasion of a day is open, on the phone's clock; the end is no longer open. */
export function windowOf(day, opens, closes) {
  return [atMinute(day, opens), atMinute(day, closes)];
}

export function nameOf(occasion) {
  return [occasion.form, occasion.visit, occasion.day].join("|");
}

/**
 * What an occasion is at a moment: "done", "waiting" (answered, not yet sent), "open", "planned" or "missed".
 * calendar: {spans, forms, done: Set of names, waiting: Set of names}
 */
export function stateOf(occasion, calendar, now) {
  const name = nameOf(occasion);
  if (calendar.waiting.has(name)) return "waiting";
  if (calendar.done.has(name)) return "done";
  const form = calendar.forms[occasion.form];
  const [opens, closes] = windowOf(occasion.day, form.opens, form.closes);
  if (now < opens) return "planned";
  return now < closes ? "open" : "missed";
}

function known(calendar, first, last) {
  const spans = calendar.spans.filter((span) => span.form in calendar.forms);
  const all = spans.flatMap((span) => occasions(span, last));
  return all.filter((one) => one.day >= first);
}

export function openNow(calendar, now) {
  const day = now.slice(0, 10);
  const far = Math.max(0, ...Object.values(calendar.forms).map((form) => form.closes));
  const early = addDays(day, -Math.ceil(far / 1440));
  const open = known(calendar, early, addDays(day, 1)).filter((one) => stateOf(one, calendar, now) === "open");
  return open.map((one) => ({ ...one, closes: closing(one, calendar) })).sort((a, b) => (a.closes < b.closes ? -1 : 1));
}

function closing(occasion, calendar) {
  const form = calendar.forms[occasion.form];
  return windowOf(occasion.day, form.opens, form.closes)[1];
}

/** The next occasion that is still to open, or null: {form, visit, day, opens}. */
export function nextOne(calendar, now) {
  const day = now.slice(0, 10);
  const coming = known(calendar, addDays(day, -1), addDays(day, 60))
    .filter((one) => stateOf(one, calendar, now) === "planned")
    .map((one) => ({ ...one, opens: atMinute(one.day, calendar.forms[one.form].opens) }));
  return coming.sort((a, b) => (a.opens < b.opens ? -1 : 1))[0] ?? null;
}

// What a day is, where it has more than one occasion: that which most needs to be seen.
const URGENT_FIRST = ["open", "missed", "waiting", "planned", "done"];

/** The last seven days with today: [{day, state, occasions: [{form, visit, day, state}]}]; "none" where nothing is asked. */
export function strip(calendar, now) {
  const today = now.slice(0, 10);
  const all = known(calendar, addDays(today, -6), today);
  return [6, 5, 4, 3, 2, 1, 0].map((back) => {
    const day = addDays(today, -back);
    const held = all.filter((one) => one.day === day).map((one) => ({ ...one, state: stateOf(one, calendar, now) }));
    const state = URGENT_FIRST.find((each) => held.some((one) => one.state === each)) ?? "none";
    return { day, state, occasions: held };
  });
}

/** Days that passed without an entry and may still be told, the latest first. */
export function missed(calendar, now) {
  const days = strip(calendar, now).flatMap((one) => one.occasions);
  return days.filter((one) => one.state === "missed" && daysBetween(one.day, now.slice(0, 10)) <= 6).reverse();
}
