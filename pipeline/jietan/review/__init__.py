"""Review: what people decide about a run, kept so that it applies again after a re-run or a further batch."""
