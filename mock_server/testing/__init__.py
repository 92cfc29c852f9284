"""The mock in a test: started in this process, steered and asked through objects.

from mock_server.testing import running_mock

with running_mock() as mock:
    tenant = mock.tenant("Cust12345")
    ...  # what is tested talks to tenant.url
    tenant.assert_requested(method="PATCH", path="/Webhook/{id}", bodyContains={"State": "Stopped"})
"""

from __future__ import annotations

from mock_server.testing.serving import connected, running_mock
from mock_server.testing.tenants import ControlError, Mock, Tenant

__all__ = ["ControlError", "Mock", "Tenant", "connected", "running_mock"]
