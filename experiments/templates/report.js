"use strict";
// The table is stored as columns over scenario, area, stage and year; charts need rows.
const page = JSON.parse(document.getElementById("page").textContent);
const unit = { "+": new Intl.NumberFormat("en", { signDisplay: "exceptZero" }) };

function unfold({ scenarios, areas, stages, years, columns, stated }) {
  const rows = [];
  scenarios.forEach((scenario, place) =>
    areas.forEach(([adcode, county], a) =>
      stages.forEach((stage, s) =>
        years.forEach((year) => {
          const at = rows.length;
          const row = { scenario, place, adcode, county, stage, year, stated: stated[a][s] };
          for (const name in columns) row[name] = columns[name][at];
          row.chance = row.chance / 1000;
          row.share = row.available ? row.gap / row.available : 0;
          row.interval = [row.low, row.high].map((n) => unit["+"].format(n)).join(" ~ ");
          rows.push(row);
        }))));
  return rows;
}

const rows = unfold(page.table);
// Each chart is compiled once (in a detached element) and drawn many times with other data.
const compiled = {};
// Layers without rows are normal, so only errors are logged.
const options = { actions: false, renderer: "svg", logLevel: 1 };
const compile = async (chart) =>
  (await vegaEmbed(document.createElement("div"), page.charts[chart], options)).vgSpec;

async function draw(element, chart, data, signals) {
  compiled[chart] ??= await compile(chart);
  const spec = structuredClone(compiled[chart]);
  for (const source of spec.data) if (source.name in data) source.values = data[source.name];
  for (const signal of spec.signals ?? []) if (signal.name in signals) signal.value = signals[signal.name];
  const { view } = await vegaEmbed(element, spec, { ...options, mode: "vega" });
  return view;
}

const bar = document.getElementById("bar");
const mapBar = document.getElementById("map-bar");
const views = []; // charts that follow the reader's selection, with the signals they have
const drawn = new Set();

function chosen() {
  const scenario = bar.elements.scenario?.value ?? page.table.scenarios[0];
  return { stage: bar.elements.stage.value, year: Number(mapBar?.elements.year.value), scenario };
}

async function choose() {
  const wanted = chosen();
  document.body.dataset.stage = wanted.stage;
  for (const part of document.querySelectorAll("[data-scenario]"))
    part.hidden = part.dataset.scenario !== wanted.scenario;
  if (mapBar) document.getElementById("map-year-shown").textContent = wanted.year;
  for (const [view, names] of views) {
    for (const name of names) view.signal(name, wanted[name]);
    view.runAsync();
  }
  await drawAll();
}

const copies = (kept) => kept.map((row) => ({ ...row }));

// Maps on the screen follow the reader's selection; printed maps show one stage each.
async function drawMap(element) {
  const { map: sheet, mapOf: of = "gap", mapStage: stage } = element.dataset;
  const wanted = stage ? { ...chosen(), stage } : chosen();
  const all = of === "plan" ? page.plan : rows;
  // The table of gaps has one row per year, that of the plan does not.
  const shows = (row) => row.stage === stage && (of === "plan" || row.year === wanted.year);
  const data = { rows: copies(stage ? all.filter(shows) : all), shapes: page.shapes[sheet] };
  const view = await draw(element, `${of}_map_${sheet}`, data, wanted);
  views.push([view, stage ? ["scenario"] : ["stage", "year", "scenario"]]);
}

async function drawFan(element) {
  const { fan, fanStage } = element.dataset;
  const own = rows.filter((row) => row.adcode === fan && row.stage === fanStage);
  views.push([await draw(element, "fan", { rows: copies(own) }, chosen()), ["scenario"]]);
}

function drawBars(element) {
  const { scenario } = element.closest("[data-scenario]").dataset;
  return draw(element, "waterfall", { bars: page.bars[scenario][element.dataset.waterfall] }, {});
}

// Draws all charts that are visible and not drawn yet; hidden scenarios are drawn when selected.
async function drawAll() {
  await Promise.all([...document.fonts].map((font) => font.load()));
  document.documentElement.classList.remove("waiting");
  const stage = bar.elements.stage.value;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const jobs = [
    ...all("[data-map].live").map((e) => [e, drawMap]),
    ...all(`[data-fan-stage="${stage}"]`).map((e) => [e, drawFan]),
    ...all("[data-waterfall]").map((e) => [e, drawBars]),
    // Not visible at first: other stages, and maps for printing.
    ...all(`[data-fan]:not([data-fan-stage="${stage}"])`).map((e) => [e, drawFan]),
    ...all("[data-map-stage]").map((e) => [e, drawMap]),
  ].filter(([element]) => !drawn.has(element) && !element.closest("[hidden]"));
  for (const [element] of jobs) drawn.add(element);
  for (const [done, [element, job]] of jobs.entries()) {
    await job(element);
    // Yields to the browser so that the page stays responsive.
    if (done % 6 === 5) await new Promise((go) => setTimeout(go));
  }
  document.body.dataset.drawn = drawn.size;
}

// Differences are stored as mean and interval ends by other scenario, area, stage and year.
function showApart() {
  const apartBar = document.getElementById("apart-bar");
  if (!apartBar) return;
  const { areas, stages, years } = page.table;
  const year = Number(apartBar.elements.year.value);
  for (const shown of document.querySelectorAll(".apart-year")) shown.textContent = year;
  document.querySelectorAll("table.apart").forEach((table) => {
    const stage = stages.indexOf(table.closest("[data-stage]").dataset.stage);
    for (const cell of table.querySelectorAll("[data-apart]")) {
      const [scenario, area] = cell.dataset.apart.split(" ").map(Number);
      const at = ((scenario * areas.length + area) * stages.length + stage) * years.length + years.indexOf(year);
      const [mean, low, high] = page.apart.map((column) => column[at]);
      const sure = low > 0 || high < 0;
      const seats = document.createElement(sure ? "b" : "span");
      seats.textContent = unit["+"].format(mean);
      cell.replaceChildren(seats);
      if (low === 0 && high === 0) continue;
      const ends = document.createElement("small");
      ends.textContent = [low, high].map((n) => unit["+"].format(n)).join(" ~ ");
      cell.append(document.createElement("br"), ends);
    }
  });
}

// A sandboxed frame does not follow links to anchors on its own page.
document.querySelector(".contents").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  document.querySelector(link.getAttribute("href")).scrollIntoView();
});
bar.addEventListener("change", choose);
bar.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("apart-bar")?.addEventListener("input", showApart);
mapBar?.addEventListener("input", choose);
mapBar?.addEventListener("submit", (event) => event.preventDefault());
choose();
