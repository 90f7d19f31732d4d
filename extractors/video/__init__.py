"""Films: the sound as recordings are heard, and the pictures that hold something new read as pages are."""
