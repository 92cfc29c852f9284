// Follows the mock: asks what has changed, shows it, and says how that goes.

import { bearer, find, sent, token, view } from "./asking.js";
import { morph } from "./morph.js";

const SOON = 1000;
const LATER = 2500;
const AFTER_FAILURE = 4000;
const NEWS = 5000;

const root = document.documentElement;
const state = {
  tag: null, timer: 0, asking: false, again: null, paused: false, quiet: 0,
  told: 0, untold: [0, 0], shown: location.search,
};

export const look = async ({ whole = false } = {}) => {
  if (state.asking) { state.again = { whole: whole || state.again?.whole }; return; }
  clearTimeout(state.timer);
  state.asking = true;
  const from = location.search;
  try {
    const headers = { Authorization: bearer(), "If-None-Match": whole ? "" : state.tag };
    const answer = await sent("GET", `_mock/page/view${from}`, { headers, type: "document" });
    if (from === location.search) shown(answer, whole);
  } catch {
    pulse("broken");
  } finally {
    state.asking = false;
    const again = state.again;
    state.again = null;
    if (again || from !== location.search) look(again ?? { whole: true });
    else wait();
  }
};

const shown = (answer, whole) => {
  const fresh = answer.response?.getElementById("view");
  if (answer.status === 401) return locked();
  if (answer.status !== 304 && !(answer.status === 200 && fresh)) return pulse("broken");
  state.quiet = answer.status === 304 ? state.quiet + 1 : 0;
  if (answer.status === 200) {
    state.tag = answer.getResponseHeader("ETag");
    const before = newest();
    if (view().dataset.tenant !== fresh.dataset.tenant) view().replaceWith(document.adoptNode(fresh));
    else morph(view(), fresh, whole);
    if (!whole) tell(before);
    state.shown = location.search;
    titled();
  }
  return pulse(state.paused ? "paused" : "live");
};

const wait = () => {
  clearTimeout(state.timer);
  if (state.paused || document.hidden || view().dataset.gate) return;
  const pause = root.dataset.pulse === "broken" ? AFTER_FAILURE : state.quiet > 8 ? LATER : SOON;
  state.timer = setTimeout(look, pause);
};

const pulse = (what) => {
  root.dataset.pulse = what;
  const words = { live: "Live", paused: "Paused", broken: "No answer" };
  if (find("pulse").textContent !== words[what]) find("pulse").textContent = words[what];
  find("live").setAttribute("aria-label", what === "paused" ? "Paused: go on" : `${words[what]}: pause`);
};

const titled = () => {
  find("tenant").textContent = view().dataset.name;
  document.title = `${view().dataset.name} · webhook-mock`;
  ages();
};

// What is told as it comes: violations where there is a server behind, deliveries otherwise.
const NOUNS = {
  deliveries: { one: "delivery", many: "deliveries", bad: "failed" },
  violations: { one: "violation", many: "violations", bad: "of the server" },
};
const told = () => (view().dataset.upstream ? "violations" : "deliveries");
const rowsTold = () => find(`${told()}-rows`);
const newest = () => Number(rowsTold()?.firstElementChild?.dataset.key ?? 0);

// A screen reader hears now and then how much is new, and not each row.
const tell = (before) => {
  const rows = [...(rowsTold()?.children ?? [])].filter((each) => Number(each.dataset.key) > before);
  state.untold[0] += rows.length;
  state.untold[1] += rows.filter((each) => each.querySelector(".status.bad")).length;
  if (!state.untold[0] || Date.now() - state.told < NEWS) return;
  const [[number, bad], noun] = [state.untold, NOUNS[told()]];
  find("news").textContent = `${number} new ${number === 1 ? noun.one : noun.many}${bad ? `, ${bad} ${noun.bad}` : ""}`;
  state.told = Date.now();
  state.untold = [0, 0];
};

const ages = () => {
  for (const each of document.querySelectorAll("time")) {
    const moment = new Date(each.dateTime);
    const seconds = Math.round((Date.now() - moment) / 1000);
    const text =
      seconds < -5 || seconds >= 86400 ? moment.toLocaleDateString()
      : seconds < 2 ? "now"
      : seconds < 60 ? `${seconds} s ago`
      : seconds < 3600 ? `${Math.floor(seconds / 60)} min ago`
      : `${Math.floor(seconds / 3600)} h ago`;
    if (each.textContent !== text) each.textContent = text;
  }
};

const locked = () => {
  token("");
  if (!view().dataset.gate) return location.reload();
  find("refused").hidden = !find("token").value;
  find("token").select();
};

export const go = (address) => {
  history.pushState(null, "", address);
  find("tenants").open = false;
  look({ whole: true });
};

export const hold = () => {
  state.paused = !state.paused;
  pulse(state.paused ? "paused" : "live");
  if (state.paused) clearTimeout(state.timer);
  else look();
};

// Something was done here: there is going to be something new.
export const hurry = () => {
  state.quiet = 0;
  look();
};

document.addEventListener("visibilitychange", () => { if (!document.hidden && !state.paused) look(); });
addEventListener("online", () => { if (!state.paused) look(); });
// Also told of links within the page.
addEventListener("popstate", () => { if (location.search !== state.shown) look({ whole: true }); });

export const begin = () => {
  setInterval(ages, 1000);
  pulse(view().dataset.gate ? "paused" : "live");
  ages();
  if (!view().dataset.gate || (view().dataset.gate === "token" && bearer())) look();
};
