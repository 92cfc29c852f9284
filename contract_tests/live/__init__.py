"""Work with a real tenant: what a run would do there, and what killed runs have left."""
