import random

import numpy as np
import pandas as pd
import pytest

from jietan.counts import Census


@pytest.fixture(scope="module")
def census():
    """Comments of few people at few points, some in campaigns, some copies, not in the order of their ids."""
    chance = random.Random(3)  # noqa: S311
    ids = [f"c{k:02d}" for k in range(40)]
    chance.shuffle(ids)
    some = lambda names: [chance.choice(names) for _ in ids]  # noqa: E731
    received = pd.DataFrame(
        {"comment_id": ids, "submitter_key": some(["甲", "乙", None]), "point": some(["东", "西", None]), "street": some(["南街", None])}
    )
    copies = pd.DataFrame(
        {"comment_id": ids, "duplicate_of": some([None, None, ids[0]]), "campaign_id": some([None, "L2", "L1", "L3"])}
    ).sample(frac=1, random_state=1)
    spans = pd.DataFrame({"opinion_id": [f"{c}:{k}" for c in ids for k in (0, 1)], "comment_id": np.repeat(ids, 2)})
    return Census(received, spans, copies), spans["opinion_id"].tolist()


def groups_of(opinions):
    chance = random.Random(5)  # noqa: S311
    return [[], *(chance.sample(opinions, chance.randint(1, 30)) for _ in range(60)), opinions]


def test_many_groups_are_counted_as_one_after_the_other(census):
    voices, opinions = census
    groups = groups_of(opinions)
    tally = voices.tally(groups)
    alone = [voices.count(group) for group in groups]
    for name in ("opinions", "comments", "people", "points", "weighted"):
        assert getattr(tally, name).tolist() == [getattr(one, name) for one in alone]
    assert [tally.at(k) for k in range(len(groups))] == alone
    assert tally.in_campaign.tolist() == [voices.in_campaign(group) for group in groups]
    told = [voices.comments(group) for group in groups]
    again = voices.tally_of(np.array([len(own) for own in told]), np.concatenate(told))
    assert [again.at(k) for k in range(len(groups))] == alone
    assert [len(set(voices.people(own).tolist())) for own in told] == tally.people.tolist()
    assert tally.streets.tolist()[0] == 0
    assert tally.streets.tolist()[-1] == 1


def test_shares_of_a_campaign_add_up_to_its_discounted_whole():
    received = pd.DataFrame({"comment_id": list("abcd"), "submitter_key": list("wxyz"), "point": None, "street": None})
    spans = pd.DataFrame({"opinion_id": list("ABCD"), "comment_id": list("abcd")})
    copies = pd.DataFrame({"comment_id": list("abcd"), "duplicate_of": None, "campaign_id": ["L", "L", None, "M"]})
    voices = Census(received, spans, copies)
    shares = voices.shares([["C", "A", "B"], ["D"], ["A", "C"]])
    assert shares.toarray().tolist() == [[1, 1, 1, 0], [0, 0, 0, 1], [1, 0, 1, 0]]
    assert voices.shares([["A", "B"], ["D"]]).sum() == 3.0


def test_nothing_to_count(census):
    voices, _ = census
    assert voices.tally([]).people.tolist() == []
    assert voices.tally([[]]).weighted.tolist() == [0.0]
