import re
from html import unescape

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from export_fixture import messages, tables
from jietan.export import html
from jietan.export.html.encode import deltas, js_length
from jietan.export.html.encode import island as encode_island
from jietan.export.html.evidence import Evidence
from jietan.export.mask import Masker
from jietan.export.view import View
from jietan.projection import project
from jietan.settings import Settings
from report_page import HOSTILE, expand, hostile_tables, island, vectors_of, write_page


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    (path,) = write_page(tmp_path_factory.mktemp("page"))
    return path.read_text("utf-8")


def js_slice(text, start, length):
    return text.encode("utf-16-le")[2 * start : 2 * (start + length)].decode("utf-16-le")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_span_stands_in_the_masked_comment_where_it_is_said_to(data):
    text = data.draw(st.text("甲乙丙1234。", min_size=1, max_size=30))
    cuts = st.integers(0, len(text))
    spans = data.draw(st.lists(st.tuples(cuts, cuts), max_size=4))
    pii = [("c", min(s), max(s), "name", data.draw(st.sampled_from(["*", "某某某", "张*祥"]))) for s in spans if s[0] != s[1]]
    frame = pd.DataFrame(pii, columns=["comment_id", "start", "end", "type", "text_masked"])
    masker = Masker(pd.DataFrame({"comment_id": ["c"], "text": [text]}), frame)
    start, end = sorted((data.draw(cuts), data.draw(cuts)))
    if start == end:
        return
    left, right = masker.place("c", start, end)
    assert masker.text("c")[left:right] == masker.text("c", start, end)


@pytest.mark.parametrize("frames", [tables(), messages(), hostile_tables()], ids=["draft", "messages", "hostile"])
def test_opinions_are_marked_in_their_masked_comments(frames):
    view = View(frames, Settings(), "")
    evidence = Evidence(view)
    seen = 0
    for number, comment in enumerate(view.comments):
        row = evidence.row(number)
        own = [o for o in view.opinions if o["comment_id"] == comment["comment_id"]]
        assert len(row[9]) == len(own) == evidence.counts[number]
        for spot, opinion in zip(row[9], own, strict=True):
            words = view.masker.text(comment["comment_id"], int(opinion["start"]), int(opinion["end"]))
            assert js_slice(row[8], spot[0], spot[1]) == words.replace("\x07", "□")
            assert evidence.opinion_numbers[opinion["opinion_id"]] == seen
            seen += 1
    assert seen == len(view.opinions)


def test_every_count_leads_to_as_many_opinions(page):
    data = island(page, "data")
    evidence = [row for part in island(page, "evidence") for row in part]
    opinions = [o for row in evidence for o in row[9]]
    assert len(evidence) == data["figures"]["n"]["n_comments"] == 15
    for s in data["suggestions"]["rows"]:
        assert len(expand(s["ops"])) == s["n"][0]
    for theme in (t for t in data["themes"] if t["ops"]):
        assert [len(ids) for ids in theme["ops"][:4]] == theme["stances"]
        for stance, ids in enumerate(theme["ops"][:4]):
            assert all(opinions[o][3] == stance for o in expand(ids))
    for article in data["articles"]:
        if not article["isNew"]:
            asks = [opinions[o] for o in expand(article["ops"])]
            assert [sum(o[3] == k and o[2] != 4 for o in asks) for k in range(4)] == article["stances"]
    for street in data["places"]:
        assert len(street["comments"]) == street["n"][0] == sum(p["n"][0] for p in street["points"])
    assert sum(n for _, n, _ in data["figures"]["triage"]) == 15
    assert all(len(ids) == n for _, n, ids in data["figures"]["triage"])


def test_the_change_is_marked_and_its_words_have_sources(tmp_path):
    frames = tables()
    proposed = "公园每日开放时间为六时至二十二时。"
    pieces = ["draft:第八条第一款→公园每日开放时间为六时至", "opinion:o01[9:13]→二十二时", "lexicon:关门→闭园", "grammar:句号→。"]
    frames["suggestions"].loc[0, "proposed_text"] = proposed
    frames["suggestions"]["provenance"] = [pieces if i == 0 else [] for i in range(len(frames["suggestions"]))]
    (path,) = write_page(tmp_path, frames)
    first = island(path.read_text("utf-8"), "data")["suggestions"]["rows"][0]
    assert "".join(words for op, words, _ in first["marks"] if op != "cut") == proposed
    assert "".join(words for op, words, _ in first["marks"] if op != "add") == first["original"]
    assert "".join(words for _, words, n in first["marks"] if n >= 0 and first["sources"][n][0] == "居民原话") == "二十二时"
    assert [s[:2] for s in first["sources"]] == [["草案原文", "第八条第一款"], ["居民原话", "意见 QH-001“二十二时”"], ["立法用语", "句号"]]
    assert first["exchanged"] == ["关门→闭园"]
    assert first["conflicts"] == [[4, "本建议要求修改，该建议维持原文"]]
    assert first["follow"] == ["第十八条引用第八条，法律责任须相应调整"]
    assert first["higher"] == ["《某法》第三条：“公园免费开放。”"]
    assert first["parts"] == pytest.approx([0.609, 0.203])


def test_sources_that_do_not_give_the_text_are_not_shown(tmp_path):
    frames = tables()
    frames["suggestions"]["provenance"] = [["draft:第八条第一款→别的文字"]] * len(frames["suggestions"])
    (path,) = write_page(tmp_path, frames)
    assert all(n == -1 for s in island(path.read_text("utf-8"), "data")["suggestions"]["rows"] for *_, n in s["marks"])


def test_nothing_is_loaded_from_anywhere(page):
    bare = re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.DOTALL)
    assert set(re.findall(r"https?://[^\s\"'<]+", bare)) == {"http://www.w3.org/2000/svg"}
    policy = unescape(re.search(r'Policy" content="(.*?)"', page)[1])
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"@import|url\(|\.innerHTML|eval\(|document\.write", bare)


def test_hostile_text_stays_in_its_place(tmp_path):
    (path,) = write_page(tmp_path, hostile_tables(), title=HOSTILE)
    text = path.read_text("utf-8")
    assert text.count("<script") == text.count("</script>") == 3
    assert "<img" not in text
    assert "\u2028" not in text[text.index("<script") :]
    assert HOSTILE in [row for part in island(text, "evidence") for row in part][7][8]


def test_rejected_suggestions_are_left_out_and_counted(tmp_path):
    frames = tables()
    frames["suggestions"].loc[4, "status"] = "rejected"
    (path,) = write_page(tmp_path, frames)
    made = island(path.read_text("utf-8"), "data")["suggestions"]
    assert [s["rank"] for s in made["rows"]] == [1, 2, 3, 4]
    assert [s["rank"] for s in made["rejected"]] == [5]


def test_a_large_run_is_paged_into_files_beside_the_page(tmp_path, monkeypatch):
    monkeypatch.setattr(html, "INLINE", 1000)
    monkeypatch.setattr(html, "PER_FILE", 4)
    paths = write_page(tmp_path)
    assert [p.name for p in paths] == ["report.html", *(f"evidence-{n}.js" for n in range(4))]
    assert island(paths[0].read_text("utf-8"), "evidence") is None
    assert paths[2].read_text("utf-8").startswith("jietanEvidence(1,[[")
    monkeypatch.undo()
    assert [p.name for p in write_page(tmp_path)] == ["report.html"]
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_a_page_that_grows_too_large_lists_less(tmp_path, monkeypatch):
    monkeypatch.setattr(html, "_SHARES", ((3000, 1_000_000), (2, 1)))
    full = write_page(tmp_path)[0].stat().st_size
    monkeypatch.setattr(html, "LIMIT", full - 1)
    (path,) = write_page(tmp_path)
    made = island(path.read_text("utf-8"), "data")["suggestions"]
    assert (len(made["rows"]), made["total"]) == (2, 5)
    assert len(made["rows"][0]["ops"]) == 1


@pytest.mark.parametrize("frames", [messages(), {"comments": tables()["comments"]}, {}], ids=["messages", "bare", "none"])
def test_little_or_nothing(tmp_path, frames):
    (path,) = write_page(tmp_path, frames, title="")
    data = island(path.read_text("utf-8"), "data")
    assert data["suggestions"]["rows"] == []
    assert len(data["counts"]) == len(frames.get("comments", ()))


def test_same_inputs_same_bytes(tmp_path):
    first, second = (write_page(tmp_path / name)[0].read_bytes() for name in ("a", "b"))
    assert first == second


def test_the_map_puts_every_ask_on_the_plane(page):
    points = island(page, "data")["map"]["points"]
    assert len(points) == len({o for o in tables()["opinions"].query("kind != '理由'")["unit_id"]})
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y, *_ in points)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 40])
def test_a_projection_of_any_size(n):
    frames = {"opinions": pd.DataFrame({"opinion_id": [f"o{i}" for i in range(n)]})}
    vectors = vectors_of(frames).matrix
    flat = project(vectors, 1)
    assert flat.shape == (n, 2)
    assert ((flat >= 0) & (flat <= 1)).all()
    assert (project(vectors, 1) == flat).all()
    assert len({tuple(p) for p in flat.tolist()}) == n


def test_encoding():
    assert deltas([5, 2, 9, 2]) == [2, 3, 4]
    assert js_length("a😀中") == 4
    assert encode_island("</script>\u2028&") == '"\\u003c/script\\u003e\\u2028\\u0026"'
