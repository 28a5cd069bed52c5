/* ---- headline, totals, cards ---- */
function headline(lvl, text) {
  const e = $("headline");
  e.className = "headline " + lvl;
  put(e.children[0], SIGNS[lvl]); put(e.children[1], text);
  document.title = (lvl === "ok" ? "" : SIGNS[lvl] + " ") + (state ? state.node_id + " – federation" : "Federation node");
  const gist = text.replace(/[\d.,]+/g, "");
  if (gist !== announced) { announced = gist; put($("live"), text); }
}
function totals() {
  const t = state.totals, some = way => state.components.some(way), e = $("totals");
  const rows = [["Connections", count(t.connections)],
    ...(some(receives) ? [["Received", rate(t.received_rate)], ["Published", rate(t.published_rate)]] : []),
    ...(some(sends) ? [["Delivered", rate(t.delivered_rate)]] : []),
    ["Waiting", count(t.waiting)], ["Dropped", count(t.dropped)]];
  if (e.children.length !== rows.length) {
    e.replaceChildren(...rows.map(() => el("div", { class: "panel" }, el("dt"), el("dd"))));
    e.dataset.tiles = rows.length; e.style.setProperty("--tiles", rows.length);
  }
  rows.forEach(([name, value], i) => { put(e.children[i].children[0], name); put(e.children[i].children[1], value); });
}
const FLOWS = [["received", "from peers", receives], ["published", "into NATS", receives],
  ["taken", "from NATS", sends], ["delivered", "to peers", sends]];
function card(c) {
  const k = { facts: new Map() };
  k.root = el("article", { class: "card panel", "aria-label": c.name });
  k.chip = el("span", { class: "chip" });
  k.reconnect = el("button", { class: "quiet", type: "button" }, "Reconnect now…");
  k.reconnect.addEventListener("click", () => act(`Reconnect ${c.name}?`,
    "The component dials its server immediately, and resets its number of attempts.",
    "Reconnect", `/api/components/${encodeURIComponent(c.name)}/reconnect`));
  k.root.append(el("div", { class: "title" },
    el("h3", {}, c.name), el("span", { class: "muted small" }, c.mode), k.chip, el("span", { class: "grow" }), k.reconnect));
  const flows = el("div", { class: "flows" }), main = el("div", { class: "main" }, flows);
  k.list = el("dl", { class: "facts" });
  k.more = el("details", { class: "more" }, el("summary", {}, "Details"), k.list);
  k.more.open = !PHONE.matches;
  k.root.append(el("div", { class: "body" }, main, k.more));
  k.flows = FLOWS.filter(([, , way]) => way(c) || (way === receives ? c.receiving : c.sending)).map(([field, label, way]) => {
    const s = { field, label, way, value: el("b"), top: el("span", { class: "scale" }), since: el("span") };
    s.spark = svg("svg", { class: "spark", viewBox: "0 0 300 100", preserveAspectRatio: "none", role: "img" });
    s.area = svg("path", { fill: "currentColor", opacity: ".13" });
    s.line = svg("path", { fill: "none", stroke: "currentColor", "stroke-width": "1.5", "vector-effect": "non-scaling-stroke" });
    s.spark.append(s.area, s.line);
    s.root = el("div", { class: "flow" }, el("div", { class: "value" }, el("span", { class: "muted small" }, label), s.value),
      el("div", { class: "plot" }, s.spark, s.top), el("div", { class: "times" }, s.since, el("span", {}, "now")));
    flows.append(s.root);
    return s;
  });
  if (c.receiving) {
    const q = c.receiving.queue;
    k.bar = el("div", { class: "bar", role: "meter", "aria-label": `Queue of ${c.name}`, "aria-valuemin": 0, "aria-valuemax": 100 },
      k.fill = el("i"));
    for (const mark of [q.slow_below, q.slow_above]) if (mark !== null) {
      const u = el("u", { "data-label": percent(mark) });
      u.style.left = mark * 100 + "%"; k.bar.append(u);
    }
    k.queue = el("div", { class: "small muted" });
    main.append(k.bar, k.queue);
  }
  return k;
}
PHONE.addEventListener("change", () => { for (const k of cards.values()) k.more.open = !PHONE.matches; });
const cards = new Map();
function fact(k, name, text, kind) {
  let f = k.facts.get(name);
  if (!f) { f = [el("dt", {}, name), el("dd")]; k.facts.set(name, f); k.list.append(...f); }
  f[0].hidden = f[1].hidden = text === null;
  if (text !== null) { put(f[1], text); f[1].className = kind || ""; }
}
function showCards() {
  const names = state.components.map(c => c.name).join("\n");
  if ($("cards").dataset.names !== names) { $("cards").dataset.names = names; $("cards").replaceChildren(); cards.clear(); }
  for (const c of state.components) {
    let k = cards.get(c.name);
    if (!k) { k = card(c); cards.set(c.name, k); $("cards").append(k.root); }
    showCard(k, c);
  }
  countdown();
}
function showCard(k, c) {
  const l = level(c), r = c.receiving, s = c.sending;
  k.chip.className = "chip " + l; put(k.chip, SIGNS[l] + " " + stateText(c));
  k.reconnect.hidden = !(state.control && c.mode === "client" && c.link.state !== "connected");
  const rates = { received: r && r.rate_in, published: r && r.rate_out, taken: s && s.rate_in, delivered: s && s.rate_out };
  for (const f of k.flows) {
    f.root.hidden = !f.way(c);
    if (!f.root.hidden) { put(f.value, rate(rates[f.field])); spark(f, c.name); }
  }
  if (r) {
    const q = r.queue;
    k.bar.hidden = k.queue.hidden = !receives(c);
    k.fill.style.width = Math.min(100, q.utilization * 100) + "%"; k.fill.className = queueLevel(q);
    k.bar.setAttribute("aria-valuenow", Math.round(q.utilization * 100));
    put(k.queue, `queue ${percent(q.utilization)}: ${count(q.depth)} of ${count(q.capacity)} messages`
      + (PHONE.matches ? "" : `, ${bytes(q.bytes)} of ${bytes(q.byte_capacity)}; when full: ${q.policy.replace("_", " ")}`));
    fact(k, "In flight", !receives(c) ? null : r.in_flight ? plural(r.in_flight, "message") + " without an answer yet" : "none");
    fact(k, "So far", receives(c) ? `${count(r.received)} received, ${count(r.acked)} acked` : "nothing received");
    fact(k, "Nacks sent", reasons(r.nacked, null));
  }
  if (s) {
    fact(k, "For peers", !sends(c) ? null : s.held ? `${count(s.held)} held, ${count(s.in_flight)} of them in flight` : "no messages");
    fact(k, "Oldest unacked", s.unacked_seconds === null || s.unacked_seconds < 1 ? null : span(s.unacked_seconds),
      s.unacked_seconds >= 60 ? "warning" : "");
    fact(k, "Delivered", !sends(c) ? "nothing sent" : (s.taken ? `${count(s.delivered)} of ${count(s.taken)} taken` : "nothing yet")
      + (s.rate_cap !== null ? `; limited to ${rate(s.rate_cap)}` : ""));
    fact(k, "Not wanted", reasons(pick(s.dropped, reason => UNWANTED.has(reason)), null));
    fact(k, "Nacks received", reasons(s.nacked, null));
  }
  const dropped = { ...(r && r.dropped) };
  for (const [reason, n] of Object.entries(s ? pick(s.dropped, reason => !UNWANTED.has(reason)) : {}))
    dropped[reason] = (dropped[reason] || 0) + n;
  fact(k, "Dropped", reasons(dropped), Object.keys(dropped).length ? "error" : "");
  fact(k, "Connections", `${count(c.connections.active)} open, ${count(c.connections.total)} since the start`);
  fact(k, c.mode === "server" ? "Listens on" : "Dials", c.endpoint);
  fact(k, "NATS", c.nats.connected ? "connected" : bus(c) === "warning" ? "connecting"
    : `disconnected for ${span(c.nats.lost_for_seconds)}` + (c.nats.last_error ? ": " + c.nats.last_error : ""),
    bus(c) === "ok" ? "" : bus(c));
  fact(k, "Ports", c.faults.length ? c.faults.map(f => f.text).join("; ") : null, "error");
  const others = c.problems.filter(p => !c.faults.some(f => p.includes(f.text)) && (c.nats.connected || !p.startsWith("NATS ")));
  fact(k, "Problems", others.length ? others.join("; ") : null, "error");
}
function countdown() {
  if (!state) return;
  for (const c of state.components) {
    const k = cards.get(c.name);
    if (!k || !c.link) continue;
    const link = c.link, wait = link.next_attempt_at === null ? null : (link.next_attempt_at - now()) / 1000;
    fact(k, "Reconnect", link.state === "connected" ? "not needed"
      : link.state === "failed" ? "given up; reconnect manually"
      : wait !== null && wait > 0 ? `attempt ${link.attempt} in ${Math.ceil(wait)} s` : "dialling now",
      link.state === "connected" ? "" : "warning");
    fact(k, "Why", link.state === "connected" ? null : link.last_error);
  }
}

/* ---- sparklines ---- */
// Also fills the lines of a node that has just started.
function shownSpan() {
  const oldest = Math.min(...[...history.values()].map(points => points.length ? points[0].at : Infinity));
  return [180e3, 360e3].find(ms => state.at - oldest <= ms) || HISTORY * 1000;
}
// The end of a scale: 1, 2 or 5 times a power of ten.
function scaleEnd(most) {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return [1, 2, 5, 10].map(n => n * unit).find(end => most <= end);
}
function spark(f, component) {
  const points = history.get(component), shown = shownSpan(), step = shown / 180, sums = new Map();
  put(f.since, shown / 60000 + " min ago");
  if (!points || points.length < 2) return;
  for (const p of points) {
    const slot = Math.floor((state.at - p.at) / step), s = sums.get(slot) || [0, 0];
    s[0] += p[f.field]; s[1]++; sums.set(slot, s);
  }
  const slots = [...sums.entries()].filter(([slot]) => slot < 180).sort((a, b) => b[0] - a[0])
    .map(([slot, [sum, n]]) => [300 - slot / 180 * 300, sum / n]);
  if (!slots.length) return;
  const top = scaleEnd(Math.max(...slots.map(s => s[1]))), y = v => (99 - v / top * 98).toFixed(1);
  const d = slots.map(([x, v], i) => (i ? "L" : "M") + x.toFixed(1) + " " + y(v)).join("");
  put(f.top, short(top));
  f.line.setAttribute("d", d);
  f.area.setAttribute("d", d + `L${slots.at(-1)[0].toFixed(1)} 100L${slots[0][0].toFixed(1)} 100z`);
  f.spark.setAttribute("aria-label", `${f.label}, last ${span(shown / 1000)}, scale to ${rate(top)}`);
}
function remember() {
  for (const c of state.components) {
    if (!history.has(c.name)) history.set(c.name, []);
    const points = history.get(c.name), r = c.receiving, s = c.sending;
    points.push({ at: state.at, received: r ? r.rate_in : 0, published: r ? r.rate_out : 0, taken: s ? s.rate_in : 0,
      delivered: s ? s.rate_out : 0 });
    if (points.length > HISTORY) points.shift();
  }
}
