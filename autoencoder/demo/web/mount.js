// Gradio runs this for each component, with `element` and `props`; the rest is a module.
import(
  new URL(`web/components/${props.component}/${props.component}.js`, document.baseURI).href
).then(({ mount }) => mount(element, props));
