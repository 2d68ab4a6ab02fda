// Small tools to build a page. No text is ever read as HTML.

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function h(tag, attributes = {}, ...children) {
  return build(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return build(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

export function button(text, onclick, attributes = {}) {
  return h("button", { type: "button", class: "other", onclick, ...attributes }, text);
}

/** A field below its label. */
export function field(label, input, ...hints) {
  return h("div", { class: "field" }, h("label", { for: input.id }, label), ...hints, input);
}

export function choice({ type = "radio", name, value, label, checked, onchange, className = "" }) {
  return h("label", { class: `choice ${className}` }, h("input", { type, name, value, checked, onchange }), h("span", {}, label));
}

let problems = 0;

/** Says what is wrong above a field, ties it to the field, and takes the reader there. */
export function sayProblem(field, text) {
  clearProblems(field);
  const id = `problem-${(problems += 1)}`;
  const at = field.matches("fieldset") ? field : field.closest("fieldset, .field") ?? field.parentElement;
  at.prepend(h("p", { class: "problem", id, role: "alert" }, sign("warn"), h("span", {}, text)));
  const input = field.matches("input, textarea, button, select") ? field : field.querySelector("input, textarea, button, select");
  input.setAttribute("aria-describedby", id);
  if (input.type !== "radio") input.setAttribute("aria-invalid", "true");
  input.focus();
}

export function clearProblems(within) {
  const at = within.closest("main") ?? within;
  at.querySelectorAll(".problem").forEach((one) => one.remove());
  at.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
  at.querySelectorAll("[aria-describedby^=problem-]").forEach((one) => one.removeAttribute("aria-describedby"));
}

const SIGNS = {
  done: "M4 12.5l5.5 5.5L20 7",
  waiting: "M12 20V5M5 11l7-7 7 7",
  open: "M6 3h9l4 4v14H6zM9.5 12h6M9.5 16h6",
  missed: "M6 6l12 12M18 6L6 18",
  planned: "M12 3a9 9 0 1 0 .01 0M12 7v5l4 2",
  none: "M6 12h12",
  warn: "M12 3L22 21H2zM12 10v5M12 17.5v1",
  next: "M9 5l7 7-7 7",
};

/** A sign beside a word; never without one. */
export function sign(name) {
  return svg("svg", { class: `sign sign-${name}`, viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: SIGNS[name] }));
}

/** A text of the study that stays English where it has no translation says so to screen readers. */
export function told(app, texts, tag = "p", attributes = {}) {
  const has = app.language in texts;
  return h(tag, { lang: has ? null : "en", ...attributes }, has ? texts[app.language] : (texts.en ?? ""));
}

export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
