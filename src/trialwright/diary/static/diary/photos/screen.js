// Taking a photo of one region of the body, and sending it. No part of what the phone keeps to open without internet:
// a photo cannot be sent without, and few studies take any.

import { button, choice, clearProblems, field, h, sayProblem, told } from "../page.js";
import { sayText } from "../screens/fields.js";

// Its parts by the version and the try by which it was asked for itself.
const { search } = new URL(import.meta.url);
const [{ sendPhoto, takePhoto }, { sayOfPhotos }] = await Promise.all([import(`./photos.js${search}`), import(`./words.js${search}`)]);

let shot = null; // the photo that is not sent yet; forgotten when the page is closed
let region = "";

function say(app, key) {
  return sayOfPhotos(app.language, key);
}

function photoScreen(app) {
  const home = button(app.t("to_start"), () => app.go("today"));
  const { photos } = app.diary.package;
  if (!photos || app.diary.isClosed) return { heading: app.t("photo"), body: [h("p", {}, say(app, "photo_none")), home] };
  const seen = h("div", { class: "photo" });
  const said = h("p", { role: "status", class: "said" });
  const input = h("input", { type: "file", id: "photo", accept: "image/*", capture: "environment", onchange: () => take(app, input, seen) });
  const go = h("button", { class: "go" }, say(app, "photo_send"));
  const submit = (event) => {
    event.preventDefault();
    return send(app, { form: event.target, input, go, said });
  };
  const parts = [regionField(app), field(say(app, "photo_choose"), input), seen, h("p", { class: "hint" }, say(app, "photo_kept_nowhere")), said, go];
  showShot(app, seen);
  return { heading: app.t("photo"), body: [told(app, photos.text), h("form", { onsubmit: submit, novalidate: true }, parts), home] };
}

function regionField(app) {
  const choose = (event) => (region = event.target.value);
  const options = app.diary.package.photos.regions.map((one) => choice({ name: "region", value: one.id, label: sayText(app, one.label), checked: one.id === region, onchange: choose, className: "row" }));
  return h("fieldset", { id: "region" }, h("legend", {}, say(app, "photo_region")), options);
}

/** The camera may have been open for long enough that the diary is locked: the photo waits here all the same. */
async function take(app, input, seen) {
  const [file] = input.files;
  if (!file) return;
  clearProblems(input);
  shot = await takePhoto(file);
  if (!shot) sayProblem(input, say(app, "photo_unreadable"));
  showShot(app, seen);
}

function showShot(app, at) {
  if (!shot) return at.replaceChildren();
  const address = URL.createObjectURL(shot.blob);
  const image = h("img", { src: address, alt: say(app, "photo_yours"), onload: () => URL.revokeObjectURL(address) });
  return at.replaceChildren(image);
}

async function send(app, { form, input, go, said }) {
  clearProblems(form);
  if (!region) return sayProblem(form.querySelector("#region"), say(app, "photo_region_missing"));
  if (!shot) return sayProblem(input, say(app, "photo_missing"));
  go.disabled = true;
  said.textContent = say(app, "photo_sending");
  const { join, version } = app.diary;
  const outcome = await sendPhoto({ ...shot, region }, { token: join.token, app: version });
  go.disabled = false;
  said.textContent = "";
  if (outcome !== "photo_stored") return sayProblem(input, say(app, outcome));
  [shot, region] = [null, ""];
  app.notice = say(app, outcome);
  return app.go("today");
}

export const screens = { photo: photoScreen };
