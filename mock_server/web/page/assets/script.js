// What can be done on the page: its buttons call the APIs that everybody has.

import { called, find, part, steered, stored, token, view } from "./asking.js";
import { begin, go, hold, hurry, look } from "./following.js";

const THEME = "webhook-mock.theme";
const root = document.documentElement;

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
    hurry();
  }
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
  "#reset": (button) => {
    for (const each of find("resetting").querySelectorAll(".word")) each.textContent = button.dataset.word;
    find("resetting").querySelector(".which").textContent = view().dataset.name;
    find("resetting").querySelector(".upstream").textContent = view().dataset.upstream ?? "";
    find("resetting").returnValue = "";
    find("resetting").showModal();
  },
  "#live": hold,
  "#theme": () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    stored(() => localStorage, THEME, root.dataset.theme);
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
    token(find("token").value);
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

root.classList.add("js");
const theme = stored(() => localStorage, THEME);
if (theme) root.dataset.theme = theme;
begin();
