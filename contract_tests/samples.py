"""The requests that the documentation prints, literally: a witness that no schema can excuse."""

from __future__ import annotations

from typing import Any

POST_REQUESTS: dict[str, dict[str, Any]] = {
    "PostRequestS0": {
        "WebhookId": 983,
        "Name": "Blick-Schroeder",
        "Events": ["nostrum", "nihil"],
        "TargetUrl": "http://www.example.com/",
        "Secret": "neque",
        "State": "Active",
        "Type": "ratione",
        "Headers": {"Headers1": "nam", "Headers2": "rerum"},
        "Properties": {"fieldName": {}},
        "Registered": "2024-04-18T14:34:02.9242705+02:00",
        "RegisteredAssociate": None,
        "Updated": "2019-12-19T14:34:02.9242705+01:00",
        "UpdatedAssociate": None,
        "ErrorsEmail": "zelda@farrell.biz",
    },
    "PostRequestS2": {
        "WebhookId": 794,
        "Name": "Howell Group",
        "Events": ["non", "et"],
        "TargetUrl": "http://www.example.com/",
        "Secret": "ea",
        "State": "Active",
        "Type": "aliquam",
        "Headers": {"Headers1": "laborum", "Headers2": "ad"},
        "Properties": {"fieldName": {}},
        "Registered": "2016-04-18T09:41:00.1118281+02:00",
        "RegisteredAssociate": {
            "AssociateId": 999,
            "Name": "Rau-Kozey",
            "PersonId": 86,
            "Rank": 992,
            "Tooltip": "vero",
            "Type": "AnonymousAssociate",
            "GroupIdx": 278,
            "FullName": "Pearline Jenkins",
            "FormalName": "Reilly-Jacobi",
            "Deleted": False,
            "EjUserId": 156,
            "UserName": "Boyle, Reichel and Pouros",
        },
        "Updated": "2017-09-30T09:41:00.1127872+02:00",
        "UpdatedAssociate": {
            "AssociateId": 612,
            "Name": "Bartoletti-Renner",
            "PersonId": 42,
            "Rank": 555,
            "Tooltip": "accusantium",
            "Type": "AnonymousAssociate",
            "GroupIdx": 887,
            "FullName": "Valentin Fritsch",
            "FormalName": "Haley, Bergstrom and Jacobi",
            "Deleted": True,
            "EjUserId": 252,
            "UserName": "Volkman-Wilkinson",
        },
    },
}

HEADERS = {
    "Accept": "application/json; charset=utf-8",
    "Accept-Language": "en",
    "Content-Type": "application/json; charset=utf-8",
}
GET_ALL_REQUEST = {"NameFilter": "Johns Inc and Sons", "EventFilter": "qui", "StatusFilter": "Active"}
SIGNAL_REQUEST = {"EventName": "Murazik, Heaney and Maggio", "PrimaryKey": 952, "Data": {"fieldName": {}}}


def webhook(name: str, good: dict[str, Any], members: frozenset[str]) -> dict[str, Any]:
    """A sample request, with the target and the type of a good webhook instead of the filler.

    The id is dropped: in a database with ids of its own it may belong to somebody. So is ErrorsEmail where
    the target has no such member, like the older page.
    """
    dropped = {"WebhookId"} | ({"ErrorsEmail"} - members)
    sample = {key: value for key, value in POST_REQUESTS[name].items() if key not in dropped}
    return sample | {"TargetUrl": good["TargetUrl"], "Type": good["Type"]}


def signal(tag: str) -> dict[str, Any]:
    """The sample request, with a tag behind its event: somebody may listen for the name as it is."""
    return SIGNAL_REQUEST | {"EventName": f"{SIGNAL_REQUEST['EventName']} {tag}"}
