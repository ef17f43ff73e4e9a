"""Write the generated pages of the manual again: ``python tools/reference``, or ``make reference``."""

from __future__ import annotations

from pages import FOLDER, PAGES, made


def main() -> None:
    """Write every page that is not what the code says."""
    for name in PAGES:
        path, text = FOLDER / name, made(name)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
