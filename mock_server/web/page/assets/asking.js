// How the page asks: its own parts, the control API, and the Webhook API of the tenant that is shown.

export const find = (id) => document.getElementById(id);
export const view = () => find("view");

// Browsers may refuse both storages.
export const stored = (storage, name, value) => {
  try { return value === undefined ? storage().getItem(name) : storage().setItem(name, value); } catch { return null; }
};
const TOKEN = "webhook-mock.token";
export const token = (value) => stored(() => sessionStorage, TOKEN, value);

export const sent = (method, url, { headers = {}, body, type = "" } = {}) =>
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

export const bearer = () => (token() ? `Bearer ${token()}` : "");

const asked = async (method, url, authorization, value) => {
  const headers = { Authorization: authorization, "Content-Type": "application/json", Accept: "application/json" };
  const answer = await sent(method, url, { headers, body: value === undefined ? undefined : JSON.stringify(value) });
  const body = answer.responseText ? JSON.parse(answer.responseText) : null;
  if (answer.status >= 400 || answer.status === 0) throw new Error(body?.Message ?? `it answered ${answer.status}`);
  return body;
};
export const steered = (method, path, value) => asked(method, `${view().dataset.prefix}/_mock/${path}`, bearer(), value);
// Never of a real server, whatever button was left from before it was there.
export const called = (method, path, value) =>
  view().dataset.upstream
    ? Promise.reject(new Error(`this page changes nothing on ${view().dataset.upstream}`))
    : asked(method, `${view().dataset.prefix}/api/v1/${path}`, view().dataset.authorization, value);
export const part = (path) =>
  sent("GET", `_mock/page/${path}`, { headers: { Authorization: bearer() }, type: "document" });

