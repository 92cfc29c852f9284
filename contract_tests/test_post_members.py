"""The page "POST Webhook": what a new webhook was given comes back, whole and to the letter."""

from __future__ import annotations

import pytest
from hypothesis import example

from contract_tests.kit import arrange, expect, strategies
from contract_tests.kit.clause import checks
from contract_tests.kit.lengthy import LONG, WANTED, strays
from contract_tests.kit.ordinary import is_ordinary
from contract_tests.kit.properties import given
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import NoAnswer, Unproved


def comes_back(run: Run, name: str, value: object, *, ordinary: bool = True) -> None:
    """POST a webhook with one member of that value; the answer and what is stored have it.

    What is not ordinary may be refused: the documents give no rules for it.
    """
    __tracebackhide__ = True
    exchange = arrange.post(run, arrange.hook(run, **{name: value}))
    if not ordinary and 400 <= exchange.status < 500:
        return
    expect.status(exchange, 200)
    expect.member(exchange, name, value)
    stored = arrange.read(run, expect.webhook_id(exchange))
    expect.member(exchange, name, value, stored)


@checks("webhook.post.keeps-name")
@given(name=strategies.names)
@example(name="Blick-Schroeder")
@example(name="Howell Group")
@example(name="Blåbærsyltetøy & Söner, 株式会社 😀")
def test_the_name_comes_back(run, name):
    comes_back(run, "Name", f"{run.tag} {name}", ordinary=is_ordinary("Name", name))


@checks("webhook.post.keeps-name")
@pytest.mark.parametrize(
    "name", ["{} trailing ", " {} leading", "{} e\u0301 decomposed", "{}  two blanks", "{} \"<&>\\'%s"]
)
def test_an_accepted_name_is_kept_to_the_letter(run, name):
    comes_back(run, "Name", name.replace("{}", run.fresh()), ordinary=False)


@checks("webhook.post.keeps-name")
@pytest.mark.parametrize("length", [256, 400, 2000])
def test_an_accepted_name_is_kept_whole(run, length):
    comes_back(run, "Name", run.fresh().ljust(length - 1, "n") + "z", ordinary=False)


@checks("webhook.post.keeps-secret")
@pytest.mark.parametrize("length", [256, 400, 2000])
def test_an_accepted_secret_is_kept_whole(run, length):
    comes_back(run, "Secret", "s" * (length - 1) + "z", ordinary=False)


@checks("webhook.post.keeps-target-url")
@pytest.mark.parametrize("length", [300, 2100])
def test_an_accepted_target_is_kept_whole(run, length):
    target = f"{run.receiver.url}{run.mailbox()}?long="
    comes_back(run, "TargetUrl", target.ljust(length - 1, "t") + "z", ordinary=False)


@checks("webhook.post.keeps-events")
def test_many_accepted_events_are_all_kept(run):
    entity = run.entity()
    comes_back(run, "Events", [f"{entity}.event{number}" for number in range(60)], ordinary=False)


@checks("webhook.post.keeps-headers")
def test_many_accepted_headers_are_all_kept(run):
    headers = {f"X-Header-{number}": f"value {number}" for number in range(30)}
    comes_back(run, "Headers", headers | {"X-Long": "v" * 300}, ordinary=False)


# What number types and careless tests for emptiness lose.
NUMBERS = {"largest": 2**53 - 1, "smallest": -(2**53) + 1, "long": 2**31, "half": 0.5, "zero": 0}
NEARLY_NOTHING = {"zero": 0, "false": False, "text": "", "array": [], "object": {}, "blank": " "}


@checks("webhook.post.keeps-properties")
@pytest.mark.parametrize("inner", [NUMBERS, NEARLY_NOTHING], ids=["numbers", "nearly nothing"])
def test_accepted_values_that_get_lost_easily_come_back(run, inner):
    comes_back(run, "Properties", {"p": inner}, ordinary=False)


@checks("webhook.post.keeps-properties")
def test_an_accepted_long_text_of_another_script_comes_back(run):
    try:
        exchange = arrange.post(run, arrange.hook(run, Properties={"p": {"long": LONG}}))
    except NoAnswer:
        return  # who has read enough may close the connection (RFC 9110, section 15.5.14)
    if 400 <= exchange.status < 500:
        return
    expect.status(exchange, 200)
    for shown in (expect.members(exchange), arrange.read(run, expect.webhook_id(exchange))):
        came = long_of(shown)
        expect.that(came == LONG, f"Properties.p.long, {WANTED}", strays(came), exchange)


def long_of(shown):
    """The long text of a webhook; all its properties where there is none."""
    try:
        return shown["Properties"]["p"]["long"]
    except (LookupError, TypeError):
        return shown.get("Properties")


@checks("webhook.post.keeps-events")
@given(events=strategies.event_lists)
@example(events=["contact.created", "sale.changed"])
@example(events=["nostrum", "nihil"])
@example(events=["sale.changed", "contact.created", "activity.deleted"])
@example(events=[f"entity{number}.changed" for number in range(30, 0, -1)])
def test_the_events_come_back_in_their_order(run, events):
    comes_back(run, "Events", [f"{run.tag}.{each}" if "." not in each else each for each in events])


@checks("webhook.post.keeps-events")
@given(examples=5, events=strategies.exotic_event_lists)
@example(events=["Contact.Created", "y_Table.CHANGED"])
def test_accepted_events_of_any_script_come_back(run, events):
    comes_back(run, "Events", events, ordinary=False)


@checks("webhook.post.keeps-target-url")
@given(path=strategies.url_paths, query=strategies.url_queries)
@example(path="CaseMatters", query={"Key": "Value", "b": "2"})
def test_the_target_url_comes_back(run, path, query):
    question = "&".join(f"{name}={value}" for name, value in query.items())
    url = f"{run.receiver.url}/{run.tag}/{path}" + (question and f"?{question}")
    comes_back(run, "TargetUrl", url)


@checks("webhook.post.keeps-secret")
@given(secret=strategies.secrets)
@example(secret="neque")
@example(secret="sk_live_a1b2c3d4e5f6g7h8i9j0")
@example(secret="pässwörd-秘密-🔑")
@example(secret="a" * 65)
@example(secret="UPPER lower == +/")
def test_the_secret_comes_back(run, secret):
    comes_back(run, "Secret", secret, ordinary=is_ordinary("Secret", secret))


@checks("webhook.post.keeps-secret")
@pytest.mark.parametrize(
    "secret", [" surrounded by blanks ", "e\u0301 decomposed", "two  blanks", "\"<&>\\'%s"]
)
def test_an_accepted_secret_is_kept_to_the_letter(run, secret):
    comes_back(run, "Secret", secret, ordinary=False)


@checks("webhook.post.keeps-state")
@pytest.mark.parametrize("state", ["Active", "Stopped"])
def test_the_state_comes_back(run, state):
    comes_back(run, "State", state)


@checks("webhook.post.keeps-type")
def test_the_type_comes_back(run):
    comes_back(run, "Type", "webhook")


@checks("webhook.post.keeps-headers")
@given(headers=strategies.headers)
@example(headers={"Headers1": "nam", "Headers2": "rerum"})
@example(headers={"X-Service-Key": "support_integration_v2", "X-Webhook-Version": "1.0"})
@example(headers={"x-lower": "Mixed Case", "X-UPPER": "a=b; c"})
def test_the_headers_come_back(run, headers):
    comes_back(run, "Headers", headers)


@checks("webhook.post.keeps-properties")
@given(properties=strategies.properties)
@example(properties={"fieldName": {}})
@example(properties={"Outer": {"inner": {"deep": [1, "2", True, {"x": "y"}]}}})
def test_the_properties_come_back(run, properties):
    comes_back(run, "Properties", properties, ordinary=is_ordinary("Properties", properties))


@checks("webhook.post.keeps-properties")
@given(examples=8, properties=strategies.loose_properties)
def test_accepted_properties_of_any_kind_come_back(run, properties):
    comes_back(run, "Properties", properties, ordinary=False)


@checks("webhook.post.keeps-errors-email")
@given(examples=6, address=strategies.emails)
@example(address="zelda@farrell.biz")
def test_the_errors_email_comes_back(run, address):
    if "ErrorsEmail" not in run.members:
        raise Unproved("the target has no ErrorsEmail, like the older page")
    comes_back(run, "ErrorsEmail", address)
