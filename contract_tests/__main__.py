"""`python -m contract_tests` is `webhook-contract`."""

from contract_tests.cli import main

if __name__ == "__main__":
    main(prog_name="webhook-contract")
