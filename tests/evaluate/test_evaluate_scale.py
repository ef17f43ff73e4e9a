"""The generator of large consultations, and the watch over processes that the scale benchmark keeps."""

import subprocess
import sys

import pandas as pd
import pytest

from synthetic_runs import ROOT, load_script

BENCHMARKS = ROOT / "benchmarks"


@pytest.fixture(scope="module")
def made():
    module = load_script(BENCHMARKS / "generate.py", "generate")
    material = module.load_material(BENCHMARKS)  # has no data: the sample alone
    yield module, material, *module.generate(400, material)
    del sys.modules["generate"]


def test_the_same_seed_gives_the_same_comments(made):
    module, material, comments, truth = made
    again, known = module.generate(400, material)
    pd.testing.assert_frame_equal(comments, again)
    pd.testing.assert_frame_equal(truth, known)
    assert not comments.equals(module.generate(400, material, seed=1)[0])


def test_says_what_it_leaves_out(made):
    assert [note.split(" ")[1] for note in made[1].notes] == ["endorsements_tw.jsonl.gz，不用", "messages.jsonl.gz，不用"]


def test_plants_as_many_copies_as_it_says(made):
    module, _, comments, truth = made
    assert comments["编号"].tolist() == truth["id"].tolist() == [f"G{k:07d}" for k in range(1, 401)]
    shares = truth["part"].value_counts() / len(truth)
    assert all(abs(shares[part] - share) < 0.01 for part, share in module.SHARES.items())
    assert truth.loc[truth["part"] == "campaign", "campaign"].value_counts().min() >= 3


def test_a_repeat_is_word_for_word_from_the_same_person(made):
    _, _, comments, truth = made
    by_id = comments.set_index("编号")
    repeats = truth[truth["duplicate_of"].notna()]
    assert len(repeats) == 12
    for name, first in zip(repeats["id"], repeats["duplicate_of"], strict=True):
        same = ["街镇", "提交人", "联系方式", "意见内容"]
        assert (by_id.loc[name, same] == by_id.loc[first, same]).all()
        assert by_id.loc[name, "提交人"] != "匿名"


def test_copies_of_one_letter_share_nearly_all_of_it(made):
    _, _, comments, truth = made
    for _, rows in truth[truth["campaign"].notna()].groupby("campaign"):
        texts = comments.set_index("编号").loc[rows["id"], "意见内容"].tolist()
        grams = [{t[k : k + 4] for k in range(len(t) - 3)} for t in texts]
        assert all(len(g & grams[0]) >= 0.5 * min(len(g), len(grams[0])) for g in grams)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_the_watch_counts_the_time_and_memory_of_children(made):
    scale = load_script(BENCHMARKS / "scale.py", "scale")
    work = "import time; data = bytearray(60 << 20)\nfor k in range(0, len(data), 4096): data[k] = 1\n"
    work += "n = 0\nwhile n < 6_000_000: n += 1\ntime.sleep(1.2)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}], check=True)"
    process = subprocess.Popen([sys.executable, "-c", parent])
    watch = scale.Watch(process.pid)
    assert process.wait() == 0
    watch.end()
    assert watch.peak > 60
    assert watch.cpu() > 0.1


def test_planted_copies_count_as_found_whichever_of_two_is_called_the_repeat(made, tmp_path):
    scale = load_script(BENCHMARKS / "scale.py", "scale")
    truth = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "part": ["own", "repeat", "repeat", "campaign"],
            "campaign": [None, None, None, "K0"],
            "duplicate_of": [None, "a", "d", None],
        }
    )
    found = pd.DataFrame({"comment_id": list("abcd"), "campaign_id": [None, None, None, "C1"], "duplicate_of": ["b", None, None, None]})
    (tmp_path / "tables").mkdir()
    found.to_parquet(tmp_path / "tables" / "comments.parquet")
    assert scale.copies_found(tmp_path, truth) == (1.0, 0.5)
