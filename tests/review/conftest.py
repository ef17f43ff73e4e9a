"""What the tests of reviews share: a run with the fast encoder, since what people decide is the same with any."""

import pytest

import jietan


@pytest.fixture(scope="session")
def fast():
    """Settings with the fast encoder."""
    return jietan.load_settings(overrides=["embed.model=jietan-static-zh"])


@pytest.fixture(scope="session")
def small_run(tmp_path_factory, small_comments, sample_folder, fast):
    """A run of the first comments of the sample, without exports; do not change it."""
    out = tmp_path_factory.mktemp("reviewed") / "small"
    return jietan.run(small_comments, draft=sample_folder / "draft.docx", out=out, settings=fast, export=False)
