import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn

from export_fixture import INFO, TITLE, originals, tables
from jietan.errors import SettingsError
from jietan.export.offices import units_named
from jietan.export.official import write_official, write_templates
from jietan.export.view import View
from jietan.settings import Settings

HOSTILE = "{{ 7*7 }}{% for x in range(9) %}a{% endfor %}{_{ 1 }_}{_% %_}{# c #}<w:p/>&amp;'\"=1+1"


def view(frames=None, **export):
    settings = Settings.model_validate({"report": {"office": "东湖联系点"}, "export": export})
    return View(frames or tables(), settings, TITLE, INFO)


def text_of(path):
    document = Document(str(path))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def own_template(folder, body, name="报送函"):
    folder.mkdir(exist_ok=True)
    document = Document()
    document.add_paragraph(body)
    document.save(str(folder / f"{name}.docx"))
    return str(folder)


def test_the_letter_marks_what_changes_word_by_word(papers):
    rows = Document(str(papers["报送函"])).tables[-1].rows[1:]
    runs = [run for row in rows for paragraph in row.cells[3].paragraphs for run in paragraph.runs if run.text]
    added, cut = [r.text for r in runs if r.font.underline], [r.text for r in runs if r.font.strike]
    kept = [r.text for r in runs if not (r.font.underline or r.font.strike)]
    assert added
    assert cut
    assert kept
    first = rows[0].cells
    marks = [r for p in first[3].paragraphs for r in p.runs]
    assert "".join(r.text for r in marks if not r.font.underline) == first[2].text


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    return {p.stem: p for p in write_official(view(), tmp_path_factory.mktemp("official"))}


def test_the_papers_say_what_they_should(papers):
    assert {"报送函", "转办清单"} <= set(papers)
    letter = text_of(papers["报送函"])
    for words in (
        f"关于报送《{TITLE}》征求意见情况的函",
        "共收到意见15件",
        "形成立法建议5条",
        "拟稿",
        "审核",
        "签发",
        "东湖联系点",
        "第八条第一款",
    ):
        assert words in letter
    assert "{{" not in letter
    assert "{%" not in letter
    document = Document(str(papers["报送函"]))
    assert document.tables[-1].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert len(document.tables[-1].rows) == 6
    assert "PAGE" in document.sections[0].footer._element.xml
    assert "方正小标宋简体" in document.element.xml
    with zipfile.ZipFile(papers["报送函"]) as package:
        assert "altName" in package.read("word/fontTable.xml").decode()


def test_no_personal_data(papers):
    for path in papers.values():
        text = text_of(path)
        for original in originals():
            assert original not in text, (path.name, original)


def test_every_comment_to_pass_on_is_listed_under_its_point(papers):
    frames = tables()["comments"]
    passed = frames[frames["triage"].isin(["governance", "personal"])]["comment_id"]
    text = text_of(papers["转办清单"])
    assert len(passed)
    assert all(comment in text for comment in passed)
    assert f"下列{len(passed)}件来件" in text


def test_what_residents_write_stays_text(tmp_path):
    frames = tables()
    none = [[] for _ in range(len(frames["suggestions"]))]
    frames["suggestions"] = frames["suggestions"].assign(reason=HOSTILE, proposed_text=HOSTILE, evidence=none, exemplars=none)
    passed = frames["comments"]["triage"] == "governance"
    frames["comments"] = frames["comments"].assign(text=frames["comments"]["text"].mask(passed, HOSTILE))
    frames["opinions"], frames["pii"] = frames["opinions"].iloc[:0], frames["pii"].iloc[:0]
    made = {p.stem: text_of(p) for p in write_official(view(frames), tmp_path)}
    assert made["报送函"].count(HOSTILE) >= 5
    assert HOSTILE in made["转办清单"]


def test_deputies_get_the_matters_that_need_no_legislation(tmp_path):
    frames = tables()
    frames["comments"] = frames["comments"].assign(triage="governance")
    made = {p.stem: p for p in write_official(view(frames), tmp_path)}
    text = text_of(made["代表建议"])
    assert "领衔代表" in text
    assert "1．关于" in text


def test_without_anything_to_say_there_is_no_paper(tmp_path):
    assert write_official(View({}, Settings(), "", INFO), tmp_path) == []


def test_an_own_template_is_filled_in(tmp_path):
    folder = own_template(tmp_path / "t", "{{ 报送单位 }}：{% for x in 建议 %}{{ x.条款 }}；{% endfor %}")
    made = write_official(view(templates=folder), tmp_path / "out")
    assert text_of(made[0]).startswith("东湖联系点：第八条第一款；")
    assert [p.stem for p in made][-1] == "转办清单"


def test_the_default_templates_can_be_taken_as_own(tmp_path):
    write_templates(tmp_path / "t")
    own = write_official(view(templates=str(tmp_path / "t")), tmp_path / "a")
    default = write_official(view(), tmp_path / "b")
    assert [text_of(p) for p in own] == [text_of(p) for p in default]
    assert [p.read_bytes() for p in default] == [p.read_bytes() for p in write_official(view(), tmp_path / "c")]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ 没有的名称 }}", "没有的名称"),
        ("{% for x in 建议 %}没有结束", "写错"),
        ("{{ 建议. }}", "写错"),
        ("{{ 报送单位.__class__.__mro__ }}", "模板"),
        ("{{ 建议.append(1) }}", "不允许"),
        ("{% for x in range(999999999) %}{% endfor %}", "模板"),
        ("{% include '/etc/passwd' %}", "模板"),
        ("{{ 1/0 }}", "填不进去"),
    ],
)
def test_a_broken_or_hostile_template_is_refused_by_name(tmp_path, body, said):
    folder = own_template(tmp_path / "t", body)
    with pytest.raises(SettingsError, match=said) as caught:
        write_official(view(templates=folder), tmp_path / "out")
    assert "报送函" in str(caught.value)
    assert not (tmp_path / "out" / "报送函.docx").exists()


def test_what_is_no_template_at_all_is_refused(tmp_path):
    (tmp_path / "报送函.docx").write_bytes(b"not a document")
    with pytest.raises(SettingsError, match="模板不是可以用的"):
        write_official(view(templates=str(tmp_path)), tmp_path / "out")
    with pytest.raises(SettingsError, match="没有这个放模板的文件夹"):
        write_official(view(templates=str(tmp_path / "none")), tmp_path / "out")


def test_offices_that_residents_name_are_found():
    frames = tables()
    frames["comments"] = frames["comments"].assign(text="物业不管，找过城管中队和派出所，物业还是不管")
    frames["pii"] = frames["pii"].iloc[:0]
    first = frames["comments"]["comment_id"].iloc[0]
    assert units_named(view(frames), [first]) == ["物业", "城管中队", "派出所"]
