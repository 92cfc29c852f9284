"""The control API: what `/_mock` of a tenant answers, and what stands between it and the Webhook API."""
