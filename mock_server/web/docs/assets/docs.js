// Starts Swagger UI over the document of this page, in the colours that the browser prefers.
"use strict";

const TOKEN = "webhook-mock.token"; // as the page of the mock keeps it, for as long as the tab is open
const find = (id) => document.getElementById(id);
const told = document.body.dataset;
const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", paint);
paint();

const bearer = () => {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { Authorization: `Bearer ${token}` } : {};
};

const load = async () => {
  const answer = await fetch(told.document, { headers: bearer() });
  return answer.ok ? answer.json() : null;
};

const show = (spec) => {
  find("gate").hidden = true;
  const ui = SwaggerUIBundle({
    spec,
    dom_id: "#docs",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    onComplete: () => {
      if (told.user) ui.preauthorizeBasic("basic", told.user, told.password);
      if (bearer().Authorization) ui.preauthorizeApiKey("token", sessionStorage.getItem(TOKEN));
    },
  });
};

const begin = async () => {
  const spec = await load();
  if (spec) show(spec);
  return Boolean(spec);
};

find("opening").addEventListener("submit", async (event) => {
  event.preventDefault();
  sessionStorage.setItem(TOKEN, find("token").value);
  find("refused").hidden = await begin();
});

if (!told.gate || (told.gate === "401" && bearer().Authorization)) begin();
