"""The contract for readers, at `/_mock/docs`: two documents, with requests to be tried on this mock."""
