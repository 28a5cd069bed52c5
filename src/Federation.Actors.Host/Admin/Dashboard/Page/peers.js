/* ---- peers ---- */
const COLUMNS = [
  { key: "identity", name: "Name" }, { key: "state", name: "State" },
  { key: "rate_in", name: "From peer", numeric: true, way: receives }, { key: "rate_out", name: "To peer", numeric: true, way: sends },
  { key: "lag", name: "Lag", numeric: true, way: sends }, { key: "since", name: "Connected for", numeric: true },
  { key: "component", name: "Component" }, { key: "address", name: "Address" }, { key: "tags", name: "Tags" },
  { key: "capabilities", name: "Capabilities" },
];
const STATES = { connected: "ok", slow: "warning", throttled: "warning", limited: "warning", closing: "error", away: "muted" };
let peers = [], peerTotals = { total: 0, found: 0 }, sort = ["identity", 1];
for (const { key, name, numeric } of COLUMNS) {
  const b = el("button", { type: "button" }, name), th = el("th", { scope: "col", "data-key": key, class: numeric ? "n" : "" }, b);
  b.addEventListener("click", () => { sort = [key, sort[0] === key ? -sort[1] : 1]; showPeers(); });
  $("peer-head").append(th);
}
$("peer-head").append(el("th", { scope: "col" }, el("span", { class: "hidden-text" }, "Actions")));
const pairs = object => object
  ? Object.entries(object).map(([k, v]) => k + ": " + (typeof v === "string" ? v : JSON.stringify(v))).join(", ") : "";
const rows = new Map();
function showPeers() {
  const hidden = new Set(COLUMNS.filter(c => c.key === "capabilities" || c.key === "tags" ? !peers.some(p => p[c.key])
    : c.way && state && !state.components.some(c.way)).map(c => c.key));
  for (const th of $("peer-head").children) if (th.dataset.key) {
    const isSorted = th.dataset.key === sort[0];
    if (isSorted) th.setAttribute("aria-sort", sort[1] > 0 ? "ascending" : "descending"); else th.removeAttribute("aria-sort");
    put(th.firstChild, COLUMNS.find(c => c.key === th.dataset.key).name + (isSorted ? (sort[1] > 0 ? " ▲" : " ▼") : ""));
    th.hidden = hidden.has(th.dataset.key);
  }
  const value = p => sort[0] === "capabilities" || sort[0] === "tags" ? pairs(p[sort[0]]) : sort[0] === "since" ? -p.since : p[sort[0]];
  const order = (x, y) => typeof x === "number" ? x - y : String(x).localeCompare(String(y), "en", { numeric: true });
  const shown = [...peers].sort((a, b) => sort[1] * order(value(a), value(b))).slice(0, SHOWN);
  const seen = new Set(), body = $("peer-rows");
  shown.forEach((p, i) => {
    const key = [p.component, p.identity, p.address, p.since].join("\n");
    seen.add(key);
    if (!rows.has(key)) rows.set(key, newRow(p));
    fillRow(rows.get(key), p, hidden);
    if (body.children[i] !== rows.get(key).root) body.insertBefore(rows.get(key).root, body.children[i] || null);
  });
  for (const [key, row] of rows) if (!seen.has(key)) { row.root.remove(); rows.delete(key); }
  $("no-peers").hidden = shown.length > 0;
  put($("no-peers"), $("filter").value ? "No peers match." : "No peers are connected.");
  put($("peer-count"), shown.length < peerTotals.found || $("filter").value
    ? `${count(shown.length)} of ${count(peerTotals.total)} shown` : plural(peerTotals.total, "peer"));
}
function newRow(p) {
  const row = { cells: new Map(), rest: el("td", { class: "rest" }) };
  for (const c of COLUMNS) row.cells.set(c.key, el("td", { class: c.numeric ? "n" : "", "data-key": c.key }));
  row.button = el("button", { class: "quiet", type: "button", "aria-label": `Disconnect ${p.identity}` }, "Disconnect…");
  row.button.addEventListener("click", () => act(`Disconnect ${p.identity}?`,
    `Its connections to ${p.component} are closed with code 4002. It may reconnect immediately.`, "Disconnect",
    `/api/components/${encodeURIComponent(p.component)}/peers/${encodeURIComponent(p.identity)}/disconnect`));
  row.act = el("td", { class: "act" }, row.button);
  row.root = el("tr", {}, ...row.cells.values(), row.rest, row.act);
  return row;
}
function fillRow(row, p, hidden) {
  const since = span((now() - p.since) / 1000), isAway = p.state === "away";
  const texts = {
    identity: p.identity, rate_in: rate(p.rate_in), rate_out: rate(p.rate_out), lag: count(p.lag), since: isAway ? "–" : since,
    component: p.component, address: p.address, tags: pairs(p.tags), capabilities: pairs(p.capabilities),
    state: (SIGNS[STATES[p.state]] || "·") + " " + p.state
      + (isAway ? ` for ${since}` : p.rate_cap !== null ? ` to ${rate(p.rate_cap)}` : ""),
  };
  for (const [key, cell] of row.cells) { put(cell, texts[key]); cell.hidden = hidden.has(key); }
  row.cells.get("state").className = STATES[p.state] || "";
  row.cells.get("identity").title = p.address;
  row.cells.get("capabilities").title = texts.capabilities;
  const unlessAway = (key, text) => hidden.has(key) || isAway ? "" : text;
  put(row.rest, [unlessAway("rate_in", "from " + texts.rate_in), unlessAway("rate_out", "to " + texts.rate_out),
    unlessAway("since", since), p.component, p.address, texts.tags, texts.capabilities].filter(Boolean).join(" · "));
  row.act.hidden = !(state && state.control) || (isAway && PHONE.matches);
  row.button.hidden = isAway;
}
let asking = false;
async function askPeers() {
  if (asking) return;
  asking = true;
  try {
    const answer = await call("/api/peers?filter=" + encodeURIComponent($("filter").value.trim()));
    if (answer.ok) { peerTotals = await answer.json(); peers = peerTotals.peers; showPeers(); }
  } catch { /* The headline shows it. */ } finally { asking = false; }
}
$("filter").addEventListener("input", askPeers);
