"""What tries the target of a webhook: it is told what came of it, and nothing is saved."""

from __future__ import annotations

from contract_tests.kit import arrange, expect, ways
from contract_tests.kit.clause import checks
from contract_tests.kit.verdicts import Unproved

REST, AGENT = ways.TESTS
SILENT = "127.0.0.1:9/"  # the port `discard`, where nobody listens


def fails(run, operation):
    """A target where nobody listens is told as a failure, not answered as one."""
    __tracebackhide__ = True
    # Some servers take https targets alone.
    scheme = run.receiver.url.partition(":")[0]
    exchange = ways.TESTS[operation](run, arrange.hook(run, TargetUrl=f"{scheme}://{SILENT}"))

    expect.status(exchange, 200)
    expect.member(exchange, "Success", False)


def refuses(run, operation):
    """A target that answers the test event 500 is told as a failure too."""
    __tracebackhide__ = True
    body = arrange.hook(run)
    box = arrange.mailbox(body)
    run.receiver.answer_pings(box, 500)
    run.receiver.answer(box, [500])  # a test event may not say that it is one
    exchange = ways.TESTS[operation](run, body)

    expect.status(exchange, 200)
    # Something else may have answered in place of a receiver that the target does not reach.
    if expect.members(exchange).get("Success") and not run.receiver.all(box) and run.lost:
        raise Unproved(run.lost)
    expect.member(exchange, "Success", False)


def tries_alone(run, operation):
    """Nothing is saved of what was tried."""
    __tracebackhide__ = True
    body = arrange.hook(run)
    exchange = ways.TESTS[operation](run, body)

    left = [each for each in arrange.everything(run) if each.get("TargetUrl") == body["TargetUrl"]]
    expect.that(not left, "nothing saved", left, exchange)


@checks("webhook.test.failing-target")
def test_a_target_that_does_not_answer_is_no_success(run):
    fails(run, REST)


@checks("agent.test.failing-target")
def test_a_target_that_does_not_answer_is_no_success_for_the_agent(run):
    fails(run, AGENT)


@checks("webhook.test.failing-target")
def test_a_target_that_answers_500_is_no_success(run):
    refuses(run, REST)


@checks("agent.test.failing-target")
def test_a_target_that_answers_500_is_no_success_for_the_agent(run):
    refuses(run, AGENT)


@checks("webhook.test.not-saved")
def test_what_is_tried_is_not_saved(run):
    tries_alone(run, REST)


@checks("agent.test.not-saved")
def test_what_the_agent_tries_is_not_saved(run):
    tries_alone(run, AGENT)
