// The texts about photos, in English and simplified Chinese; the diary's own are in its words.js.

const WORDS = {
  photo_region: ["What do you photograph?", "您要拍哪个部位？"],
  photo_region_missing: ["Choose what you photograph.", "请选择拍摄的部位。"],
  photo_choose: ["Photo", "照片"],
  photo_missing: ["Take a photo first.", "请先拍照。"],
  photo_yours: ["The photo that you took", "您拍的照片"],
  photo_kept_nowhere: ["The photo is sent at once and needs internet. Place and camera are taken out. The diary does not keep it on this phone; your camera may.", "照片会立即发送，需要联网。拍摄地点和相机信息会被去除。日记不会把照片保存在本机，但您的相机可能会保存。"],
  photo_send: ["Send the photo", "发送照片"],
  photo_sending: ["Sending. Please keep this page open.", "正在发送，请保持页面打开。"],
  photo_stored: ["Your photo is with the trial.", "试验已收到您的照片。"],
  photo_offline: ["Not sent: there is no internet. The photo is on this page only. Keep the page open and send again, or take it again later.", "未发送：没有网络。照片只在此页面上。请保持页面打开并再次发送，或稍后重新拍照。"],
  photo_later: ["Not sent: the trial’s computer does not answer. The photo is on this page only. Keep the page open and send again, or take it again later.", "未发送：试验服务器没有响应。照片只在此页面上。请保持页面打开并再次发送，或稍后重新拍照。"],
  photo_enough: ["Not sent: the trial has enough photos of today. Thank you.", "未发送：今天的照片已经足够，谢谢。"],
  photo_twice: ["The trial has this photo already.", "试验已有这张照片。"],
  photo_large: ["Not sent: the photo is too large. Take it again.", "未发送：照片太大，请重新拍照。"],
  photo_small: ["Not sent: too little is seen on the photo. Take it again.", "未发送：照片太小，看不清楚，请重新拍照。"],
  photo_closed: ["Not sent: your diary has ended.", "未发送：您的日记已结束。"],
  photo_refused: ["Not sent: the trial’s computer did not take this photo. Take it again; if that does not help, tell your trial site.", "未发送：试验服务器未接收这张照片。请重新拍照；如仍不行，请告诉研究中心。"],
  photo_unreadable: ["This is no photo that the phone can show. Take it again.", "本机无法显示此照片，请重新拍照。"],
  photo_none: ["There are no photos to take.", "无需拍照。"],
};

export function sayOfPhotos(language, key) {
  return WORDS[key][language === "zh-Hans" ? 1 : 0];
}

export function allWordsOfPhotos() {
  return WORDS;
}
