"""What the checks draw from: plural nouns, all of them values that a client can rightly send."""

from __future__ import annotations

import string

from hypothesis import strategies as st

from contract_tests.kit import ledger
from contract_tests.kit.readings import fold

# Letters, marks, numbers, punctuation, symbols of every script; no controls, no surrogates, no noncharacters.
READABLE = st.characters(categories=("L", "M", "N", "P", "S"), exclude_characters="\ufffd")
INSIDE = st.one_of(READABLE, st.just(" "))
# What people really type, so that most examples are among what no server refuses.
ORDINARY = st.sampled_from(string.ascii_letters + string.digits + "æøåÆØÅéüßçñ漢字かなабв ")


def texts(longest: int) -> st.SearchStrategy[str]:
    """Readable text without surrounding blanks."""
    inner = st.one_of(st.text(ORDINARY, max_size=longest - 2), st.text(INSIDE, max_size=longest - 2))
    edge = st.one_of(st.sampled_from("AzøÅ漢"), READABLE)
    return st.builds(lambda first, middle, last: (first + middle + last).strip(), edge, inner, edge)


names = texts(80)
# The shortest one that is printed has two letters; a server may have a rule for those that are shorter.
secrets = st.one_of(
    st.text(string.ascii_letters + string.digits, min_size=2, max_size=120),
    texts(100).filter(lambda text: len(text) > 1),
)
words = st.text(string.ascii_lowercase, min_size=1, max_size=12)
event_names = st.one_of(
    st.builds("{}.{}".format, words, st.sampled_from(["created", "changed", "deleted", "softdeleted"])),
    words,
)
event_lists = st.lists(event_names, min_size=1, max_size=6, unique=True)
# Letters that have no case, so that a server which compares without case may also store without it.
exotic_event_lists = st.lists(
    st.text(st.characters(categories=["Lo"]), min_size=1, max_size=10), min_size=1, max_size=3, unique=True
)
header_names = st.builds(
    "X-{}".format, st.text(string.ascii_letters + string.digits, min_size=1, max_size=20)
)
header_values = st.builds(
    lambda first, rest: (first + rest).strip(),
    st.sampled_from(string.ascii_letters),
    st.text(string.ascii_letters + string.digits + " !#$%&'*+-./:;=?@[]^_`{|}~", max_size=40),
)
headers = st.lists(
    st.tuples(header_names, header_values), min_size=1, max_size=4, unique_by=lambda pair: pair[0].lower()
).map(dict)

# What might be read as somebody's id or event is not sent.
keys = st.text(st.one_of(st.sampled_from(string.ascii_letters), READABLE), min_size=1, max_size=12).filter(
    lambda key: fold(key) not in ledger.TELLING
)
# No floating point: how many digits survive is a matter of the implementation's number type.
scalars = st.one_of(st.booleans(), st.integers(-(2**31), 2**31 - 1), texts(20))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(keys, inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)
objects = st.dictionaries(keys, values, min_size=1, max_size=3)
properties = st.dictionaries(keys, objects, min_size=1, max_size=3)
loose_properties = st.dictionaries(keys, values, min_size=1, max_size=3)

url_paths = st.text(string.ascii_letters + string.digits + "-._~", min_size=1, max_size=30).filter(
    lambda path: path.strip(".") == path
)
url_queries = st.dictionaries(words, st.text(string.ascii_letters + string.digits, max_size=10), max_size=3)
emails = st.builds("{}@{}.example.com".format, words, words)
primary_keys = st.integers(0, 2**31 - 1)
stale_days = st.integers(2, 4000)
# A member of a webhook and a new value for it. ErrorsEmail is left out: the older page has no such row.
changes = st.one_of(
    st.tuples(st.just("Name"), names),
    st.tuples(st.just("Secret"), secrets),
    st.tuples(st.just("State"), st.sampled_from(["Active", "Stopped"])),
    st.tuples(st.just("Events"), event_lists),
    st.tuples(st.just("Headers"), headers),
    st.tuples(st.just("Properties"), properties),
)
