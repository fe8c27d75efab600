// Asks a component's server function: over the page's WebSocket, where question and answer take a
// quarter of the time of an HTTP request; by HTTP while there is none, as some proxies let none
// through, and for what is large, so that nothing else must wait for it.
//
// Gradio's own `server.NAME(...)` swallows every failure; this tells a refusal (a sentence for the
// visitor) from a server that is away, and doesn't wait for ever.
const address = new URL("gradio_api/component_server/", document.baseURI).href;
const session = Math.random().toString(36).slice(2);

async function ask(name, data, { large = false } = {}) {
  const question = { data, component_id: props.component, fn_name: name, session_hash: session };
  const reply = (!large && (await overSocket(question))) || (await overHttp(question, large));
  if (reply.status === 422) return { refused: reply.answer.detail };
  if (reply.status !== 200) throw new Error("status " + reply.status);
  return reply.answer;
}

async function overHttp(question, large) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(large ? 120_000 : 15_000),
  });
  return { status: response.status, answer: await response.json() };
}

// ---- the socket, one for all components of the page ----

const line = (window.askingLine ??= { socket: null, next: 0, count: 0, waiting: new Map() });
const SOON = 10_000; // milliseconds until another socket is tried
const LATER = 300_000; // after one that fell silent: it seems that something swallows what is sent

// The reply, or null if none comes: there is no socket, or it broke, or it is silent for 5 seconds.
function overSocket(question) {
  if (line.socket?.readyState !== WebSocket.OPEN) {
    connect();
    return null;
  }
  const { socket } = line;
  const number = ++line.count;
  return new Promise((resolve) => {
    const patience = setTimeout(() => hangUp(socket, LATER), 5000);
    line.waiting.set(number, (reply) => {
      clearTimeout(patience);
      resolve(reply);
    });
    socket.send(JSON.stringify({ ...question, number }));
  });
}

function connect() {
  if (line.socket || performance.now() < line.next) return;
  line.next = performance.now() + SOON;
  const socket = (line.socket = new WebSocket(address.replace(/^http/, "ws")));
  socket.onmessage = ({ data }) => {
    const reply = JSON.parse(data);
    line.waiting.get(reply.number)?.(reply);
    line.waiting.delete(reply.number);
  };
  socket.onclose = () => hangUp(socket);
}

function hangUp(socket, pause = 0) {
  if (line.socket !== socket) return;
  line.socket = null;
  line.next = Math.max(line.next, performance.now() + pause);
  socket.close();
  for (const resolve of line.waiting.values()) resolve(null);
  line.waiting.clear();
}

connect();

