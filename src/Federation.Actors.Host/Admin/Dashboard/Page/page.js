/* ---- talking to the node ---- */
const token = () => sessionStorage.getItem("federation-token") || "";
const call = (path, options = {}) => fetch(path, {
  cache: "no-store", ...options, headers: { ...(options.headers || {}), ...(token() ? { Authorization: "Bearer " + token() } : {}) },
});
function show(next) {
  const restarted = state && next.started_at !== state.started_at, controlled = Boolean(state && state.control);
  state = next; offset = state.at - Date.now(); lastState = Date.now(); lostSince = null; refused = false;
  if (restarted) { history.clear(); loadHistory(); }
  if (controlled !== state.control) showPeers();
  put($("node"), state.node_id);
  put($("about"), `federation ${state.version} · ${state.status} for ${span((state.at - state.started_at) / 1000)}`);
  $("drain").hidden = !state.control; $("token").hidden = !state.control && !token();
  headline(state.headline.level, state.headline.text);
  remember(); totals(); showCards(); draw(); showTry();
}
async function loadHistory() {
  try {
    const answer = await call("/api/history");
    if (!answer.ok) return;
    for (const h of (await answer.json()).components) history.set(h.component, h.at.map((at, i) => (
      { at, received: h.received[i], published: h.published[i], taken: h.taken[i], delivered: h.delivered[i] })));
  } catch { /* The headline shows it. */ }
}
async function follow() {
  let pause = 500;
  for (;;) {
    const stop = new AbortController();
    const watch = setInterval(() => { if (Date.now() - lastState > 3 * STALE) stop.abort(); }, 1000);
    try {
      lastState = Date.now(); refused = false;
      const answer = await call("/api/stream", { signal: stop.signal, headers: lastEventId ? { "Last-Event-ID": lastEventId } : {} });
      if (answer.status === 401) {
        lostSince = null; headline("warning", "This node shows its state only with a token.");
        const problem = token() ? "The token is wrong." : "";
        sessionStorage.removeItem("federation-token"); await askToken(problem);
        continue;
      }
      refused = !answer.ok;
      if (refused) {
        pause = 3000; headline("warning", `The node refused this page: ${(await answer.text()).trim()}. Retrying.`);
        throw new Error("refused");
      }
      askPeers();
      await loadHistory();
      pause = 500;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let buffer = "";;) {
        const { done, value } = await reader.read();
        if (done) break;
        buffer += value;
        for (let end; (end = buffer.indexOf("\n\n")) >= 0; buffer = buffer.slice(end + 2)) {
          const fields = Object.fromEntries(buffer.slice(0, end).split("\n")
            .map(l => [l.slice(0, l.indexOf(":")), l.slice(l.indexOf(":") + 2)]));
          if (fields.event === "state") show(JSON.parse(fields.data)); else if (fields.event === "event") addEvent(JSON.parse(fields.data));
        }
      }
    } catch { /* Shown below, and tried again. */ } finally { clearInterval(watch); stop.abort(); }
    if (!refused) lostSince = lostSince || Date.now();
    lost();
    await new Promise(go => setTimeout(go, pause));
    pause = Math.min(3000, pause * 1.5);
  }
}
function lost() {
  if (refused) return;
  if (lostSince === null && state && Date.now() - lastState > STALE) lostSince = lastState;
  if (lostSince !== null) headline("error", `This page has had no connection to the node for ${span((Date.now() - lostSince) / 1000)} `
    + "and shows its last known state. Retrying.");
}

/* ---- control ---- */
function ask(dialog, yes, no) {
  return new Promise(answer => {
    const done = value => { dialog.close(); answer(value); };
    yes.onclick = () => done(true);
    if (no) no.onclick = () => done(false);
    dialog.oncancel = () => answer(false);
    dialog.showModal();
  });
}
async function askToken(problem) {
  put($("ask-error"), problem || ""); $("secret").value = "";
  $("secret").onkeydown = e => { if (e.key === "Enter") $("ask-yes").click(); };
  const given = await ask($("ask"), $("ask-yes"), $("ask-no"));
  if (given && $("secret").value) sessionStorage.setItem("federation-token", $("secret").value.trim());
  $("secret").value = "";
  return given;
}
async function say(text) { put($("said-text"), text); await ask($("said"), $("said-ok")); }
async function act(title, text, verb, path) {
  put($("confirm-title"), title); put($("confirm-text"), text); put($("confirm-yes"), verb);
  if (!await ask($("confirm"), $("confirm-yes"), $("confirm-no"))) return;
  if (!token() && !await askToken()) return;
  try {
    let answer = await call(path, { method: "POST" });
    while (answer.status === 401) {
      sessionStorage.removeItem("federation-token");
      if (!await askToken("The token is wrong.")) return;
      answer = await call(path, { method: "POST" });
    }
    const said = (await answer.text()).trim();
    await say(answer.ok ? "Done: " + said + "." : "Not done: " + said + ".");
    askPeers();
  } catch { await say("The node does not respond."); }
}
$("drain").addEventListener("click", () => act("Drain and stop this node?",
  "The node accepts no more messages, answers the messages that it has, and stops, as with SIGTERM. It does not restart by itself.",
  "Drain and stop", "/api/drain"));
$("token").addEventListener("click", () => askToken());

/* ---- light and dark ---- */
const dark = matchMedia("(prefers-color-scheme: dark)");
function theme() {
  const chosen = localStorage.getItem("federation-theme"), isDark = chosen ? chosen === "dark" : dark.matches;
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  put($("theme"), isDark ? "Use light colours" : "Use dark colours");
}
$("theme").addEventListener("click", () => {
  localStorage.setItem("federation-theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark"); theme();
});
dark.addEventListener("change", theme);
theme();

new ResizeObserver(() => { if (state) draw(); }).observe(document.querySelector("figure"));
setInterval(() => { lost(); if (lostSince === null) countdown(); }, 250);
setInterval(() => { if (lostSince === null && !document.hidden) askPeers(); }, 2000);
follow(); askPeers();
