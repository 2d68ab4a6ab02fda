// Two minutes before a session ends, somebody who is there may stay. The server counts; this only asks and warns.
const WARNING = 120; // seconds
const box = document.getElementById("session");
const over = document.getElementById("session-over");
const stayButton = document.getElementById("session-stay");
const closeButton = document.getElementById("session-close");
const token = document.querySelector('input[name="csrfmiddlewaretoken"]').value;
let timer = 0;
let closed = false; // the warning about the longest time was read

// Only a form with drafts keeps what was typed; the page says no more than is true of it.
const keeps = Boolean(document.querySelector("form[data-draft]"));
const loses = !keeps && Boolean(document.querySelector('main form[method="post"] :is(input:not([type="hidden"]), select, textarea)'));
for (const place of document.querySelectorAll("dialog [data-kept]")) place.hidden = !keeps;
for (const place of document.querySelectorAll("dialog [data-lost]")) place.hidden = !loses;

async function ask(method) {
  try {
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    const answer = await fetch(box.dataset.url, { method, headers, credentials: "same-origin" });
    if (answer.status === 401) return end();
    if (answer.ok) return next(await answer.json());
  } catch {
    // no network: asked again below
  }
  wait(30);
}

function wait(seconds) {
  clearTimeout(timer);
  timer = setTimeout(() => ask("GET"), seconds * 1000);
}

// left: seconds until the session ends, if nothing is done and whatever is done.
function next(left) {
  const idle = left.idle - WARNING;
  const whole = closed ? left.whole : left.whole - WARNING;
  if (Math.min(idle, whole) > 0) {
    if (box.open) box.close();
    wait(Math.min(idle, whole));
    return;
  }
  warn(whole <= idle);
  wait(Math.max(1, Math.min(left.idle, left.whole)) + 1);
}

function warn(isWhole) {
  box.querySelector("[data-idle]").hidden = isWhole;
  box.querySelector("[data-whole]").hidden = !isWhole;
  stayButton.hidden = isWhole;
  closeButton.hidden = !isWhole;
  if (!box.open) box.showModal();
}

function end() {
  clearTimeout(timer);
  if (box.open) box.close();
  if (!over.open) over.showModal();
}

document.addEventListener("session-over", end);
stayButton.addEventListener("click", () => ask("POST"));
closeButton.addEventListener("click", () => {
  closed = true;
  box.close();
});
ask("GET");
