"""What is found in an exchange, whose fault it is, and where it is documented."""

from __future__ import annotations

import copy
import gzip
import json

import pytest

from mock_server.upstream.address import parsed
from mock_server.upstream.checking import findings
from mock_server.upstream.passed import Passed
from mock_server.upstream.plans import plans
from mock_server.upstream.schemas import departures
from mock_server.upstream.sending import Answered
from mock_server.upstream.violations import Violations, curl
from openapi.document import load

AUTH = ("Authorization", "Basic dGplMDpUamUw")
JSON = ("Content-Type", "application/json; charset=utf-8")
EXAMPLES = load().raw["components"]["examples"]
HOOK = EXAMPLES["PostResponseS0"]["value"]
ASKED = EXAMPLES["PostRequestS0"]["value"]
ERROR = {"Error": True, "ErrorType": "X", "Message": "m", "ErrorMessage": "m", "ErrorSource": "s"}


def passed(method="GET", target="/api/v1/Webhook/3", body=b"", *, answer=HOOK, **more):
    """An exchange; values become JSON."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    came = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Passed(
        id=7,
        tenant="",
        when=0.0,
        seconds=0.0,
        method=method,
        path=target.partition("?")[0],
        target=target,
        headers=list(more.get("headers", (AUTH, JSON))),
        body=sent,
        answered=Answered(more.get("status", 200), list(more.get("said", (JSON,))), came),
    )


def told(exchange):
    """What is found, in a few words each."""
    return [f"{each.fault}: {each.place} {each.pointer}".rstrip() for each in findings(exchange)]


def post(body, **more):
    """A POST of a webhook."""
    return passed("POST", "/api/v1/Webhook", body, **more)


def patch(body, **more):
    """A PATCH of a webhook."""
    return passed("PATCH", "/api/v1/Webhook/3", body, **more)


def less(**changes):
    """The webhook of the samples with other members."""
    return {**copy.deepcopy(HOOK), **changes}


@pytest.mark.parametrize(
    "exchange",
    [
        passed(),
        passed("HEAD", answer=b""),
        passed("GET", "/api/v1/Webhook", answer=[]),
        passed("GET", "/api/v1/Webhook?NAMEFILTER=x&statusfilter=Active&else=1", answer=[]),
        passed("GET", "/api/v1/Webhook?nameFilter=&statusFilter=", answer=[]),
        passed(status=304, answer=b"", said=()),
        passed("DELETE", status=204, answer=b"", said=()),
        passed("DELETE", status=204, answer=b"", said=(JSON,)),
        passed(answer={**HOOK, "Unheard": 1}),
        passed(answer=b"\xef\xbb\xbf" + json.dumps(HOOK).encode()),
        passed(answer=gzip.compress(json.dumps(HOOK).encode()), said=(JSON, ("Content-Encoding", "gzip"))),
        passed(answer=b'{"Name": "\\ud800", "Properties": {"a": ' + b"[" * 300 + b"]" * 300 + b"}}"),
        passed(
            answer=json.dumps(HOOK).encode("utf-16"), said=(("Content-Type", "text/json; charset=UTF-16"),)
        ),
        passed(answer=b"whatever", said=(JSON, ("Content-Encoding", "br"))),
        passed(answer=b"<WebhookWithLinks/>", said=(("Content-Type", "application/xml"),)),
        post(ASKED),
        post({"TARGETURL": "https://h.example/a%20b?code=x%3D%3D#there", "headers": {"X": "1"}}),
        post({"TargetUrl": "include", "Type": "crmscript"}),
        post({"TargetUrl": "anything at all", "Type": "ratione"}),
        post(
            b"<Webhook><TargetUrl>http://h/</TargetUrl></Webhook>",
            headers=(AUTH, ("content-type", "text/xml")),
        ),
        post(b"TargetUrl=http://h/", headers=(AUTH, ("Content-Type", "application/x-www-form-urlencoded"))),
        post(gzip.compress(json.dumps(ASKED).encode()), headers=(AUTH, JSON, ("Content-Encoding", "gzip"))),
        patch([{"op": "Replace", "path": "events/3", "value": "a.b"}, {"op": "remove", "path": "Headers/X"}]),
        patch({"Name": "x", "events": {"0": "a.b"}, "TotalCalls": 3}),
        patch([], status=409, answer=ERROR),
        patch({"Name": "x"}, status=422, answer=ERROR),
        passed("POST", "/api/v1/Agents/Webhook/GetAllWebhooks", {}, answer=[]),
        passed("POST", "/api/v1/Agents/Webhook/GetWebhook?WEBHOOKID=3", b"null", answer=None),
        passed("POST", "/api/v1/Webhook/sale.created/952", {"a": 1}, status=204, answer=b""),
        # Refusals in forms that no page shows.
        passed(status=404, answer=b"", said=()),
        passed(status=401, answer=b"<html>", said=(("Content-Type", "text/html"),), headers=(AUTH, JSON)),
        passed(status=400, answer={"Message": "m", "MessageDetail": "d"}),
        # What HTTP lets any server say.
        passed(status=429, answer=b""),
        passed(status=503, answer=b"", said=(("Retry-After", "1"),)),
        # Other resources and descriptions.
        passed("GET", "/api/v1/Contact/1", answer=b"", said=()),
        passed("GET", "/api/v1/WebhookOther", answer=b"", status=500),
        passed("GET", "/api/v1/Agents/Webhook/GetWebhook", answer={}),
        passed("GET", "/", answer=b"<html>", headers=(), said=()),
    ],
    ids=lambda each: f"{each.method} {each.target} {each.status}",
)
def test_nothing_is_wrong(exchange):
    """What the document describes, and what it leaves open."""
    assert findings(exchange) == []


@pytest.mark.parametrize(
    "name", [name for name in EXAMPLES if name.startswith(("PostRe", "GetAll", "Signal"))]
)
def test_every_printed_sample_passes(name):
    """The samples of the pages are right by definition."""
    operation, path, alone = {
        "PostRe": ("v1Webhook_PostWebhook", "/api/v1/Webhook", HOOK),
        "GetAll": ("v1WebhookAgent_GetAllWebhooks", "/api/v1/Agents/Webhook/GetAllWebhooks", []),
        "Signal": ("v1WebhookAgent_SignalEvent", "/api/v1/Agents/Webhook/SignalEvent", b""),
    }[name[:6]]
    sample = EXAMPLES[name]["value"]
    request, answer = (sample, alone) if "Request" in name else ({"TargetUrl": "http://h/"}, sample)
    status = 204 if operation.endswith("SignalEvent") else 200
    assert findings(passed("POST", path, request, status=status, answer=answer)) == []


@pytest.mark.parametrize(
    ("exchange", "words"),
    [
        # The client's.
        (passed(headers=()), "client: request headers"),
        (passed(headers=(("Authorization", "Digest x"),)), "client: request headers"),
        (passed("GET", "/api/v1/Webhook/three", status=400, answer=ERROR), "client: request path"),
        (passed("GET", "/api/v1/Webhook/99999999999", status=400, answer=ERROR), "client: request path"),
        (
            passed("GET", "/api/v1/Webhook?statusFilter=Broken", status=400, answer=ERROR),
            "client: request query",
        ),
        (
            passed("POST", "/api/v1/Agents/Webhook/DeleteWebhook", status=400, answer=ERROR),
            "client: request query",
        ),
        (post(b"", status=400, answer=ERROR), "client: request body"),
        (post(b"{", status=400, answer=ERROR), "client: request body"),
        (post(b"{}", status=400, answer=ERROR, headers=(AUTH,)), "client: request content-type"),
        (
            post(b"{}", status=415, answer=ERROR, headers=(AUTH, ("Content-Type", "text/plain"))),
            "client: request content-type",
        ),
        (post({"Name": "x"}, status=400, answer=ERROR), "client: request body"),
        (post({**ASKED, "name": 5}, status=400, answer=ERROR), "client: request body /Name"),
        (
            post({**ASKED, "TargetUrl": "no url", "Type": "webhook"}, status=400),
            "client: request body /TargetUrl",
        ),
        (post({**ASKED, "Events": ["a b"]}, status=400, answer=ERROR), "client: request body /Events/0"),
        (
            patch([{"op": "move", "path": "/Name", "from": "/Secret"}], status=400),
            "client: request body /0/op",
        ),
        (patch([{"op": "add", "path": "/Name"}], status=422, answer=b""), "client: request body /0"),
        (passed("PATCH", "/api/v1/Webhook", status=405, answer=b""), "client: request path"),
        (passed("OPTIONS", "/api/v1/Webhook", status=405, answer=b""), "client: request path"),
        # A wrong request that is refused with a status of its class, or taken all the same.
        (post({"Name": "x"}, status=404, answer=b""), "client: request body"),
        (post({"Name": "x"}), "client: request body"),
        # The server's.
        (passed(status=201), "server: answer status"),
        (passed(status=302, answer=b""), "server: answer status"),
        (passed(status=500, answer=ERROR), "server: answer status"),
        (passed(status=503, answer=ERROR), "server: answer status"),
        (passed("GET", "/api/v1/Webhook", status=404, answer=ERROR), "server: answer status"),
        (passed(said=()), "server: answer content-type"),
        (passed(said=(("Content-Type", "text/html"),)), "server: answer content-type"),
        (passed(answer=b""), "server: answer body"),
        (passed(answer=b"<html>"), "server: answer body"),
        (passed(answer=b'{"WebhookId": NaN}'), "server: answer body"),
        (passed(answer=b"{}", said=(("Content-Type", "application/xml"),)), "server: answer body"),
        (passed(answer=less(State=1)), "server: answer body /State"),
        (passed(answer=less(Events="a,b")), "server: answer body /Events"),
        (passed(answer=less(Registered="yesterday")), "server: answer body /Registered"),
        (passed(answer=[HOOK]), "server: answer body"),
        (passed(status=404, answer={"oops": 1}), "server: answer body"),
        (passed("DELETE", status=204, answer=b"{}"), "server: answer body"),
        (passed("GET", "/api/v1/Webhook", answer=[{}]), "server: answer body /0"),
    ],
    ids=lambda each: each if isinstance(each, str) else None,
)
def test_something_is_wrong(exchange, words):
    """Each finding has its place, and the first is the one that is meant; nobody else is blamed."""
    found = told(exchange)
    assert found[0].startswith(words)
    if words.startswith("client"):
        assert not [each for each in found if each.startswith("server")] or exchange.status == 400
    assert {each.partition(":")[0] for each in found} <= {words.partition(":")[0], "server"}


def test_a_wrong_request_does_not_excuse_an_answer():
    """A broken answer is the server's, whatever was asked."""
    exchange = post({"Name": 5}, status=500, answer=b"")
    assert [each.partition(":")[0] for each in told(exchange)][-1] == "server"


def test_a_finding_names_the_document():
    """The place where the keyword that failed is written, through all references."""
    (found,) = findings(passed(answer=less(State=1)))

    assert found.expected == "string"
    assert found.got == "1"
    assert found.documented == "#/components/schemas/WebhookState/type"
    (found,) = findings(passed(answer=less(State="Broken")))
    assert found.expected == "one of 'Unknown', 'Active', 'Stopped', 'TooManyErrors'"
    assert found.documented == "#/components/schemas/WebhookState/enum"
    (found,) = findings(passed("GET", "/api/v1/Webhook", status=404, answer=ERROR))
    assert found.documented == "#/paths/~1Webhook/get/responses"
    assert found.expected == "one of 200, 400, 401, 403"


@pytest.mark.parametrize(
    ("request_of", "expected"),
    [
        (lambda: patch([{"op": "move", "path": "/Name"}], status=400), "one of add, replace, remove, test"),
        (
            lambda: post({**ASKED, "TargetUrl": "nowhere", "Type": "webhook"}, status=400),
            "an absolute URL with http or https",
        ),
        (lambda: post({**ASKED, "Headers": {"a b": "c"}}, status=400), "the name of a header"),
    ],
)
def test_patterns_are_told_in_words(request_of, expected):
    """Nobody has to read a regular expression."""
    found = [each.expected for each in findings(request_of()) if each.fault == "client"]

    assert any(expected in each for each in found), found
    assert not [each for each in found if "fits" in each]


@pytest.mark.parametrize("operation", plans())
def test_every_place_of_a_plan_can_be_checked(operation):
    """No reference of any operation leads nowhere."""
    plan = plans()[operation]
    for place in (each.place for each in plan.parameters):
        assert list(departures(f"{place}/schema", {}, asked=True))
    for place in plan.body_contents.values():
        list(departures(place, 1, asked=True))
    for _, contents in plan.answers.values():
        for place in contents.values():
            assert list(departures(place, 1.5, asked=False))


def test_secrets_stay_secret():
    """Neither what came nor the curl line shows credentials, secrets or headers of deliveries."""
    body = [
        {"op": "add", "path": "/Secret", "value": "s3cr3t"},
        {"op": "add", "path": "Headers/Authorization", "value": "t0ken"},
        {"op": "add", "path": "/Headers", "value": {"X": "t0ken"}},
        {"op": "replace", "path": "/Name", "value": "shown"},
    ]
    headers = (("Authorization", "Bearer 8A:b3arer"), ("Cookie", "c00kie"), ("SO-AppToken", "app"), JSON)
    broken = b'<html>Authorization: Bearer 8A:b3arer "Secret": "s3cr3t"</html>'
    for answer in (broken, json.dumps({**HOOK, "Secret": ["s3cr3t"], "Name": 5}).encode()):
        exchange = patch(body, headers=headers, answer=answer)
        found = Violations().add(exchange, findings(exchange), parsed("http://h.example"))
        assert found
        for each in found:
            text = json.dumps(each.shown()) + each.line()
            assert not [word for word in ("s3cr3t", "t0ken", "b3arer", "c00kie", '"app"') if word in text]
    line = found[0].curl
    assert "shown" in line
    assert '"Authorization: Bearer $AUTHORIZATION"' in line
    assert '"SO-AppToken: $SO_APPTOKEN"' in line


def test_what_no_encoding_can_write_is_told_all_the_same():
    """Half of a surrogate pair in a name, and more levels than anybody looks through."""
    answer = b'{"Headers": {"\\ud800": 1}, "Name": ' + b"[" * 600 + b"]" * 600 + b"}"
    exchange = passed(answer=answer)
    found = Violations().add(exchange, findings(exchange), parsed("http://h.example"))

    assert {each.finding.pointer for each in found} == {"/Headers/\\ud800", "/Name"}
    assert all(json.dumps(each.shown()).encode() and each.line().encode() for each in found)


def test_the_curl_line_goes_to_the_server():
    """As it was asked, quoted for a shell."""
    exchange = passed("GET", "/Cust1/api/v1/Webhook?nameFilter=it's", headers=(("X-A", "b c"), ("Host", "p")))
    line = curl(exchange, parsed("http://h.example:81/site"))
    assert line == (
        "curl -sS -i -X GET -g --path-as-is "
        "'http://h.example:81/site/Cust1/api/v1/Webhook?nameFilter=it'\"'\"'s' -H 'X-A: b c'"
    )


def test_missing_members_are_told_together():
    """Once, however many they are, and wherever else the schema says so."""
    one, both = (_without(*names) for names in (("State",), ("State", "Updated")))

    assert (one.expected, one.got) == ("a member State", "none")
    assert both.expected == "the members State, Updated"


def _without(*names):
    """The one thing that is found in a list whose webhook lacks these."""
    listed = [{name: value for name, value in HOOK.items() if name not in names}]
    (found,) = findings(passed(target="/api/v1/Webhook", answer=listed))
    return found


def test_what_is_documented_twice_is_told_once():
    """In each element of a list."""
    found = findings(passed(target="/api/v1/Webhook", answer=[{**HOOK, "State": 1}, {**HOOK, "State": 2}]))
    assert [each.pointer for each in found] == ["/0/State", "/1/State"]
