import pandas as pd

from jietan.linked import DraftLinks
from jietan.tables import conform

ROWS = [
    ("O2", 2, "draft", "甲条例", "甲#第三条", "第三条", None, None, "retrieved", 1.5, 0.25),
    ("O2", 1, "draft", "甲条例", "甲#第二条", "第二条", 2, "（一）", "explicit", 2.5, 0.75),
    ("O2", 3, "library", "乙法", "乙#第一条", "第一条", None, None, "retrieved", 3.0, 0.5),
    ("O1", 1, "draft", "甲条例", "甲#第三条", "第三条", None, None, "retrieved", 1.0, 1.0),
]
COLUMNS = "opinion_id rank source law article_id article paragraph item basis score confidence".split()


def test_links_of_an_opinion_come_as_the_rows_of_the_table_likeliest_first():
    links = DraftLinks(conform(pd.DataFrame(ROWS, columns=COLUMNS), "links"))
    found = links.of("O2")
    assert list(found) == [dict(zip(COLUMNS, row, strict=True)) for row in (ROWS[1], ROWS[0])]
    assert found[0]["paragraph"] == 2
    assert isinstance(found[0]["paragraph"], int)
    assert found[1:] == [dict(zip(COLUMNS, ROWS[0], strict=True))]
    assert len(found) == 2
    assert not links.of("O3")
    assert list(links.of("O1")) == [dict(zip(COLUMNS, ROWS[3], strict=True))]
