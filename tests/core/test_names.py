import hashlib

from jietan.names import named_after


def test_names_are_short_unless_two_would_be_the_same():
    keys = [f"KL-{k:04d}:0-9" for k in range(400)]
    names = dict(zip(keys, named_after("S", keys, 2), strict=True))
    assert len(set(names.values())) == len(keys)
    digests = {k: hashlib.sha256(k.encode()).hexdigest() for k in keys}
    firsts = [d[:2] for d in digests.values()]
    assert all((len(names[k]) == 3) == (firsts.count(d[:2]) == 1) for k, d in digests.items())
    keys.reverse()
    assert dict(zip(keys, named_after("S", keys, 2), strict=True)) == names
    assert named_after("U", ["a"], 10) == ["U" + hashlib.sha256(b"a").hexdigest()[:10]]
    assert named_after("U", [], 10) == []
