// Asks a component's server function over HTTP, as Gradio's own `server.NAME(...)` does. That one
// swallows every failure; this one tells a refusal (a sentence for the visitor) from a server that
// is away, and doesn't wait for ever, but longer where there is much to send.
const session = Math.random().toString(36).slice(2);

async function ask(name, data, seconds = 15) {
  const { root, api_prefix } = window.gradio_config;
  const response = await fetch(root + api_prefix + "/component_server/", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ data, component_id: props.component, fn_name: name, session_hash: session }),
    signal: AbortSignal.timeout(1000 * seconds),
  });
  const answer = await response.json();
  if (response.status === 422) return { refused: answer.detail };
  if (!response.ok) throw new Error(response.statusText);
  return answer;
}

