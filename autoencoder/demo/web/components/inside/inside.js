// The layers inside a model's encoder or decoder. What shows them is fetched when one first asks.

import { loadAutoencoder } from "../../model/autoencoder.js";
import { find } from "../../shared/find.js";
import { FAILED, Loading } from "../../shared/loading.js";
import { inside } from "../../shared/state.js";

/** @param {HTMLElement} element */
export function mount(element) {
  const trouble = find(element, ".trouble");
  const panel = new Loading(
    async () => {
      const [{ newPanel }, dense, conv] = await Promise.all([
        import("./panel.js"),
        loadAutoencoder("dense"),
        loadAutoencoder("conv"),
      ]);
      return newPanel(element, { dense, conv });
    },
    {
      here: () => {
        trouble.textContent = "";
        panel.value?.show(inside.value);
      },
      failed: () => {
        trouble.textContent = FAILED;
        inside.set(null);
      },
    },
  );
  inside.subscribe(element, (open) => {
    if (open || panel.value) panel.get()?.show(open);
  });
}
