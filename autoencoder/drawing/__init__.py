"""A drawing or a photo of a digit -> the 28x28 image that MNIST would have made of it.

    digit = prepare_digit(find_ink(read_image("photo.jpg")))
    digit.image  # (28, 28) float32 in [0, 1]

A file a step: a file to colours, colours to ink, ink to a digit. web/drawing has the same steps.
"""

from autoencoder.drawing.find_ink import find_ink
from autoencoder.drawing.prepare_digit import PreparedDigit, prepare_digit
from autoencoder.drawing.read_picture import DrawingError, read_image

__all__ = ["DrawingError", "PreparedDigit", "find_ink", "prepare_digit", "read_image"]
