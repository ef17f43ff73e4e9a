import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jietan.stages.read import load_salt, read, unify
from jietan.stages.redact import redact


def record(name, text, **more):
    base = dict.fromkeys(("submitter_key", "point", "submitted_at", "channel", "street", "likes"))
    return {"comment_id": name, "text": text, **base, **more}


def ids(records, taken=frozenset()):
    unify(records, taken)
    return [r["comment_id"] for r in records]


def test_colliding_ids_get_a_hash_of_their_text():
    found = ids([record("1", "甲"), record("1", "乙"), record("2", "丙")])
    assert found[2] == "2"
    assert all(i.startswith("1@") and len(i) == 10 for i in found[:2])
    assert len(set(found)) == 3


def test_rows_without_an_id_get_one_of_their_text():
    found = ids([record(None, "甲"), record(None, "乙"), record(None, "甲")])
    assert len(set(found)) == 3
    assert found[2] in (f"{found[0]}-2", found[0].removesuffix("-2"))


def test_ids_of_earlier_batches_stay_theirs():
    assert ids([record("1", "甲")], frozenset({"1"}))[0].startswith("1@")


@given(st.lists(st.tuples(st.sampled_from(["1", "2", None]), st.sampled_from(["甲", "乙", ""])), max_size=12), st.randoms())
def test_ids_are_unique_and_do_not_depend_on_the_order(rows, chance: random.Random):
    first = [record(a, b) for a, b in rows]
    second = [dict(r) for r in first]
    chance.shuffle(second)
    assert sorted(ids(first)) == sorted(ids(second))
    assert len(set(ids(first))) == len(first)


@pytest.mark.parametrize(("rows", "people"), [("张三,,甲\n张三,,乙\n", 1), ("张三,1,甲\n李四,1,乙\n", 1), ("匿名,,甲\n匿名,,乙\n", 0)])
def test_people_are_told_apart_by_contact_then_name(tmp_path, rows, people):
    path = tmp_path / "a.csv"
    path.write_text("姓名,手机,意见内容\n" + rows.replace(",1,", ",19900001111,"), "utf-8")
    received, _, _ = read([path], {}, b"salt")
    assert received["submitter_key"].nunique() == people
    assert not received.astype(str).apply(lambda c: c.str.contains("19900001111|张三|李四")).to_numpy().any()


def test_names_of_submitters_are_known_wherever_others_mention_them(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("姓名,意见内容\n何建军,夜市太吵\n高兴,何建军刚才说的很好，大家很高兴。\n业主,支持\n", "utf-8")
    received, _, _ = read([path], {}, b"salt")
    masked = redact(received)
    spans = {(r.comment_id, r.start, r.end): r.text_masked for r in masked.itertuples()}
    mention = received[received["text"].str.contains("刚才")]["comment_id"].iloc[0]
    assert spans == {(mention, 0, 3): "何*军"}


def test_the_salt_is_made_once_and_kept_private(tmp_path):
    path = tmp_path / "home" / "salt"
    first = load_salt(str(path))
    assert load_salt(str(path)) == first
    assert len(first) == 32
    assert path.stat().st_mode & 0o077 == 0


def test_another_salt_gives_other_fingerprints(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("姓名,意见内容\n张三,甲\n", "utf-8")
    keys = {read([path], {}, salt)[0]["submitter_key"].iloc[0] for salt in (b"a", b"b")}
    assert len(keys) == 2
