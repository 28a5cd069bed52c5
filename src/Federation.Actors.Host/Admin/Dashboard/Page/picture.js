/* ---- the picture: built when its shape changes, then only its numbers do ---- */
let picture = null;
function draw() {
  const root = $("picture"), width = Math.max(280, root.clientWidth || 800);
  const signature = width + JSON.stringify(state.components.map(c => [c.name, c.mode, receives(c), sends(c)]));
  if (!picture || picture.signature !== signature) picture = build(root, width, signature);
  const texts = [];
  state.components.forEach((c, i) => {
    const p = picture.rows[i], l = level(c), q = receives(c) ? c.receiving.queue : null;
    p.box.setAttribute("class", "box " + l);
    put(p.state, fit(picture.small ? brief(c) : stateText(c), p.room)); p.state.setAttribute("class", "t-muted t-" + l);
    const [who, what] = others(c);
    put(p.who, who); put(p.what, what);
    if (q) {
      p.fill.setAttribute("width", Math.max(1, p.track * Math.min(1, q.utilization)));
      p.fill.setAttribute("class", "fill " + queueLevel(q));
      put(p.queue, fit(`queue ${percent(q.utilization)}` + (picture.small ? "" : ` · when full: ${q.policy.replace("_", " ")}`), p.room));
    } else if (c.sending) {
      const held = c.sending.held;
      put(p.queue, fit(held === 0 ? "no messages" : (picture.small ? count(held) : plural(held, "message")) + " held", p.room));
    }
    for (const line of lines(c)) {
      const g = p.lines[line.key], w = Math.min(13, 2 + 2.1 * Math.log10(1 + line.rate)), isDown = line.level === "error";
      g.path.setAttribute("stroke-width", line.level === "idle" ? 2.5 : w);
      g.path.setAttribute("class", "line " + (line.level === "ok" ? "" : line.level));
      g.tip.setAttribute("class", "tip " + line.level);
      g.motion.setAttribute("visibility", line.rate > 0 && !isDown && w > 3 ? "visible" : "hidden");
      put(g.label, isDown ? (picture.small ? "✕" : "down") : picture.small ? tiny(line.rate) : short(line.rate));
      g.label.setAttribute("class", isDown ? "t-error" : line.level === "warning" ? "t-warning" : "t-muted");
    }
    texts.push(`${c.name}, ${c.mode}: ${stateText(c)}. `
      + (q ? `Receives ${rate(c.receiving.rate_in)}, publishes ${rate(c.receiving.rate_out)}, queue ${percent(q.utilization)}. ` : "")
      + (sends(c) ? `Delivers ${rate(c.sending.rate_out)}, ${c.sending.held} held. ` : "")
      + `${plural(c.connections.active, "connection")}.`);
  });
  const isDown = state.components.some(c => bus(c) === "error"), waits = !isDown && state.components.some(c => bus(c) === "warning");
  picture.nats.setAttribute("class", "box " + (isDown ? "error" : waits ? "warning" : ""));
  put(picture.natsState, isDown ? (picture.small ? "down" : "disconnected") : waits ? (picture.small ? "…" : "connecting")
    : picture.small ? "ok" : "connected");
  picture.natsState.setAttribute("class", isDown ? "t-error" : waits ? "t-warning" : "t-muted");
  put($("picture-text"), `NATS ${isDown ? "is disconnected" : waits ? "is not connected yet" : "is connected"}. ` + texts.join(" "));
}
// At the other end: a peer by its name, several by their number, a server by its address.
function others(c) {
  const room = picture.small ? 54 : 112;
  if (c.mode === "client")
    return [c.link.state === "connected" ? "server" : picture.small ? "none" : "no server",
      picture.small ? "" : fit(host(c.endpoint), room)];
  const alone = c.connections.active === 1 ? peers.filter(p => p.component === c.name && p.state !== "away") : [];
  const name = alone.length === 1 ? fit(alone[0].identity, room / 1.4) : "";
  return alone.length === 1 && (!picture.small || name === alone[0].identity) ? [name, "peer"]
    : [count(c.connections.active), c.connections.active === 1 ? "peer" : "peers"];
}
const fit = (text, room) => text.length * 6.6 <= room ? text : text.slice(0, Math.max(3, Math.floor(room / 6.6) - 1)) + "…";
function build(root, width, signature) {
  root.replaceChildren();
  const small = width < 620, side = small ? 58 : 132, gap = small ? 32 : Math.min(260, Math.max(90, (width - 2 * side) * 0.22));
  const left = side + gap, boxWidth = width - 2 * (side + gap), rowHeight = small ? 92 : 104, rows = [];
  const height = state.components.length * rowHeight + 4;
  root.setAttribute("viewBox", `0 0 ${width} ${height}`); root.setAttribute("height", height);
  state.components.forEach((c, i) => {
    const y = i * rowHeight + 8, h = rowHeight - 16, middle = y + h / 2, room = boxWidth - 24, p = { lines: {}, room, track: room };
    const isBoth = receives(c) && sends(c);
    for (const line of lines(c)) {
      const at = middle + (isBoth ? (line.key === "in" || line.key === "pub" ? -17 : 17) : 0);
      const from = line.side === "left" ? side + 3 : left + boxWidth + 3, to = line.side === "left" ? left - 3 : width - side - 3;
      const [a, b] = line.toRight ? [from, to - 9] : [to, from + 9], g = {};
      root.append(g.path = svg("path", { d: `M${a} ${at}H${b}` }), g.motion = svg("path", { d: `M${a} ${at}H${b}`, class: "motion" }),
        g.tip = svg("path", { d: line.toRight ? `M${to - 11} ${at - 8}l11 8l-11 8z` : `M${from + 11} ${at - 8}l-11 8l11 8z` }),
        g.label = svg("text", { x: (from + to) / 2, y: at - 11, "text-anchor": "middle" }));
      p.lines[line.key] = g;
    }
    const isServer = c.mode === "client" && small;
    root.append(svg("rect", { x: 1, y: middle - 29, width: side - 2, height: 58, rx: 29, class: "box" }),
      p.who = svg("text", { x: side / 2, y: middle + (isServer ? 5 : -1), "text-anchor": "middle",
        class: isServer ? "t-muted" : "t-name" }),
      p.what = svg("text", { x: side / 2, y: middle + 15, "text-anchor": "middle", class: "t-muted" }));
    root.append(p.box = svg("rect", { x: left, y, width: boxWidth, height: h, rx: 9, class: "box" }),
      svg("text", { x: left + 12, y: y + 22, class: "t-name" }, fit(c.name, room - (small ? 0 : 70))),
      p.state = svg("text", { x: left + 12, y: y + 39 }),
      p.queue = svg("text", { x: left + 12, y: y + (small ? 56 : 60), class: "t-muted" }));
    if (!small) root.append(svg("text", { x: left + boxWidth - 12, y: y + 22, "text-anchor": "end", class: "t-muted" }, c.mode));
    if (receives(c)) {
      const q = c.receiving.queue;
      const bar = y + (small ? 62 : 68);
      root.append(svg("rect", { x: left + 12, y: bar, width: room, height: 9, rx: 4.5, class: "track" }),
        p.fill = svg("rect", { x: left + 12, y: bar, height: 9, rx: 4.5 }));
      for (const mark of [q.slow_below, q.slow_above]) if (mark !== null)
        root.append(svg("path", { d: `M${left + 12 + room * mark} ${bar - 3}v15`, class: "mark" }));
    }
    rows.push(p);
  });
  const nats = svg("rect", { x: width - side + 1, y: 8, width: side - 2, height: height - 20, rx: 9, class: "box" });
  const natsState = svg("text", { x: width - side / 2, y: height / 2 + 14, "text-anchor": "middle" });
  root.append(nats, svg("text", { x: width - side / 2, y: height / 2 - 5, "text-anchor": "middle", class: "t-name" }, "NATS"), natsState);
  return { signature, rows, nats, natsState, small };
}
