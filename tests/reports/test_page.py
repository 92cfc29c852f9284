"""The page of a report: whole in itself, safe whatever a target wrote, and usable without a mouse or eyes."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from base64 import b64encode
from collections import Counter
from html.parser import HTMLParser

import pytest

from contract_tests.kit.verdicts import Verdict
from contract_tests.reports import page
from contract_tests.reports.report import Report

from .samples import CLAUSES, FAILURE, HOSTILE, finished, hostile, known

VOID = {"meta", "link", "input", "img", "br", "rect"}


class Outline(HTMLParser):
    """The elements of a page, its text, and what is wrong with its nesting."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.raw: dict[str, str] = {}
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"style", "script"}:
            self.raw[self.open[-1]] = self.raw.get(self.open[-1], "") + data
        else:
            self.texts.append(data)

    def named(self, tag: str) -> list[dict[str, str]]:
        """The attributes of each element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        """What is read, blanks aside."""
        return " ".join(" ".join(self.texts).split())


def outline(run: Report) -> Outline:
    """The page of a run, read."""
    return Outline(page.rendered(run).decode("utf-8"))


RUNS = [finished(), finished({}), finished({"webhook.post.ok": Verdict.KEPT}), hostile()]
each_run = pytest.mark.parametrize("run", RUNS, ids=["some", "none", "kept", "hostile"])


@each_run
def test_the_page_is_whole(run):
    """Elements are nested rightly, ids are there once, and nothing is fetched from anywhere."""
    read = outline(run)
    ids = Counter(attributes["id"] for _, attributes in read.elements if "id" in attributes)

    assert (read.wrong, read.open) == ([], [])
    assert [each for each, count in ids.items() if count > 1] == []
    assert read.named("link") == read.named("img") == read.named("iframe") == []
    assert not [each for _, each in read.elements if "src" in each]
    assert "url(" not in read.raw["style"]
    assert "@import" not in read.raw["style"]


@each_run
def test_only_our_own_script_and_style_are_allowed(run):
    """The policy of the page names its one script and its one style by their digests, and nothing else."""
    read = outline(run)
    (policy,) = (each["content"] for each in read.named("meta") if each.get("http-equiv"))
    hashes = {
        name: f"'sha256-{b64encode(hashlib.sha256(read.raw[name].encode()).digest()).decode()}'"
        for name in ("style", "script")
    }

    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src {hashes['style']}",
        f"script-src {hashes['script']}",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert len(read.named("script")) == len(read.named("style")) == 1
    assert not [each for _, attributes in read.elements for each in attributes if each.startswith("on")]
    assert not [attributes for _, attributes in read.elements if "style" in attributes]


def test_what_a_target_writes_is_text():
    """Markup in an answer is shown as it is, in every place, and makes no element and no link."""
    read = outline(hostile())
    plain = outline(finished({"webhook.post.ok": Verdict.BROKEN, "webhook.post.shape": Verdict.UNPROVED}))

    assert read.text.count("alert(1)") > 10
    assert {name for name, _ in read.elements} - {name for name, _ in plain.elements} <= {"p", "b"}
    assert all(each["href"].startswith(("#", "https://")) for each in read.named("a"))
    assert " ".join(HOSTILE.split()) in read.text


def test_every_clause_can_be_opened_and_filtered():
    """Each clause is a thing of its own, with what the filters ask for."""
    found = {
        each["id"]: each
        for each in outline(finished()).named("details")
        if each.get("class", "").startswith("clause")
    }

    assert set(found) == set(CLAUSES)
    for clause_id, verdict in CLAUSES.items():
        assert found[clause_id]["data-verdict"] == verdict.name.lower()
        assert found[clause_id]["data-level"] in {"must", "should", "robust"}
        assert found[clause_id]["data-operations"]


def test_a_failure_is_told_in_full():
    """A broken clause has its sentence, source, field, what was sent, expected and came, and the script."""
    text = outline(finished({"webhook.post.shape": Verdict.BROKEN})).text
    (line,) = finished({"webhook.post.shape": Verdict.BROKEN}).lines

    for part in (line.clause.says, line.clause.source, FAILURE.expected, FAILURE.came, FAILURE.where):
        assert part in text
    for part in (*FAILURE.script, "came again at once", FAILURE.signature, "Transcript", "POST http"):
        assert part in text


def test_both_times_are_shown_of_what_is_flaky():
    """What did not come again has the transcript of the second time, too."""
    text = outline(finished({"webhook.patch.merge": Verdict.FLAKY})).text

    assert "The second time" in text
    assert "did not come again" in text


def test_known_and_stale_entries_are_told():
    """An excused clause says who mends it and until when; an entry that has to go is at the top."""
    (line,) = finished({"webhook.post.shape": Verdict.BROKEN}).lines
    excused = dataclasses.replace(line, verdict=Verdict.KNOWN, known=known())
    text = outline(finished({}, lines=(excused,), known=(known("webhook.post.ok"),))).text

    assert "ticket 7 (team, until 2999-01-01)" in text
    assert "Stale: webhook.post.ok is kept now, but known as broken: ticket 7 (team)" in text.replace(
        " :", ":"
    )


def test_the_matrix_counts_by_operation():
    """Each operation has a row, and each verdict that was given a column."""
    read = outline(finished())
    rows = [each for each in read.named("th") if each.get("scope") == "row"]
    cells = {
        (each["data-operation"], each["data-cell"]) for each in read.named("button") if "data-cell" in each
    }

    assert len(rows) == 3
    assert ("v1Webhook_PostWebhook", "broken") in cells
    assert ("v1Webhook_GetWebhook", "not_offered") in cells


def test_it_works_without_eyes_and_without_a_mouse():
    """What can be pressed is a button or a field, and says what it is; a link leads past all of them."""
    read = outline(finished())
    (root,) = read.named("html")

    assert root["lang"] == "en"
    assert read.named("a")[0]["href"] == "#clauses"
    assert [each["aria-label"] for each in read.named("svg")] == [
        "1 broken, 1 error, 1 blocked, 1 flaky, 1 unproved, 1 not offered, 1 kept"
    ]
    assert all("aria-pressed" in each for each in read.named("button") if "chip" in each.get("class", ""))
    assert any(each.get("aria-live") == "polite" for each in read.named("output"))


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("RFC 9110, section 15.5.21", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.21"),
        ("RFC 7396", "https://www.rfc-editor.org/rfc/rfc7396"),
        ("see https://docs.example.com/a?b=c&d. Then", "https://docs.example.com/a?b=c&d"),
    ],
)
def test_sources_are_links_where_they_can_be(source, link):
    """URLs and RFCs in a source can be followed, and nothing around them is lost."""
    read = Outline(str(page.linked(source)))

    assert [each["href"] for each in read.named("a")] == [link]
    assert read.text.replace(" ", "") == source.replace(" ", "")


@pytest.mark.parametrize(
    "source", ["POST Webhook, row 200", "javascript:alert(1)", "<b>http://", "ftp://x.example"]
)
def test_other_sources_are_text(source):
    """What is no address is not made a link."""
    read = Outline(str(page.linked(source)))

    assert read.elements == []
    assert read.text == source


def test_half_a_surrogate_pair_does_not_stop_the_page():
    """What no encoding can hold is replaced."""
    failure = dataclasses.replace(FAILURE, came="\ud83d")

    assert b"<html" in page.rendered(finished({"webhook.post.ok": Verdict.BROKEN}, failure))


def test_colours_and_themes_are_those_of_every_verdict():
    """Each verdict has a colour, for light and for dark."""
    style = outline(finished()).raw["style"]

    for verdict in Verdict:
        assert re.search(rf"--{verdict.name.lower()}: light-dark\(#\w+, #\w+\)", style)
    for theme in ("light", "dark"):
        assert f':root[data-theme="{theme}"] {{ color-scheme: {theme}; }}' in style
