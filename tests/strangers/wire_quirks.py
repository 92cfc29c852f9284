"""Legal variations, second half: what is listed, how answers look, how events are delivered."""

from __future__ import annotations

import json
import random
from http import HTTPStatus
from typing import Any

from .change import quirk
from .problems import binding_failure, only_error_message, only_message


def escaped(value: Any) -> str:
    """Indented, every character beyond ASCII and every slash escaped."""
    return json.dumps(value, indent=2).replace("/", "\\/")


def indented(value: Any) -> str:
    return "\n" + json.dumps(value, ensure_ascii=False, indent="\t", separators=(" ,", " : ")) + "\n"


def shuffled(items: list[Any]) -> list[Any]:
    return random.sample(items, len(items))


def caseless_name(wanted: str, name: str) -> bool:
    return wanted.casefold() == name.casefold()


def caseless_event(wanted: str, events: list[str]) -> bool:
    return wanted.lower() in {event.lower() for event in events}


def caseless_subscription(events: list[str], event: str) -> bool:
    return caseless_event(event, events)


def dotnet_case(name: str) -> str:
    """X-SuperOffice-EventId as some samples spell it: X-Superoffice-Eventid."""
    return "-".join(part.capitalize() for part in name.split("-"))


def documented_phrase(status: int, told: str) -> str:
    return told or HTTPStatus(status).phrase


NOISE = {
    "Server": "Microsoft-IIS/10.0",
    "X-Powered-By": "ASP.NET",
    "Cache-Control": "no-cache",
    "Vary": "Accept",
    "Set-Cookie": "XSRF-TOKEN=x; path=/",
}
TRACING = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "Accept": "*/*"}

LISTING = (
    quirk("random_order", "Lists come in random order.", "15.25", arrange=shuffled),
    quirk("newest_first", "Lists come newest first.", "15.25", arrange=lambda found: list(reversed(found))),
    quirk("names_match_caseless", "The name filter ignores case.", "15.23", name_matches=caseless_name),
    quirk("events_filter_caseless", "The event filter ignores case.", "15.39", event_listed=caseless_event),
    quirk(
        "blank_filters", "An empty filter looks for ''.", "section 6", unfiltered=lambda text: text is None
    ),
    quirk("status_filter_numbers", "The status filter can be a number.", "section 6", filter_numbers=True),
    quirk("unknown_status_ignored", "An unknown status is no filter.", "15.22", unknown_filter="ignore"),
    quirk("delete_missing_204", "Deleting nothing is answered 204.", "15.12", delete_missing_status=204),
    quirk("bad_id_404", "An id that is no number is answered 404.", "15.19", bad_id_status=404),
)
ON_THE_WIRE = (
    quirk("behind_tenant", "The API is below a tenant's path.", "section 1.1", prefix="/Cust26759"),
    quirk("paths_in_exact_case", "Paths are case-sensitive.", "RFC 3986, 6.2.2.1", fold_paths=False),
    quirk("unoffered_405", "A method not offered is answered 405.", "RFC 9110, 9.1", unoffered_status=405),
    quirk("escaped_json", "Answers are indented, Unicode escaped.", "RFC 8259, 7", text=escaped),
    quirk("indented_json", "Answers are indented by tabs, Unicode raw.", "RFC 8259, 2", text=indented),
    quirk("no_charset", "Content-Type has no charset.", "RFC 8259, 11", charset=""),
    quirk("json_whatever_accepted", "Accept never changes the type of JSON.", "15.11", echo_accept=False),
    quirk("json_for_xml", "XML is answered as JSON.", "15.11, 15.48", xml="json"),
    quirk("chunked_answers", "Answers come in chunks.", "RFC 9112, 7.1", chunked=True),
    quirk("close_connections", "Every answer closes the connection.", "RFC 9112, 9.6", close=True),
    quirk("documented_phrases", "The phrase is the page's description.", "14.4", reason=documented_phrase),
    quirk("no_phrase", "There is no reason phrase.", "RFC 9112, 4", reason=lambda *_: ""),
    quirk("noisy_headers", "Answers have many more headers.", "RFC 9110, 5.1", extra_headers=NOISE),
    quirk("validators", "Answers have Last-Modified and ETag.", "15.43", validators=True),
    quirk("typed_204", "A 204 has a Content-Type, as in the sample.", "14.6", typed_204=True),
    quirk("clock_ahead", "The server's clock is 90 s ahead.", "nothing promises equal clocks", skew=90.0),
    quirk("clock_behind", "The server's clock is 90 s behind.", "nothing promises equal clocks", skew=-90.0),
    quirk("errors_message", "Errors have Message only.", "14.28", error_object=only_message),
    quirk("errors_error_message", "Errors have ErrorMessage only.", "14.28", error_object=only_error_message),
    quirk("errors_of_framework", "Errors are the framework's.", "section 10", error_object=binding_failure),
    quirk("404_empty", "A 404 has no body.", "section 10", error_form={404: "empty"}),
    quirk("404_html", "A 404 has a page of HTML.", "section 10", error_form={404: "html"}),
    quirk("409_empty", "A 409 has no body.", "section 10", error_form={409: "empty"}),
    quirk("412_empty", "A 412 has no body.", "section 10", error_form={412: "empty"}),
    quirk("400_html", "A 400 has a page of HTML.", "section 10", error_form={400: "html"}),
    quirk("401_empty", "A 401 has no body.", "15.46", error_form={401: "empty"}),
    quirk("open_to_all", "No credentials are asked for.", "section 9", credentials="none"),
    quirk("wrong_credentials_401", "Unknown credentials: 401.", "15.44", credentials="checked"),
    quirk(
        "wrong_credentials_403",
        "Unknown credentials are answered 403.",
        "15.44, 14.38",
        credentials="checked",
        wrong_credentials_status=403,
    ),
)
DELIVERING = (
    quirk("blank_event_204", "An event without a name is nobody's.", "15.37", blank_event_status=204),
    quirk("subscriptions_caseless", "Event names match in any case.", "15.39", listens=caseless_subscription),
    quirk("slow_delivery", "Deliveries wait 0.3 to 1.5 s.", "7.1", delay=lambda: random.uniform(0.3, 1.5)),
    quirk("random_recipients", "Webhooks are told in random order.", "section 7.1", recipients=shuffled),
    quirk("scattered_delivery", "Events overtake each other.", "7.1", delay=lambda: random.uniform(0, 0.4)),
    quirk("one_by_one", "An event waits for the attempts of others.", "section 7.1", one_by_one=True),
    quirk("http10_delivery", "Deliveries are HTTP/1.0.", "section 8.1", http10=True),
    quirk("chunked_delivery", "Deliveries come in chunks.", "RFC 9112, 7.1", chunked_deliveries=True),
    quirk("escaped_payload", "Payloads are indented, Unicode escaped.", "RFC 8259, 7", payload_text=escaped),
    quirk("indented_payload", "Payloads are indented by tabs.", "RFC 8259, 2", payload_text=indented),
    quirk("no_field_values", "Payloads have no FieldValues.", "section 8.2", field_values=False),
    quirk("properties_nested", "Properties are injected as one member.", "15.35", properties_at="member"),
    quirk("properties_win", "Properties win over built-in names.", "15.35", properties_win=True),
    quirk("custom_headers_win", "Headers win over built-in names.", "15.36", custom_headers_win=True),
    quirk("traced_delivery", "Deliveries have more headers.", "8.1", extra_delivery_headers=TRACING),
    quirk("header_case", "Header names are cased otherwise.", "section 8.1", header_case=dotnet_case),
    quirk("no_first_retry", "The first attempt has no retry header.", "15.32", first_retry_header=False),
    quirk("any_2xx_succeeds", "Any 2xx is a success.", "15.33", succeeded=lambda status: 200 <= status < 300),
    quirk("requeues", "A failed cycle is queued anew.", "14.23", requeues=True),
    quirk("counts_cycles", "Nine failed cycles stop a webhook.", "14.24", error_unit="cycle"),
    quirk("state_event_named_in_full", "Bodies carry the id.", "14.19", state_event_with_id=True),
)
