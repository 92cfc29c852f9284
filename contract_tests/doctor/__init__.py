"""Why a run cannot begin: what lies between somebody and a target, looked at from near to far."""
