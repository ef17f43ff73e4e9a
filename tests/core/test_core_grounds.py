from jietan.grounds import nearest_asks


def test_grounds_follow_the_nearest_ask_of_their_comment():
    comments = ["a", "a", "a", "a", "b", "c"]
    kinds = ["理由", "建议", "理由", "反对", "理由", "建议"]
    assert nearest_asks(comments, kinds) == [1, 1, 1, 3, 4, 5]
