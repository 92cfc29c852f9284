"""Independent servers of the webhook API, conforming and not, for our tests to run the suite against."""

from .defects import DEFECTS as DEFECTS
from .quirks import ALL_QUIRKS as ALL_QUIRKS
from .routes import OFFERS as OFFERS
from .server import running as running
from .worlds import WORLDS as WORLDS
