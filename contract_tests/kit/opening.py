"""The first and the last minute of a run: is anybody there, what is offered, and cleaning up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contract_tests.kit import arrange, removal, ways
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.profiles import AGENTS, operations
from contract_tests.kit.removal import ABSENT, Remnant
from contract_tests.kit.run import Run
from contract_tests.kit.values import Json, whole
from contract_tests.kit.verdicts import CannotStart, ContractViolation, Inconclusive, NoAnswer

POST = "v1Webhook_PostWebhook"


def open_run(run: Run) -> None:
    """Reach the target, see that what is made can be removed, and learn what is offered."""
    run.offered = operations("all")  # until it is known
    try:
        run.target.ledger.survey(_others(run))
        run.members = frozenset(_canary(run))
        number, answer = _first(run)
        run.offered = frozenset(_offered(run, number, _event(run, answer)))
    except Inconclusive as problem:
        raise CannotStart(f"{run.target.base}: {problem}") from None


def _others(run: Run) -> set[int]:
    """The ids that are there before the run has made anything."""
    return {each.id for each in removal.listed(run.target) or ()}


def _canary(run: Run) -> dict[str, Json]:
    """Make one webhook, read it back and remove it, before anything else is made; the answer that told it.

    On this machine a target is judged all the same when that does not work.
    """
    number, answer = _first(run)
    try:
        trouble = _unread(run, answer, number) or _unremoved(run, number)
    except ContractViolation as silence:
        trouble = f"{silence.seen} while the first webhook was tried: {silence.came}"
    if trouble and not run.target.is_local:
        left = removal.remove_all(run.target, lambda: removal.left_of(run.target))
        behind = ", ".join(f"webhook {each.id} ({run.tag})" for each in left) or "nothing"
        raise CannotStart(f"{run.target.base}: {trouble}; no more was made, and {behind} is left behind")
    return answer


def _unread(run: Run, answer: dict[str, Json], number: object) -> str:
    """What is wrong when the canary is read back: by GET, or else in the list."""
    if type(number) is not int or not run.target.ledger.owns(number):
        return f"the answer to the first POST Webhook has no new WebhookId ({number!r})"
    exchange = run.target.send("GET", f"/Webhook/{number}")
    told = _object(exchange) if exchange.status == 200 else None
    listed = {each.id: each for each in removal.listed(run.target) or ()} if told is None else {}
    name = told.get("Name") if told is not None else listed[number].name if number in listed else None
    if name == answer.get("Name") and name is not None:
        return ""
    return f"the first webhook, {number}, cannot be read back (GET answers {exchange.status})"


def _unremoved(run: Run, number: object) -> str:
    """What is wrong when the canary is removed, or stopped where nothing removes."""
    if type(number) is not int or not run.target.ledger.owns(number):
        return "the first webhook cannot be removed"
    end = removal.remove(run.target, number)
    if not end.went_well:
        return f"the first webhook cannot be removed: {end.remnant(number).reason}"
    left = removal.left_of(run.target)
    if number in left and not (left[number] and end.is_silenced):
        return f"the first webhook was not removed: {end.remnant(number).reason}"
    return ""


def _first(run: Run) -> tuple[object, dict[str, Json]]:
    """The id of a new webhook, and the answer that told it; a wrong answer is for the checks to judge."""
    try:
        exchange = _made(run, arrange.hook(run))
    except ContractViolation as silence:
        told = silence.reason if isinstance(silence, NoAnswer) else silence.came
        raise CannotStart(f"{run.target.base} gives no answer: {told}") from None
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
            f"instead of 200 with a JSON object: {exchange.body[:200].decode(errors='replace')!r}; "
            "`webhook-contract doctor` looks for the cause"
        )
    return whole(answer.get("WebhookId", answer.get("webhookId", 0))), answer


def _made(run: Run, body: Json) -> Exchange:
    """POST /Webhook, or SaveWebhook where there are agents alone."""
    exchange = arrange.make(run, body)
    if not run.offers(POST):
        return exchange
    run.probed[POST] = exchange
    if arrange.went_well(exchange) or exchange.status not in (absent := ABSENT | _says_of_rest(run)):
        return exchange
    run.offered -= {POST}
    saved = arrange.make(run, body)
    return exchange if saved.status in absent else saved


def _object(exchange: Exchange) -> dict[str, Json] | None:
    try:
        answer = exchange.json
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _event(run: Run, answer: Mapping[str, Json]) -> str:
    """An event that the webhook listens for: a 404 for one that nobody hears of is no absent operation."""
    events = answer.get("Events")
    return str(events[0]) if isinstance(events, list) and events else f"{run.entity()}.probed"


def _offered(run: Run, canary: object, event: str) -> list[str]:
    probes, absent = _probes(run, canary, event), _absent(run)
    return [
        *(run.offered & {POST}),
        *(name for name, probe in probes.items() if _is_offered(run, name, probe, absent(name))),
    ]


def _absent(run: Run) -> Callable[[str], set[int]]:
    """How the target says that it has no such operation, by name: as it does of what no server has, too."""
    by_agent = _says_of_nothing(run, "POST", "/Agents/Webhook/NoSuchMethod", json={})
    by_rest = _says_of_rest(run)

    def absent(name: str) -> set[int]:
        # A server without `default` takes the word for an id, which is bad input.
        bad_id = {400, 422} if name == "v1Webhook_DefaultWebhook" else set()
        return ABSENT | bad_id | (by_agent if name.startswith(AGENTS) else by_rest)

    return absent


def _says_of_rest(run: Run) -> set[int]:
    return _says_of_nothing(run, "GET", "/NoSuchEntity")


def _says_of_nothing(run: Run, method: str, path: str, **sent: Json) -> set[int]:
    """The status, when it is a refusal, and not of the credentials."""
    try:
        status = run.target.send(method, path, **sent).status
    except ContractViolation:
        return set()
    return {status} & {*range(400, 500)} - {401}


def _is_offered(run: Run, name: str, probe: Callable[[], Exchange], absent: set[int]) -> bool:
    try:
        run.probed[name] = probe()
    except ContractViolation:
        return True
    return run.probed[name].status not in absent


def _probes(run: Run, canary: object, event: str) -> Mapping[str, Callable[[], Exchange]]:
    """One good call of each operation, the one that removes the canary last."""
    send, agent = run.target.send, "/Agents/Webhook"
    this, body = f"/Webhook/{canary}", arrange.hook(run)
    return {
        "v1Webhook_PatchWebhook": lambda: send("PATCH", this, json={"Name": run.fresh()}),
        "v1WebhookAgent_GetAllWebhooks": lambda: send("POST", f"{agent}/GetAllWebhooks", json={}),
        "v1WebhookAgent_SignalEvent": lambda: ways.signal_by_agent(run, event, 1, {}),
        "v1Webhook_DefaultWebhook": lambda: send("GET", "/Webhook/default"),
        "v1Webhook_GetAllWebhooks": lambda: send("GET", "/Webhook"),
        "v1Webhook_GetWebhook": lambda: send("GET", this),
        "v1Webhook_PutWebhook": lambda: send("PUT", this, json=body | {"WebhookId": canary}),
        "v1Webhook_TestWebhook": lambda: send("POST", "/Webhook/Test", json=body),
        "v1Webhook_SignalEvent": lambda: send("POST", f"/Webhook/{event}/1", json={}),
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


def close_run(run: Run) -> tuple[Remnant, ...]:
    """Remove what the run has made, the newest first; what is still there."""
    if not run.target.has_answered:
        return ()
    return removal.remove_all(run.target, lambda: removal.left_of(run.target), run.offered)
