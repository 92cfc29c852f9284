"""The page "PATCH Webhook/{id}": what JSON Patch and merge patch do to a webhook."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example
from hypothesis import strategies as st

from contract_tests.kit import arrange, expect, strategies, values
from contract_tests.kit.clause import checks
from contract_tests.kit.properties import given

WITH_LINKS = "#/components/schemas/WebhookWithLinks"
UNKNOWN_ID = 2_147_483_000  # an int32 that no database has come to

json_patches = pytest.mark.parametrize(
    "rename",
    [lambda name: [{"op": "replace", "path": "/Name", "value": name}], lambda name: {"Name": name}],
    ids=["json-patch", "merge-patch"],
)


def replace(path: str, value: object) -> dict[str, object]:
    """One operation `replace`."""
    return {"op": "replace", "path": path, "value": value}


def add(path: str, value: object) -> dict[str, object]:
    """One operation `add`."""
    return {"op": "add", "path": path, "value": value}


def holds(path: str, value: object) -> dict[str, object]:
    """One operation `test`."""
    return {"op": "test", "path": path, "value": value}


def settles(run, before, changes, **members):
    """PATCH; the answer and what is stored have the members, and every other one as before."""
    __tracebackhide__ = True
    exchange = arrange.patch(run, before["WebhookId"], changes)
    expect.status(exchange, 200)
    answer = expect.members(exchange)
    stored = arrange.read(run, before["WebhookId"])
    for name, value in members.items():
        expect.member(exchange, name, value, answer)
        expect.member(exchange, name, value, stored)
    others = [name for name in values.SETTABLE if name not in members]
    expect.same_members(exchange, before, stored, others, when="as before")


@checks("webhook.patch.ok")
@json_patches
def test_a_patch_is_answered_with_200(run, rename):
    hook = arrange.saved(run)
    exchange = arrange.patch(run, hook["WebhookId"], rename(run.fresh()))

    expect.status(exchange, 200)


@checks("webhook.patch.shape")
@json_patches
def test_the_answer_has_the_documented_shape(run, rename):
    hook = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, hook["WebhookId"], rename(run.fresh()))

    answer = expect.members(exchange)
    expect.shape(exchange, WITH_LINKS, answer)
    for name in ("WebhookId", "Name", "Events", "State", "Registered", "Updated"):
        expect.that(answer.get(name) is not None, f"the member {name}", "null or absent", exchange)


# ---- what each operation does


MEMBER_VALUES = st.one_of(
    st.tuples(st.just("Name"), strategies.names),
    st.tuples(st.just("Secret"), strategies.secrets),
    st.tuples(st.just("State"), st.sampled_from(["Active", "Stopped"])),
    st.tuples(st.just("Events"), strategies.event_lists),
    st.tuples(st.just("Headers"), strategies.headers),
    st.tuples(st.just("Properties"), strategies.properties),
)


@checks("webhook.patch.replace")
@given(change=MEMBER_VALUES)
@example(change=("Name", "foo"))
@example(change=("State", "Stopped"))
@example(change=("Events", ["sale.changed"]))
def test_replace_gives_a_member_a_new_value(run, change):
    name, value = change
    before = arrange.saved(run, arrange.rich_hook(run))

    settles(run, before, [replace(f"/{name}", value)], **{name: value})


@checks("webhook.patch.add")
@given(change=MEMBER_VALUES, examples=8)
@example(change=("Secret", "first"))
def test_add_sets_a_member(run, change):
    name, value = change
    before = arrange.saved(run)
    if name == "Events":  # whether add to an array replaces or appends is not said
        name, value = "Name", "an added name"

    settles(run, before, [add(f"/{name}", value)], **{name: value})


@checks("webhook.patch.append")
@given(examples=6, event=strategies.event_names)
@example(event="sale.changed")
def test_add_at_the_dash_appends_an_event(run, event):
    before = arrange.saved(run, arrange.rich_hook(run))

    settles(run, before, [add("/Events/-", event)], Events=[*before["Events"], event])


@checks("webhook.patch.insert")
@pytest.mark.parametrize("index", [0, 1])
def test_add_at_an_index_inserts(run, index):
    before = arrange.saved(run, arrange.rich_hook(run))
    events = before["Events"]
    changes = [add(f"/Events/{index}", "sale.changed")]

    element_result(run, before, changes, [*events[:index], "sale.changed", *events[index:]])


@checks("webhook.patch.replace-element")
@pytest.mark.parametrize("index", [0, 1])
def test_replace_at_an_index_changes_that_element(run, index):
    before = arrange.saved(run, arrange.rich_hook(run))
    events = list(before["Events"])
    events[index] = "sale.changed"

    element_result(run, before, [replace(f"/Events/{index}", "sale.changed")], events)


@checks("webhook.patch.remove-element")
@pytest.mark.parametrize("index", [0, 1])
def test_remove_at_an_index_takes_out_that_element(run, index):
    before = arrange.saved(run, arrange.rich_hook(run))
    rest = [event for place, event in enumerate(before["Events"]) if place != index]

    element_result(run, before, [{"op": "remove", "path": f"/Events/{index}"}], rest)


@checks("webhook.patch.remove-element")
def test_remove_at_an_index_goes_by_the_index(run):
    twice = ["sale.changed", "contact.created", "sale.changed"]
    before = arrange.saved(run, Events=twice)
    if before["Events"] != twice:
        return  # a server may keep each event once

    element_result(run, before, [{"op": "remove", "path": "/Events/2"}], twice[:2])


def element_result(run, before, changes, events):
    """PATCH an element: the events are those, or the PATCH is refused and nothing has changed."""
    __tracebackhide__ = True
    exchange = arrange.patch(run, before["WebhookId"], changes)
    if 400 <= exchange.status < 500:
        arrange.unchanged(run, before, exchange)
        return
    expect.status(exchange, 200)
    expect.member(exchange, "Events", events)
    expect.member(exchange, "Events", events, arrange.read(run, before["WebhookId"]))


@checks("webhook.patch.remove")
@pytest.mark.parametrize("name", ["Secret", "Headers", "Properties"])
def test_remove_empties_a_member(run, name):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], [{"op": "remove", "path": f"/{name}"}])

    expect.status(exchange, 200)
    stored = arrange.read(run, before["WebhookId"])
    expect.emptied(exchange, name, expect.members(exchange))
    expect.emptied(exchange, name, stored)
    others = [each for each in values.SETTABLE if each != name]
    expect.same_members(exchange, before, stored, others, when="as before")


@checks("webhook.patch.dictionary-entry")
@pytest.mark.parametrize(
    ("changes", "headers"),
    [
        ([replace("/Headers/X-First", "9")], {"X-First": "9", "X-Second": "2"}),
        ([add("/Headers/X-Third", "3")], {"X-First": "1", "X-Second": "2", "X-Third": "3"}),
        ([{"op": "remove", "path": "/Headers/X-First"}], {"X-Second": "2"}),
    ],
    ids=["replace", "add", "remove"],
)
def test_a_path_names_one_entry_of_a_dictionary(run, changes, headers):
    before = arrange.saved(run, arrange.rich_hook(run))

    settles(run, before, changes, Headers=headers)


@checks("webhook.patch.escapes")
@pytest.mark.parametrize(
    ("escaped", "name"), [("a~1b", "a/b"), ("m~0n", "m~n"), ("x~01y", "x~1y")], ids=["slash", "tilde", "both"]
)
def test_escapes_stand_for_slash_and_tilde(run, escaped, name):
    properties = {"plain": {"stays": "here"}, name: {"old": "value"}}
    before = arrange.saved(run, Properties=properties)
    # `add` sets an entry that is there, and where a path is misread it shows as another entry.
    exchange = arrange.patch(run, before["WebhookId"], [add(f"/Properties/{escaped}", {"new": "value"})])

    if 400 <= exchange.status < 500:
        arrange.unchanged(run, before, exchange)
        return
    expect.status(exchange, 200)
    expect.member(exchange, "Properties", properties | {name: {"new": "value"}})


@checks("webhook.patch.path-any-case")
@pytest.mark.parametrize("path", ["/name", "/NAME", "/nAmE", "/Name"])
def test_the_path_is_taken_in_any_letter_case(run, path):
    before = arrange.saved(run)
    name = run.fresh()

    settles(run, before, [replace(path, name)], Name=name)


@checks("webhook.patch.path-any-case")
@pytest.mark.parametrize("path", ["/events/-", "/EVENTS/-"])
def test_a_path_into_an_array_is_taken_in_any_letter_case(run, path):
    before = arrange.saved(run)

    settles(run, before, [add(path, "sale.changed")], Events=[*before["Events"], "sale.changed"])


@checks("webhook.patch.path-any-case")
@pytest.mark.parametrize("member", ["name", "NAME"])
def test_a_merged_member_is_taken_in_any_letter_case(run, member):
    before = arrange.saved(run)
    name = run.fresh()

    settles(run, before, {member: name}, Name=name)


@checks("webhook.patch.path-without-slash")
@pytest.mark.parametrize("path", ["Name", "name"])
def test_the_leading_slash_is_optional(run, path):
    before = arrange.saved(run)
    name = run.fresh()

    settles(run, before, [replace(path, name)], Name=name)


@checks("webhook.patch.path-without-slash")
def test_the_leading_slash_is_optional_before_a_longer_path(run):
    before = arrange.saved(run)

    settles(run, before, [add("Events/-", "sale.changed")], Events=[*before["Events"], "sale.changed"])


@checks("webhook.patch.in-order")
def test_operations_build_on_each_other(run):
    before = arrange.saved(run)
    first, second = run.fresh(), run.fresh()
    changes = [replace("/Name", first), holds("/Name", first), replace("/Name", second)]

    settles(run, before, changes, Name=second)


@checks("webhook.patch.in-order")
def test_appended_events_come_in_the_order_of_the_operations(run):
    before = arrange.saved(run)
    added = ["sale.changed", "contact.created", "person.deleted"]

    settles(run, before, [add("/Events/-", each) for each in added], Events=[*before["Events"], *added])


# ---- test, and what it blocks


@checks("webhook.patch.test-holds")
@pytest.mark.parametrize("name", ["Name", "Events", "State", "Secret", "Headers"])
def test_a_test_that_holds_lets_the_update_pass(run, name):
    before = arrange.saved(run, arrange.rich_hook(run))
    changed = run.fresh()
    target = "Name" if name != "Name" else "Secret"
    changes = [holds(f"/{name}", before[name]), replace(f"/{target}", changed)]

    settles(run, before, changes, **{target: changed})


WRONG = {
    "Name": "another name",
    "Secret": "another secret",
    "State": "Stopped",
    "Events": ["sale.changed"],
    "Headers": {"X-First": "2"},
}


@checks("webhook.patch.test-conflict")
@pytest.mark.parametrize("name", WRONG)
def test_a_test_that_finds_another_value_is_a_conflict(run, name):
    before = arrange.saved(run, arrange.rich_hook(run))
    changes = [holds(f"/{name}", WRONG[name]), replace("/Name", run.fresh())]

    expect.status(arrange.patch(run, before["WebhookId"], changes), 409)


@checks("webhook.patch.test-conflict")
@given(examples=6, drawn=strategies.names)
def test_a_test_for_any_other_name_is_a_conflict(run, drawn):
    before = arrange.saved(run)
    changes = [holds("/Name", f"not {before['Name']} {drawn}"), replace("/Secret", "s")]

    expect.status(arrange.patch(run, before["WebhookId"], changes), 409)


NEARLY = {
    "text for number": ("/Properties", {"p": {"n": "1", "o": {"q": "r"}}}),
    "truth for number": ("/Properties", {"p": {"n": True, "o": {"q": "r"}}}),
    "truth for number, deep": ("/Properties/p/n", True),
    "text for number, deep": ("/Properties/p/n", "1"),
    "prefix": ("/Name", "A name"),
    "blank behind": ("/Name", "A name of its own "),
    "more": ("/Name", "A name of its own, and more"),
    "fewer events": ("/Events", ["contact.created"]),
    "more events": ("/Events", ["contact.created", "sale.changed", "person.created"]),
    "events in another order": ("/Events", ["sale.changed", "contact.created"]),
    "fewer entries": ("/Headers", {"X-First": "1"}),
    "more entries": ("/Headers", {"X-First": "1", "X-Second": "2", "X-Third": "3"}),
    "deeper": ("/Properties", {"p": {"n": 1, "o": {"q": "s"}}}),
    "null": ("/Name", None),
}


@checks("webhook.patch.test-exact")
@pytest.mark.parametrize("near", NEARLY)
def test_a_value_that_is_only_nearly_the_same_is_refused(run, near):
    path, value = NEARLY[near]
    before = arrange.saved(
        run,
        Name="A name of its own",
        Events=["contact.created", "sale.changed"],
        Headers={"X-First": "1", "X-Second": "2"},
        Properties={"p": {"n": 1, "o": {"q": "r"}}},
    )
    exchange = arrange.patch(run, before["WebhookId"], [holds(path, value), replace("/Secret", "changed")])

    expect.refused(exchange)
    arrange.unchanged(run, before, exchange)


BLOCKED = {
    "test first": lambda name: [holds("/Name", "no"), replace("/Name", name)],
    "test last": lambda name: [replace("/Name", name), holds("/Name", "no")],
    "test between": lambda name: [replace("/Secret", name), holds("/Name", "no"), replace("/Name", name)],
    "after a test that holds": lambda name: [
        add("/Events/-", "sale.changed"),
        replace("/Name", name),
        holds("/Name", name),
        {"op": "remove", "path": "/Headers"},
        holds("/Secret", "no"),
    ],
}


@checks("webhook.patch.conflict-changes-nothing")
@pytest.mark.parametrize("place", BLOCKED)
def test_a_conflict_changes_nothing(run, place):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], BLOCKED[place](run.fresh()))

    expect.refused(exchange)
    arrange.unchanged(run, before, exchange)


@checks("webhook.patch.conflict-changes-nothing")
@given(examples=8, changes=st.lists(MEMBER_VALUES, min_size=1, max_size=4), place=st.integers(0, 4))
def test_a_conflict_anywhere_in_any_list_changes_nothing(run, changes, place):
    before = arrange.saved(run, arrange.rich_hook(run))
    operations = [replace(f"/{name}", value) for name, value in changes]
    operations.insert(min(place, len(operations)), holds("/Type", "no such type"))
    exchange = arrange.patch(run, before["WebhookId"], operations)

    expect.refused(exchange)
    arrange.unchanged(run, before, exchange)


# ---- what is refused


@checks("webhook.patch.unsupported-op")
@pytest.mark.parametrize("op", ["move", "copy"])
def test_move_and_copy_are_refused(run, op):
    before = arrange.saved(run, arrange.rich_hook(run))
    changes = [{"op": op, "from": "/Name", "path": "/Secret"}]
    exchange = arrange.patch(run, before["WebhookId"], changes)

    expect.refused(exchange)
    arrange.unchanged(run, before, exchange)


@checks("webhook.patch.all-or-nothing")
@pytest.mark.parametrize(
    "refused",
    [
        {"op": "move", "from": "/Secret", "path": "/Name"},
        {"op": "copy", "from": "/Secret", "path": "/Name"},
    ],
    ids=lambda operation: operation["op"],
)
def test_what_stands_before_a_refused_operation_is_not_kept(run, refused):
    before = arrange.saved(run, arrange.rich_hook(run))
    changes = [replace("/Name", run.fresh()), add("/Events/-", "sale.changed"), refused]
    exchange = arrange.patch(run, before["WebhookId"], changes)

    expect.refused(exchange)
    arrange.unchanged(run, before, exchange)


@checks("webhook.patch.all-or-nothing")
@pytest.mark.parametrize(
    "changes",
    [
        [replace("/Name", "changed"), replace("/State", "NoSuchState")],
        [replace("/Name", "changed"), replace("/Events/99", "sale.changed")],
        [replace("/Name", "changed"), replace("/NoSuchProperty", "x")],
        [replace("/Name", "changed"), {"op": "frobnicate", "path": "/Name", "value": "x"}],
        [replace("/Name", "changed"), {"path": "/Name", "value": "x"}],
        [replace("/Name", "changed"), "not an operation"],
        {"Name": "changed", "State": "NoSuchState"},
        {"Name": "changed", "Events": 7},
        {"Name": "changed", "Headers": "not a dictionary"},
    ],
    ids=[
        "state",
        "index",
        "member",
        "operation",
        "no operation",
        "no object",
        "merged state",
        "merged events",
        "merged headers",
    ],
)
def test_a_patch_is_taken_whole_or_refused_whole(run, changes):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], changes)

    expect.no_server_error(exchange)
    if exchange.status >= 400:
        arrange.unchanged(run, before, exchange)
    else:  # the documents do not say that it is refused
        expect.member(exchange, "Name", "changed", arrange.read(run, before["WebhookId"]))


@checks("webhook.patch.unknown-id")
@json_patches
def test_an_unknown_id_is_not_found(run, rename):
    exchange = arrange.patch(run, UNKNOWN_ID, rename(run.fresh()))

    expect.status(exchange, 404)


@checks("webhook.patch.unknown-id")
@json_patches
def test_the_id_of_a_removed_webhook_is_not_found(run, rename):
    run.require("v1Webhook_DeleteWebhook")
    hook = arrange.saved(run)
    run.target.send("DELETE", f"/Webhook/{hook['WebhookId']}")

    expect.status(arrange.patch(run, hook["WebhookId"], rename(run.fresh())), 404)


# ---- merge patch


@checks("webhook.patch.merge")
@given(change=MEMBER_VALUES)
@example(change=("Name", "foo"))
@example(change=("State", "Stopped"))
@example(change=("Secret", "new"))
def test_a_merge_patch_gives_a_member_its_new_value(run, change):
    name, value = change
    before = arrange.saved(run)

    settles(run, before, {name: value}, **{name: value})


@checks("webhook.patch.merge")
def test_a_merge_patch_changes_several_members_at_once(run):
    before = arrange.saved(run, arrange.rich_hook(run))
    changes = {"Name": run.fresh(), "Secret": "other", "State": "Stopped"}

    settles(run, before, changes, **changes)


@checks("webhook.patch.merge-array")
@given(examples=6, events=strategies.event_lists)
@example(events=["sale.changed"])
def test_a_merged_array_replaces_the_whole_array(run, events):
    before = arrange.saved(run, arrange.rich_hook(run))

    settles(run, before, {"Events": events}, Events=events)


@checks("webhook.patch.merge-null")
@pytest.mark.parametrize("name", ["Secret", "Headers", "Properties"])
def test_a_merged_null_empties_the_member(run, name):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], {name: None})

    expect.status(exchange, 200)
    expect.emptied(exchange, name, expect.members(exchange))
    expect.emptied(exchange, name, arrange.read(run, before["WebhookId"]))


@checks("webhook.patch.merge-nested")
def test_a_merged_object_sets_the_entries_it_names(run):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], {"Headers": {"X-First": "9", "X-Third": "3"}})

    expect.status(exchange, 200)
    stored = arrange.read(run, before["WebhookId"]).get("Headers")
    replaced = {"X-First": "9", "X-Third": "3"}
    merged = {"X-First": "9", "X-Second": "2", "X-Third": "3"}
    expect.that(stored in (replaced, merged), f"Headers {replaced} or {merged}", stored, exchange)


@checks("webhook.patch.forms-agree")
@given(examples=10, changes=st.lists(MEMBER_VALUES, min_size=1, max_size=4, unique_by=lambda pair: pair[0]))
@example(changes=[("Name", "foo")])
def test_both_forms_of_a_patch_have_one_result(run, changes):
    body = arrange.hook(run, Secret="old")
    one, other = arrange.saved(run, body), arrange.saved(run, body)
    by_list = arrange.patch(run, one["WebhookId"], [replace(f"/{name}", value) for name, value in changes])
    by_merge = arrange.patch(run, other["WebhookId"], dict(changes))

    expect.status(by_merge, by_list.status)
    answers = expect.members(by_list), expect.members(by_merge)
    expect.same_members(by_merge, *answers, values.SETTABLE, when="as the JSON Patch has it")
    stored = [arrange.read(run, each["WebhookId"]) for each in (one, other)]
    expect.same_members(by_merge, stored[0], stored[1], values.SETTABLE, when="as the JSON Patch has it")


# ---- what stays, and what is stored


@checks("webhook.patch.untouched")
@json_patches
@pytest.mark.parametrize("state", ["Active", "Stopped"])
def test_members_that_are_not_named_stay(run, rename, state):
    before = arrange.saved(run, arrange.rich_hook(run, State=state))
    exchange = arrange.patch(run, before["WebhookId"], rename(run.fresh()))

    expect.status(exchange, 200)
    others = [name for name in values.SETTABLE if name != "Name"]
    expect.same_members(exchange, before, expect.members(exchange), others, when="as before")
    stored = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, before, stored, others, when="as before")


@checks("webhook.patch.neighbours")
@json_patches
def test_other_webhooks_stay_as_they_are(run, rename):
    # Alike in all that a server might mistake for an id.
    body = arrange.rich_hook(run)
    below, hook, above = (arrange.saved(run, body) for _ in range(3))
    exchange = arrange.patch(run, hook["WebhookId"], rename(run.fresh()))

    expect.status(exchange, 200)
    for neighbour in (below, above):
        arrange.unchanged(run, neighbour, exchange)


ROUNDS = 6


@checks("webhook.patch.parallel")
@pytest.mark.parametrize("form", ["json-patch", "merge-patch"])
def test_parallel_changes_of_different_members_are_both_kept(run, form):
    hook = arrange.saved(run)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(ROUNDS):
            new = {"Name": run.fresh(), "Secret": run.fresh()}
            changes = [
                [replace(f"/{name}", value)] if form == "json-patch" else {name: value}
                for name, value in new.items()
            ]
            exchanges = list(pool.map(lambda each: arrange.patch(run, hook["WebhookId"], each), changes))
            stored = arrange.read(run, hook["WebhookId"])
            expect.same_members(exchanges[0], new, stored, new, when="as one of two parallel PATCHes set it")


@checks("webhook.patch.stores")
@json_patches
def test_what_was_answered_is_what_is_stored(run, rename):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], rename(run.fresh()))

    names = [*values.SETTABLE, "WebhookId", "Registered", "Updated"]
    stored = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, expect.members(exchange), stored, names, when="when read back")


@checks("webhook.patch.keeps-identity")
@json_patches
def test_identity_stays(run, rename):
    before = arrange.read(run, arrange.saved(run)["WebhookId"])
    exchange = arrange.patch(run, before["WebhookId"], rename(run.fresh()))

    expect.status(exchange, 200)
    after = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, before, after, values.IDENTITY, when="as before")


@checks("webhook.patch.links")
@json_patches
def test_the_answer_has_links(run, rename):
    hook = arrange.saved(run)
    exchange = arrange.patch(run, hook["WebhookId"], rename(run.fresh()))

    links = expect.members(exchange).get("_Links")
    fine = isinstance(links, dict) and links and all(isinstance(each, str) for each in links.values())
    expect.that(bool(fine), "_Links, an object of strings", links, exchange)


@checks("webhook.patch.select")
@pytest.mark.parametrize("chosen", [["Name"], ["events", "TARGETURL"], ["name", "department", "category/id"]])
def test_selection_nulls_in_the_answer_only(run, chosen):
    before = arrange.saved(run, arrange.rich_hook(run))
    name = run.fresh()
    path = f"/Webhook/{before['WebhookId']}"
    exchange = run.target.send("PATCH", path, json={"Name": name}, query={"$select": ",".join(chosen)})

    expect.status(exchange, 200)
    names = [each for each in values.SETTABLE if each.lower() in [word.lower() for word in chosen]]
    expect.selected(exchange, before | {"Name": name}, expect.members(exchange), names)
    stored = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, before | {"Name": name}, stored, values.SETTABLE, when="in the store")


@checks("webhook.patch.content-type")
@json_patches
def test_the_answer_is_json_when_json_is_accepted(run, rename):
    hook = arrange.saved(run)

    expect.json_content(arrange.patch(run, hook["WebhookId"], rename(run.fresh())))


@checks("webhook.patch.media-types")
@pytest.mark.parametrize(
    ("media_type", "changes"),
    [
        ("application/json-patch+json", [replace("/Secret", "new")]),
        ("application/merge-patch+json", {"Secret": "new"}),
        ("application/json; charset=utf-8", [replace("/Secret", "new")]),
        ("application/json; charset=utf-8", {"Secret": "new"}),
    ],
    ids=["json-patch", "merge-patch", "array as json", "object as json"],
)
def test_both_patch_media_types_are_taken(run, media_type, changes):
    hook = arrange.saved(run)
    exchange = arrange.patch(run, hook["WebhookId"], changes, Content_Type=media_type)

    expect.status(exchange, 200)
    expect.member(exchange, "Secret", "new")
