"""The first and the last minute of a run: is anybody there, what is offered, and cleaning up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contract_tests.kit import arrange, ways
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.profiles import operations
from contract_tests.kit.run import Run
from contract_tests.kit.values import Json
from contract_tests.kit.verdicts import ContractViolation, Inconclusive

POST = "v1Webhook_PostWebhook"
# How a server says that it has no such operation.
ABSENT = {404, 405, 501}


class CannotStart(Exception):  # noqa: N818  # what it says is a fact about the target, not an error of ours
    """The run cannot begin; the text is one line for the person who started it."""


def open_run(run: Run) -> None:
    """Reach the target, make and read the canary, and learn what else is offered."""
    run.offered = operations("all")  # until it is known
    canary, answer = _canary(run)
    run.members = frozenset(answer)
    run.offered = frozenset(_offered(run, canary))


def _canary(run: Run) -> tuple[object, dict[str, Json]]:
    """The id of the first webhook, and the answer that told it; a wrong answer is for the checks to judge."""
    try:
        exchange = _first(run, arrange.hook(run))
    except ContractViolation as silence:
        raise CannotStart(f"{run.target.base} cannot be reached: {silence.came}") from None
    if exchange.status in {401, 403}:
        raise CannotStart(
            f"{run.target.base} refuses the credentials with {exchange.status}: "
            "give --user and --password, --token-env or --ticket-env"
        )
    if exchange.status in ABSENT:
        raise CannotStart(f"{exchange.request.url} answers {exchange.status}: is this the API's base URL?")
    answer = _object(exchange)
    if not 200 <= exchange.status < 300 or answer is None:
        raise CannotStart(
            f"{exchange.request.url} answers {exchange.status} to a plain new webhook "
            f"instead of 200 with a JSON object: {exchange.body[:200].decode(errors='replace')!r}"
        )
    return answer.get("WebhookId", answer.get("webhookId", 0)), answer


def _first(run: Run, body: Json) -> Exchange:
    """POST /Webhook, or SaveWebhook where there are agents alone."""
    exchange = run.probed[POST] = arrange.make(run, body)
    if exchange.status not in ABSENT:
        return exchange
    run.offered -= {POST}
    saved = arrange.make(run, body)
    return exchange if saved.status in ABSENT else saved


def _object(exchange: Exchange) -> dict[str, Json] | None:
    try:
        answer = exchange.json
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _offered(run: Run, canary: object) -> list[str]:
    probes = _probes(run, canary)
    return [
        *(run.offered & {POST}),
        *(name for name, probe in probes.items() if _is_offered(run, name, probe)),
    ]


def _is_offered(run: Run, name: str, probe: Callable[[], Exchange]) -> bool:
    # A server without `default` takes the word for an id, which is a 400.
    absent = ABSENT | {400} if name == "v1Webhook_DefaultWebhook" else ABSENT
    try:
        run.probed[name] = probe()
    except ContractViolation:
        return True
    return run.probed[name].status not in absent


def _probes(run: Run, canary: object) -> Mapping[str, Callable[[], Exchange]]:
    """One good call of each operation, the one that removes the canary last."""
    send, agent = run.target.send, "/Agents/Webhook"
    this, body = f"/Webhook/{canary}", arrange.hook(run)
    return {
        "v1Webhook_PatchWebhook": lambda: send("PATCH", this, json={"Name": run.fresh()}),
        "v1WebhookAgent_GetAllWebhooks": lambda: send("POST", f"{agent}/GetAllWebhooks", json={}),
        "v1WebhookAgent_SignalEvent": lambda: ways.signal_by_agent(run, f"{run.entity()}.probed", 1, {}),
        "v1Webhook_DefaultWebhook": lambda: send("GET", "/Webhook/default"),
        "v1Webhook_GetAllWebhooks": lambda: send("GET", "/Webhook"),
        "v1Webhook_GetWebhook": lambda: send("GET", this),
        "v1Webhook_PutWebhook": lambda: send("PUT", this, json=body | {"WebhookId": canary}),
        "v1Webhook_TestWebhook": lambda: send("POST", "/Webhook/Test", json=body),
        "v1Webhook_SignalEvent": lambda: send("POST", f"/Webhook/{run.entity()}.probed/1", json={}),
        "v1Webhook_GetLastError": lambda: send("GET", f"{this}/LastError"),
        "v1WebhookAgent_CreateDefaultWebhook": lambda: send("POST", f"{agent}/CreateDefaultWebhook"),
        "v1WebhookAgent_SaveWebhook": lambda: send(
            "POST", f"{agent}/SaveWebhook", json=body | {"WebhookId": canary}
        ),
        "v1WebhookAgent_GetWebhook": lambda: send("POST", f"{agent}/GetWebhook?webhookId={canary}"),
        "v1WebhookAgent_TestWebhook": lambda: send("POST", f"{agent}/TestWebhook", json={"Webhook": body}),
        "v1WebhookAgent_GetLastError": lambda: send(
            "POST", f"{agent}/GetLastError", json={"WebhookId": canary}
        ),
        "v1WebhookAgent_DeleteWebhook": lambda: _delete_by_agent(run),
        "v1Webhook_DeleteWebhook": lambda: send("DELETE", this),
    }


def _delete_by_agent(run: Run) -> Exchange:
    spare = (_object(arrange.make(run, arrange.hook(run))) or {}).get("WebhookId", 0)
    return ways.delete_by_agent(run, spare)


def close_run(run: Run) -> list[int]:
    """Remove what the run has made, the newest first; the ids that are still there."""
    for webhook_id in sorted(_mine(run), reverse=True):
        _remove(run, webhook_id)
    return sorted(_mine(run))


def _mine(run: Run) -> set[int]:
    """The ids of what the run has made and not yet removed, or at least silenced."""
    try:
        listed = arrange.everything(run)
    except (Inconclusive, ContractViolation):
        return set(run.target.made)
    return {each["WebhookId"] for each in listed if _is_mine(run, each) and not _is_done(run, each)}


def _is_mine(run: Run, listed: Mapping[str, Json]) -> bool:
    # An answer may have nulled the id, so the tag in the target's URL counts as well.
    made = listed.get("WebhookId")
    tagged = f"/{run.tag}/" in str(listed.get("TargetUrl"))
    return type(made) is int and (made in run.target.made or tagged)


def _is_done(run: Run, listed: Mapping[str, Json]) -> bool:
    return not _can_delete(run) and listed.get("State") == "Stopped"


def _can_delete(run: Run) -> bool:
    return run.offers("v1Webhook_DeleteWebhook") or run.offers("v1WebhookAgent_DeleteWebhook")


def _remove(run: Run, webhook_id: int) -> None:
    try:
        if _can_delete(run):
            ways.delete(run, webhook_id)
        else:
            # Nothing removes it, so it is at least silenced.
            arrange.patched(run, webhook_id, {"State": "Stopped"})
    except (ContractViolation, Inconclusive):
        return
