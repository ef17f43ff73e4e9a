"""Every setting stands in docs/settings.md, with its default and meaning."""

from jietan import Settings, load_settings
from settings_page import PAGE, page


def test_the_page_says_what_the_settings_are():
    assert PAGE.read_text("utf-8") == page(), "run: python tests/docs/settings_page.py"


def test_every_setting_has_a_description():
    for name, field in Settings.model_fields.items():
        section = getattr(Settings(), name)
        fields = getattr(type(section), "model_fields", None)
        for key, inner in (fields or {name: field}).items():
            assert inner.description, f"{name}.{key}"


def test_resolved_settings_can_be_read_again(tmp_path):
    path = tmp_path / "jietan.toml"
    path.write_text(Settings().to_toml(), "utf-8")
    assert load_settings(path) == Settings()
