"""Bodies of every documented kind of delivery, as the reference pages print them, with values of our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Members = Mapping[str, Any]

FIELDS = {
    "activeInterests": 0,
    "associate_id": 7,
    "business_idx": 2,
    "category_idx": 1,
    "country_id": 578,
    "DeletedDate": "0001-01-01T00:00:00",
    "registered": "2024-02-29T08:15:00",
    "source": 0,
}


@dataclass(frozen=True, slots=True)
class Payload:
    """One kind of event; `header` is its name in the header where the body has another."""

    event: str
    entity: str | None
    key: int = 42
    changes: tuple[str, ...] = ()
    more: Members | None = None
    header: str = ""

    def members(self, event_id: str, name: str = "contract") -> dict[str, Any]:
        """The members of the body, in the order of the documented samples."""
        more = dict(self.more or {})
        values = {"Values": more.pop("Values")} if "Values" in more else {}
        entity = {} if self.entity is None else {"Entity": self.entity}
        return {
            "EventId": event_id,
            "Timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z",
            "Changes": list(self.changes),
            **values,
            "Event": self.event,
            "PrimaryKey": self.key,
            **entity,
            "ContextIdentifier": "Default",
            "ChangedByAssociateId": 0 if self.entity is None else 7,
            "WebhookName": name,
            **more,
        }


STARTED = {"events": 2, "registered_associate_id": 7, "state": 1, "updated": "2024-02-29T08:15:00"}
# By the id of the case that delivers it.
PAYLOADS: Mapping[str, Payload] = {
    "created": Payload(
        "contact.created", "contact", changes=("name", "category_idx"), more={"FieldValues": FIELDS}
    ),
    "changed": Payload("contact.changed", "contact", changes=("category_idx",), more={"FieldValues": FIELDS}),
    "softdeleted": Payload(
        "person.softdeleted", "person", changes=("deleted",), more={"FieldValues": FIELDS}
    ),
    "deleted": Payload(
        "person.deleted", "person", more={"Values": {"person_id": 42, "contact_id": 3}, "FieldValues": {}}
    ),
    "sold": Payload("sale.sold", "sale", changes=("status",)),
    "chat": Payload("chatsession.message", "chatsession", changes=("chat_session.status",)),
    "list": Payload("list.category.created", "list.category", changes=("name",), more={"FieldValues": {}}),
    "table": Payload(
        "y_table.changed",
        "y_table",
        changes=("x_amount",),
        more={"FieldValues": {"x_amount": "[I:123]", "x_when": "[DT:02/29/2024 08:15:00.0000000]"}},
    ),
    "custom": Payload("button.clicked", "button", key=0),
    "state": Payload(
        "webhook.started", None, key=66, more={"FieldValues": STARTED}, header="webhook66.started"
    ),
    "test": Payload("test", "test", key=0),
}
