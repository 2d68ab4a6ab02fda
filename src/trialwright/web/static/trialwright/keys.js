// Keys of every page: each does what a link or a button in sight does too. Single keys can be switched off.
const box = document.getElementById("keys");
const open = document.getElementById("keys-open");
const on = document.getElementById("keys-on");
const SEARCH = "f-find";
const PATIENCE = 1500; // milliseconds between g and the letter after it
let began = -PATIENCE;

const link = (key) => document.querySelector(`.bar a[data-key="${CSS.escape(key)}"]`);

function isTyping(place) {
  return place.closest?.("select, textarea, [contenteditable], input:not([type=radio], [type=checkbox], [type=button])");
}

function find() {
  const field = document.getElementById(SEARCH);
  if (field) field.select();
  else if (link("p")) location.href = `${link("p").href}#${SEARCH}`;
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !on.checked) return;
  if (document.querySelector("dialog[open]")) return;
  const isSecond = event.timeStamp - began < PATIENCE;
  began = -PATIENCE;
  if (isSecond && link(event.key)) location.href = link(event.key).href;
  else if (event.key === "g") began = event.timeStamp;
  else if (event.key === "/") find();
  else if (event.key === "?") box.showModal();
  else return;
  event.preventDefault();
}

// The choice is the browser's, not the study's; where it keeps nothing, keys work until switched off on each page.
try {
  on.checked = localStorage.getItem("single-keys") !== "off";
} catch {
  on.checked = true;
}
on.addEventListener("change", () => {
  try {
    localStorage.setItem("single-keys", on.checked ? "on" : "off");
  } catch {
    // nothing is kept
  }
});
open.hidden = false;
open.addEventListener("click", () => box.showModal());
document.getElementById("keys-close").addEventListener("click", () => box.close());
document.addEventListener("keydown", pressed);
if (location.hash === `#${SEARCH}`) document.getElementById(SEARCH)?.select();
