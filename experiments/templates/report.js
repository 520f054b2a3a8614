"use strict";
// The table comes as columns over scenario, area, stage and year; charts get rows of it.
const page = JSON.parse(document.getElementById("page").textContent);
const unit = { "+": new Intl.NumberFormat("en", { signDisplay: "exceptZero" }) };

function unfold({ scenarios, areas, stages, years, columns }) {
  const rows = [];
  scenarios.forEach((scenario, place) =>
    areas.forEach(([adcode, county]) =>
      stages.forEach((stage) =>
        years.forEach((year) => {
          const at = rows.length;
          const row = { scenario, place, adcode, county, stage, year };
          // The fans are those of the first scenario, so their columns end with it.
          for (const name in columns) row[name] = columns[name][at];
          row.chance = row.chance / 1000;
          row.share = row.available ? row.gap / row.available : 0;
          row.interval = [row.low, row.high].map((n) => unit["+"].format(n)).join(" ~ ");
          rows.push(row);
        }))));
  return rows;
}

const rows = unfold(page.table);
// Compiled once a chart (on a sheet that is never shown), drawn many times with other data.
const compiled = {};
// Layers without rows are no fault: only errors are told.
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
const maps = [];

function chosen() {
  const scenario = mapBar?.elements.scenario?.value ?? page.table.scenarios[0];
  return { stage: bar.elements.stage.value, year: Number(mapBar?.elements.year.value), scenario };
}

function choose() {
  const wanted = chosen();
  document.body.dataset.stage = wanted.stage;
  if (mapBar) document.getElementById("map-year-shown").textContent = wanted.year;
  for (const view of maps) {
    for (const name in wanted) view.signal(name, wanted[name]);
    view.runAsync();
  }
}

const copies = (kept) => kept.map((row) => ({ ...row }));

// Sheets on the screen follow the reader's choice; those of the print show one stage each.
async function drawMap(element) {
  const { map: sheet, mapOf: of = "gap", mapStage: stage } = element.dataset;
  const first = page.table.scenarios[0];
  const wanted = stage ? { ...chosen(), scenario: first, stage } : chosen();
  const all = of === "plan" ? page.plan : rows;
  // The table of gaps has every year and scenario, that of the plan is one.
  const shows = (row) => row.stage === stage && (of === "plan" || (row.place === 0 && row.year === wanted.year));
  const data = { rows: copies(stage ? all.filter(shows) : all), shapes: page.shapes[sheet] };
  const view = await draw(element, `${of}_map_${sheet}`, data, wanted);
  if (!stage) maps.push(view);
}

async function drawFan(element) {
  const { fan, fanStage } = element.dataset;
  const own = rows.filter((row) => row.adcode === fan && row.stage === fanStage);
  await draw(element, "fan", { rows: copies(own) }, {});
}

const drawBars = (element) =>
  draw(element, "waterfall", { bars: page.bars[element.dataset.waterfall] }, {});

async function drawAll() {
  await Promise.all([...document.fonts].map((font) => font.load()));
  document.documentElement.classList.remove("waiting");
  const all = (selector) => [...document.querySelectorAll(selector)];
  const stage = bar.elements.stage.value;
  const jobs = [
    ...all("[data-map].live").map((e) => () => drawMap(e)),
    ...all(`[data-fan-stage="${stage}"]`).map((e) => () => drawFan(e)),
    ...all("[data-waterfall]").map((e) => () => drawBars(e)),
    // What is not seen at once: other stages, and what only a print shows.
    ...all(`[data-fan]:not([data-fan-stage="${stage}"])`).map((e) => () => drawFan(e)),
    ...all("[data-map-stage]").map((e) => () => drawMap(e)),
  ];
  for (const [done, job] of jobs.entries()) {
    await job();
    // Lets the browser answer the reader in between.
    if (done % 6 === 5) await new Promise((go) => setTimeout(go));
  }
  document.body.dataset.drawn = jobs.length;
}

// A sandboxed frame refuses to follow a link to a place on its own page.
document.querySelector(".contents").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  document.querySelector(link.getAttribute("href")).scrollIntoView();
});
bar.addEventListener("change", choose);
bar.addEventListener("submit", (event) => event.preventDefault());
mapBar?.addEventListener("input", choose);
mapBar?.addEventListener("submit", (event) => event.preventDefault());
choose();
drawAll();
