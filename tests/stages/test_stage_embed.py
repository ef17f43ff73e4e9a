import numpy as np
import pandas as pd

from jietan.equipment import Models
from jietan.settings import EmbedSettings, Settings
from jietan.stages.embed import embed
from stage_tables import received, whole_spans


class Ones:
    """Embeds every text in one direction, and remembers the texts."""

    name, fingerprint, dimension = "ones", "ones", 4

    def __init__(self, direction):
        self.direction, self.seen = direction, []

    def encode(self, texts, *, kind="query"):
        self.seen += texts
        return np.eye(4, dtype=np.float32)[[self.direction] * len(texts)]


def test_own_words_and_what_stands_around_them_may_have_an_encoder_each():
    comments = received(["前面一句。建议增设路灯。后面一句。"])
    spans = whole_spans(comments).assign(start=5, end=12, text="建议增设路灯。")
    own, nearby = Ones(0), Ones(1)
    rows = embed(spans, comments, own, nearby).matrix
    assert own.seen == ["建议增设路灯。"]
    assert nearby.seen == ["前面一句。后面一句。"]
    assert np.allclose(rows[0, :2] / rows[0, 0], [1, 0.35])
    both = Ones(0)
    embed(spans, comments, both)
    assert both.seen == ["建议增设路灯。", "前面一句。后面一句。"]


def test_only_letters_without_a_draft_have_the_fast_encoder_for_what_stands_around():
    draft, none = pd.DataFrame({"article_id": ["x#1"]}), pd.DataFrame({"article_id": []})
    shipped = Models(Settings())
    assert (shipped.around(draft).name, shipped.around(none).name) == ("jietan-e5-zh", "jietan-static-zh")
    fast = Models(Settings(embed=EmbedSettings(model="jietan-static-zh")))
    assert fast.around(draft) is fast.around(none) is fast.embedder
