/* ---- a test envelope: the node connects to itself as a peer and sends it ---- */
let tryTargets = "";
function showTry() {
  const targets = JSON.stringify(state.try);
  if (targets === tryTargets) return;
  tryTargets = targets;
  $("try").hidden = state.try.length === 0;
  $("try-to").replaceChildren(...state.try.map(t => el("option", { value: t.component }, t.component)));
  $("try-to-label").hidden = state.try.length < 2;
  put($("try").querySelector("summary"), `Send a test envelope${state.try.length === 1 ? " to " + state.try[0].component : ""}`);
  // Open on a node that has not received any messages yet.
  $("try").open = !PHONE.matches && state.components.every(c => !c.receiving || c.receiving.received === 0);
  showTryToken();
}
function showTryToken() {
  const target = state.try.find(t => t.component === $("try-to").value);
  $("try-secret-label").hidden = !(target && target.needs_token);
}
async function tryOut() {
  const button = $("try-send");
  button.disabled = true;
  put($("try-result"), "Sending…");
  try {
    const body = JSON.stringify({ line: $("try-line").value, token: $("try-secret-label").hidden ? null : $("try-secret").value });
    const answer = await fetch(`/api/components/${encodeURIComponent($("try-to").value)}/try`, {
      method: "POST", headers: { "Content-Type": "application/json" }, cache: "no-store", body,
    });
    if (!answer.ok) { put($("try-result"), "Not sent: " + (await answer.text()).trim()); return; }
    const tried = await answer.json();
    put($("try-result"), `→ ${tried.sent}\n` + (tried.answer === null ? `✕ ${tried.error}` : `← ${tried.answer}\n`
      + `${JSON.parse(tried.answer).type === "ack" ? "✓ acked" : "✕ nacked"} ${tried.milliseconds} ms after dialling`));
  } catch { put($("try-result"), "The node does not respond."); } finally { button.disabled = false; }
}
$("try-to").addEventListener("input", showTryToken);
$("try-send").addEventListener("click", tryOut);
