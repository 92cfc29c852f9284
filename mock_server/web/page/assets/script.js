// The page follows the mock by asking what has changed, and steers it through the APIs that everybody has.

import { morph } from "./morph.js";

const SOON = 1000;
const LATER = 2500;
const AFTER_FAILURE = 4000;
const NEWS = 5000;

const root = document.documentElement;
const find = (id) => document.getElementById(id);
const view = () => find("view");
const stored = (storage, name, value) => {
  // Browsers may refuse both storages.
  try { return value === undefined ? storage.getItem(name) : storage.setItem(name, value); } catch { return null; }
};
const TOKEN = "webhook-mock.token";
const THEME = "webhook-mock.theme";

const state = { tag: null, timer: 0, asking: false, again: null, paused: false, quiet: 0, told: 0, untold: [0, 0], shown: location.search };

// Requests

const sent = (method, url, { headers = {}, body, type = "" } = {}) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    // A document is parsed without being run, and no text of a stranger is ever made into markup here.
    request.responseType = type;
    // A 304 has no type of its own, and would be read as broken XML.
    if (type) request.overrideMimeType("text/html; charset=utf-8");
    for (const [name, value] of Object.entries(headers)) if (value) request.setRequestHeader(name, value);
    request.timeout = 15000;
    request.onload = () => resolve(request);
    request.onerror = request.ontimeout = () => reject(new Error("the mock does not answer"));
    request.send(body);
  });

const bearer = () => {
  const token = stored(sessionStorage, TOKEN);
  return token ? `Bearer ${token}` : "";
};

const asked = async (method, url, authorization, value) => {
  const headers = { Authorization: authorization, "Content-Type": "application/json", Accept: "application/json" };
  const answer = await sent(method, url, { headers, body: value === undefined ? undefined : JSON.stringify(value) });
  const body = answer.responseText ? JSON.parse(answer.responseText) : null;
  if (answer.status >= 400 || answer.status === 0) throw new Error(body?.Message ?? `it answered ${answer.status}`);
  return body;
};
const steered = (method, path, value) => asked(method, `${view().dataset.prefix}/_mock/${path}`, bearer(), value);
const called = (method, path, value) =>
  asked(method, `${view().dataset.prefix}/api/v1/${path}`, view().dataset.authorization, value);
const part = (path) =>
  sent("GET", `_mock/page/${path}`, { headers: { Authorization: bearer() }, type: "document" });

// What happens

const look = async ({ whole = false } = {}) => {
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

const newest = () => Number(find("deliveries-rows")?.firstElementChild?.dataset.key ?? 0);

// A screen reader hears now and then how much is new, and not each row.
const tell = (before) => {
  const rows = [...(find("deliveries-rows")?.children ?? [])].filter((each) => Number(each.dataset.key) > before);
  state.untold[0] += rows.length;
  state.untold[1] += rows.filter((each) => each.querySelector(".status.bad")).length;
  if (!state.untold[0] || Date.now() - state.told < NEWS) return;
  const [number, failed] = state.untold;
  find("news").textContent = `${number} new ${number === 1 ? "delivery" : "deliveries"}${failed ? `, ${failed} failed` : ""}`;
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

// What is said of what was done

let fading = 0;
const say = (text, bad = false) => {
  const said = find("said");
  said.textContent = text;
  said.className = `said shown${bad ? " wrong" : ""}`;
  clearTimeout(fading);
  fading = setTimeout(() => { said.className = "said"; }, bad ? 8000 : 3500);
};

const doing = async (button, work, text) => {
  button?.setAttribute("aria-busy", "true");
  try {
    await work();
    say(text);
  } catch (error) {
    say(`Not done: ${error.message}`, true);
  } finally {
    button?.removeAttribute("aria-busy");
    state.quiet = 0;
    look();
  }
};

// What can be done

const go = (address) => {
  history.pushState(null, "", address);
  find("tenants").open = false;
  look({ whole: true });
};

const copied = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
};

const locked = () => {
  stored(sessionStorage, TOKEN, "");
  if (!view().dataset.gate) return location.reload();
  find("refused").hidden = !find("token").value;
  find("token").select();
};

const opened = async (row) => {
  const answer = await part(`${row.dataset.row}?tenant=${encodeURIComponent(view().dataset.tenant)}`).catch(() => null);
  const inside = answer?.response?.querySelector(".inside");
  if (row.querySelector(".inside")) return;
  const missing = document.createElement("p");
  missing.className = "inside soft";
  missing.textContent = "The mock does not keep it any more.";
  row.append(inside ? document.adoptNode(inside) : missing);
};

const faults = async () => {
  const { active, available } = await steered("GET", "faults");
  available.sort((one, other) => active.includes(other.id) - active.includes(one.id));
  find("faults-list").replaceChildren(...available.map((each) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const [id, says] = [document.createElement("code"), document.createElement("span")];
    id.textContent = each.id;
    says.textContent = each.says + (each.options.length ? ` (with ${each.options.join(" ")})` : "");
    button.type = "button";
    button.dataset.fault = each.id;
    button.setAttribute("role", "switch");
    button.setAttribute("aria-checked", String(active.includes(each.id)));
    button.append(id, says);
    item.append(button);
    item.dataset.words = `${each.id} ${each.says} ${each.clause}`.toLowerCase();
    return item;
  }));
  sought();
};

const sought = () => {
  const words = find("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  const items = [...find("faults-list").children];
  for (const each of items) each.hidden = !words.every((word) => each.dataset.words.includes(word));
  find("found").textContent = `${items.filter((each) => !each.hidden).length} of ${items.length} faults`;
};

const switched = (button) => {
  const id = button.dataset.fault;
  const on = button.getAttribute("aria-checked") === "false";
  doing(button, async () => {
    await steered(on ? "PUT" : "DELETE", `faults/${encodeURIComponent(id)}`);
    if (button.hasAttribute("aria-checked")) button.setAttribute("aria-checked", String(on));
    else find("choose").focus();
  }, `${id} is ${on ? "on" : "off"}`);
};

const signalled = (form) => {
  const [event, key, data] = ["event", "key", "data"].map((name) => form.elements[name].value.trim());
  doing(form.querySelector(".primary"), async () => {
    const value = { EventName: event, PrimaryKey: Number(key || 0) };
    if (data) value.Data = JSON.parse(data);
    await called("POST", "Agents/Webhook/SignalEvent", value);
  }, `${event} is signalled`);
};

const buttons = {
  "[data-state]": (button) => {
    const { hook, state: wanted } = button.dataset;
    const change = [{ op: "replace", path: "/State", value: wanted }];
    doing(button, () => called("PATCH", `Webhook/${hook}`, change), `Webhook ${hook} is ${wanted}`);
  },
  "[data-signal]": (button) => {
    find("signal").elements.event.value = button.dataset.signal;
    find("signal").querySelector(".primary").focus();
    find("events").scrollIntoView({ block: "nearest" });
  },
  "[data-fault]": switched,
  "#choose": () => {
    find("faulty").showModal();
    find("words").focus();
    faults().catch((error) => say(error.message, true));
  },
  "#reset": () => {
    find("resetting").querySelector(".which").textContent = view().dataset.name;
    find("resetting").returnValue = "";
    find("resetting").showModal();
  },
  "#live": () => {
    state.paused = !state.paused;
    pulse(state.paused ? "paused" : "live");
    if (state.paused) clearTimeout(state.timer);
    else look();
  },
  "#theme": () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    stored(localStorage, THEME, root.dataset.theme);
  },
  ".copy": async (button) => {
    await copied(button.parentNode.querySelector("pre").textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  },
};

document.addEventListener("click", (event) => {
  if (!event.target.closest("#tenants")) find("tenants").open = false;
  const button = event.target.closest("button");
  if (button)
    for (const [selector, act] of Object.entries(buttons)) if (button.matches(selector)) return void act(button);
  const link = event.target.closest("a[href^='?']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const section = link.closest("section")?.id;
  go(link.getAttribute("href"));
  if (section) find(link.hash.slice(1) || section)?.scrollIntoView({ block: "nearest" });
});

document.addEventListener("submit", (event) => {
  if (event.target.id === "signal") signalled(event.target);
  else if (event.target.id === "unlock") {
    stored(sessionStorage, TOKEN, find("token").value);
    look();
  } else return;
  event.preventDefault();
});

// Toggles do not bubble.
document.addEventListener("toggle", (event) => {
  const details = event.target;
  if (!details.open) return;
  if (details.matches("[data-row]") && !details.querySelector(".inside")) opened(details);
  if (details.id === "tenants" && !view().dataset.gate)
    part(`tenants${location.search}`).then(({ response }) => {
      const fresh = response?.getElementById("choices");
      if (fresh) find("choices").replaceChildren(...document.adoptNode(fresh).childNodes);
    }, () => say("The mock does not answer", true));
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && find("tenants").open) {
    find("tenants").open = false;
    find("tenants").querySelector("summary").focus();
  }
  const summary = event.target.closest?.(".rows summary, .hooks > li > details > summary");
  if (!summary || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const row = summary.closest("li");
  const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
  if (!next) return;
  event.preventDefault();
  next.querySelector("summary").focus();
});

find("words").addEventListener("input", sought);
// Enter in the search would close the dialog.
find("words").addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
find("resetting").addEventListener("close", () => {
  if (find("resetting").returnValue !== "reset") return;
  doing(null, () => steered("POST", "reset"), `${view().dataset.name} begins anew`);
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && !state.paused) look(); });
addEventListener("online", () => { if (!state.paused) look(); });
// Also told of links within the page.
addEventListener("popstate", () => { if (location.search !== state.shown) look({ whole: true }); });

root.classList.add("js");
if (stored(localStorage, THEME)) root.dataset.theme = stored(localStorage, THEME);
setInterval(ages, 1000);
if (view().dataset.gate) {
  pulse("paused");
  if (view().dataset.gate === "token" && bearer()) look();
} else {
  pulse("live");
  ages();
  look();
}
