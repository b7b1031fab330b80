/* The fleet page: one list made for ten thousand printers, kept up to date by the event stream.
 * Texts come from printers and their peers: they are put into the page as text, never as markup. */
"use strict";

const ROW = 42, PAGE = 1000, FEED = 300, DIRTY_MAX = 400;
const $ = (id) => document.getElementById(id);

/* h("button.small", {onclick}, "Text", …) */
function h(name, ...rest) {
  const [tag, ...classes] = name.split(".");
  const e = document.createElement(tag);
  if (classes.length) e.className = classes.join(" ");
  for (const r of rest) {
    if (r === null || r === undefined || r === false) continue;
    if (r instanceof Node || typeof r !== "object") e.append(r);
    else if (Array.isArray(r)) e.append(...r.filter((x) => x !== null && x !== undefined && x !== false));
    else for (const [k, v] of Object.entries(r)) {
      if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
      else if (k in e && k !== "list" && k !== "role") e[k] = v;
      else e.setAttribute(k, v);
    }
  }
  return e;
}

const number = (n) => n.toLocaleString("en-US");
function octets(n) {
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (n < 1000 || unit === "GB") return `${n < 10 && unit !== "B" ? n.toFixed(1) : Math.round(n)} ${unit}`;
    n /= 1000;
  }
}

let toastTimer = 0;
function toast(text, good) {
  const t = $("toast");
  t.textContent = text;
  t.className = good ? "good" : "";
  t.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { t.hidden = true; }, good ? 2500 : 6000);
}

async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)};
  const answer = await fetch(path, options);
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.detail || answer.statusText);
  return value;
}

/* What a person asked for: a refusal is told, and what it changed is looked at at once. */
async function act(path, body, done) {
  try {
    const value = await ask(path, body);
    if (done) toast(done, true);
    refreshSoon();
    return value;
  } catch (e) {
    toast(e.message);
    return null;
  }
}
const on = (n, what, body, done) => act(`/v1/printers/${n}/${what}`, body, done);

/* ---- what is known ------------------------------------------------------------------------- */

const fleet = {
  printers: [],        // by number - 1
  models: new Map(),   // by profile
  shown: [],           // numbers, filtered and sorted
  chosen: 0, cursor: 0,
  status: "", text: "", model: "",
  sort: "printer", down: false,
  dirty: new Set(), last: 0, offset: 0,
};
const GROUPS = {
  "": ["All", null],
  working: ["Working", ["printing", "cleaning", "nozzleCheck", "updating", "booting"]],
  warning: ["Warning", ["warning"]],
  down: ["Down", ["down"]],
  resting: ["Off or asleep", ["off", "sleep"]],
};

const colorant = (name) => ["black", "cyan", "magenta", "yellow"].includes(name) ? name : "other";

/* One at a time: who asks while it goes on waits for one more. */
let loading = null, once_more = null;
function loadAll() {
  if (!loading) loading = load().finally(() => { loading = null; });
  else if (!once_more) once_more = loading.catch(() => null).then(() => { once_more = null; return loadAll(); });
  return once_more || loading;
}

async function load() {
  const models = await ask("/v1/models");
  const first = fleet.printers.length === 0, list = [];
  fleet.models = new Map(models.models.map((m) => [m.profile, m]));
  for (let at = 1; at;) {
    const page = await ask(`/v1/printers?from=${at}&limit=${PAGE}`);
    if (at === 1) fleet.last = Math.max(fleet.last, page.event);
    list.push(...page.printers);
    at = page.next;
    if (first) { /* the first page is shown while the others come */
      fleet.printers = list.slice();
      apply();
    }
  }
  fleet.printers = list;
  const names = [...new Map(models.models.map((m) => [m.profile, m.model])).entries()];
  $("model").replaceChildren(h("option", {value: ""}, "All models"),
    ...names.map(([value, text]) => h("option", {value}, text)));
  $("model").value = fleet.model;
  apply();
}

/* Numbers as the API's 'numbers' takes them: "1-3,7". */
function ranges(list) {
  list.sort((a, b) => a - b);
  const out = [];
  for (const n of list) {
    const last = out[out.length - 1];
    if (last && last[1] === n - 1) last[1] = n;
    else out.push([n, n]);
  }
  return out.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`));
}

let refreshing = false;
async function refresh() {
  if (refreshing) return;
  refreshing = true;
  try {
    if (fleet.dirty.size > DIRTY_MAX) {
      fleet.dirty.clear();
      await loadAll();
    } else if (fleet.dirty.size > 0) {
      const wanted = [...fleet.dirty];
      fleet.dirty.clear();
      for (const part of chunks(ranges(wanted), 60)) {
        const page = await ask(`/v1/printers?numbers=${part.join(",")}`);
        for (const p of page.printers) if (p.printer <= fleet.printers.length) fleet.printers[p.printer - 1] = p;
      }
      apply();
    }
    if (fleet.chosen) await showPrinter();
  } catch (e) {
    offline();
  } finally {
    refreshing = false;
  }
}
const chunks = (list, n) => list.length === 0 ? [] : [list.slice(0, n), ...chunks(list.slice(n), n)];

let soon = 0;
function refreshSoon() {
  if (!soon) soon = setTimeout(() => { soon = 0; refresh(); }, 120);
}

/* ---- the list ------------------------------------------------------------------------------ */

const lowest = (p) => Math.min(...p.levels.filter((l) => l >= 0), 1001);
const COLUMNS = [
  ["printer", "No", "num", (p) => p.printer],
  ["status", "State", "", (p) => p.status],
  ["model", "Model", "", (p) => p.model],
  ["address", "Address", "", (p) => p.printer],
  ["place", "Name and place", "wide", (p) => p.hostName],
  ["levels", "Supplies", "", lowest],
  ["lifeCount", "Pages", "num", (p) => p.lifeCount],
  ["jobCount", "Jobs", "num", (p) => p.jobCount],
  ["alertCount", "Alerts", "num", (p) => p.alertCount],
  ["faultCount", "Faults", "num", (p) => p.faultCount],
  ["traffic", "Traffic", "num wide", (p) => p.inOctets + p.outOctets],
];

function matches(p) {
  const wanted = GROUPS[fleet.status][1];
  if (wanted && !wanted.includes(p.status)) return false;
  if (fleet.model && p.profile !== fleet.model) return false;
  if (!fleet.text) return true;
  const all = `${p.printer} ${p.vendor} ${p.model} ${p.profile} ${p.serial} ${p.address} ${p.hostName} ${p.sysLocation} ${p.console}`;
  return fleet.text.toLowerCase().split(/\s+/).every((w) => all.toLowerCase().includes(w));
}

function apply() {
  const key = COLUMNS.find((c) => c[0] === fleet.sort)[3];
  const sign = fleet.down ? -1 : 1;
  fleet.shown = fleet.printers.filter((p) => p && matches(p)).sort((a, b) => {
    const x = key(a), y = key(b);
    return (x < y ? -sign : x > y ? sign : 0) || a.printer - b.printer;
  }).map((p) => p.printer);
  $("space").style.height = `${fleet.shown.length * ROW}px`;
  $("shown").textContent = `${number(fleet.shown.length)} of ${number(fleet.printers.length)}`;
  $("empty").hidden = fleet.shown.length > 0;
  chips();
  draw();
}

function chips() {
  const counts = {};
  for (const p of fleet.printers) if (p) counts[p.status] = (counts[p.status] || 0) + 1;
  $("chips").replaceChildren(...Object.entries(GROUPS).map(([key, [text, states]]) => {
    const n = states ? states.reduce((sum, s) => sum + (counts[s] || 0), 0) : fleet.printers.length;
    return h("button", {type: "button", "aria-pressed": String(fleet.status === key), "data-group": key,
      onclick: () => { fleet.status = fleet.status === key ? "" : key; apply(); }},
      key && h(`span.dot.${{working: "printing", resting: "off"}[key] || key}`), text, " ", h("b", number(n)));
  }));
}

function tanks(p) {
  const model = fleet.models.get(p.profile);
  return h("span.tanks", p.levels.slice(0, 10).map((level, i) => {
    const s = model && model.supplies[i] || {name: "", colorant: ""};
    const fill = h(`i.c-${colorant(s.colorant)}`);
    fill.style.height = `${Math.max(level, 0) / 10}%`;
    return h(`span.tank${level < 0 ? ".unknown" : level <= 50 ? ".low" : ""}`,
      {title: `${s.name}: ${level < 0 ? "unknown" : Math.round(level / 10) + " %"}`}, fill);
  }));
}

const count = (n, style) => h(`span.num${n ? "." + style : ".none"}`, n ? number(n) : "–");

function row(p, at) {
  const e = h("div.row", {id: `p${p.printer}`, role: "option", "aria-selected": String(p.printer === fleet.chosen),
    "data-printer": p.printer, onclick: () => choose(p.printer, at)},
    h("span.num", number(p.printer)),
    h("span.state", h(`span.dot.${p.status}`), h("span", p.status === "nozzleCheck" ? "nozzles" : p.status)),
    h("span.two", {title: `${p.vendor} ${p.model}, serial ${p.serial}`}, h("span", p.model), h("small", `${p.vendor} ${p.serial}`)),
    h("span", p.address), h("span.two.wide", h("span", p.hostName), h("small", p.sysLocation || "\u00a0")),
    tanks(p), h("span.num.pages", number(p.lifeCount)), count(p.jobCount, "x"),
    count(p.alertCount, p.worstAlert === "critical" ? "bad" : "warn"), count(p.faultCount, "warn"),
    h("span.num.wide", octets(p.inOctets + p.outOctets)));
  e.style.top = `${at * ROW}px`;
  return e;
}

function visible() {
  const first = Math.max(0, Math.floor($("list").scrollTop / ROW) - 4);
  return [first, Math.min(fleet.shown.length, first + Math.ceil($("list").clientHeight / ROW) + 9)];
}

let drawn = new Map(); // number → {text of its data, place, element}
function draw() {
  const [first, last] = visible();
  const next = new Map();
  for (let at = first; at < last; at++) {
    const n = fleet.shown[at], p = fleet.printers[n - 1];
    const key = JSON.stringify(p) + at + (n === fleet.chosen);
    const old = drawn.get(n);
    next.set(n, old && old.key === key ? old : {key, element: row(p, at)});
  }
  for (const [n, d] of drawn) if (next.get(n) !== d) d.element.remove();
  for (const d of next.values()) if (!d.element.parentNode) $("rows").append(d.element);
  drawn = next;
  if (fleet.chosen) $("list").setAttribute("aria-activedescendant", `p${fleet.chosen}`);
}

function heads() {
  $("head").replaceChildren(...COLUMNS.map(([key, text, style]) => {
    const b = h("button", {type: "button", className: style,
      onclick: () => {
        fleet.down = fleet.sort === key ? !fleet.down : false;
        fleet.sort = key;
        heads();
        apply();
      }}, text, fleet.sort === key ? (fleet.down ? " ↓" : " ↑") : "");
    if (fleet.sort === key) b.setAttribute("aria-sort", fleet.down ? "descending" : "ascending");
    return b;
  }));
}

function choose(n, at) {
  fleet.chosen = n;
  fleet.cursor = at;
  forms.printer = 0;
  tab("printer");
  draw();
  showPrinter().catch((e) => toast(e.message));
}

function keys(e) {
  const list = $("list"), page = Math.floor(list.clientHeight / ROW);
  const step = {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -1e9, End: 1e9}[e.key];
  if (step === undefined || fleet.shown.length === 0) return;
  e.preventDefault();
  const here = fleet.shown.indexOf(fleet.chosen);
  const at = Math.min(fleet.shown.length - 1, Math.max(0, here < 0 ? 0 : here + step));
  if (at * ROW < list.scrollTop) list.scrollTop = at * ROW;
  if ((at + 1) * ROW > list.scrollTop + list.clientHeight) list.scrollTop = (at + 1) * ROW - list.clientHeight;
  choose(fleet.shown[at], at);
}

/* ---- one printer --------------------------------------------------------------------------- */

/* Blocks are drawn again only when what they show has changed, so that a hand in them is not hit. */
const forms = {printer: 0, seen: new Map()};

function block(host, id, data, make) {
  const key = JSON.stringify(data);
  if (forms.seen.get(id) === key) return;
  forms.seen.set(id, key);
  const old = host.querySelector(`[data-block="${id}"]`);
  const fresh = make();
  fresh.setAttribute("data-block", id);
  if (old) old.replaceWith(fresh);
  else host.append(fresh);
}
const section = (title, ...rest) => h("section.block", h("h3", title), ...rest);

function identity(p) {
  const offset = fleet.offset, web = [];
  if (p.capabilities.http) web.push([`http://${p.address}${offset ? ":" + (80 + offset) : ""}/`, "Web Config"]);
  if (p.capabilities.https) web.push([`https://${p.address}${offset ? ":" + (443 + offset) : ""}/`, "over TLS"]);
  return h("div.pad",
    h("div.who", h("div.fill", h("h2", p.model), h("p", `${p.vendor} · serial ${p.serial} · no ${p.printer}`),
      h("p", `${p.address} · ${p.mac}`), h("p", p.hostName, p.sysLocation && ` · ${p.sysLocation}`),
      web.length > 0 && h("p", web.map(([href, text], i) => [i ? " · " : "", h("a", {href, target: "_blank", rel: "noreferrer"}, text)]).flat())),
      h("span.state", h(`span.dot.${p.status}`), p.status)),
    h("div.panel", {title: "What the panel shows"}, h("span", p.console || "Ready"), h("span", `${number(p.lifeCount)} pages`)));
}

function printForm(p) {
  const pages = h("input", {type: "number", min: 1, max: 100000, value: 5, id: "print-pages", "aria-label": "Pages"});
  const color = h("input", {type: "checkbox", checked: p.capabilities.color});
  const duplex = h("input", {type: "checkbox"});
  const n = p.printer;
  return section("Do",
    h("div.line", pages, h("label", color, "colour"), h("label", duplex, "both sides"),
      h("button.main", {type: "button", id: "print", onclick: () => on(n, "print",
        {pages: Number(pages.value), color: color.checked, duplex: duplex.checked, name: "Fleet page"}, `Printing on ${p.model}`)}, "Print"),
      h("button", {type: "button", onclick: () => on(n, "report", {report: "configuration"}, "Report printed")}, "Report")),
    h("div.line", h("button", {type: "button", onclick: () => on(n, "sleep", {on: p.status !== "sleep"})}, p.status === "sleep" ? "Wake" : "Sleep"),
      h("button", {type: "button", onclick: () => on(n, "power", {on: p.status === "off"})}, p.status === "off" ? "Switch on" : "Switch off"),
      h("button", {type: "button", onclick: () => on(n, "restart", {kind: "warm"})}, "Restart"),
      p.capabilities["head-cleaning"] && h("button", {type: "button", onclick: () => on(n, "clean", {})}, "Clean heads"),
      p.capabilities["head-cleaning"] && h("button", {type: "button", onclick: () => on(n, "nozzleCheck", {})}, "Nozzle check"),
      p.capabilities.scanner && h("button", {type: "button", onclick: () => on(n, "scan", {images: 1}, "Scanned")}, "Scan")));
}

const CONDITIONS = {jam: [], coverOpen: "covers", trayEmpty: "trays", trayLow: "trays", trayMissing: "trays", supplyLow: "supplies",
  supplyEmpty: "supplies", supplyMissing: "supplies", service: [], offline: [], outputFull: "outputs", finisherJam: []};

function troubleForm(p) {
  const model = fleet.models.get(p.profile);
  const what = h("select", {id: "trouble", "aria-label": "Condition"}, Object.keys(CONDITIONS).map((c) => h("option", {value: c}, c)));
  const part = h("select", {id: "part", "aria-label": "Part"});
  const parts = () => {
    const list = model && model[CONDITIONS[what.value]] || [];
    part.replaceChildren(...list.map((x, i) => h("option", {value: i}, x.name || x)));
    part.hidden = list.length === 0;
  };
  what.addEventListener("change", parts);
  parts();
  return section("Make trouble", h("div.line", what, part, h("button", {type: "button", id: "raise",
    onclick: () => on(p.printer, "condition", {condition: what.value, on: true, part: Number(part.value) || 0})}, "Raise")));
}

function alerts(p) {
  return section("Alerts", p.alerts.length === 0 ? h("span.muted", "None") : p.alerts.map((a) => h("div.line.alert",
    h(`span.tag.${a.severity === 3 ? "bad" : "warn"}`, a.severity === 3 ? "critical" : "warning"), h("span.fill", a.text),
    h("span.muted", `code ${a.code}`),
    a.condition && h("button.small", {type: "button", "data-clear": a.condition, onclick: () => on(p.printer, "condition",
      {condition: a.condition, on: false, part: partOf(p, a)})}, "Clear"))));
}
/* Rows of the alert table count from 1 within their group; -1: the printer as a whole. */
const partOf = (p, a) => a.part !== undefined ? a.part : Math.max(0, a.groupIndex - 1);

function supplies(p) {
  const model = fleet.models.get(p.profile);
  return section("Supplies", p.supplies.length === 0 ? h("span.muted", "None told") : p.supplies.map((s, i) => {
    const fill = h(`i.c-${colorant(s.colorant)}`);
    fill.style.width = `${Math.max(0, s.permille) / 10}%`;
    return h("div.supply", h("span", {title: s.name}, s.name), h("span.level", fill),
      h(`span.num${s.state === "ok" ? "" : s.state === "low" ? ".warn" : ".bad"}`, s.permille < 0 ? "?" : `${Math.round(s.permille / 10)} %`),
      h("span", h("button.small", {type: "button", title: "Put in a new one", onclick: () => on(p.printer, "replace", {supply: i})}, "New"), " ",
        h("button.small", {type: "button", title: "Nearly used up", onclick: () => on(p.printer, "supply",
          {supply: i, level: Math.max(1, Math.floor((model ? model.supplies[i].capacity : 100) * 0.03))})}, "3 %")));
  }));
}

function trays(p) {
  return section("Trays", p.trays.map((t, i) => h("div.line", h("span.fill", t.name),
    h("span", t.missing ? "missing" : t.level < 0 ? "unknown" : `${number(t.level)} of ${number(t.capacity)}`),
    h("button.small", {type: "button", onclick: () => on(p.printer, "tray", {tray: i, level: Math.max(t.capacity, 0)})}, "Fill"))));
}

function jobs(p) {
  const list = p.jobs.slice(-8).reverse();
  return section("Jobs", list.length === 0 ? h("span.muted", "None yet") : list.map((j) => h("div.line.job",
    h("span.tag", j.state), h("span.fill", j.name || `job ${j.job}`, j.user && h("span.muted", ` ${j.user}`)),
    h("span", `${number(j.pagesDone)} / ${number(j.pages)}`),
    ["receiving", "pending", "printing"].includes(j.state) && h("button.small", {type: "button",
      onclick: () => on(p.printer, "cancel", {job: j.job})}, "Cancel"))));
}

function faultForm(p) {
  const name = h("input", {id: "fault", list: "fault-names", placeholder: "Name of a fault, or name(key=value)", "aria-label": "Fault", spellcheck: false});
  name.setAttribute("list", "fault-names");
  const arm = () => name.value && on(p.printer, "fault", {fault: name.value.trim(), armed: true});
  name.addEventListener("keydown", (e) => { if (e.key === "Enter") arm(); });
  name.classList.add("fill");
  return section("Arm a fault", h("div.line", name, h("button", {type: "button", id: "arm", onclick: arm}, "Arm")));
}

function armed(p) {
  return h("section.block", {id: "armed"}, h("h3", "Faults armed here"), p.faults.length === 0 ? h("span.muted", "None") : p.faults.map((f) => h("div.line",
    h("span.fill.mono", f), h("button.small", {type: "button", "data-disarm": f,
      onclick: () => on(p.printer, "fault", {fault: f, armed: false})}, "Disarm"))));
}

function counters(p) {
  const c = p.counters, t = p.traffic;
  const pairs = [["Pages", c.life], ["Since power-on", c.powerOn], ["Jobs done", c.jobsDone], ["Copies", c.byFunction.copy],
    ["Scans", c.byFunction.scan], ["Faxes", c.byFunction.fax], ["Reports", c.byFunction.report], ["Jams", c.jams],
    ["Cleanings", c.cleanings], ["Restarts", c.reboots], ["Datagrams in", t.inDatagrams], ["Datagrams out", t.outDatagrams],
    ["Segments in", t.inSegments], ["Segments out", t.outSegments], ["Connections", t.tcpOpens], ["Open now", t.tcpOpen]];
  return section("Counters and traffic", h("dl.pairs", pairs.map(([k, v]) => [h("dt", k), h("dd", number(v))]).flat()));
}

async function showPrinter() {
  if (!fleet.chosen || $("tab-printer").hidden) return;
  const p = await ask(`/v1/printers/${fleet.chosen}`);
  const host = $("tab-printer");
  if (forms.printer !== p.printer) {
    host.replaceChildren();
    host.scrollTop = 0;
    forms.seen.clear();
    forms.printer = p.printer;
  }
  block(host, "identity", [p.status, p.console, p.lifeCount, p.address, p.sysLocation, p.hostName], () => identity(p));
  block(host, "print", [p.status], () => printForm(p));
  block(host, "alerts", p.alerts, () => alerts(p));
  block(host, "trouble", 0, () => troubleForm(p));
  block(host, "supplies", p.supplies, () => supplies(p));
  block(host, "jobs", p.jobs, () => jobs(p));
  block(host, "trays", p.trays, () => trays(p));
  block(host, "arm", 0, () => faultForm(p));
  block(host, "armed", p.faults, () => armed(p));
  block(host, "counters", [p.counters, p.traffic], () => counters(p));
}

/* ---- events -------------------------------------------------------------------------------- */

/* "" is what people look for: levels move with every page. */
const feed = {kind: "", hushed: false, kinds: new Set()};
const QUIET = ["supply", "tray"];
const wanted = (e) => feed.kind === "all" || (feed.kind ? feed.kind === e.kind : !QUIET.includes(e.kind));

function summary(e) {
  switch (e.kind) {
  case "job": return `${e.name || "job " + e.job} ${e.state}, ${e.pagesDone} of ${e.pages} pages`;
  case "alertAdded": return e.text;
  case "alertRemoved": return `${e.text} (over)`;
  case "fault": return `${e.fault} ${e.armed ? "armed" : "disarmed"}`;
  case "time": return `clock ${e.mode}, pace ${e.pace}`;
  case "story": return e.what || `${e.do}${e.text ? ": " + e.text : ""}`;
  case "service": return Object.entries(e.detail).filter(([k]) => !["service", "event"].includes(k)).slice(0, 4)
    .reduce((t, [k, v]) => `${t} ${k}=${v}`, `${e.detail.service || ""} ${e.detail.event || ""}`);
  case "report": return `${e.serial}: ${e.pages} pages`;
  default: return `${e.power}, ${e.activity}`;
  }
}

function tell(e) {
  if (!feed.kinds.has(e.kind)) {
    feed.kinds.add(e.kind);
    $("kind").append(h("option", {value: e.kind}, e.kind));
  }
  if (feed.hushed || !wanted(e)) return;
  const who = e.printer ? h("button", {type: "button", onclick: () => choose(e.printer, fleet.shown.indexOf(e.printer))}, `no ${e.printer}`) : "fleet";
  $("feed").prepend(h("li", {"data-kind": e.kind}, h("time", {title: e.at}, e.at.slice(11, 19)), h("span", who, " ", h("b", e.kind)),
    h("span"), h("span", summary(e))));
  while ($("feed").childElementCount > FEED) $("feed").lastChild.remove();
}

function onEntry(e) {
  tell(e);
  if (e.printer) fleet.dirty.add(e.printer);
  else if (e.kind === "fault") for (let n = 1; n <= fleet.printers.length; n++) fleet.dirty.add(n);
  if (e.kind === "fault") showFaults();
  if (e.kind === "time" || e.kind === "story") showRun();
  refreshSoon();
}

function offline() {
  $("link").className = "off";
  $("link").textContent = "no connection";
}

function listen() {
  const source = new EventSource(`/v1/events?since=${fleet.last}`);
  source.onopen = () => { $("link").className = ""; $("link").textContent = "live"; };
  source.onerror = () => {
    offline();
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  };
  source.onmessage = (m) => {
    fleet.last = Number(m.lastEventId) || fleet.last;
    onEntry(JSON.parse(m.data));
  };
  /* What was missed is not known: look at everything. */
  const again = (m) => {
    const {after, until} = JSON.parse(m.data);
    fleet.last = until;
    $("feed").prepend(h("li", h("time"), h("span.muted", `${number(until - after)} entries passed too fast to be shown`)));
    loadAll().catch(offline);
  };
  source.addEventListener("lost", again);
  source.addEventListener("dropped", (m) => { again(m); source.close(); listen(); });
}

/* ---- faults, clock, story ------------------------------------------------------------------ */

async function showFaults() {
  const answer = await ask("/v1/faults").catch(() => null);
  if (!answer) return;
  $("fault-names").replaceChildren(...answer.faults.map((f) => h("option", {value: f.name}, f.summary)));
  if ($("tab-faults").hidden) return;
  const host = $("tab-faults");
  if (!$("fault-search")) {
    host.append(h("div.bar", h("input.fill", {id: "fault-search", type: "search", placeholder: "Search faults", "aria-label": "Search faults",
      oninput: showFaults})), h("div", {id: "fault-list"}));
  }
  const text = $("fault-search").value.toLowerCase();
  const rows = answer.faults.filter((f) => `${f.name} ${f.summary} ${f.room}`.toLowerCase().includes(text))
    .sort((a, b) => (b.armed > 0) - (a.armed > 0) || (a.name < b.name ? -1 : 1));
  const rules = answer.rules.map((r) => h("div.fault", h("div.line", h("span.fill.mono", r.fault),
    h("span.muted", `${number(r.hits)} of ${number(r.seen)}`))));
  $("fault-list").replaceChildren(...rules, ...rows.map((f) => h("div.fault",
    h("div.line", h("b.mono", f.name), h("span.fill"), f.armed > 0 && h("span.tag.warn", `on ${number(f.armed)}`),
      fleet.chosen > 0 && h("button.small", {type: "button", onclick: () => on(fleet.chosen, "fault", {fault: f.name})}, `Arm on ${fleet.chosen}`),
      h("button.small", {type: "button", onclick: () => on(0, "fault", {fault: f.name, armed: f.armed === 0})}, f.armed > 0 ? "Disarm all" : "Arm on all")),
    h("span.muted", f.summary, f.parameters && f.parameters.length > 0 && ` — (${f.parameters.join(", ")})`))));
}

function clockBlock(t) {
  const set = (body) => act("/v1/time", body);
  const go = (ms, text) => h("button", {type: "button", onclick: () => act("/v1/time/advance", {ms})}, text);
  const speed = h("input", {type: "number", min: 1, max: 1e7, value: t.speed || 60, "aria-label": "Seconds a second"});
  const pace = h("input", {type: "number", min: 1, max: 1e6, value: t.pace, "aria-label": "Pace"});
  const real = t.mode === "real";
  return section("Clock", h("p", h("b", t.now.replace("T", "  ").slice(0, 20)), h("span.muted", ` ${t.mode}, seed ${t.seed}`)),
    real ? h("p.muted", "This run keeps real time. Start it with --virtual to hold the clock, or to pass days in seconds.") : [
      h("div.line", h("button", {type: "button", id: "stand", onclick: () => set({mode: "standing"})}, "Stand still"),
        h("button", {type: "button", onclick: () => set({mode: "going"})}, "Go"), speed,
        h("button", {type: "button", onclick: () => set({mode: "speed", speed: Number(speed.value)})}, "seconds a second")),
      h("div.line", h("span.muted", "On by"), go(60000, "1 min"), go(3600000, "1 h"), go(86400000, "1 day"), go(2592000000, "30 days"))],
    h("div.line", h("span.muted", "Printers work"), pace, h("button", {type: "button", onclick: () => set({pace: Number(pace.value)})}, "times faster")));
}

function storyBlock(s) {
  const post = (what, body) => act(`/v1/story/${what}`, body || {});
  const text = h("textarea", {id: "story-text", spellcheck: false, placeholder: "story: my-story\nsteps:\n  - {do: raise, at: 1m, what: jam, pick: 1}\n  - {do: clear, at: 5m, what: jam}", "aria-label": "Text of a story"});
  const file = h("input", {type: "file", accept: ".yaml,.yml", "aria-label": "Story file", onchange: async () => {
    if (file.files[0]) text.value = await file.files[0].text();
  }});
  const under = s.state === "running" || s.state === "paused";
  return section("Story", s.state === "none" ? h("p.muted", "None is under way.") : h("div",
    h("p", h("b", s.story), " ", h("span.tag", s.state), h("br"), h("span.muted", s.summary || "")),
    h("dl.pairs", [["At", `${Math.floor(s.atMs / 3600000)} h ${Math.floor(s.atMs / 60000) % 60} min`], ["Steps", number(s.steps)],
      ["Jobs", number(s.jobs)], ["Refused", number(s.refused)]].map(([k, v]) => [h("dt", k), h("dd", v)]).flat()),
    s.next && h("p.muted", `next: ${s.next.do}, line ${s.next.line}, in ${Math.round(s.next.inMs / 1000)} s`)),
    h("div.line", under && h("button", {type: "button", onclick: () => post("pause", {on: s.state === "running"})}, s.state === "running" ? "Pause" : "Go on"),
      s.state === "paused" && h("button", {type: "button", onclick: () => post("step")}, "Step"),
      under && h("button", {type: "button", onclick: () => post("stop")}, "Stop")),
    !under && h("div", text, h("div.line", file, h("button.main", {type: "button", id: "story-start",
      onclick: () => post("start", {text: text.value, name: "fleet page"})}, "Begin"))));
}

async function showRun() {
  const t = await ask("/v1/time").catch(() => null);
  if (!t) { offline(); return; }
  $("now").textContent = t.now.replace("T", "  ").slice(0, 20);
  $("mode").textContent = t.mode === "real" ? "" : t.mode === "speed" ? `× ${number(t.speed)}` : t.mode;
  if ($("tab-run").hidden) return;
  const s = await ask("/v1/story").catch(() => null);
  if (!s) return;
  const host = $("tab-run"), busy = host.contains(document.activeElement) && /INPUT|TEXTAREA/.test(document.activeElement.tagName);
  if (busy) return;
  block(host, "clock", t, () => clockBlock(t));
  block(host, "story", s, () => storyBlock(s));
}

/* ---- start --------------------------------------------------------------------------------- */

function tab(name) {
  for (const b of $("tabs").children) {
    b.setAttribute("aria-selected", String(b.dataset.tab === name));
    b.tabIndex = b.dataset.tab === name ? 0 : -1;
    $(`tab-${b.dataset.tab}`).hidden = b.dataset.tab !== name;
  }
  if (name === "faults") showFaults();
  if (name === "run") showRun();
  if (name === "printer") {
    if (!fleet.chosen) $("tab-printer").replaceChildren(h("p.pad.muted", "Choose a printer in the list: click it, or use the arrow keys."));
    else refreshSoon();
  }
}

function theme(dark) {
  document.documentElement.classList.toggle("dark", dark);
}

function start() {
  const kept = localStorage.getItem("theme");
  theme(kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  $("theme").addEventListener("click", () => {
    const dark = !document.documentElement.classList.contains("dark");
    localStorage.setItem("theme", dark ? "dark" : "light");
    theme(dark);
  });
  heads();
  for (const b of $("tabs").children) b.addEventListener("click", () => tab(b.dataset.tab));
  $("tabs").addEventListener("keydown", (e) => {
    const step = {ArrowRight: 1, ArrowLeft: -1}[e.key];
    if (!step) return;
    const all = [...$("tabs").children], at = all.findIndex((b) => b.getAttribute("aria-selected") === "true");
    const next = all[(at + step + all.length) % all.length];
    tab(next.dataset.tab);
    next.focus();
  });
  $("list").addEventListener("scroll", () => requestAnimationFrame(draw));
  $("list").addEventListener("keydown", keys);
  new ResizeObserver(() => { /* the heads stand over their columns whether there is a scroll bar or not */
    $("head").style.paddingRight = `${12 + $("list").offsetWidth - $("list").clientWidth}px`;
    draw();
  }).observe($("list"));
  $("search").addEventListener("input", () => { fleet.text = $("search").value.trim(); $("list").scrollTop = 0; apply(); });
  $("model").addEventListener("change", () => { fleet.model = $("model").value; $("list").scrollTop = 0; apply(); });
  $("kind").addEventListener("change", () => { feed.kind = $("kind").value; $("feed").replaceChildren(); recent(); });
  $("hush").addEventListener("click", () => {
    feed.hushed = !feed.hushed;
    $("hush").setAttribute("aria-pressed", String(feed.hushed));
    $("hush").textContent = feed.hushed ? "Go on" : "Pause";
  });
  document.addEventListener("keydown", (e) => {
    const typing = /INPUT|TEXTAREA|SELECT/.test(e.target.tagName);
    if (e.key === "/" && !typing) { e.preventDefault(); $("search").focus(); $("search").select(); }
    if (e.key === "Escape") { if (typing) e.target.blur(); $("list").focus(); }
  });
  begin();
  /* What changes without an event: traffic, pages of a job, the clock. Only what is looked at. */
  setInterval(() => {
    if (document.hidden) return;
    const [first, last] = visible();
    for (let at = first; at < last; at++) fleet.dirty.add(fleet.shown[at]);
    refresh();
    showRun();
  }, 1000);
}

/* The newest entries there are. */
async function recent() {
  const since = Math.max(0, fleet.last - (feed.kind === "all" ? FEED : 5000));
  const kind = feed.kind && feed.kind !== "all" ? `&kind=${feed.kind}` : "";
  const journal = await ask(`/v1/journal?since=${since}${kind}`);
  for (const e of journal.entries.filter((x) => x.n <= fleet.last && wanted(x)).slice(-FEED)) tell(e);
}

async function begin() {
  try {
    fleet.offset = (await ask("/v1/health")).portOffset;
    await loadAll();
    showFaults();
    showRun();
    await recent();
    listen();
  } catch (e) {
    offline();
    setTimeout(begin, 2000);
  }
}

start();
