// Every method of the official client's Webhook agent against one mock; what came of each is written as JSON.
"use strict";
const { WebhookAgent } = require("@superoffice/webapi/WebhookAgent.js");
const [base, target] = process.argv.slice(2);

const configured = () => ({
  baseUrl: base,
  languageCode: "en",
  timezone: "NO",
  timezoneInclude: true,
  axiosConfig: { headers: { Authorization: "Basic dGplMDpUamUw" } },
});

async function failing(call) {
  try {
    return { unexpected: await call };
  } catch (error) {
    return { status: error.response?.status, type: error.response?.data?.ErrorType };
  }
}

// A webhook that is gone gets nothing any more: whoever removes it waits for what is under way.
async function delivered(event) {
  const { headers } = configured().axiosConfig;
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(new URL(`/_mock/deliveries?event=${event}`, base), { headers });
    if ((await answer.json()).length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${event} was not delivered`);
}

async function main() {
  const agent = new WebhookAgent(configured());
  const found = {};
  const hook = await agent.createDefaultWebhookAsync();
  found.default = { ...hook };
  Object.assign(hook, { name: "By the client", events: ["sale.created"], targetUrl: target, type: "webhook" });
  Object.assign(hook, { secret: "s3cr3t", headers: { "X-Mine": "1" }, properties: { extra: [1, "two"] } });
  Object.assign(hook, { notifyVia: 1, notifyWhen: 3, errorEmails: ["a@example.com"] });
  const saved = await agent.saveWebhookAsync(hook);
  found.saved = { ...saved };
  found.read = await agent.getWebhookAsync(saved.webhookId);
  saved.name = "Renamed";
  found.replaced = await agent.saveWebhookAsync(saved);
  const listed = async (...filter) => (await agent.getAllWebhooksAsync(...filter)).map((each) => each.name);
  found.byName = await listed("renamed", "", "Unknown");
  found.byEvent = await listed("", "sale.created", "Active");
  found.byRequest = await listed({ nameFilter: "nobody", eventFilter: "", statusFilter: "Unknown" });
  found.byState = await listed("", "", "Stopped");
  found.test = await agent.testWebhookAsync(saved);
  found.signal = await agent.signalEventAsync("sale.created", 42, { amount: 1 });
  await delivered("sale.created");
  found.lastError = await agent.getLastErrorAsync(saved.webhookId);
  found.deleted = await agent.deleteWebhookAsync(saved.webhookId);
  found.gone = (await agent.getWebhookAsync(saved.webhookId)) ?? null;
  found.refused = await failing(agent.saveWebhookAsync(saved));
  const stranger = new WebhookAgent({ ...configured(), axiosConfig: { headers: { Authorization: "Basic eA==" } } });
  found.unauthorized = await failing(stranger.createDefaultWebhookAsync());
  process.stdout.write(JSON.stringify(found));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n${JSON.stringify(error.response?.data)}\n`);
  process.exit(1);
});
