// The page's tabs by the arrow keys, as ARIA's authoring practices have it.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const tabs = [...document.querySelectorAll('button[role="tab"]')];
  const at = tabs.indexOf(/** @type {Element} */ (document.activeElement));
  if (at < 0) return;
  /** @type {Record<string, number>} */
  const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 };
  if (!(event.key in next)) return;
  event.preventDefault();
  const tab = tabs.at(next[event.key] % tabs.length);
  if (!(tab instanceof HTMLElement)) return;
  tab.click();
  tab.focus();
});
