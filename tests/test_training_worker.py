"""The worker that trains beside the page: what it is told and what it tells."""

import base64

import pytest

# `body` has these to work with: `next(type)` is the next message of that type.
IN_WORKER = """
async ({ body, images, settings }) => {
    const bytes = Uint8Array.from(atob(images), (letter) => letter.charCodeAt(0));
    const part = (start, count) => bytes.slice(784 * start, 784 * (start + count));
    const worker = new Worker(
        new URL("web/training/worker.js", document.baseURI), { type: "module" });
    const messages = [];
    let arrived = () => {};
    worker.onmessage = ({ data }) => {
        messages.push(data);
        arrived();
    };
    const next = async (type, is = () => true) => {
        while (true) {
            while (!messages.length) await new Promise((resolve) => { arrived = resolve; });
            const message = messages.shift();
            if (message.type === type && is(message)) return message;
            if (message.type === "stopped") throw new Error(message.reason);
        }
    };
    const send = (type, content = {}) => worker.postMessage({ type, ...content });
    const begin = () => send("start", {
        settings: { model: "dense", latentDim: 3, learningRate: 7e-3, noise: 0, seed: 1,
                    ...settings },
        images: part(0, settings.digits ?? 500), validation: part(500, 200),
        examples: part(700, 10), testImages: part(710, 50),
    });
    const image = Float32Array.from(part(720, 1), (pixel) => pixel / 255);
    const AsyncFunction = (async () => {}).constructor;
    try {
        const names = ["send", "next", "begin", "image"];
        return await new AsyncFunction(...names, body)(send, next, begin, image);
    } finally {
        worker.terminate();
    }
}
"""


@pytest.fixture
def in_worker(modules, digits):
    """What `body`, the lines of a function, gives when it has talked to a worker."""
    images = base64.b64encode(digits.images[:800].numpy().tobytes()).decode()

    def run(body: str, **settings):
        return modules.evaluate(IN_WORKER, {"body": body, "images": images, "settings": settings})

    return run


def test_it_trains_and_reports_until_it_is_paused(in_worker):
    seen = in_worker(
        """
        begin();
        const first = await next("report");
        const later = await next("report", (report) => report.validationError < 0.08);
        send("pause");
        const paused = await next("report", (report) => report.paused);
        send("resume");
        const resumed = await next("report", (report) => report.steps > paused.steps);
        return { first, later, paused, resumed };
        """
    )
    assert seen["first"]["validationError"] > seen["later"]["validationError"] > 0.02
    assert seen["later"]["trainingError"] < seen["first"]["validationError"]
    for report in seen.values():
        assert report["images"] == 32 * report["steps"]
        assert report["epoch"] == pytest.approx(report["images"] / 500)
    assert seen["later"]["rate"] > 0
    assert not seen["resumed"]["paused"]


def test_it_goes_step_by_step(in_worker):
    steps, measured = in_worker(
        """
        begin();
        send("pause");
        const reports = [await next("report")];
        for (let i = 0; i < 3; i++) {
            send("step");
            reports.push(await next("report"));
        }
        return [reports.map(({ steps }) => steps), reports.map(({ measured }) => measured)];
        """
    )
    assert steps == [0, 1, 2, 3]
    assert all(measured)


def test_a_network_that_gives_no_numbers_any_more_has_no_error(in_worker):
    before, after = in_worker(
        """
        begin();
        send("pause");
        const before = await next("report");
        send("step");
        return [before, await next("report")];
        """,
        learningRate=1e30,
    )
    assert before["validationError"] > 0
    assert after["steps"] == 1
    assert after["validationError"] is None


def test_what_is_on_the_paper_is_rebuilt_too(in_worker):
    reports = in_worker(
        """
        begin();
        send("pause");
        const without = await next("report");
        send("drawing", { image });
        const before = await next("report", (report) => report.drawing);
        send("step");
        const after = await next("report");
        const list = ({ drawing }) => drawing && {
            code: [...drawing.code], reconstruction: [...drawing.reconstruction],
            change: [...drawing.change] };
        return [without.drawing, list(before), list(after)];
        """
    )
    without, before, after = reports
    assert without is None
    assert len(before["code"]) == 3
    moved = [b - a for a, b in zip(before["reconstruction"], after["reconstruction"], strict=True)]
    assert moved == pytest.approx(before["change"], abs=1e-6)
    assert max(map(abs, moved)) > 0


def test_its_weights_make_the_pages_own_network(in_worker):
    difference = in_worker(
        """
        begin();
        send("pause");
        send("drawing", { image });
        const { drawing } = await next("report", (report) => report.drawing);
        send("weights");
        const { layers } = await next("weights");
        const { Autoencoder } = await import(new URL("web/model/autoencoder.js", document.baseURI));
        const model = new Autoencoder(layers.encoder, layers.decoder);
        const code = model.encode(image);
        return [code.length, ...code.map((x, i) => Math.abs(x - drawing.code[i]))];
        """,
        model="conv",
        latentDim=8,
    )
    assert difference[0] == 8
    assert max(difference[1:]) < 1e-4


@pytest.mark.parametrize(("size", "empty"), [(1, 2), (2, 1), (3, 0), (8, 0)])
def test_codes_of_any_size_are_shown_in_space(in_worker, size, empty):
    codes = in_worker(
        """
        begin();
        send("pause");
        await next("report");
        send("step");
        return [...(await next("report", ({ steps }) => steps === 1)).codes];
        """,
        latentDim=size,
    )
    assert len(codes) == 50 * 3
    columns = [codes[axis::3] for axis in range(3)]
    assert sum(set(column) == {0} for column in columns) == empty


def test_with_noise_the_examples_go_in_noisy(in_worker):
    clean, noisy = (
        in_worker('begin(); return [...(await next("report")).inputs];', noise=noise)
        for noise in (0, 0.4)
    )
    assert clean != noisy
    assert min(noisy) == 0
    assert max(noisy) == 1


def test_a_whole_run_takes_360_000_images(in_worker):
    report = in_worker(
        """
        begin();
        send("pause");
        const { totalImages } = await next("report");
        return { totalImages };
        """
    )
    assert report["totalImages"] == pytest.approx(360_000, rel=1e-3)


def test_a_loss_that_is_no_number_stops_it_and_it_says_why(in_worker):
    reason = in_worker(
        'begin(); return (await next("stopped")).reason;',
        learningRate=1e30,
    )
    assert reason == "The loss became NaN, so the training was stopped; try a lower learning rate."


def test_a_file_that_cannot_be_had_stops_it(in_worker, modules):
    modules.route("**/matmul.wasm", lambda route: route.abort())
    try:
        reason = in_worker('begin(); return (await next("stopped")).reason;')
    finally:
        modules.unroute("**/matmul.wasm")
    assert reason == "Not all that a run needs could be fetched. Are you online? Then try again."
