"""The web room: it translates requests into calls of the operations, and their results into answers."""
