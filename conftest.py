"""Options of `pytest contract_tests`; the suite itself is a plugin, so that it also runs when installed."""

pytest_plugins = ("contract_tests.plugin",)
