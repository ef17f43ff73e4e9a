"""The pipeline's stages, one file each, named by its verb."""
