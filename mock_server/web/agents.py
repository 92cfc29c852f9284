"""The methods of the Webhook agent, as its URLs name them."""

from __future__ import annotations

METHODS = {
    "CreateDefaultWebhook": "Loads default values into a new Webhook.",
    "SaveWebhook": "Saves a Webhook: creates it when it has no id, else replaces it.",
    "DeleteWebhook": "Deletes the Webhook of an id.",
    "GetWebhook": "Gets the Webhook of an id, or null.",
    "GetAllWebhooks": "Returns all webhooks that pass the filters.",
    "TestWebhook": "Sends the test event to the target of a webhook, and reports the answer.",
    "SignalEvent": "Tells all webhooks that wait for an event that it has occurred.",
    "GetLastError": "Returns the last error of a webhook.",
}
