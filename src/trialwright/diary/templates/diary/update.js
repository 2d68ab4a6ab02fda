// Sent in place of a screen that an app of another version asks for. Of that app it takes for granted only how a screen is
// shown and which language is spoken; so it has its texts and its button itself.

const WORDS = {
  en: ["Update the diary", "There is a new version of the diary, and this page needs it. What you entered is kept.", "Update now", "Updating …", "That did not work. Please try again where the internet is better.", "Back to the start page"],
  "zh-Hans": ["更新日记", "日记有新版本，此页面需要新版本才能打开。您填写的内容会保留。", "立即更新", "正在更新……", "更新未成功。请在网络较好时重试。", "返回首页"],
};

function made(tag, textContent, className = "") {
  return Object.assign(document.createElement(tag), { textContent, className });
}

function button(text, className, onclick) {
  return Object.assign(made("button", text, className), { type: "button", onclick });
}

function updateScreen(app) {
  const [heading, why, now, running, failed, home] = WORDS[app.language] ?? WORDS.en;
  const said = made("p", "", "said");
  said.setAttribute("role", "status");
  const press = button(now, "go", async () => {
    press.disabled = true;
    said.textContent = running;
    const isDone = await update().catch(() => false);
    press.disabled = isDone;
    if (!isDone) said.textContent = failed;
  });
  const back = button(home, "other", () => (location.hash = "today"));
  return { heading, body: [made("p", why), said, press, back] };
}

/** The newer worker takes over, upon which the diary opens anew; without workers the page itself is fetched. Gives whether
 * that is under way. */
async function update() {
  const workers = navigator.serviceWorker;
  const registration = await workers?.getRegistration("/diary/");
  if (!registration) return reload();
  await registration.update();
  const worker = registration.installing ?? registration.waiting;
  if (!worker) return reload();
  workers.addEventListener("controllerchange", reload);
  if (!(await isInstalled(worker))) return false;
  worker.postMessage("take over");
  return true;
}

function isInstalled(worker) {
  return new Promise((done) => {
    const look = () => worker.state !== "installing" && done(worker.state !== "redundant");
    worker.addEventListener("statechange", look);
    look();
  });
}

function reload() {
  location.reload();
  return true;
}

export const screens = { history: updateScreen, correct: updateScreen, photo: updateScreen };
