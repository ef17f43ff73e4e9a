"""Remove a person from a run: whose comments they are, what is removed and made anew, and proof that nothing is left."""

from jietan.forgetting.erase import Forgotten, forget
from jietan.forgetting.residue import pieces_of, residue
from jietan.forgetting.who import comments_of

__all__ = ["Forgotten", "comments_of", "forget", "pieces_of", "residue"]
