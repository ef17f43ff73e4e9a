"""Run ``python -m jietan`` as the command ``jietan``."""

from jietan.cli import main

if __name__ == "__main__":
    main()
