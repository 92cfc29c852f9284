"""The seam for faults: each is a change of the good behaviour, and the good behaviour stays good."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from mock_server.behaviour import Behaviour
from mock_server.errors import UnknownFaultError
from mock_server.faults import FAULTS, ROOMS, wrong
from openapi import clauses


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_a_sentence_about_a_clause(fault):
    """Its id is words joined by hyphens, its clause exists, and it changes something."""
    changed = fault.applied(Behaviour())
    differing = [
        field.name
        for field in fields(Behaviour)
        if getattr(changed, field.name) != getattr(Behaviour(), field.name)
    ]

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fault.id)
    assert clauses.get(fault.clause).id == fault.clause
    assert fault.says
    assert not fault.says.endswith(".")
    assert differing


@pytest.mark.parametrize("clause", clauses.load())
def test_every_clause_has_a_fault(clause):
    """There is a way to break each promise on purpose, so that its checks can be tried."""
    assert clause in {fault.clause for fault in FAULTS.values()}


def test_faults_have_names_of_their_own():
    """No fault hides behind another of the same name."""
    assert len(FAULTS) == sum(len(room.FAULTS) for room in ROOMS)
    assert len({fault.says for fault in FAULTS.values()}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_mock_still_works(make, fault):
    """Whatever is wrong, a webhook can be made, changed, read and listed without a 500."""
    api = make(faults=[fault])
    made = api("POST", "/Webhook", {"Name": "n", "TargetUrl": "http://localhost:9/", "Events": ["a.b"]})

    assert made.status_code in (200, 201)
    assert api.patch(1, [{"op": "replace", "path": "/Name", "value": "new"}]).status_code in (200, 202)
    assert api("GET", "/Webhook/1?$select=Name").status_code == 200
    assert api("GET", "/Webhook?nameFilter=n").status_code == 200
    assert api("POST", "/Agents/Webhook/SignalEvent", {"EventName": "no.body"}).status_code < 500


def test_unknown_faults_are_refused():
    """A fault that nobody wrote is an error before anything is served."""
    with pytest.raises(UnknownFaultError, match="nope"):
        wrong(["select-ignored", "nope"])


def test_faults_add_up(make):
    """Several faults can be switched on together."""
    api = make(faults=["secret-masked", "post-created", "signal-with-body", "select-ignored"])
    made = api("POST", "/Webhook?$select=Name", {"TargetUrl": "http://localhost:9/", "Secret": "s"})

    assert (made.status_code, made.json["Secret"]) == (201, "********")
    assert api("POST", "/Agents/Webhook/SignalEvent", {"EventName": "a.b"}).data == b"null"
