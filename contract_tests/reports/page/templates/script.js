
"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const clauses = [...document.querySelectorAll(".clause")];
  const chips = [...document.querySelectorAll(".chip")];
  const texts = new Map(clauses.map((each) => [each, each.querySelector("summary").textContent.toLowerCase()]));
  const pressed = (chip) => chip.getAttribute("aria-pressed") === "true";
  const press = (chip, on) => chip.setAttribute("aria-pressed", String(on));

  const fits = (clause, words, verdicts) =>
    (!verdicts.length || verdicts.includes(clause.dataset.verdict)) &&
    (!find("level").value || clause.dataset.level === find("level").value) &&
    (!find("operation").value || clause.dataset.operations.split(" ").includes(find("operation").value)) &&
    words.every((word) => texts.get(clause).includes(word));

  const filter = () => {
    const words = find("words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = chips.filter(pressed).map((chip) => chip.dataset.verdict);
    let shown = 0;
    for (const clause of clauses) {
      clause.hidden = !fits(clause, words, verdicts);
      shown += !clause.hidden;
    }
    for (const group of document.querySelectorAll(".group"))
      group.hidden = !group.querySelector(".clause:not([hidden])");
    find("shown").textContent = `${shown} of ${clauses.length} clauses`;
    find("nothing").hidden = shown > 0;
  };
  const reset = () => {
    chips.forEach((chip) => press(chip, false));
    for (const id of ["words", "level", "operation"]) find(id).value = "";
    filter();
  };
  const visible = () => clauses.filter((each) => !each.hidden);

  chips.forEach((chip) => chip.addEventListener("click", () => { press(chip, !pressed(chip)); filter(); }));
  for (const id of ["words", "level", "operation"]) find(id).addEventListener("input", filter);
  find("filters").addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["all", "again"]) find(id).addEventListener("click", reset);
  find("open").addEventListener("click", () => visible().forEach((each) => { each.open = true; }));
  find("close").addEventListener("click", () => visible().forEach((each) => { each.open = false; }));
  for (const cell of document.querySelectorAll("[data-cell]"))
    cell.addEventListener("click", () => {
      find("words").value = find("level").value = "";
      chips.forEach((chip) => press(chip, chip.dataset.verdict === cell.dataset.cell));
      find("operation").value = cell.dataset.operation;
      filter();
      find("clauses").focus();
    });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.target.closest("input, select, pre")) {
      event.preventDefault();
      find("words").focus();
    }
    if (event.key === "Escape" && event.target === find("words")) reset();
  });

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
  for (const button of document.querySelectorAll(".copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await copied(`${button.closest("figure").querySelector("pre").textContent}\n`);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  }

  const root = document.documentElement;
  const remembered = (theme) => {
    try { return theme ? localStorage.setItem("theme", theme) : localStorage.getItem("theme"); } catch { return null; }
  };
  if (remembered()) root.dataset.theme = remembered();
  find("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    remembered(root.dataset.theme);
  });

  const reveal = () => {
    const clause = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!clause || !clause.matches(".clause")) return;
    reset();
    clause.open = true;
    clause.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  find("filters").hidden = find("theme").hidden = false;
  if (matchMedia("(max-width: 60rem)").matches) find("matrix").open = false;
  filter();
  reveal();
})();
