// How many numbers a digit needs. What it takes is fetched when it is first seen.

/** @param {HTMLElement} element @param {Record<string, any>} props  of code_size.py */
export function mount(element, props) {
  let shown = false;
  const observer = new IntersectionObserver(async (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    const slider = await import("./slider.js").catch(console.error); // else when next seen
    if (!slider || shown) return;
    shown = true;
    observer.disconnect();
    slider.show(element, props);
  });
  observer.observe(element);
}
