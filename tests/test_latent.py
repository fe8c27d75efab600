"""The map of the latent space, against scikit-learn's neighbours and principal components."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from gradio_client import Client
from gradio_client.exceptions import AppError
from safetensors.numpy import save
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from autoencoder.demo_data import load_snapshot_weights, load_snapshots
from autoencoder.latent import Directions, LatentSpace, cross_fade, walk


@pytest.fixture
def images(demo_data):
    """Test digits 0 and 1, (2, 28, 28) in [0, 1]."""
    return demo_data.digits.images[:2, 0] / 255


def test_neighbours_are_those_of_scikit_learn(demo_data):
    latent = demo_data.latent
    trusted = NearestNeighbors(algorithm="brute").fit(latent.codes)
    points = np.concatenate([latent.codes[:50] + 0.1, [[0, 0, 0], [100, -100, 3]]])
    for point in points:
        found, distances = latent.nearest(point, 8)
        trusted_distances, trusted_found = trusted.kneighbors(point[None], 8)
        assert found.tolist() == trusted_found[0].tolist()
        np.testing.assert_allclose(distances, trusted_distances[0])


def test_each_digits_eight_nearest_others_are_those_of_scikit_learn(demo_data):
    latent = demo_data.latent
    trusted = NearestNeighbors(algorithm="brute").fit(latent.codes)
    distances, _ = trusted.kneighbors(n_neighbors=8)  # without the digit itself
    own = np.linalg.norm(latent.codes[latent.neighbours] - latent.codes[:, None], axis=2)
    np.testing.assert_allclose(own, distances, atol=1e-4)
    assert not (latent.neighbours == np.arange(len(own))[:, None]).any()


def test_all_digits_can_be_asked_for_and_a_digit_is_not_its_own_neighbour(demo_data):
    latent = demo_data.latent
    found, distances = latent.nearest(latent.codes[7], len(latent.codes))
    assert sorted(found) == list(range(len(latent.codes)))
    assert (np.diff(distances) >= 0).all()
    assert 7 not in latent.nearest(latent.codes[7], 8, but=7)[0]


def test_clouds_say_how_compact_a_digit_is_and_what_it_is_confused_with():
    generator = torch.Generator().manual_seed(0)
    codes = torch.randn(1000, 3, generator=generator)
    labels = torch.arange(1000) % 10
    codes[:, 0] += 100 * labels
    codes[labels == 4, 0] += 500  # the 4s lie among the 9s,
    codes[labels == 9] *= torch.tensor([1.0, 9.0, 9.0])  # which take more room
    clouds = LatentSpace(codes, labels).clouds()
    assert [cloud.digit for cloud in clouds] == list(range(10))
    assert clouds[0].same == 1
    assert clouds[0].spread == pytest.approx(3**0.5, rel=0.15)
    assert clouds[9].spread > 4 * clouds[0].spread
    assert (clouds[9].confused_with, clouds[4].confused_with) == (4, 9)
    assert clouds[9].same + clouds[9].confused == pytest.approx(1)
    assert {clouds[9].closest, clouds[4].closest} == {4, 9}
    assert clouds[4].gap == pytest.approx(clouds[9].gap)
    assert clouds[4].gap < 2
    assert (clouds[0].closest, clouds[0].gap) == (1, pytest.approx(100, rel=0.02))
    assert LatentSpace(codes, labels).most_alike().digit in (4, 9)


def test_a_place_is_told_in_words():
    generator = torch.Generator().manual_seed(0)
    codes = torch.randn(400, 3, generator=generator)
    labels = torch.tensor([4, 9]).repeat(200)
    codes[labels == 9, 0] += 3
    for digit in range(10):  # every digit is somewhere
        codes = torch.cat([codes, 1000 * (digit + 1) + torch.randn(20, 3, generator=generator)])
        labels = torch.cat([labels, torch.full((20,), digit)])
    latent = LatentSpace(codes, labels)
    assert latent.whereabouts(np.array([-0.5, 0, 0])).words == "among the 4s"
    assert latent.whereabouts(np.array([1.5, 0, 0])).words in (
        "between a 4 and a 9",
        "between a 9 and a 4",
    )
    far = latent.whereabouts(np.array([0, 300, 0]))
    assert "far from anything in the data" in far.words
    assert far.distance > 250


def test_a_walk_begins_and_ends_with_the_two_reconstructions(demo_data, images):
    for model in (demo_data.dense.model, demo_data.conv.model):
        steps = walk(model, *images)
        assert steps.shape == (12, 28, 28)
        with torch.inference_mode():
            ends = model(images[:, None])[:, 0].numpy()
        np.testing.assert_allclose(steps[[0, -1]], ends, atol=1e-5)
        assert np.abs(steps[5] - ends[0]).max() > 0.1
    faded = cross_fade(*images)
    np.testing.assert_allclose(faded[[0, -1]], images, atol=1e-6)


def test_a_walk_from_a_digit_to_itself_stands_still(demo_data, images):
    for model in (demo_data.dense.model, demo_data.conv.model):
        steps = walk(model, images[0], images[0])
        np.testing.assert_allclose(steps, np.broadcast_to(steps[:1], steps.shape), atol=1e-5)


def test_principal_directions_are_those_of_scikit_learn(demo_data):
    codes, own = demo_data.conv.codes, demo_data.directions
    trusted = PCA(svd_solver="full").fit(codes.double().numpy())
    np.testing.assert_allclose(own.shares, trusted.explained_variance_ratio_, atol=1e-6)
    np.testing.assert_allclose(own.deviations**2, trusted.explained_variance_, rtol=1e-4)
    same = np.abs((own.directions.numpy() * trusted.components_).sum(axis=1))
    np.testing.assert_allclose(same[:6], 1, atol=1e-4)  # up to the sign
    for keep in (1, 6, 30):
        few = PCA(keep, svd_solver="full").fit(codes.double().numpy())
        expected = few.inverse_transform(few.transform(codes[:20].double().numpy()))
        np.testing.assert_allclose(own.codes(own.scores(codes[:20]), keep), expected, atol=1e-3)


def test_all_directions_give_the_code_back(demo_data):
    own, codes = demo_data.directions, demo_data.conv.codes[:20]
    np.testing.assert_allclose(own.codes(own.scores(codes)), codes, atol=1e-4)
    assert Directions(torch.ones(5, 3) + torch.eye(5, 3)).shares.sum() == pytest.approx(1)


def test_codes_that_do_not_differ_along_a_direction_have_no_scores_there():
    codes = torch.tensor([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]])
    flat = Directions(codes)
    scores = flat.scores(torch.tensor([[3.0, 9.0]]))
    assert scores[0].abs().tolist() == pytest.approx([1, 0])
    np.testing.assert_allclose(flat.codes(flat.scores(codes)), codes, atol=1e-6)
    assert Directions(torch.ones(5, 3)).scores(torch.eye(3)).tolist() == [[0, 0, 0]] * 3


def test_the_page_does_without_the_moments_of_the_training(tmp_path):
    assert load_snapshots(tmp_path / "snapshots.npz") is None
    (tmp_path / "snapshots.npz").write_bytes(b"PK\x03\x04 not an archive")
    assert load_snapshots(tmp_path / "snapshots.npz") is None


def test_the_page_does_without_weights_that_are_damaged_or_of_another_model(demo_data, tmp_path):
    def found(weights: dict | bytes, snapshots: int = 39):
        content = weights if isinstance(weights, bytes) else save(weights)
        (tmp_path / "snapshot_weights.safetensors").write_bytes(content)
        record = replace(demo_data.dense.record, folder=tmp_path)
        return load_snapshot_weights(replace(demo_data.dense, record=record), snapshots)

    whole = demo_data.snapshot_weights
    assert found(whole).keys() == whole.keys()
    assert found(b"no safetensors") is None
    assert found(whole, snapshots=30) is None  # of a snapshot that there isn't
    assert found(whole | {"encoder.1.bias": whole["encoder.1.bias"][:, :5]}) is None
    assert found({name: value for name, value in whole.items() if name != "at"}) is None


# ---- for programs ----


@pytest.fixture(scope="module")
def client(server):
    return Client(server, verbose=False)


def test_the_endpoints_give_what_the_functions_give(client, demo_data):
    code = demo_data.dense.codes[3].tolist()
    found = client.predict(code, 5, api_name="/neighbours")
    assert found[0]["index"] == 3
    assert found[0]["label"] == demo_data.digits.labels[3]
    expected = demo_data.latent.nearest(np.array(code), 5)[0]
    assert [one["index"] for one in found] == expected.tolist()

    rows = client.predict(2, 7, 4, api_name="/walk")
    ends = demo_data.digits.images[[2, 7], 0] / 255
    for name in ("dense", "conv"):
        expected = walk(getattr(demo_data.reconstruct, name), *ends, 4)
        np.testing.assert_allclose(rows[name], expected, atol=6e-4)
    np.testing.assert_allclose(rows["cross_fade"], cross_fade(*ends, 4), atol=6e-4)

    picture = np.array(client.predict([0, 2], code, 3, api_name="/plane"))
    assert picture.shape == (84, 84)
    assert 0 <= picture.min() < 0.1 < 0.5 < picture.max() <= 1


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("/neighbours", ([1, 2], 8), "3 finite numbers"),
        ("/neighbours", ([1, 2, 1e39], 8), "3 finite numbers"),
        ("/neighbours", ([1, 2, None], 8), "3 finite numbers"),
        ("/neighbours", ([1, 2, 3], 0), "k must be a whole number from 1 to 1000"),
        ("/neighbours", ([1, 2, 3], 2.5), "k must be a whole number"),
        ("/walk", (0, 10000), "end must be a whole number from 0 to 9999"),
        ("/walk", (-1, 5), "start must be a whole number"),
        ("/walk", (1, 5, 1), "steps must be a whole number from 2 to 50"),
        ("/plane", ([0, 0], [0, 0, 0]), "axes must be two different ones"),
        ("/plane", ([0, 3], [0, 0, 0]), "axes must be two different ones"),
        ("/plane", ([0], [0, 0, 0]), "axes must be two different ones"),
        ("/plane", ([0, 1], "here"), "3 finite numbers"),
        ("/plane", ([0, 1], [0, 0, 0], 500), "size must be a whole number from 1 to 20"),
    ],
)
def test_what_makes_no_sense_gets_a_clear_message(client, name, values, message):
    with pytest.raises(AppError, match=message):
        client.predict(*values, api_name=name)


def test_an_enormous_code_is_answered(client):
    found = client.predict([3e38, -3e38, 3e38], 1, api_name="/neighbours")
    assert found[0]["distance"] > 1e38
    picture = np.array(client.predict([0, 1], [0, 0, 3e38], 2, api_name="/plane"))
    assert np.isfinite(picture).all()
