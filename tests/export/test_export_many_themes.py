from export_fixture import TITLE, tables
from jietan.export.sheets import themes as sheet
from jietan.export.sheets.namings import namings_sheet
from jietan.export.view import View
from jietan.settings import Settings


def view_with_matters_of_one(count):
    frames = tables()
    themes = frames["themes"]
    child = themes[themes["parent_id"].notna()].iloc[[0]]
    for k in range(count):
        themes = type(themes)(themes.to_dict("records") + child.assign(theme_id=f"one{k}", n_comments=1, n_people=1).to_dict("records"))
    frames["themes"] = themes
    return View(frames, Settings(), TITLE), child["parent_id"].iloc[0]


def test_many_matters_of_one_comment_stand_in_one_line_under_their_parent(monkeypatch):
    view, _ = view_with_matters_of_one(3)
    whole = [str(r[0]) for r in sheet.themes_sheet(view).rows()]
    assert not any("各只有一件意见" in name for name in whole)
    monkeypatch.setattr(sheet, "_MANY", 2)
    listed, folded = sheet.listed_themes(view)
    alone = sum(r["parent_id"] is not None and r["n_comments"] == 1 for r in sheet.ordered_themes(view))
    assert sum(folded.values()) == alone >= 3
    assert not any(r["theme_id"].startswith("one") for r in listed)
    rows = list(sheet.themes_sheet(view).rows())
    assert [r[0] for r in rows if "各只有一件意见" in str(r[0])] == [f"└ 另有{n}件事，各只有一件意见" for n in folded.values()]
    assert len({len(r) for r in rows}) == 1
    assert len(list(namings_sheet(view).rows())) > 0
