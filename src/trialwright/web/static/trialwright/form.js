// Live help on a form's page: drafts, scores, checks, keys. The server computes; this only asks and shows.
const form = document.querySelector("form[data-form]");
const texts = JSON.parse(document.getElementById("texts").textContent);

// ---- drafts: what is typed is kept on the server, and becomes data only by Save
const state = document.getElementById("draft-state");
let timer = 0;
let tried = 0;
let typed = 0; // counts what was typed
let kept = 0; // how much of it the server has said to keep
let isSent = false; // the page itself is on its way to the server

const post = (url) =>
  fetch(url, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin" });

// One after the other, so that no older draft takes the place of a newer one.
let sending = Promise.resolve();
const keepDraft = () => (sending = sending.then(sendDraft));

async function sendDraft() {
  if (!form.dataset.draft) return;
  const sent = typed;
  try {
    const answer = await post(form.dataset.draft);
    const note = answer.ok || [401, 403].includes(answer.status) ? (await answer.json()).note : "";
    if (!note) throw new Error(String(answer.status));
    state.textContent = note;
    if (answer.status === 401) document.dispatchEvent(new Event("session-over"));
    tried = 0;
    kept = sent;
  } catch {
    state.textContent = texts.not_saved;
    tried += 1;
    timer = setTimeout(keepDraft, Math.min(30000, 2000 * 2 ** tried));
  }
}

// Who leaves before a draft was kept, also by closing the tab, still leaves one: such a request outlives its page.
function leave() {
  if (isSent || kept === typed || !form.dataset.draft) return;
  clearTimeout(timer);
  if (navigator.sendBeacon(form.dataset.draft, new FormData(form))) kept = typed;
}

// By a link the draft goes first: what a closing page sends and what the next one asks for are in no order.
async function follow(event) {
  const link = event.target.closest?.("a[href]");
  const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !isPlain || event.defaultPrevented || link.target || kept === typed || !form.dataset.draft) return;
  if (link.origin !== location.origin || (link.hash && link.pathname === location.pathname)) return;
  event.preventDefault();
  clearTimeout(timer);
  await Promise.race([keepDraft(), new Promise((go) => setTimeout(go, 1500))]);
  location.assign(link.href);
}

// ---- scores, conditions and checks: one answer of the server to what stands on the page now
let asked = 0;

async function preview() {
  const turn = ++asked;
  let seen;
  try {
    const answer = await post(form.dataset.preview);
    if (!answer.ok) return;
    seen = await answer.json();
  } catch {
    return; // keepDraft says that the network is gone
  }
  if (turn === asked) show(seen);
}

function show(seen) {
  for (const [item, text] of Object.entries(seen.derived)) {
    for (const place of form.ownerDocument.querySelectorAll(`[data-derived="${CSS.escape(item)}"]`)) place.textContent = text;
  }
  for (const [item, isAsked] of Object.entries(seen.asked)) toggle(item, isAsked);
  for (const place of form.querySelectorAll("[data-right]")) {
    const text = seen.checks[place.dataset.right];
    place.hidden = !text;
    place.querySelector("[data-text]").textContent = text ?? "";
  }
  for (const place of document.querySelectorAll("[data-left]")) place.textContent = seen.left;
  for (const place of document.querySelectorAll("[data-tells]")) {
    place.hidden = !seen.tells?.length;
    place.querySelector("[data-text]").textContent = (seen.tells ?? []).join(" ");
  }
}

function toggle(item, isAsked) {
  const box = form.querySelector(`[data-item="${CSS.escape(item)}"]`);
  if (!box) return;
  box.hidden = !isAsked;
  for (const control of box.querySelectorAll("input,select,textarea")) control.disabled = !isAsked;
}

// ---- a reason for a missing value shows in place of the dots
function reason(event) {
  const name = event.target.name ?? "";
  if (!name.endsWith(".missing")) {
    const none = form.querySelector(`input[name="${CSS.escape(name)}.missing"][value=""]`);
    if (none && event.target.value && !none.checked) {
      none.checked = true;
      label(none);
    }
    return;
  }
  if (event.target.value) empty(name.slice(0, -".missing".length));
  label(event.target);
}

function label(radio) {
  const box = radio.closest("details");
  const summary = box.querySelector("summary");
  summary.firstChild.textContent = radio.value ? radio.parentElement.textContent.trim() : "…";
  summary.classList.toggle("set", Boolean(radio.value));
  if (box.open) {
    box.open = false;
    summary.focus();
  }
}

function empty(item) {
  for (const control of form.querySelectorAll(`[name="${CSS.escape(item)}"]`)) {
    if (control.type === "radio") control.checked = false;
    else control.value = "";
  }
}

// ---- the range stands in the chosen unit
function range(event) {
  const hold = event.target.name?.endsWith(".unit") ? event.target.closest(".in") : null;
  for (const hint of hold?.querySelectorAll("[data-unit]") ?? []) hint.hidden = hint.dataset.unit !== event.target.value;
}

function changed(event) {
  range(event);
  reason(event);
  typed += 1;
  clearTimeout(timer);
  timer = setTimeout(() => {
    keepDraft();
    preview();
  }, 800);
}

// ---- keys
function grade(event) {
  const group = event.target.closest?.(".seg");
  if (!group || !/^\d$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return false;
  const radios = [...group.querySelectorAll("input")];
  const radio = radios.find((one) => one.value === event.key);
  if (!radio) return false;
  radio.checked = true;
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  const stops = [...form.querySelectorAll(".in > input, .in > select, .in > textarea, .in .seg")].filter(
    (one) => !one.closest("[hidden]") && !one.disabled,
  );
  const next = stops[stops.indexOf(group) + 1];
  (next?.matches(".seg") ? (next.querySelector(":checked") ?? next.querySelector("input")) : next)?.focus();
  return true;
}

function keys(event) {
  const save = form.querySelector('button[value="stay"]');
  const next = form.querySelector('button[value="next"]');
  if ((event.ctrlKey || event.metaKey) && event.key === "s" && save) {
    save.click();
  } else if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && next) {
    next.click();
  } else if (event.key === "Escape" && event.target.closest?.("details.why[open]")) {
    const box = event.target.closest("details.why");
    box.open = false;
    box.querySelector("summary").focus();
  } else if (!grade(event)) {
    return;
  }
  event.preventDefault();
}

if (form && !form.querySelector("fieldset.all:disabled")) {
  form.addEventListener("input", changed);
  form.addEventListener("submit", () => {
    isSent = true;
    clearTimeout(timer);
  });
  addEventListener("pagehide", leave);
  document.addEventListener("click", follow);
  addEventListener("pageshow", () => (isSent = false));
  document.addEventListener("keydown", keys);
  preview();
}
