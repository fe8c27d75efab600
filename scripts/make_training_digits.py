"""Writes checkpoints/mnist_training.npz, the MNIST digits that the page trains models on.

20,000 of the training digits, then 1,000 of the validation digits.
"""

from make_test_digits import make_digits

from autoencoder.data import training_part

if __name__ == "__main__":
    make_digits(
        __doc__,
        "mnist_training.npz",
        lambda training, validation, test: training_part(training, validation),
    )
