"""What several clients do at the same time: nothing is lost, mixed or given out twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from contract_tests.kit import arrange, expect
from contract_tests.kit.clause import checks
from contract_tests.kit.patches import add, replace

ROUNDS = 4
AT_ONCE = 8
WRITERS = 4  # of the same members


@checks("webhook.post.parallel")
def test_parallel_posts_make_a_webhook_each(run):
    name = run.fresh()
    bodies = [arrange.hook(run, Name=name, State="Stopped") for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        exchanges = list(pool.map(lambda body: arrange.post(run, body), bodies))

    for exchange in exchanges:
        expect.status(exchange, 200)
    ids = [expect.webhook_id(each) for each in exchanges]
    expect.that(len(set(ids)) == AT_ONCE, f"{AT_ONCE} different ids", ids, exchanges[-1])
    stored = {each.get("WebhookId"): each.get("TargetUrl") for each in arrange.named(run, name)}
    wanted = {made: body["TargetUrl"] for made, body in zip(ids, bodies, strict=True)}
    expect.that(stored == wanted, f"the webhooks {wanted}", stored, exchanges[-1])


@checks("webhook.patch.parallel")
def test_parallel_appends_are_both_kept(run):
    hook = arrange.saved(run)
    with ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            events = [f"{run.entity()}.first{number}", f"{run.entity()}.second{number}"]
            changes = [[add("/Events/-", event)] for event in events]
            exchanges = list(pool.map(lambda each: arrange.patch(run, hook["WebhookId"], each), changes))
            stored = arrange.read(run, hook["WebhookId"])["Events"]
            for event, exchange in zip(events, exchanges, strict=True):
                kept = event in stored or exchange.status >= 400
                expect.that(kept, f"{event} in Events", stored, exchange)


@checks("webhook.patch.parallel-whole")
@pytest.mark.parametrize("form", ["json-patch", "merge-patch"])
def test_of_parallel_changes_one_is_kept_whole(run, form):
    hook = arrange.saved(run)
    members = ("Name", "Secret", "ErrorsEmail") if "ErrorsEmail" in run.members else ("Name", "Secret")
    with ThreadPoolExecutor(WRITERS) as pool:
        for _ in range(ROUNDS):
            values = [dict.fromkeys(members, run.fresh()) for _ in range(WRITERS)]
            changes = [
                [replace(f"/{name}", value) for name, value in each.items()] if form == "json-patch" else each
                for each in values
            ]
            exchanges = list(pool.map(lambda each: arrange.patch(run, hook["WebhookId"], each), changes))
            stored = arrange.read(run, hook["WebhookId"])
            came = {name: stored.get(name) for name in members}
            done = [each for each, exchange in zip(values, exchanges, strict=True) if exchange.status < 300]
            expect.that(came in done or not done, f"one of {values}", came, exchanges[0])
