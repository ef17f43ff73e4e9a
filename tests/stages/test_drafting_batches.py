"""What goes to the processes that draft, and the grounds that stand beside asks."""

import pickle

import numpy as np
import pandas as pd

from jietan import drafter
from jietan.asked import Opinion, Reason, reasons_of
from jietan.language.asks import read_ask
from jietan.language.lexicon import load_lexicon
from jietan.law.vocabulary import Vocabulary
from jietan.linked import Link
from jietan.suggested import Group
from jietan.vectors import Vectors


def opinion(k, text, links=()):
    return Opinion(f"O{k}", f"C{k}", text, "建议", "modify", "修改", f"U{k}", read_ask(text), tuple(links), 0.1 * k, k != 1)


def test_a_batch_of_groups_goes_to_another_process_as_it_is():
    link = Link("甲条例", "甲#第三条", "第三条", None, None, "retrieved", 1, 0.5)
    members = [opinion(k, text, [link] * (k % 2)) for k, text in enumerate(["公示期改为三十日", "路灯太少", "再加一条", "太短"])]
    groups = [Group("T1", "修改", members[2:]), Group("T2", "删除", members[:1], link, settled=True), Group("T1", "修改", members[1:2])]
    vectors = Vectors([o.opinion_id for o in members], np.eye(4, dtype=np.float32))
    for far in (False, True):
        tasks = drafter._Tasks(groups, vectors, far)[1:]
        sent = pickle.loads(pickle.dumps(tasks))  # noqa: S301
        assert [task.group for task in sent] == groups[1:] == [task.group for task in tasks]
        assert [task.taken.rows.tolist() for task in sent] == [[[1, 0, 0, 0]], [[0, 1, 0, 0]]] == [t.taken.rows.tolist() for t in tasks]


def test_grounds_go_to_the_ask_that_stands_nearest_in_their_comment():
    random = np.random.default_rng(7)
    rows = []
    for k in range(400):
        start = int(random.integers(0, 60))
        rows.append(
            (f"O{k:03}", f"C{k % 60:02}", start, start + 5, "理由充分，说得在理。"[: random.integers(6, 11)], random.random() < 0.5)
        )
    spans = pd.DataFrame(rows, columns=["opinion_id", "comment_id", "start", "end", "text", "reason"])
    pii = pd.DataFrame({"comment_id": ["C01", "C07"], "start": [0, 20], "end": [30, 40]})
    kinds = np.where(spans["reason"], "理由", "建议").astype(object)
    expected: dict[str, list[Reason]] = {}
    personal = {c: (a, b) for c, a, b in pii.itertuples(index=False)}
    for r in spans[spans["reason"]].sort_values(["comment_id", "start"], kind="stable").itertuples():
        asks = [a for a in spans[~spans["reason"]].sort_values("start", kind="stable").itertuples() if a.comment_id == r.comment_id]
        a, b = personal.get(r.comment_id, (0, 0))
        if asks and len(r.text) >= 8 and not (a < r.end and b > r.start):
            nearest = min(asks, key=lambda x: (abs(x.start - r.start), x.start))
            expected.setdefault(nearest.opinion_id, []).append(Reason(r.opinion_id, r.comment_id, r.text))
    assert reasons_of(spans, kinds, pii) == expected
    assert reasons_of(spans[spans["reason"]], kinds[spans["reason"]], pii) == {}
    assert reasons_of(spans[:0], kinds[:0], pii) == {}


def test_words_that_cannot_be_an_actor_are_told_without_looking_closely(monkeypatch):
    texts = ["县人民政府应当组织城市管理部门清运，物业服务人不得拒绝。", "业主、物业使用人可以向居民委员会、派出所反映。"]
    said = "建议由城管和居委会一起管，不要让物业公司随便收钱，应该把钱贴出来，政府、公安要管起来，三天内改革到位，居民的意见要听"
    words = {said[k : k + size] for k in range(len(said)) for size in range(1, 13)} | {"", " "}
    vocabulary = Vocabulary(texts, load_lexicon())
    quick = {w: vocabulary.actor(w) for w in words}
    monkeypatch.setattr(Vocabulary, "_ends_like_one", lambda _, __: True)
    vocabulary = Vocabulary(texts, load_lexicon())
    assert {w: vocabulary.actor(w) for w in words} == quick
    assert sum(found is not None for found in quick.values()) > 10
