import gc
import weakref

import pytest

from jietan.garbage import give_back, no_garbage_search, search_seldom


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


def test_a_command_searches_seldom_and_its_end_is_quick(monkeypatch):
    was, at_end = gc.get_threshold(), []
    monkeypatch.setattr("atexit.register", at_end.append)
    gc.set_threshold(700, 10, 10)
    try:
        search_seldom()
        assert gc.get_threshold()[0] > 700
        assert gc.isenabled()
        assert at_end == [gc.freeze]
    finally:
        gc.set_threshold(*was)
