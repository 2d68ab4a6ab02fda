// The service worker: keeps the app itself, so that it opens without internet. It never keeps what the server
// says about a participant. The server fills in the list of the app's files and a digest over them all.

import { say } from "/diary/app/words.js";
import { sendFromWorker } from "/diary/app/sync.js";
import { openVault } from "/diary/app/vault.js";

const SHELL = /*SHELL*/[];
const DIGEST = /*DIGEST*/"";
const APP = `diary-app-${DIGEST}`;
const RULES = "diary-rules"; // by their hash: a module never changes, and drafts may need a former one

self.addEventListener("install", (event) => event.waitUntil(keepShell()));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers()));
self.addEventListener("message", (event) => event.data === "take over" && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});

async function keepShell() {
  const cache = await caches.open(APP);
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: "reload" })));
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("diary-app-") && name !== APP).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** Null where the network is to answer, as for everything under /diary/api/. */
function answerTo(request) {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return null;
  if (pathname.startsWith("/diary/rules/")) return rulesAt(request);
  if (request.mode === "navigate" && pathname === "/diary/") return kept("/diary/", request);
  return SHELL.includes(pathname) ? kept(pathname, request) : null;
}

async function kept(path, request) {
  const cache = await caches.open(APP);
  return (await cache.match(path)) ?? fetch(request);
}

async function rulesAt(request) {
  const cache = await caches.open(RULES);
  const known = await cache.match(request.url);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}

self.addEventListener("sync", (event) => event.tag === "diary-send" && event.waitUntil(sendAlone()));

async function sendAlone() {
  const open = await self.clients.matchAll({ type: "window" });
  if (open.length) return; // the page itself sends
  await sendFromWorker(await openVault(), DIGEST);
}

// The push carries nothing, and what is shown says nothing of health: others see the screen too.
self.addEventListener("push", (event) => event.waitUntil(remind()));

async function remind() {
  const language = (await (await openVault()).get("language")) ?? "en";
  const icon = "/static/diary-icons/icon-192.png";
  await self.registration.showNotification(say(language, "push_text"), { tag: "diary", lang: language, icon });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage());
});

async function openPage() {
  const [page] = await self.clients.matchAll({ type: "window" });
  await (page ? page.focus() : self.clients.openWindow("/diary/"));
}
