"""How well the engines do on labelled data: data sets, scores with intervals, and the validation record of them."""

from flows.evaluate.run import Asked, evaluate

__all__ = ["Asked", "evaluate"]
