"use strict";
const $ = id => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const HISTORY = 900, SHOWN = 200, STALE = 4000;
const SIGNS = { ok: "✓", warning: "!", error: "✕", info: "·" };
const PHONE = matchMedia("(max-width: 619px)");
let state = null, offset = 0, lastState = 0, lostSince = null, refused = false, announced = "";
const history = new Map();

// Text is always inserted as text, never as HTML, because peers choose their names.
function el(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes || {})) if (k === "class") e.className = v; else e.setAttribute(k, v);
  e.append(...children.filter(c => c !== null && c !== undefined));
  return e;
}
function svg(tag, attributes, text) {
  const e = document.createElementNS(SVG, tag);
  for (const [k, v] of Object.entries(attributes || {})) e.setAttribute(k, v);
  if (text !== undefined) e.textContent = text;
  return e;
}
const put = (e, text) => { text = String(text); if (e.textContent !== text) e.textContent = text; };
const count = n => Math.round(n).toLocaleString("en");
const rate = n => (n >= 10 || n === 0 ? count(n) : n.toFixed(1)) + "/s";
const short = n => n < 10 && n % 1 === 0 ? n + "/s"
  : n >= 1e6 ? (n / 1e6).toFixed(1) + "M/s" : n >= 1e4 ? Math.round(n / 1e3) + "k/s" : rate(n);
const tiny = n => n >= 1e6 ? (n / 1e6).toFixed(1) + "M" : n >= 1e3 ? (n / 1e3).toFixed(n >= 1e4 ? 0 : 1) + "k" : rate(n).slice(0, -2);
const percent = n => Math.round(n * 100) + " %";
const bytes = n => n < 1024 ? n + " B" : n < 1048576 ? (n / 1024).toFixed(0) + " KiB" : (n / 1048576).toFixed(1) + " MiB";
const plural = (n, one, many) => count(n) + " " + (n === 1 ? one : many || one + "s");
const pick = (o, want) => Object.fromEntries(Object.entries(o).filter(([k]) => want(k)));
const reasons = (o, none = "none") =>
  Object.keys(o).length === 0 ? none : Object.entries(o).map(([k, v]) => count(v) + " " + k).join(", ");
const clock = ms => new Date(ms).toLocaleTimeString("en-GB");
const day = ms => new Date(ms).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const host = url => { try { return new URL(url).host; } catch { return ""; } };
function span(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  return s < 60 ? s + " s"
    : s < 3600 ? Math.floor(s / 60) + " min " + s % 60 + " s"
    : s < 86400 ? Math.floor(s / 3600) + " h " + Math.floor(s % 3600 / 60) + " min"
    : Math.floor(s / 86400) + " d " + Math.floor(s % 86400 / 3600) + " h";
}
const now = () => Date.now() + offset;

/* ---- the condition of a component and of each of its lines ---- */
// Words: a connection is disconnected, messages are dropped. The node throttles its peers; a slow peer throttles the node.
const WORDS = {
  starting: "starting", listening: "accepts peers", connecting: "dials its server", connected: "connected", reconnecting: "reconnecting",
  failed: "has given up", draining: "draining", stopped: "stopped", elsewhere: "runs on another node",
};
// Drops that were requested: no peer subscribed, or the peer filtered the message.
const UNWANTED = new Set(["filtered", "echo", "no_peer"]);
// A starting node is not "disconnected" from NATS, because it has not been connected yet.
const bus = c => c.nats.connected ? "ok" : c.nats.last_error === null && c.nats.lost_for_seconds < 2 ? "warning" : "error";
const stalled = c => c.sending !== null && c.sending.stalled_for_seconds !== null && c.sending.stalled_for_seconds >= 5;
const isThrottling = c => c.receiving !== null && (c.receiving.queue.is_slow || c.receiving.queue.full_for_seconds !== null);
const queueLevel = q => q.full_for_seconds !== null ? "error" : q.is_slow ? "warning" : "";
// If only one of two directions is used, the other one is hidden.
const hasReceived = c => c.receiving !== null && c.receiving.received > 0;
const hasSent = c => c.sending !== null && (c.sending.taken > 0 || c.sending.held > 0);
const receives = c => c.receiving !== null && (hasReceived(c) || !hasSent(c));
const sends = c => c.sending !== null && (hasSent(c) || !hasReceived(c));
function level(c) {
  if (["failed", "stopped"].includes(c.status) || bus(c) === "error") return "error";
  return stalled(c) || c.dropping || bus(c) === "warning" || !c.healthy || isThrottling(c)
    || ["reconnecting", "connecting", "starting", "draining"].includes(c.status) ? "warning" : "ok";
}
function stateText(c) {
  const word = WORDS[c.status] || c.status, q = c.receiving && c.receiving.queue;
  if (bus(c) !== "ok" && !["starting", "stopped", "elsewhere"].includes(c.status))
    return word + (bus(c) === "error" ? ", NATS disconnected" : ", connecting to NATS");
  return word + (q && q.full_for_seconds !== null ? ", queue full" : q && q.is_slow ? ", throttles its peers"
    : stalled(c) ? ", not acked" : c.dropping ? ", drops messages" : "");
}
const brief = c => bus(c) === "error" ? "NATS down" : stateText(c).replace(/^.*, /, "").replace(" its peers", "");
function lines(c) {
  const linked = c.mode === "server" ? c.connections.active > 0 : c.link.state === "connected";
  const peer = (r, slow) => !linked && c.mode === "client" ? "error" : slow ? "warning" : r > 0 ? "ok" : "idle";
  const nats = r => bus(c) === "error" ? "error" : r > 0 ? "ok" : "idle";
  const found = [];
  if (receives(c)) found.push(
    { key: "in", side: "left", toRight: true, rate: c.receiving.rate_in, level: peer(c.receiving.rate_in, isThrottling(c)) },
    { key: "pub", side: "right", toRight: true, rate: c.receiving.rate_out, level: nats(c.receiving.rate_out) });
  if (sends(c)) found.push(
    { key: "out", side: "left", toRight: false, rate: c.sending.rate_out,
      level: peer(c.sending.rate_out, stalled(c) || c.sending.rate_cap !== null) },
    { key: "sub", side: "right", toRight: false, rate: c.sending.rate_in, level: nats(c.sending.rate_in) });
  return found;
}
