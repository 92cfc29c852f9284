"""The media types: JSON and XML both ways, forms only in."""
