"""Small pipelines for the other languages: from scratch, on one core, with spaCy alone.

`python -m extractors.names.training.small --data ../shared/data/ner` trains each language that has corpora there.
"""
