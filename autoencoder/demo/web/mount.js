// Gradio runs this for each component, with `element` and `props`; the rest is a module. It is fetched
// at once, or, for a component with `on_click`, when that is clicked on.
const begin = () =>
  import(
    new URL(`web/components/${props.component}/${props.component}.js`, document.baseURI).href
  ).then(({ mount }) => {
    element.removeEventListener("click", begin);
    mount(element, props);
  });
if (props.on_click) element.addEventListener("click", begin);
else begin();
