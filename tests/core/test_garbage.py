import gc

import pytest

from jietan.garbage import no_garbage_search


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
