"""What a run has found, as a value, and in every form in which people and machines read it."""
