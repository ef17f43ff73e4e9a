"""What many tests share: a home and a cache of their own, and runs of the sample made once."""

import csv

import pytest

from jietan.resources import corpus_path

_ROWS = 40


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory):
    """Keep salt and caches out of the user's home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIETAN_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("JIETAN_LIBRARY", raising=False)
        patch.setenv("JIETAN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def sample_folder():
    """The folder of the sample consultation."""
    return corpus_path("consultation_a")


@pytest.fixture(scope="session")
def sample_rows(sample_folder):
    """The sample's comments as lists of cells, the header first."""
    with (sample_folder / "comments.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


@pytest.fixture(scope="session")
def write_csv():
    """Write rows of cells as csv."""

    def write(path, rows):
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        return path

    return write


@pytest.fixture(scope="session")
def small_comments(tmp_path_factory, sample_rows, write_csv):
    """A file with the first comments of the sample."""
    return write_csv(tmp_path_factory.mktemp("small") / "意见.csv", sample_rows[: _ROWS + 1])


@pytest.fixture(scope="session")
def small_run(tmp_path_factory, small_comments, sample_folder):
    """A run of the first comments of the sample, without exports; do not change it."""
    import jietan

    out = tmp_path_factory.mktemp("runs") / "small"
    return jietan.run(small_comments, draft=sample_folder / "draft.docx", out=out, export=False)


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory, sample_folder):
    """A run of the whole sample, without exports; do not change it."""
    import jietan

    out = tmp_path_factory.mktemp("runs") / "sample"
    return jietan.run(sample_folder / "comments.csv", draft=sample_folder / "draft.docx", out=out, export=False)
