"""The patch language of the API: RFC 6902 without move and copy, and RFC 7396 turned into it."""
