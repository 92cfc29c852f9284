"""What shows the defects of credentials, media types, languages, places, limits and stores."""

from __future__ import annotations

import threading
import time
from typing import Any

from .server import SEED_CREDENTIALS
from .visitor import AGENT, Visitor, steady

HOOK = {"Name": "n & m", "Events": ["a.b"], "Secret": "s", "State": "Stopped"}


def body(visitor: Visitor) -> dict[str, Any]:
    return HOOK | {"TargetUrl": visitor.target.url}


def admitted(visitor: Visitor) -> Any:
    """The statuses for right, wrong and no credentials, and what is left afterwards."""
    forged = ("dGplMDpUamUweA==", "dGplMDp3cm9uZw==", "bm9ib2R5OlRqZTA=", "!!!")
    told = ["", SEED_CREDENTIALS, *(f"Basic {each}" for each in forged)]
    statuses = [
        visitor.ask("POST", "Webhook", body(visitor), Authorization=given, X_XSRF_TOKEN="")[0]
        for given in told
    ]
    statuses += [visitor.ask(method, "Webhook/1", b"", Authorization="")[0] for method in ("GET", "DELETE")]
    return statuses, [hook["WebhookId"] for hook in visitor.all()]


def typed(visitor: Visitor) -> Any:
    """Bodies and answers of many types."""
    types = (
        "text/json",
        "application/merge-patch+json",
        "Application/JSON",
        'application/json;charset="utf-8"',
    )
    statuses = [visitor.ask("POST", "Webhook", body(visitor), Content_Type=each)[0] for each in types]
    wishes = ("text/json", "application/xml", "text/xml;q=0.1, application/json", "*/*")
    answers = [wished(visitor, each) for each in wishes]
    shown = [answer if isinstance(answer, str) else steady(answer) for _, answer, _ in answers]
    kept = [each.partition("<Registered>")[0] if isinstance(each, str) else each for each in shown]
    told = [(status, media_type) for status, _, media_type in answers]
    return statuses, told, [without_target(visitor, each) for each in kept]


def wished(visitor: Visitor, wish: str) -> tuple[int, Any, str]:
    """The answer to a POST that accepts this, and its type."""
    status, answer = visitor.ask("POST", "Webhook", body(visitor), Accept=wish)
    return status, answer, visitor.media_type


def without_target(visitor: Visitor, shown: Any) -> Any:
    return shown.replace(visitor.target.url, "") if isinstance(shown, str) else shown


def spoken(visitor: Visitor) -> Any:
    """Answers in several languages and zones."""
    asked: list[dict[str, str]] = [
        {"Accept_Language": "sv"},
        {"Accept_Language": "fr,de"},
        {"SO_TimeZone": "261"},
        {"SO_TimeZone": "US-NY"},
    ]
    answers = [visitor.ask("POST", "Webhook", body(visitor), **each) for each in asked]
    dates = [str(answer.get("Registered"))[:13] == str(answer.get("Updated"))[:13] for _, answer in answers]
    return [(status, answer.get("State")) for status, answer in answers], dates


def lost(visitor: Visitor) -> Any:
    """Requests that nobody expects, and what they leave of three webhooks."""
    for _ in range(3):
        visitor.made()
    deep = b"[" * 20_000
    asked: list[tuple[str, str, Any, dict[str, str]]] = [
        ("POST", "Webhook", deep, {}),
        ("POST", "Webhook", b"x", {"Content_Type": "image/x"}),
        ("GET", "Nowhere/1", b"", {}),
        ("PATCH", "Webhook/1", [{"op": "add", "path": "/x", "value": 1}], {}),
        ("GET", f"{AGENT}DeleteWebhook?webhookId=2", b"", {}),
        ("PUT", "Webhook/1", {"Name": "half", "State": "bogus"}, {}),
        ("DELETE", "Webhook/3", b"", {"If_Unmodified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"}),
    ]
    statuses = [visitor.ask(method, path, given, **headers)[0] for method, path, given, headers in asked]
    return statuses, steady(visitor.all())


def limited(visitor: Visitor) -> Any:
    """A webhook that is long in everything, and filters that look like patterns."""
    numbers = {"p": {"long": 2**53 - 1, "zero": 0, "false": False}}
    long = {"Name": "n" * 300, "Secret": "s" * 300, "Properties": numbers}
    target = visitor.target.url + "?" + "t" * 2100
    headers = {f"X-{number}": "v" for number in range(30)}
    _, answer = visitor.post(**long, TargetUrl=target, Headers=headers)
    visitor.made(Name="a%", State="Stopped")
    visitor.made(Name="a*")
    filters = [{"NameFilter": "a%"}, {"NameFilter": "a*"}, {"StatusFilter": "TooManyErrors"}]
    return steady(answer), len(answer["TargetUrl"]) > 2100, [len(visitor.all(**each)) for each in filters]


def placed(visitor: Visitor) -> Any:
    """Patches of places that are not there, and of nothing."""
    stored = {"p": {"a": 1, "b": 2}, "q": 1}
    visitor.made(Events=["e0", "e1"], Properties=stored, Headers={"A": "1"})
    asked: list[Any] = [
        [{"op": "replace", "path": "/Events/-1", "value": "x"}],
        [{"op": "replace", "path": "/Events/01", "value": "y"}],
        [{"op": "add", "path": "/Events/7", "value": "z"}],
        [{"op": "remove", "path": "/Events/-"}],
        [{"op": "test", "path": "/Headers/B", "value": None}],
        [{"op": "test", "path": "/Properties/p", "value": {"b": 2, "a": 1}}],
        {},
        {"Properties": {"q": None}},
    ]
    statuses = [visitor.patch(1, each)[0] for each in asked]
    return statuses, steady(visitor.all())


def remembered(visitor: Visitor) -> Any:
    """One webhook after a patch, a refused patch, a PUT, a merge and a patch, by id and in the list."""
    visitor.made(State="Stopped")
    refused = [
        {"op": "replace", "path": "Secret", "value": "leaked"},
        {"op": "test", "path": "Name", "value": "no"},
    ]
    visitor.patch(1, [{"op": "replace", "path": "Name", "value": "first"}])
    seen = [visitor.ask("GET", "Webhook/1", b"")[1]]
    visitor.patch(1, refused)
    visitor.patch(1, {"ErrorsEmail": "m"})
    seen += [visitor.ask("GET", "Webhook/1", b"")[1], visitor.all()]
    visitor.ask("PUT", "Webhook/1", body(visitor) | {"Name": "put"})
    seen += [visitor.ask("GET", "Webhook/1", b"")[1]]
    visitor.patch(1, [{"op": "replace", "path": "Secret", "value": "t"}])
    return steady(seen), steady(visitor.all())


def claimed(visitor: Visitor) -> Any:
    registered = visitor.post()[1]["Registered"]
    visitor.patch(1, {"Registered": "2001-01-01T00:00:00Z", "Name": "x"})
    return visitor.all()[0]["Registered"] == registered


def together(visitor: Visitor) -> Any:
    """Eight webhooks at once, and two patches of the same members at once."""
    others = [Visitor(f"http://127.0.0.1:{visitor.connection.port}", visitor.target) for _ in range(8)]
    at_once([lambda each=each: each.made(Name="same") for each in others])
    ids = sorted(hook["WebhookId"] for hook in visitor.all(NameFilter="same"))
    patches = [{"Name": word, "Secret": word, "ErrorsEmail": word} for word in ("one", "two")]
    at_once(
        [lambda each=each, new=new: each.patch(1, new) for each, new in zip(others, patches, strict=False)]
    )
    for each in others:
        each.connection.close()
    left = visitor.ask("GET", "Webhook/1", b"")[1]
    return ids, left["Name"] == left["Secret"] == left["ErrorsEmail"]


def at_once(calls: list[Any]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
        time.sleep(0.004)
    for thread in threads:
        thread.join()


def probes() -> dict[str, Any]:
    """The probe of each defect."""
    named = {
        admitted: "password_unchecked password_begins gets_unguarded deletes_unguarded refused_too_late"
        " credentials_500",
        typed: "text_json_refused patch_type_refused type_in_case type_in_whole accept_one accept_json"
        " xml_called_json xml_unescaped",
        spoken: "state_translated languages_refused zone_500 zone_shifts",
        lost: "depth_500 media_500 nowhere_500 unknown_path_500 get_calls_agents put_half_done delete_anyway",
        limited: "name_255 secret_255 target_2048 headers_20 properties_rounded properties_falsy name_pattern"
        " name_like errors_unfiltered",
        placed: "index_negative index_any_number add_anywhere dash_removes test_missing_null"
        " test_order_of_members merge_nothing_empties merge_inner_property",
        claimed: "merge_registers",
        remembered: "draft_outlives item_cached item_cached_for_put list_cached put_undone refused_starts",
        together: "torn_updates ids_raced",
    }
    return {defect: probe for probe, defects in named.items() for defect in defects.split()}
