"""The mock as others use it in their tests: from Python, from pytest, from elsewhere."""
