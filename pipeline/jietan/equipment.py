"""The models of one run, each loaded when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd

from jietan.classifiers import LabelModels, load_models
from jietan.concerns import Concerns, load_concerns
from jietan.embedders import Embedder, load_embedder
from jietan.language.lexicon import Lexicon, load_lexicon
from jietan.law.choice import LinkModel, load_link_model
from jietan.law.library import Library, library_fingerprint, load_library
from jietan.naming.choosing import TitleModel
from jietan.naming.choosing import load_model as load_title_model
from jietan.runfolder import content_key
from jietan.sameness import AskModel, Judge
from jietan.sameness import load_model as load_asks
from jietan.seeds import Seeds, load_seeds
from jietan.settings import Settings

__all__ = ["Models"]

#: Encoders that are trained to give the vectors of another one, by its name.
_QUICK = {"jietan-e5-zh": "jietan-static-zh"}


class Models:
    """The models and the library of one run, loaded when first needed."""

    def __init__(self, settings: Settings) -> None:
        """Remember which models the settings name."""
        self._settings = settings
        self._judged: tuple[str, Judge] | None = None

    @cached_property
    def embedder(self) -> Embedder:
        """The encoder."""
        return load_embedder(self._settings.embed.model)

    @cached_property
    def quick(self) -> Embedder:
        """The fast encoder whose vectors lie among those of the encoder: its own, where no other is known to."""
        return load_embedder(_QUICK[self.embedder.name]) if self.embedder.name in _QUICK else self.embedder

    def around(self, provisions: pd.DataFrame) -> Embedder:
        """The encoder of what stands around opinions: a letter without a draft is long, and all that stands in it is of one matter."""
        return self.embedder if len(provisions) else self.quick

    @cached_property
    def labels(self) -> LabelModels:
        """The linear models."""
        return load_models(self._settings.classify.model)

    @cached_property
    def asks(self) -> AskModel:
        """The model of same asks."""
        return load_asks()

    @cached_property
    def links(self) -> LinkModel:
        """The model that ties opinions to articles."""
        return load_link_model()

    @cached_property
    def lexicon(self) -> Lexicon:
        """Everyday words and what legislation calls them, the user's own among them."""
        return load_lexicon(self._settings.lexicon.files)

    @cached_property
    def concerns(self) -> Concerns:
        """Words of safety and livelihood, and of small groups."""
        return load_concerns()

    @cached_property
    def titles(self) -> TitleModel:
        """The model that names themes."""
        return load_title_model()

    @cached_property
    def seeds(self) -> Seeds:
        """Themes that are known beforehand."""
        return load_seeds(self._settings.cluster.seeds, self.embedder)

    @cached_property
    def library(self) -> Library:
        """Laws in force."""
        return load_library()

    def judge(self, provisions: pd.DataFrame) -> Judge:
        """Who says whether two opinions on a draft make the same ask; the draft is read once."""
        key = content_key([list(p) for p in provisions["paragraphs"]])
        if self._judged is None or self._judged[0] != key:
            self._judged = (key, Judge.of(self.asks, provisions, self.embedder))
        return self._judged[1]

    def fingerprint(self, name: str) -> str:
        """Return what stands for a model in a content key."""
        return library_fingerprint() if name == "library" else str(getattr(self, name).fingerprint)

    def describe(self) -> list[dict[str, Any]]:
        """Name the models in the manifest, with the gold files they were trained on."""
        return [
            {"name": self.embedder.name, "fingerprint": self.embedder.fingerprint, "trained_on": []},
            {"name": self.labels.name, "fingerprint": self.labels.fingerprint, "trained_on": list(self.labels.trained_on)},
            {"name": "jietan-asks-zh", "fingerprint": self.asks.fingerprint, "trained_on": list(self.asks.trained_on)},
            {"name": "jietan-links-zh", "fingerprint": self.links.fingerprint, "trained_on": list(self.links.trained_on)},
            {"name": "jietan-titles-zh", "fingerprint": self.titles.fingerprint, "trained_on": list(self.titles.trained_on)},
        ]
