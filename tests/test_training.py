"""Training: it learns, it can be interrupted at any moment, and the same seed gives the same."""

import copy
import csv
import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import nn

from autoencoder import ConvAutoencoder, DenseAutoencoder
from autoencoder.checkpoints import CheckpointError, load_model, save_model
from autoencoder.data import to_unit
from autoencoder.demo_data import load_demo_data
from autoencoder.evaluation import encode_all, mean_squared_error
from autoencoder.training import resuming
from autoencoder.training.loop import Recipe, Run, TrainingError, batches, learning_rate, train
from autoencoder.training.snapshots import Snapshots

ROOT = Path(__file__).parent.parent


def nothing(*_):
    pass


BOTH = pytest.mark.parametrize("architecture", [DenseAutoencoder, ConvAutoencoder])


def train_on(digits, architecture=DenseAutoencoder, epochs=2, lr=5e-3, seed=0, after=nothing):
    """A short training; `after(run)` is called after each epoch."""
    images = digits.images[:2000]
    run = Run(architecture(), Recipe(epochs, 100, lr, 0.01, seed))
    go_on(run, images, after)
    return run


def go_on(run, images, after=nothing):
    train(run, images[:1500], images[1500:], before_step=nothing, after_epoch=lambda: after(run))


@BOTH
def test_a_few_steps_on_real_digits_lower_the_loss(digits, architecture):
    history = train_on(digits, architecture, epochs=4).history
    assert [row["epoch"] for row in history] == [1, 2, 3, 4]
    assert history[-1]["training_mse"] < 0.8 * history[0]["training_mse"]
    assert history[-1]["validation_mse"] < history[0]["validation_mse"]


@BOTH
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(digits, architecture):
    first, same, other = (train_on(digits, architecture, seed=seed) for seed in (1, 1, 2))
    assert all(map(torch.equal, first.model.parameters(), same.model.parameters()))
    assert not any(map(torch.equal, first.model.parameters(), other.model.parameters()))


def test_an_epoch_shows_every_image_once_in_the_order_of_its_seed(digits):
    images = digits.images[:130]
    first, second = (torch.cat(list(batches(images, 50, seed))) for seed in (0, 1))
    assert first.shape == images.shape
    assert not torch.equal(first, second)
    pixels = sorted(map(bytes, images.flatten(1).numpy()))
    for shown in (first, second):
        assert sorted(map(bytes, (shown * 255).round().byte().flatten(1).numpy())) == pixels


def test_the_learning_rate_rises_to_its_peak_and_falls_to_zero():
    rates = [learning_rate(step, 1000, 0.01) for step in range(1000)]
    peak = rates.index(max(rates))
    assert max(rates) == pytest.approx(0.01, rel=0.01)
    assert rates[: peak + 1] == sorted(set(rates[: peak + 1]))
    assert rates[peak:] == sorted(set(rates[peak:]), reverse=True)
    assert rates[-1] < 1e-6


@BOTH
def test_a_loss_that_is_not_finite_stops_the_training(digits, architecture):
    with pytest.raises(TrainingError, match="try a lower --lr"):
        train_on(digits, architecture, epochs=20, lr=math.inf)


def test_so_do_gradients_of_which_no_step_can_be_made(digits, monkeypatch):
    def without_success(matrix):
        raise torch.linalg.LinAlgError("failed to converge")

    monkeypatch.setattr(torch.linalg, "eigh", without_success)
    with pytest.raises(TrainingError, match="try a lower --lr"):
        train_on(digits, ConvAutoencoder)


def test_a_convolutional_training_goes_on_where_it_was_saved(digits, tmp_path):
    def save_once(run):
        if run.epochs == 1:
            resuming.save_state(run, None, tmp_path)

    whole = train_on(digits, ConvAutoencoder, epochs=3, after=save_once)
    resumed = Run(ConvAutoencoder(), whole.recipe)
    resuming.load_state(resumed, None, tmp_path)
    assert resumed.epochs == 1
    go_on(resumed, digits.images[:2000])
    assert all(map(torch.equal, whole.model.parameters(), resumed.model.parameters()))


def command(*arguments):
    return [sys.executable, "scripts/train.py", *map(str, arguments)]


TWO_EPOCHS = ("dense", "--epochs", 2, "--lr", 2e-3)
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]


def run_script(*arguments, **options):
    return subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, text=True, **options)


def interrupted(arguments, ready):
    """The script, stopped by Ctrl-C once `ready(process)` returns: its exit code and texts."""
    process = subprocess.Popen(
        command(*arguments),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # where the tests run in a shell's background, they hand on to it that Ctrl-C is ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    ready(process)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate()
    return process.returncode, output, errors


@pytest.fixture(scope="module")
def trained(mnist_dir, tmp_path_factory):
    """What two epochs of the real command leave behind, without any interruption."""
    out = tmp_path_factory.mktemp("trained")
    result = run_script(*TWO_EPOCHS, "--data-dir", mnist_dir, "--out", out)
    assert result.returncode == 0, result.stderr
    return out, result


def test_the_script_leaves_a_whole_checkpoint_and_says_where(trained):
    out, result = trained
    assert sorted(path.name for path in out.iterdir()) == [
        "config.json",
        "history.csv",
        "model.safetensors",
        "snapshot_weights.safetensors",
        "snapshots.npz",
        "training.json",
    ]
    assert len({path.stat().st_mode for path in out.iterdir()}) == 1  # who reads one reads all
    report = json.loads((out / "training.json").read_text())
    assert report["recipe"]["epochs"] == 2
    assert report["recipe"]["seed"] == 0
    assert report["epochs_done"] == 2
    last_line = result.stdout.splitlines()[-1]
    assert f"validation MSE {report['validation_mse']:.5f}" in last_line
    assert f"test MSE {report['test_mse']:.5f}" in last_line
    assert str(out) in last_line
    assert "loss 0.0" in result.stderr  # the progress bar
    with open(out / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[1]["validation_mse"]) == pytest.approx(report["validation_mse"], rel=1e-5)


def test_the_snapshots_go_from_before_the_first_step_to_the_end(trained, digits):
    out, _ = trained
    with np.load(out / "snapshots.npz") as snapshots:
        epochs, errors, codes = (snapshots[name] for name in ("epoch", "test_mse", "codes"))
    assert epochs[0] == 0
    assert epochs[-1] == 2
    assert np.all(np.diff(epochs) > 0)
    assert codes.dtype == np.float16
    assert codes.shape == (len(epochs), 2000, 3)
    assert errors[-1] < errors[0] / 2
    model = load_model(DenseAutoencoder, out, "")
    with torch.inference_mode():
        final = model.encode(digits.images[:2000] / 255)
    np.testing.assert_allclose(codes[-1], final, rtol=2e-3, atol=1e-2)


def test_the_weights_are_those_of_snapshots_each_a_tenth_better_than_the_one_before(
    trained, digits
):
    out, _ = trained
    with np.load(out / "snapshots.npz") as snapshots:
        errors, codes = snapshots["test_mse"], snapshots["codes"]
    weights = load_file(out / "snapshot_weights.safetensors")
    at = weights.pop("at").tolist()
    assert at[0] == 0
    assert len(at) >= 5
    for before, after in pairwise(at):
        assert errors[after] <= 0.9 * errors[before]
        assert np.all(errors[before + 1 : after] > 0.9 * errors[before])  # none was passed over
    assert np.all(errors[at[-1] :] > 0.9 * errors[at[-1]])
    model = DenseAutoencoder().eval()
    for n, snapshot in enumerate(at):
        assert {tensor.dtype for tensor in weights.values()} == {torch.float16}
        model.load_state_dict({name: tensor[n] for name, tensor in weights.items()})
        with torch.inference_mode():
            found = model.encode(digits.images[:2000] / 255)
        np.testing.assert_allclose(found, codes[snapshot], rtol=1e-2, atol=1e-2)


def committed(folder: Path) -> int:
    """How many epochs are in the training state, which must be whole; 0 if there is none yet."""
    if not (folder / resuming.FILE).exists():
        return 0
    with safe_open(folder / resuming.FILE, "pt") as file:
        progress = json.loads(file.metadata()["progress"])
        assert all(torch.isfinite(file.get_tensor(name)).all() for name in file.keys())  # noqa: SIM118
    assert [row["epoch"] for row in progress["history"]] == [*range(1, progress["epochs"] + 1)]
    return progress["epochs"]


def test_kills_at_random_moments_lose_no_epoch_and_change_nothing(mnist_dir, tmp_path):
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    arguments = ("dense", "--epochs", 5, "--batch-size", 5000, "--data-dir", mnist_dir, "--out")
    assert run_script(*arguments, unbroken).returncode == 0
    report = json.loads((unbroken / "training.json").read_text())
    an_epoch = report["seconds"] / report["epochs_done"]

    moments, done = random.Random(0), 0
    for _ in range(3):
        resume = ("--resume",) if done else ()
        process = subprocess.Popen(
            command(*arguments, broken, *resume), cwd=ROOT, stderr=subprocess.PIPE
        )
        process.stderr.read(1)  # the progress bar: the first step is about to be taken
        time.sleep(moments.uniform(0, 1.5 * an_epoch))
        process.kill()
        process.communicate()
        assert committed(broken) >= done
        done = committed(broken)
        if process.returncode == 0:  # it was done before it could be killed
            break

    if process.returncode != 0:
        resume = ("--resume",) if done else ()
        result = run_script(*arguments, broken, *resume)
        assert result.returncode == 0, result.stderr
    for name in ("model.safetensors", "snapshots.npz", "snapshot_weights.safetensors"):
        assert (broken / name).read_bytes() == (unbroken / name).read_bytes()


def test_ctrl_c_leaves_a_usable_checkpoint_and_says_how_to_go_on(mnist_dir, tmp_path):
    arguments = ("dense", "--epochs", 50, "--data-dir", mnist_dir, "--out", tmp_path)
    state = tmp_path / resuming.FILE

    def saved(process):
        while not state.exists():
            time.sleep(0.01)

    def goes_on(process):
        process.stderr.read(1)  # the progress bar

    for resume, ready in ((), saved), (["--resume"], goes_on):
        code, output, errors = interrupted((*arguments, *resume), ready)
        assert code != 0
        assert "go on with: python scripts/train.py dense" in errors
        assert errors.count("--resume") == 1
        assert "Traceback" not in errors
        assert "checkpoint in" in output
    report = json.loads((tmp_path / "training.json").read_text())
    assert 1 <= report["epochs_done"] < 50
    load_model(DenseAutoencoder, tmp_path, "")
    assert state.exists()


def test_a_file_that_cannot_be_written_leaves_the_old_ones_whole(trained, mnist_dir, tmp_path):
    import resource

    old = (trained[0] / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(old)
    result = run_script(
        *("dense", "--epochs", 1, "--batch-size", 5000, "--data-dir", mnist_dir, "--out", tmp_path),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert result.returncode != 0
    assert "could not be written" in result.stderr
    assert "Traceback" not in result.stderr
    assert (tmp_path / "model.safetensors").read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["model.safetensors"]


@pytest.fixture
def small_disk(trained, tmp_path):
    """A disk of its own, with a checkpoint on it, and a function that sets its free megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "small", disk], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("This user may not mount a small disk: run this test as root.")
    for path in trained[0].iterdir():
        shutil.copy(path, disk)

    def leave(megabytes: float) -> None:
        size = shutil.disk_usage(disk).used + int(megabytes * 10**6)
        subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)

    yield disk, leave
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_is_named_and_leaves_the_old_checkpoint_whole(trained, small_disk, mnist_dir):
    disk, leave = small_disk
    old = {path.name: path.read_bytes() for path in disk.iterdir()}
    leave(8.3)  # MB: the training state (7.9) fits in, but not the model after it
    arguments = ("dense", "--epochs", 1, "--data-dir", mnist_dir, "--out", disk)
    result = run_script(*arguments)
    assert result.returncode != 0
    assert "No space left on device" in result.stderr
    assert "the files that were there are whole" in result.stderr
    assert "Traceback" not in result.stderr
    for name, content in old.items():
        assert (disk / name).read_bytes() == content
    assert {path.name for path in disk.iterdir()} - {resuming.FILE} == set(old)
    assert committed(disk) == 1

    leave(50)
    again = run_script(*arguments, "--resume")
    assert again.returncode == 0, again.stderr
    assert json.loads((disk / "training.json").read_text())["epochs_done"] == 1


def test_two_processes_under_torchrun_reach_the_error_of_one(trained, mnist_dir, tmp_path):
    arguments = (*TWO_EPOCHS, "--data-dir", mnist_dir, "--out", tmp_path)
    together = [*TORCHRUN, *command(*arguments)[1:]]
    result = subprocess.run(
        together,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("checkpoint in") == 1  # only one of them reports
    one, two = (
        json.loads((folder / "training.json").read_text())["test_mse"]
        for folder in (trained[0], tmp_path)
    )
    assert two == pytest.approx(one, rel=0.02)


def test_resuming_what_was_never_begun_is_refused(tmp_path):
    run = Run(DenseAutoencoder(), Recipe(2, 100, 5e-3, 0.01))
    with pytest.raises(CheckpointError, match="no unfinished training"):
        resuming.load_state(run, None, tmp_path)


def test_resuming_with_another_recipe_names_the_first(digits, tmp_path):
    resuming.save_state(train_on(digits), None, tmp_path)
    run = Run(DenseAutoencoder(), Recipe(7, 100, 5e-3, 0.01))
    with pytest.raises(CheckpointError, match="begun with epochs 2, batch_size 100"):
        resuming.load_state(run, None, tmp_path)


def test_a_damaged_training_state_is_refused(digits, tmp_path):
    run = train_on(digits)
    resuming.save_state(run, None, tmp_path)
    os.truncate(tmp_path / resuming.FILE, 1000)
    with pytest.raises(CheckpointError, match="is damaged"):
        resuming.load_state(run, None, tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("dense", "--epochs", "0"), "whole number from 1 to 1,000,000,000"),
        (("dense", "--seed", "99999999999999"), "whole number from 0 to 1,000,000,000"),
        (("dense", "--lr", "nan"), "positive number"),
        (("dense", "--device", "abacus"), "no device 'abacus'"),
        (("sparse",), "invalid choice"),
    ],
)
def test_a_wrong_argument_gets_one_clear_sentence(arguments, message):
    result = run_script(*arguments)
    assert result.returncode != 0
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_without_data_the_script_says_what_to_do(tmp_path):
    (tmp_path / "file").touch()
    result = run_script("dense", "--data-dir", tmp_path / "file")
    assert result.returncode != 0
    assert "--data-dir" in result.stderr
    assert "Traceback" not in result.stderr


# ---- a learner's changes ----


class Changed(DenseAutoencoder):
    """With the layers that are not the same in training and in use."""

    def __init__(self):
        super().__init__(latent_dim=2)
        self.encoder.insert(2, nn.BatchNorm1d(128))
        self.decoder.insert(4, nn.Dropout(0.5))


def test_dropout_and_batch_normalisation_are_trained_and_measured_as_they_should_be(digits):
    def look(_):
        modes.append(run.model.training)
        snapshots.watch(run.model, len(modes) - 1)

    images, modes = digits.images[:1500], []
    run, snapshots = Run(Changed(), Recipe(2, 100, 5e-3, 0.01)), Snapshots(digits.images, 30)
    train(run, images, digits.images[1500:], before_step=look, after_epoch=nothing)
    assert modes == [True] * 31  # also after an epoch was measured and a moment recorded
    assert snapshots.recorded["codes"].shape == (len(snapshots.steps), 2000, 2)
    statistics = run.model.encoder[2]
    assert statistics.num_batches_tracked == 30  # of the training's steps, and of nothing else

    expected = copy.deepcopy(run.model).eval()
    with torch.inference_mode():
        codes = expected.encode(to_unit(digits.images[1500:]))
    torch.testing.assert_close(encode_all(run.model, digits.images[1500:]), codes)
    first, again = (mean_squared_error(run.model, digits.images[1500:]) for _ in range(2))
    assert first == again == run.history[-1]["validation_mse"]
    assert run.model.training
    assert statistics.num_batches_tracked == 30


def test_a_training_with_dropout_goes_on_where_it_was_saved(digits, tmp_path):
    def save_once(run):
        if run.epochs == 1:
            resuming.save_state(run, None, tmp_path)

    whole = train_on(digits, Changed, epochs=3, after=save_once)
    resumed = Run(Changed(), whole.recipe)
    resuming.load_state(resumed, None, tmp_path)
    go_on(resumed, digits.images[:2000])
    whole, resumed = whole.model.state_dict(), resumed.model.state_dict()
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_a_frozen_layer_stays_as_it_is(digits):
    for architecture, frozen in ((DenseAutoencoder, 3), (ConvAutoencoder, 2)):
        run = Run(architecture(), Recipe(1, 100, 5e-3, 0.01))
        weights = run.model.encoder[frozen].requires_grad_(False).weight.clone()
        go_on(run, digits.images[:2000])
        assert torch.equal(run.model.encoder[frozen].weight, weights)


def test_resuming_with_other_layers_is_refused(digits, tmp_path):
    resuming.save_state(train_on(digits), None, tmp_path)
    run = Run(Changed(), Recipe(2, 100, 5e-3, 0.01))
    with pytest.raises(CheckpointError, match="a model with other layers"):
        resuming.load_state(run, None, tmp_path)


# ---- a folder that has seen other trainings, and other surroundings ----


def test_ctrl_c_in_the_first_epoch_takes_nothing_of_an_older_training_in_the_folder(
    digits, mnist_dir, tmp_path
):
    def first_step(process):
        process.stderr.read(1)  # the progress bar

    recipe = Recipe(2, 1, 1e-2, 0.03)  # 55,000 steps an epoch: it can't be over before the signal
    run = Run(DenseAutoencoder(), recipe)
    run.epochs, run.history = 1, [{"epoch": 1, "validation_mse": 0.05}]
    resuming.save_state(run, Snapshots(digits.images[:10], 2), tmp_path)
    save_model(run.model, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    arguments = ("dense", "--epochs", 2, "--batch-size", 1, "--data-dir", mnist_dir)
    code, output, errors = interrupted((*arguments, "--out", tmp_path), first_step)
    assert code != 0
    assert output == ""
    assert "Stopped before the first epoch was done; nothing was written." in errors
    assert "Traceback" not in errors
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_may_have_any_name_and_the_console_any_encoding(mnist_dir, tmp_path):
    def saved(process):
        while not (out / resuming.FILE).exists():
            assert process.poll() is None
            time.sleep(0.01)

    name = "\u6570 " + os.fsdecode(b"b\xff\xfec")
    out = tmp_path / name / "dense"
    recipe = ("dense", "--epochs", 3, "--batch-size", 5000)
    arguments = (*recipe, "--data-dir", mnist_dir, "--out", out)
    code, _, _ = interrupted(arguments, saved)
    assert code != 0
    result = run_script(*arguments, "--resume", env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert result.returncode == 0, result.stderr
    assert "checkpoint in" in result.stdout
    mine = load_demo_data(tmp_path / name)
    assert mine.dense.record.training["epochs_done"] == 3
    mine.dense.record.training["command"].encode("utf-8")  # as the page will be
    mine.provenance().encode("utf-8")


@pytest.mark.parametrize(
    ("script", "message"),
    [("train.py", "start several processes by torchrun"), ("compare_recipes.py", "one process")],
)
def test_processes_that_torchrun_did_not_start_are_refused(script, message):
    result = subprocess.run(
        [sys.executable, f"scripts/{script}", "dense"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"WORLD_SIZE": "2"},
    )
    assert result.returncode != 0
    assert message in result.stderr
    assert "Traceback" not in result.stderr
