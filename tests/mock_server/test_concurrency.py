"""Requests at the same time, on every kind of database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

ROUNDS = 25


def test_patches_of_different_members_are_all_kept(make, database):
    """Whatever two callers change at the same time, both changes are there."""
    api = make(database=database)
    api.new(Events=[], Properties={})

    def add(member: str) -> None:
        for number in range(ROUNDS):
            changes = [
                {"op": "add", "path": f"/Properties/{member}{number}", "value": number},
                {"op": "add", "path": "/Events/-", "value": f"{member}.{number}"},
            ]
            assert api.patch(1, changes).status_code == 200

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(add, ["a", "b", "c"]))
    hook = api.read(1)

    assert len(hook["Properties"]) == len(set(hook["Events"])) == 3 * ROUNDS


def test_ids_are_given_once(make, database):
    """Callers that create at the same time get different ids, without gaps."""
    api = make(database=database)
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda _: api.new()["WebhookId"], range(60)))

    assert sorted(ids) == list(range(1, 61))


def test_one_of_many_conditions_holds(make, database):
    """Of callers that test the same value before they replace it, one wins."""
    api = make(database=database)
    api.new(Name="free")
    take = [
        {"op": "test", "path": "/Name", "value": "free"},
        {"op": "replace", "path": "/Name", "value": "taken"},
    ]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: api.patch(1, take).status_code, range(20)))

    assert sorted(set(statuses)) == [200, 409]
    assert statuses.count(200) == 1


def test_two_mocks_on_one_database(make, tmp_path):
    """Mocks that share a file share its webhooks and its ids."""
    url = f"sqlite:///{tmp_path / 'hooks.db'}"
    mocks = [make(database=url), make(database=url)]
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda number: mocks[number % 2].new()["WebhookId"], range(40)))

    assert sorted(ids) == list(range(1, 41))
    assert len(mocks[0]("GET", "/Webhook").json) == 40


def test_filters_on_every_database(make, database):
    """The same webhooks are found in each kind of database."""
    api = make(database=database)
    api.new(Name="50%_!\\ Ø", Events=["a%.b_"])
    api.new(Name="other", Events=["a.b"], State="Stopped")

    assert [hook["WebhookId"] for hook in api("GET", "/Webhook?nameFilter=50%25_!\\ ø").json] == [1]
    assert [hook["WebhookId"] for hook in api("GET", "/Webhook?eventFilter=A%25.b_").json] == [1]
    assert api("GET", "/Webhook?eventFilter=a_b").json == []
    assert [hook["WebhookId"] for hook in api("GET", "/Webhook?statusFilter=Stopped").json] == [2]
    assert api("DELETE", "/Webhook/1").status_code == 204
