import pickle

import pandas as pd

from jietan.linked import Link, draft_links, packed
from jietan.runfolder import RunFolder
from jietan.tables import conform

ROWS = [
    ("O2", 2, "draft", "甲条例", "甲#第三条", "第三条", None, None, "retrieved", 1.5, 0.25),
    ("O2", 1, "draft", "甲条例", "甲#第二条", "第二条", 2, "（一）", "explicit", 2.5, 0.75),
    ("O2", 3, "library", "乙法", "乙#第一条", "第一条", None, None, "retrieved", 3.0, 0.5),
    ("O1", 1, "draft", "甲条例", "甲#第三条", "第三条", None, None, "retrieved", 1.0, 1.0),
]
COLUMNS = "opinion_id rank source law article_id article paragraph item basis score confidence".split()
FIRST = Link("甲条例", "甲#第二条", "第二条", 2, "（一）", "explicit", 1, 0.75)
SECOND = Link("甲条例", "甲#第三条", "第三条", None, None, "retrieved", 2, 0.25)


def of(rows, *opinions):
    return draft_links(conform(pd.DataFrame(rows, columns=COLUMNS), "links"), opinions)


def test_links_of_an_opinion_come_as_the_rows_of_the_table_likeliest_first():
    found, none, other, again = of(ROWS, "O2", "O3", "O1", "O2")
    assert list(found) == [FIRST, SECOND]
    assert found[0].place == ("甲#第二条", "第二条", 2, "（一）")
    assert isinstance(found[0].paragraph, int)
    assert found[1].place == ("甲#第三条", "第三条", None, None)
    assert found[1:] == [SECOND]
    assert len(found) == 2
    assert not none
    assert list(other) == [SECOND._replace(rank=1, confidence=1.0)]
    assert list(again) == list(found)


def test_no_links_to_the_draft_at_all():
    assert of(ROWS[2:3], "O2") == [()]
    assert of([], "O2") == [()]
    assert of(ROWS) == []


def test_links_are_the_same_where_only_the_columns_of_a_stage_are_read(tmp_path):
    from jietan.flow import STAGES

    looked_at = next(stage.columns["links"] for stage in STAGES if stage.name == "draft")
    folder = RunFolder.create(tmp_path / "run")
    folder.write("links", conform(pd.DataFrame(ROWS, columns=COLUMNS), "links"))
    found = folder.read("links", looked_at)
    assert found["law"].dtype == "category"
    assert [list(links) for links in draft_links(found, ["O1", "O2", "O3"])] == [list(links) for links in of(ROWS, "O1", "O2", "O3")]


def test_links_go_to_another_process_without_those_of_others():
    sent = pickle.dumps(of(ROWS, "O2")[0])
    assert pickle.loads(sent) == [FIRST, SECOND]  # noqa: S301


def test_links_of_several_opinions_go_to_another_process_together():
    found = of(ROWS, "O2", "O3", "O1", "O2")
    sent = pickle.loads(pickle.dumps(packed([found[2], found[1], found[0]])))  # noqa: S301
    assert [list(links) for links in sent] == [list(found[2]), [], list(found[0])]
    assert [list(links) for links in sent[1:]] == [[], list(found[0])]
    assert len(pickle.dumps(packed(found[1:3]))) < len(pickle.dumps(packed(found)))
    plain = [[FIRST, SECOND], ()]
    assert packed(plain) is plain
    assert [*packed([()])] == [()]
