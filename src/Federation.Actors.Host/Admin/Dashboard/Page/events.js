/* ---- events: newest first by their time; connects and disconnects in a row are folded, so that trouble stands out ---- */
const EVENTS = 400, FOLD = 2;
const ROUTINE = new Set(["peer_connected", "peer_disconnected"]);
const RANK = { info: 0, warning: 1, error: 2 };
const events = [], unfolded = new Set();
let lastEventId = "", lastSpoken = 0, drawing = false;
const number = id => Number(id.split("-")[1]);
function addEvent(e) {
  lastEventId = e.id;
  if (events.some(known => known.id === e.id)) return;
  // Some are published after a second, with the time at which they happened.
  let at = events.length;
  while (at > 0 && (events[at - 1].time > e.time || (events[at - 1].time === e.time && number(events[at - 1].id) > number(e.id)))) at--;
  events.splice(at, 0, e);
  if (events.length > EVENTS) events.shift();
  if (!drawing) { drawing = true; requestAnimationFrame(() => { drawing = false; showEvents(); }); }
  if (e.severity !== "info" && Date.now() - lastSpoken > 5000 && Date.now() - e.time < 5000) {
    lastSpoken = Date.now(); put($("live"), e.text);
  }
}
function eventLine(e) {
  const sign = e.severity !== "info" ? SIGNS[e.severity] : { peer_connected: "+", peer_disconnected: "−" }[e.kind] || "·";
  const more = e.held_back ? ` (and ${plural(e.held_back, "more like this", "more like this")})` : "";
  return el("div", { class: "event", "data-kind": e.kind },
    el("time", { datetime: new Date(e.time).toISOString(), title: day(e.time) }, clock(e.time)),
    el("span", { class: e.severity, "aria-hidden": "true" }, sign),
    el("span", { class: e.severity === "info" ? "" : e.severity }, e.text + more));
}
function folded(run) {
  const newest = run[0], oldest = run.at(-1), total = kind => run.filter(e => e.kind === kind).reduce((n, e) => n + 1 + e.held_back, 0);
  const parts = [[total("peer_connected"), "connect"], [total("peer_disconnected"), "disconnect"]].filter(([n]) => n > 0);
  const names = new Set(run.map(e => e.peer));
  const text = `${parts.map(([n, what]) => plural(n, what)).join(" and ")} of `
    + `${names.size === 1 ? [...names][0] : plural(names.size, "peer")} since ${clock(oldest.time)}`;
  const summary = el("summary", { "data-id": oldest.id },
    el("time", {}, clock(newest.time)), el("span", { "aria-hidden": "true" }, "±"), el("span", {}, text));
  const details = el("details", {}, summary, ...run.map(eventLine));
  // The oldest stays the same while the run grows.
  details.open = unfolded.has(oldest.id);
  details.addEventListener("toggle", () => { if (details.open) unfolded.add(oldest.id); else unfolded.delete(oldest.id); });
  return el("li", {}, details);
}
function showEvents() {
  const least = RANK[$("severity").value] || 0, words = $("search").value.trim().toLowerCase();
  const found = events.filter(e => RANK[e.severity] >= least
    && [e.text, e.kind, e.component, e.peer || ""].some(text => text.toLowerCase().includes(words))).reverse();
  const items = [];
  for (let i = 0, last = ""; i < found.length;) {
    const today = day(found[i].time);
    if (today !== last) items.push(el("li", { class: "day" }, last = today));
    let end = i;
    while (!words && end < found.length && ROUTINE.has(found[end].kind) && day(found[end].time) === today) end++;
    if (end - i >= FOLD) items.push(folded(found.slice(i, end)));
    else items.push(...found.slice(i, end = Math.max(end, i + 1)).map(e => el("li", {}, eventLine(e))));
    i = end;
  }
  const focused = document.activeElement && document.activeElement.dataset.id;
  $("events").replaceChildren(...items);
  if (focused) for (const summary of $("events").querySelectorAll("summary")) if (summary.dataset.id === focused) summary.focus();
  $("no-events").hidden = found.length > 0;
  put($("no-events"), events.length ? "No events match." : "No events yet.");
  put($("event-count"), found.length < events.length ? `${found.length} of ${events.length}` : "");
}
$("severity").addEventListener("input", showEvents);
$("search").addEventListener("input", showEvents);
