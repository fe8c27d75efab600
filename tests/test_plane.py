"""The plane through a code of the dense model: how it leans, its picture, the density near it."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge

from autoencoder.plane import RIDGE, Plane, decode_plane, density, plane_codes, plane_through


def test_a_plane_decodes_the_point_of_each_cell(demo_data):
    latent, model = demo_data.latent, demo_data.dense.model
    low, high = np.array([-2.0, 0, 10]), np.array([2.0, 4, 20])
    flat = Plane(np.array([7.0, 1, 2]), (2, 0), low, high)
    codes = plane_codes(flat, size=5)
    assert codes.shape == (5, 5, 3)
    np.testing.assert_allclose(codes[:, :, 1], 1)  # as it was
    np.testing.assert_allclose(codes[0, :, 2], [11, 13, 15, 17, 19])  # to the right
    np.testing.assert_allclose(codes[:, 0, 0], [1.6, 0.8, 0, -0.8, -1.6])  # upwards

    leaning = plane_codes(flat._replace(slopes=(0.5, -2)), size=5)
    np.testing.assert_allclose(leaning[:, :, [0, 2]], codes[:, :, [0, 2]])
    third = 1 + 0.5 * (codes[:, :, 2] - 2) - 2 * (codes[:, :, 0] - 7)
    np.testing.assert_allclose(leaning[:, :, 1], third)

    codes = plane_codes(plane_through(latent, latent.middle, (0, 1)))
    picture = decode_plane(model, codes)
    assert picture.shape == (420, 420)
    with torch.inference_mode():
        expected = model.decode(torch.from_numpy(codes[2, 9][None]).float())[0, 0].numpy()
    np.testing.assert_allclose(picture[56:84, 252:280], expected, atol=1e-5)


@pytest.mark.parametrize("axes", [(0, 1), (2, 0), (1, 2)])
def test_the_plane_through_a_code_passes_near_the_digits_as_scikit_learn_fits_it(demo_data, axes):
    latent, (right, up) = demo_data.latent, axes
    width = latent.core_high - latent.core_low
    for code in [*latent.codes[:20], 3 * latent.high]:
        plane = plane_through(latent, code, axes)
        ways = (latent.middles - code) / width
        trusted = Ridge(alpha=RIDGE * 10, fit_intercept=False)
        trusted.fit(ways[:, [right, up]], ways[:, plane.across])
        slopes = trusted.coef_ * width[plane.across] / width[[right, up]]
        np.testing.assert_allclose(plane.slopes, slopes, rtol=1e-6)
        assert plane.third(code) == code[plane.across]  # it goes through the code
        assert (plane.low < code).all()
        assert (code < plane.high).all()
        assert (plane.low <= latent.core_low).all()
        assert (latent.core_high <= plane.high).all()


def test_from_nearly_every_digit_eight_of_the_ten_are_seen(demo_data):
    """By real digits that the decoded pictures resemble: four of the nearest five agree, twice."""
    latent, digits = demo_data.latent, demo_data.digits
    pictures = digits.images.reshape(-1, 784) / 255
    counts = []
    for code in latent.codes[::200]:
        codes = plane_codes(plane_through(latent, code, (0, 1))).reshape(-1, 3)
        with torch.inference_mode():
            decoded = demo_data.dense.model.decode(torch.from_numpy(codes).float()).flatten(1)
        nearest = torch.cdist(decoded, pictures).topk(5, largest=False).indices
        labels = digits.labels[nearest]
        seen = labels.mode(dim=1).values
        clear = (labels == seen[:, None]).sum(dim=1) >= 4
        counts.append((torch.bincount(seen[clear], minlength=10) >= 2).sum())
    assert (torch.tensor(counts) >= 8).float().mean() >= 0.9


def test_density_is_where_codes_are_near_the_plane():
    low, high = np.zeros(3), np.full(3, 45.0)
    codes = np.array([[2.5, 4.5, 10.0]] * 100 + [[40.5, 4.5, 44.0]] * 100 + [[-3, 4.5, 10.0]])
    flat = Plane(np.array([0, 0, 10.0]), (0, 1), low, high)
    shade = density(codes, flat)
    assert shade.shape == (45, 45)
    assert np.unravel_index(shade.argmax(), shade.shape) == (40, 2)  # row by row from the top
    assert shade.max() == 1
    assert shade[:, 30:].max() < 0.01  # far in front of the plane
    leaning = density(codes, flat._replace(slopes=(34 / 38, 0)))
    assert leaning[:, 40].max() > 0.9  # it leans towards them
    nothing = density(codes, flat._replace(low=low - 90, high=high - 90))
    assert nothing.max() < 1e-9
