// Opens one of the page's tabs.

/** @param {"Draw" | "Latent space" | "Decode" | "Train" | "Models"} name */
export function openTab(name) {
  for (const tab of document.querySelectorAll('button[role="tab"]')) {
    if (tab instanceof HTMLElement && tab.textContent?.trim() === name) return tab.click();
  }
}
