import gc
import weakref

import pytest

from jietan.garbage import give_back, no_garbage_search


@no_garbage_search()
def _fail():
    raise ValueError(gc.isenabled())


@pytest.mark.parametrize("before", [True, False])
def test_the_search_for_garbage_is_as_before_also_after_an_error(before):
    was = gc.isenabled()
    (gc.enable if before else gc.disable)()
    try:
        with pytest.raises(ValueError, match="False"):
            _fail()
        assert gc.isenabled() is before
    finally:
        (gc.enable if was else gc.disable)()


class _Loop:
    def __init__(self):
        self.own = self


def test_what_refers_to_itself_alone_is_gone_when_memory_is_given_back():
    kept = weakref.ref(_Loop())
    give_back()
    assert kept() is None
