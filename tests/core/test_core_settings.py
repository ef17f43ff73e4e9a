import pytest

from jietan import Settings, load_settings
from jietan.errors import InputError, SettingsError
from jietan.settings import unlike


def test_defaults_survive_a_round_trip(tmp_path):
    path = tmp_path / "jietan.toml"
    path.write_text(Settings().to_toml(), "utf-8")
    assert load_settings(path) == Settings()


def test_overrides_win_over_the_file(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("[cluster]\ngranularity = 0.2\nmin_units = 3\n", "utf-8")
    found = load_settings(path, ["cluster.granularity=0.9", "report.office=法工委"], {"text": "诉求"})
    assert (found.cluster.granularity, found.cluster.min_units) == (0.9, 3)
    assert (found.report.office, found.read.map) == ("法工委", {"text": "诉求"})


@pytest.mark.parametrize(
    ("item", "hint"),
    [("cluster.granularty=0.5", "cluster.granularity"), ("clustre.granularity=0.5", "cluster"), ("report.ofice=x", "report.office")],
)
def test_unknown_names_come_with_the_closest(item, hint):
    with pytest.raises(SettingsError, match=hint):
        load_settings(None, [item])


@pytest.mark.parametrize("item", ["cluster.granularity=2", "seed=-1", "granularity", "=3"])
def test_impossible_values_are_refused(item):
    with pytest.raises(SettingsError):
        load_settings(None, [item])


def test_settings_cannot_be_changed():
    with pytest.raises(Exception, match="frozen"):
        Settings().seed = 3


@pytest.mark.parametrize("content", [b"[cluster\n", b"\xff\xfe\x00x"])
def test_broken_files_are_input_errors(tmp_path, content):
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match="TOML"):
        load_settings(path)


def test_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="读不到"):
        load_settings(tmp_path / "none.toml")


def test_settings_that_differ_from_the_last_time_are_named():
    before = load_settings(None, ["report.office=某街道联系点", "cluster.granularity=0.7", "seed=3"])
    told = unlike(before.model_dump(mode="json"), load_settings(None, ["cluster.granularity=0.7"]))
    assert told.startswith("seed、report.office 2 项设置与上次不同") or told.startswith("report.office、seed 2 项设置与上次不同")
    assert "--config" in told
    assert "--map" in told
    assert unlike(before.model_dump(mode="json"), before) == unlike({}, before) == ""
    many = load_settings(None, [f"rank.{name}=7" for name in ("people", "points", "specific", "anchored", "balance", "central")])
    assert "等 6 项" in unlike(many.model_dump(mode="json"), load_settings(None, []))


def test_settings_given_for_the_first_time_are_not_called_forgotten():
    """Whoever filled in the cover after the first run was told to write the settings of the last time again."""
    plain, cover = load_settings(None, []), load_settings(None, ["report.office=某街道联系点"])
    assert unlike(plain.model_dump(mode="json"), cover) == ""
    assert "report.office" in unlike(cover.model_dump(mode="json"), plain)
    assert "report.office" in unlike(cover.model_dump(mode="json"), load_settings(None, ["report.office=别的联系点"]))
