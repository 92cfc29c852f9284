"""`python -m contract_tests` is `webhook-contract`."""

import signal


def main() -> None:
    """Run the command; until it has begun there is nothing to clean up, so Ctrl-C just ends it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from contract_tests.cli import main as command

    command(prog_name="webhook-contract")


if __name__ == "__main__":
    main()
