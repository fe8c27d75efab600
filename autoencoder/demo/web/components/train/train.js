// The Train tab: choices, a run in a worker, and what it shows while it trains.

import { inTheme } from "../../shared/canvas.js";
import { find, findAll, pressed } from "../../shared/find.js";
import { percent, threeFigures } from "../../shared/format.js";
import { FAILED, Loading } from "../../shared/loading.js";
import { fetchArrays } from "../../shared/request.js";
import { drawing, openTab, ownModel } from "../../shared/state.js";
import { indicesByDigit, loadTestDigits } from "../../shared/test_digits.js";
import { RECIPES } from "../../training/recipe.js";
import { CodeMap } from "./code_map.js";
import { History } from "./history.js";
import { LossCurves } from "./loss_curves.js";
import { measureOwnModel } from "./own_model.js";
import { Run } from "./run.js";
import { RunList } from "./run_list.js";
import { checkpoint, savedInWords } from "./save.js";
import { newView } from "./view.js";

/**
 * @typedef {import("./run.js").Settings} Settings
 * @typedef {"here" | "running" | "paused" | "done" | "stopped"} State  of the run; here: untrained
 */

const RATES = [1e-4, 3e-4, 1e-3, 2e-3, 5e-3, 7e-3, 0.01, 0.02, 0.1, 1, 100, 10_000];
const TESTED = 1000; // test digits whose codes are shown
const CHOSEN = 300; // milliseconds after the last change of a choice, when a new network is made
const BUTTON = {
  here: "\u25b6 Train",
  running: "\u275a\u275a Pause",
  paused: "\u25b6 Go on",
  done: "\u25b6 Train again",
  stopped: "\u25b6 Train again",
};
const NAMES = { dense: "this page's dense model", conv: "this page's convolutional model" };

/** @param {(share: number) => void} onProgress */
async function load(onProgress) {
  const [training, images, { labels }] = await Promise.all([
    fetchArrays("training_digits.safetensors", onProgress), // the largest
    fetchArrays("test_images.safetensors"),
    loadTestDigits(),
  ]);
  const testImages = images.images.data.slice(0, 784 * TESTED);
  const examples = new Uint8Array(10 * 784);
  indicesByDigit(labels).forEach(([index], digit) => {
    examples.set(images.images.data.subarray(784 * index, 784 * (index + 1)), 784 * digit);
  });
  return {
    training: training.training.data,
    validation: training.validation.data,
    examples,
    testImages,
    labels: labels.slice(0, TESTED),
  };
}

/** @param {HTMLElement} element @param {Record<string, any>} props  of train.py */
export function mount(element, props) {
  const view = newView(element);
  const curves = new LossCurves(find(element, ".loss", SVGSVGElement));
  const list = new RunList(element, props.errors, props.sizes);
  const main = find(element, "[data-do=train]", HTMLButtonElement);
  const stepButton = find(element, "[data-do=step]", HTMLButtonElement);
  const keepers = findAll(element, ".keep button", HTMLButtonElement);
  const back = find(element, ".back", HTMLInputElement);
  const moment = find(element, ".moment");
  const said = find(element, ".said");
  const kept = find(element, ".kept");
  const files = find(element, ".files");
  const choices = findAll(element, ".choices select, .choices input", HTMLElement);
  const [model, size, count, rate, noise] = /** @type {HTMLInputElement[]} */ (choices);
  size.max = String(props.sizes.length - 1);
  rate.max = String(RATES.length - 1);

  /** @type {Run | null} */
  let run = null;
  let history = new History();
  let state = /** @type {State} */ ("here");
  let wanted = false; // training, as soon as the digits are here
  let lookedBack = false;
  let runs = 0;
  let announced = 0;
  /** @type {CodeMap | null} */
  let map = null;

  const digits = new Loading(load, {
    here: () => {
      const { labels } = /** @type {Awaited<ReturnType<typeof load>>} */ (digits.value);
      map = new CodeMap(find(element, ".map"), inTheme(props.colours), labels);
      begin();
    },
    failed: () => view.say(FAILED),
    underWay: (share) => view.say(`The digits are on their way: ${percent(Math.min(share, 1))}.`),
  });

  // ---- what is chosen ----

  /** @returns {Settings} */
  function chosen() {
    return {
      model: model.value === "conv" ? "conv" : "dense",
      latentDim: props.sizes[Number(size.value)],
      digits: Number(count.value),
      learningRate: RATES[Number(rate.value)],
      noise: Number(noise.value),
      seed: runs,
    };
  }

  function useDefaultRate() {
    rate.value = String(RATES.indexOf(RECIPES[chosen().model].learningRate));
  }

  function showChosen() {
    const { latentDim, learningRate, noise: strength } = chosen();
    const texts = [latentDim, learningRate, strength].map(String);
    [size, rate, noise].forEach((slider, i) => {
      slider.setAttribute("aria-valuetext", texts[i]);
      find(/** @type {HTMLElement} */ (slider.parentElement), "b").textContent = texts[i];
    });
    showCurves();
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  find(element, ".choices").addEventListener("input", ({ target }) => {
    if (target === model) {
      size.value = String(props.sizes.indexOf(model.value === "conv" ? 64 : 3));
      useDefaultRate();
    }
    showChosen();
    clearTimeout(timer);
    timer = setTimeout(begin, CHOSEN);
  });

  // ---- the run ----

  /** A network that knows nothing, with what is chosen; it waits. */
  function begin() {
    clearTimeout(timer);
    const here = digits.get();
    if (!here) return;
    finish();
    runs++;
    history = new History();
    lookedBack = false;
    announced = 0;
    become("here");
    const own = new Run(chosen(), here, drawing.value?.image ?? null, {
      report: (report) => own === run && take(report),
      stopped: (reason) => own === run && stop(reason),
    });
    run = own;
    if (wanted) train();
  }

  /** @param {State} next */
  function become(next) {
    state = next;
    main.textContent = BUTTON[state];
    stepButton.disabled = state === "done" || state === "stopped";
    for (const button of keepers) button.disabled = !run || !history.last || state === "stopped";
  }

  /** @param {import("./run.js").Report} report */
  function take(report) {
    if (!element.isConnected) return run?.end();
    history.add(report, drawing.value?.image ?? null);
    if (report.done && state !== "done") {
      become("done");
      say(`Done: the error on validation digits is ${errorNow()}.`);
      write();
    } else if (keepers[0].disabled) become(state);
    const quarter = Math.floor((4 * report.images) / report.totalImages);
    if (state === "running" && quarter > announced) {
      announced = quarter;
      say(`${25 * quarter} % of the run is done; the error is ${errorNow()}.`);
    }
    show();
  }

  /** @param {string} reason */
  function stop(reason) {
    become("stopped");
    view.say(reason, true);
    say(reason);
    write();
    run?.end();
    run = null;
  }

  function train() {
    wanted = !run;
    if (!run) return void digits.get();
    if (state === "running") {
      run.pause();
      return become("paused");
    }
    if (state === "done" || state === "stopped") {
      wanted = true;
      return begin();
    }
    run.resume();
    lookBack(false);
    become("running");
    map?.turnWhile(() => state === "running" && !lookedBack && element.clientWidth > 0);
  }

  /** Ends a run; one that has learned something is written down. */
  function finish() {
    if (state === "running" || state === "paused") write();
    run?.end();
    run = null;
  }

  /** Into the list of runs. */
  function write() {
    const report = history.last?.report;
    const error = report?.validationError;
    if (!run || !report?.images || !error) return;
    list.add({ settings: run.settings, error, seconds: report.seconds });
  }

  function errorNow() {
    return threeFigures(history.last?.report.validationError ?? Number.NaN);
  }

  /** To those who don't see it. @param {string} words */
  function say(words) {
    said.textContent = words;
  }

  // ---- what is shown ----

  function show() {
    const { last } = history;
    if (!last || !run || !element.clientWidth) return;
    const shown = lookedBack ? history.at(Number(back.value)) : last;
    const { totalImages, images } = last.report;
    back.max = String(totalImages);
    if (!lookedBack) back.value = String(images);
    const { latentDim } = run.settings;
    view.show(shown, latentDim);
    moment.textContent = lookedBack
      ? `Then: ${shown.report.images.toLocaleString("en")} images.`
      : "";
    if (shown.codes) map?.show(shown.codes, latentDim);
    showCurves();
  }

  function showCurves() {
    const { model: name, latentDim } = run?.settings ?? chosen();
    const { pca, dense, conv } = props.errors;
    const own = { dense, conv }[name][latentDim];
    const yardsticks = [
      { name: "pca", words: `PCA with ${latentDim}`, error: pca[latentDim] },
      { name, words: NAMES[name], error: own },
    ].filter(({ error }) => error);
    const total = history.last?.report.totalImages ?? RECIPES[name].images;
    curves.show(history.curve, total, /** @type {any} */ (yardsticks), Number(back.value));
  }

  /** @param {boolean} looks */
  function lookBack(looks) {
    lookedBack = looks;
    show();
  }

  back.addEventListener("input", () => {
    lookBack(Number(back.value) < (history.last?.report.images ?? 0));
  });
  new ResizeObserver(show).observe(element);

  // ---- what can be done with it ----

  async function use() {
    const here = digits.get();
    if (!run || !here) return;
    const { settings } = run;
    kept.textContent = "Measuring it on 1,000 test digits.";
    const layers = await run.layers();
    ownModel.set(await measureOwnModel(settings, layers, here.testImages, here.labels));
    kept.textContent = "It is on Draw and Decode now, until you go back there.";
    openTab("Draw");
  }

  async function save() {
    if (!run) return;
    const { settings } = run;
    const saved = Object.values(checkpoint(settings, await run.layers()));
    findAll(files, "a", HTMLAnchorElement).forEach((link, i) => {
      URL.revokeObjectURL(link.href);
      link.href = URL.createObjectURL(saved[i]);
    });
    files.hidden = false;
    kept.textContent = savedInWords(settings);
  }

  // ---- the visitor ----

  element.addEventListener("click", (event) => {
    const action = pressed(event).do;
    if (action === "train") train();
    if (action === "over") begin();
    if (action === "step") {
      run?.step();
      if (run) become("paused");
      lookBack(false);
    }
    if (action === "use") use();
    if (action === "save") save();
  });
  drawing.subscribe(element, (digit) => run?.draw(digit?.image ?? null));

  useDefaultRate();
  showChosen();
  digits.get();
}
