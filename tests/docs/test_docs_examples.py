"""Every other example of the manual: unmarked commands, Python and settings, page by page, on a run of a few comments.

What is marked ``<!-- run -->`` is followed in ``test_docs_readme.py``. Ids that a page makes up stand for those of the run.
"""

import itertools
import re
import shlex
import shutil
from pathlib import Path

import docx
import openpyxl
import pytest

import jietan
from jietan.cli import main
from jietan.resources import corpus_path, model_path
from jietan.review.ledger import read_ledger

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"(<!-- run -->\n)?^([ \t]*)```(\w+)\n(.*?)^[ \t]*```", re.DOTALL | re.MULTILINE)
#: Commands that find something wrong in the text they are given end with 1.
_FINDING = (("lint",), ("laws", "verify"))
#: What no test can do: other machines.
_ELSEWHERE = ("ray://主节点",)
_ROWS = 40


def _blocks(page):
    found = _BLOCK.findall((ROOT / page).read_text("utf-8"))
    plain = [(language, body.splitlines(), indent) for mark, indent, language, body in found if not mark]
    return [(language, "\n".join(line.removeprefix(indent) for line in lines)) for language, lines, indent in plain]


def _lines(page):
    for language, body in _blocks(page):
        if language in ("sh", "bash"):
            for line in body.splitlines():
                words = shlex.split(line, comments=True)
                if words and words[0] == "jietan" and not any(e in line for e in _ELSEWHERE):
                    yield words[1:]


PAGES = ["README.md", "README.en.md", *sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "docs").rglob("*.md"))]
COMMANDS = [page for page in PAGES if list(_lines(page))]
PYTHON = [page for page in PAGES if any(language == "python" for language, _ in _blocks(page))]


def _word(path, lines):
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(path)


def _laws(folder):
    """Small invented laws under the names that the pages use, a draft of a letter, and queries."""
    articles = ["第一条　为了安放风筝，制定本条例。", "第二条　公园里放风筝应当避开人群。", "第三条　充电桩由乡镇人民政府管理。"]
    _word(folder / "上海市消防条例.docx", ["上海市消防条例", "（2010年1月28日上海市人民代表大会常务委员会通过）", *articles])
    for name in ("下载的法规", "法规文件夹"):
        (folder / name).mkdir()
        text = "上海市放风筝条例\n（2012年1月28日上海市人民代表大会常务委员会通过）\n" + "\n".join(articles)
        (folder / name / "上海市放风筝条例.txt").write_text(text, "utf-8")
    shutil.make_archive(str(folder / "规章"), "zip", folder / "法规文件夹")
    _word(folder / "稿件.docx", ["依照《中华人民共和国民法典》第一千二百五十四条，禁止从建筑物中抛掷物品。"])
    (folder / "查询.jsonl").write_text('{"query_id": "1", "query": "高空抛物谁来赔"}\n', "utf-8")


def _files(folder, rows):
    """The files that the pages name."""
    sample = corpus_path("consultation_a")
    book = openpyxl.Workbook()
    for row in rows[: _ROWS + 1]:
        book.active.append(row)
    book.save(folder / "意见.xlsx")
    shutil.copy(folder / "意见.xlsx", folder / "comments.xlsx")
    shutil.copy(sample / "points.csv", folder / "采集点.csv")
    for name, source in (("草案", "draft"), ("draft", "draft"), ("通过文本", "final"), ("二审稿", "final")):
        shutil.copy(sample / f"{source}.docx", folder / f"{name}.docx")
    (folder / "corpora" / "consultation_a").mkdir(parents=True)
    for name in ("draft.docx", "draft.md"):
        shutil.copy(sample / name, folder / "corpora" / "consultation_a" / name)
    shutil.copytree(model_path("jietan-static-zh"), folder / "模型" / "我的模型")
    (folder / "我的词表.tsv").write_text(_LEXICON, "utf-8")
    (toml,) = [body for language, body in _blocks("docs/howto/settings.md") if language == "toml"]
    (folder / "设置.toml").write_text(toml, "utf-8")
    _laws(folder)


_LEXICON = "colloquial\tlegal\n小电驴\t电动自行车\n"


def _call(*words):
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    return ended.value.code


@pytest.fixture(scope="module")
def base(tmp_path_factory, sample_rows, write_csv):
    """A folder with every file that a page names, one run, one decision, the sheets to fill in."""
    folder = tmp_path_factory.mktemp("examples")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("JIETAN_HOME", str(folder / "home"))
        _files(folder, sample_rows)
        write_csv(folder / "意见.csv", sample_rows[: _ROWS + 1])
        run = jietan.run("意见.xlsx", draft="草案.docx", out="runs/意见", export=False)
        run.review.rename(run.themes["theme_id"].iloc[0], "先改的名称", why="试一试")
        for words in (["review", "export", "runs/意见"], ["outcome", "runs/意见", "--final", "通过文本.docx"], ["templates", "模板"]):
            assert _call(*words) == 0, words
        shutil.copy("runs/意见/exports/采纳情况核对表.xlsx", "采纳情况核对表.xlsx")
        for name in ("审核表", "审核表-甲", "审核表-乙"):
            shutil.copy("runs/意见/exports/审核表.xlsx", f"{name}.xlsx")
        for copy in ("runs/条例", "甲", "乙"):
            shutil.copytree("runs/意见", copy)
    return folder


@pytest.fixture
def desk(base, tmp_path, monkeypatch):
    """A copy of the folder to work in, with a library and a home of its own."""
    folder = shutil.copytree(base, tmp_path / "desk")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("JIETAN_HOME", str(folder / "home"))
    monkeypatch.setenv("JIETAN_LIBRARY", str(folder / "法规库.db"))
    return folder


def _real(text, run):
    """Put ids of the run where the page makes some up."""
    opinions = run.opinions[run.opinions["kind"] != "理由"]
    leaves = run.themes["theme_id"][run.themes["parent_id"].notna()]
    pools = {
        r"\bT[0-9a-f]{8}\b": iter(leaves),
        r"\bS[0-9a-f]{8}\b": iter(run.suggestions["suggestion_id"]),
        r"\bD[0-9a-f]{12}\b": (d.id for d in read_ledger(run.folder)),
        r"\bLJ-\d+:\d+-\d+\b": iter(opinions["opinion_id"]),
    }
    for shape, pool in pools.items():
        known = dict(zip(dict.fromkeys(re.findall(shape, text)), pool, strict=False))
        text = re.sub(shape, lambda found, known=known: known[found[0]], text)
    return text


@pytest.mark.parametrize("page", COMMANDS)
def test_commands_of_a_page_work(page, desk, capsys):
    for words in _lines(page):
        if any(re.fullmatch(r"[DTS][0-9a-f]{8,12}", word) for word in words):
            words = shlex.split(_real(shlex.join(words), jietan.Run.load("runs/意见")))
        code = _call(*words)
        printed = capsys.readouterr()
        allowed = (0, 1) if any(tuple(words[: len(f)]) == f for f in _FINDING) else (0,)
        assert code in allowed, f"jietan {shlex.join(words)}\n{printed.out[-800:]}\n{printed.err}"


@pytest.mark.parametrize("page", PYTHON)
def test_python_of_a_page_runs(page, desk):
    names = {"run": jietan.Run.load("runs/意见")}
    for language, body in _blocks(page):
        if language == "python":
            exec(compile(_real(body, names["run"]), page, "exec"), names)  # noqa: S102


@pytest.mark.parametrize("page", [p for p in PAGES if any(language == "toml" for language, _ in _blocks(p))])
def test_settings_of_a_page_are_settings(page, tmp_path):
    for language, body in _blocks(page):
        if language == "toml":
            (tmp_path / "a.toml").write_text(body, "utf-8")
            jietan.load_settings(tmp_path / "a.toml")


def test_the_examples_are_seen():
    assert len(COMMANDS) > 12
    assert {"docs/review.md", "docs/lint.md", "docs/reference/python.md"} <= set(PYTHON)
    lines = list(itertools.chain.from_iterable(map(_lines, COMMANDS)))
    assert {words[0] for words in lines} >= {"laws", "review", "archive", "forget", "carry", "feedback"}
