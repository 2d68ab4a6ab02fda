// A photo of the skin: painted anew, smaller, and sent while the participant waits. Nothing of it is kept on this phone:
// it can be taken again, and pictures of a skin must not lie about on a phone that others use.

import { clock, withOffset } from "../schedule.js";

const LONGEST_SIDE = 2000;
const QUALITY = 0.9;
const PATIENCE_MS = 120_000;

/** The size that fits, and never a larger one than it was. */
export function fitted(width, height, longest) {
  const ratio = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * ratio)), height: Math.max(1, Math.round(height * ratio)) };
}

export function hexOf(buffer) {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What the header says of a photo, in ASCII. The kind of a file that is no kind of picture is left to the server. */
export function headerOf({ id, region, taken, original, type }, app, now) {
  const kind = /^image\/[a-z0-9.+-]{1,40}$/.test(type) ? type : "";
  return JSON.stringify({ protocol: 1, app, sent: withOffset(now), id, region, taken, original, type: kind });
}

const REFUSALS = { "photos-enough": "photo_enough", "photo-twice": "photo_twice", "picture-too-large": "photo_large", "picture-too-small": "photo_small", "diary-closed": "photo_closed" };

/** What became of it, as a text of the app; status 0: no network. */
export function outcomeOf(status, state) {
  if (status === 200 && state === "stored") return "photo_stored";
  if (status === 0) return "photo_offline";
  if (status === 429 || status >= 500) return "photo_later";
  return REFUSALS[state] ?? "photo_refused";
}

async function pictureOf(file) {
  const address = URL.createObjectURL(file);
  const image = new Image();
  image.src = address;
  try {
    await image.decode();
  } finally {
    URL.revokeObjectURL(address);
  }
  return image;
}

/** The points alone, upright: what the camera wrote beside them stays on the phone. Null for what is no picture. */
async function painted(file) {
  const image = await pictureOf(file).catch(() => null);
  if (!image) return null;
  const size = fitted(image.naturalWidth, image.naturalHeight, LONGEST_SIDE);
  const canvas = Object.assign(document.createElement("canvas"), size);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, size.width, size.height);
  context.drawImage(image, 0, 0, size.width, size.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

/** A photo to send, with the hash of the file that the camera made; null for what is no picture. Its id stays the same
 * however often it is sent. */
export async function takePhoto(file) {
  const blob = await painted(file);
  if (!blob) return null;
  const original = hexOf(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return { id: crypto.randomUUID(), taken: withOffset(clock()), type: file.type, original, blob };
}

/** Sends it, and says what became of it. */
export async function sendPhoto(photo, { token, app }) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "image/jpeg", "Diary-Photo": headerOf(photo, app, clock()) };
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch("/diary/api/photo", { method: "POST", headers, body: photo.blob, credentials: "omit", cache: "no-store", signal });
    const answer = await response.json().catch(() => null);
    return outcomeOf(response.status, answer?.state);
  } catch {
    return outcomeOf(0, "");
  }
}
