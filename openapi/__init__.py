"""The contract: the OpenAPI document, the clauses and where each of them is documented."""
