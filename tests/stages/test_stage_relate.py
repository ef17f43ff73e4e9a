import pandas as pd
import pytest

from jietan.embedders import load_embedder
from jietan.law.library import load_library
from jietan.settings import LinkSettings
from jietan.stages.relate import relate
from jietan.tables import conform, empty
from stage_tables import provisions, received, whole_spans

DRAFT = provisions([["根据《中华人民共和国消防法》，制定本条例。"], ["任何单位、个人不得占用、堵塞、封闭疏散通道、安全出口、消防车通道。"]])
TEXTS = ["占用消防车通道的要管", "消防通道堵了怎么逃生", "疏散通道、安全出口不得堵塞"]


def run(texts, draft=DRAFT, *, cited=None, article="测试市街巷条例#第二条", **settings):
    frame = received(texts)
    spans = whole_spans(frame)
    ids = spans["opinion_id"].tolist()
    placements = conform(pd.DataFrame({"opinion_id": ids, "theme_id": "T1"}), "placements")
    themes = pd.DataFrame({"theme_id": ["T1"], "parent_id": [None], "n_comments": [len(texts)], "exemplars": [ids]})
    links = empty("links")
    if len(draft):
        rows = [
            {"opinion_id": o, "rank": 1, "source": "draft", "law": "测试市街巷条例", "article_id": article, "article": "第二条"}
            | {"paragraph": None, "item": None, "basis": "retrieved", "score": 1.0, "confidence": 0.9}
            for o in ids
        ]
        links = conform(pd.DataFrame(rows), "links")
    citations = empty("citations") if cited is None else cited(frame)
    embedder = load_embedder("jietan-e5-zh")
    return relate(spans, placements, themes, links, citations, draft, load_library(), embedder, LinkSettings(**settings))


def cites(article_id):
    def make(frame):
        row = {"start": 0, "end": 2, "text": "占用", "source": "library", "law": "中华人民共和国民法典", "article_id": article_id}
        row |= {"article": "第一千二百五十四条", "paragraph": None, "item": None, "citation_status": "exists", "candidates": []}
        row |= {"content_differs": False, "better_article_id": None, "note": ""}
        return conform(pd.DataFrame([{"comment_id": c, **row} for c in frame["comment_id"][:2]]), "citations")

    return make


def test_a_theme_gets_the_articles_of_the_law_that_the_draft_names():
    related, higher = run(TEXTS)
    assert related["law"].iloc[0] == "中华人民共和国消防法"
    assert related["article"].iloc[0] == "第二十八条"
    assert set(related["article_id"]) == set(higher["article_id"])
    assert related["rank"].tolist() == list(range(1, len(related) + 1))


def test_a_law_that_nobody_named_and_one_theme_alone_comes_to_is_left_out():
    bare = provisions([["为了安全，制定本条例。"], DRAFT["paragraphs"].iloc[1]])
    assert run(TEXTS, bare)[0].empty


def test_what_people_name_comes_first():
    found = load_library()
    article = found.show("民法典", "1254")["article_id"].iloc[0]
    related, _ = run(TEXTS, cited=cites(article))
    assert (related["basis"].iloc[0], related["article_id"].iloc[0], related["n_comments"].iloc[0]) == ("explicit", article, 2)


@pytest.mark.parametrize("settings", [{"library_k": 0}])
def test_nothing_is_looked_for_where_the_settings_say_so(settings):
    related, higher = run(TEXTS, **settings)
    assert related.empty
    assert higher.empty


def test_without_a_draft_themes_are_related_by_their_words_alone():
    related, _ = run(TEXTS, empty("provisions"))
    assert set(related.columns) >= {"theme_id", "rank", "law", "article", "basis"}


def test_without_a_draft_what_one_letter_alone_raises_is_not_looked_up():
    law = cites(load_library().show("民法典", "1254")["article_id"].iloc[0])
    assert run(TEXTS[:1], empty("provisions"), cited=law)[0].empty
    assert not run(TEXTS, empty("provisions"), cited=law)[0].empty
