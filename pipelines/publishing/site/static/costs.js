/* The calculator: a month's cost for other volumes of the same kind of traffic, in exact decimals. */
"use strict";

(() => {
  const form = document.getElementById("calculator");
  if (!form) return;
  const told = document.getElementById("calculated");
  const body = document.getElementById("costs").tBodies[0];
  const site = new URL("../", new URL(document.currentScript.src));
  const PLACES = 12;
  let data = null;
  form.hidden = false;

  /** A decimal as an integer of PLACES digits after the point; null where it is none. */
  function exact(words) {
    const found = /^(\d+)(?:\.(\d+))?$/.exec(String(words).replace(/[,\s]/g, ""));
    return found && BigInt(found[1] + (found[2] || "").slice(0, PLACES).padEnd(PLACES, "0"));
  }

  /** Dollars of a product of two such numbers: cents under $100, whole dollars from there, half up. */
  function dollars(product) {
    const unit = 10n ** BigInt(2 * PLACES);
    const cents = (product * 100n + unit / 2n) / unit;
    if (product > 0n && cents === 0n) return "under $0.01";
    const group = (number) => number.toString().replace(/\B(?=(\d{3})+$)/g, ",");
    if (cents < 10000n) return "$" + group(cents / 100n) + "." + (cents % 100n).toString().padStart(2, "0");
    return "$" + group((product + unit / 2n) / unit);
  }

  async function loaded() {
    if (!data) {
      const [rates, names] = await Promise.all(
        [form.dataset.rates, new URL("compare/models.json", site)].map(async (address) => (await fetch(address)).json()));
      data = { rates, models: names.models.map(([id, name, lab, context]) => ({ id, name, lab, context })) };
    }
    return data;
  }

  function cell(kind, words, ...names) {
    const made = document.createElement(kind);
    made.classList.add(...names);
    if (words instanceof Node) made.append(words); else made.textContent = words;
    return made;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const input = exact(form.elements.input.value), output = exact(form.elements.output.value);
    if (input === null || output === null) { told.textContent = "Million tokens are written like 800 or 0.5."; return; }
    let held;
    try { held = await loaded(); } catch { told.textContent = "The prices could not be loaded."; return; }
    const { rates, models } = held;
    const named = form.elements.name.value.trim().toLowerCase();
    const context = Number(form.elements.context.value.replace(/[,\s]/g, "")) || 0;
    const rows = [], unknown = [];
    for (const model of models) {
      const offers = rates[model.id];
      if (!offers || (context && !(model.context >= context))) continue;
      if (named && !(model.name + " " + model.id).toLowerCase().includes(named)) continue;
      if (typeof offers === "string") { unknown.push({ model, why: offers }); continue; }
      const cost = offers.map(([i, o]) => input * exact(i) + output * exact(o)).reduce((a, b) => (b < a ? b : a));
      rows.push({ model, cost });
    }
    rows.sort((a, b) => (a.cost < b.cost ? -1 : a.cost > b.cost ? 1 : a.model.id < b.model.id ? -1 : 1));
    // Models without a cost are told to whoever asks for them by name; of all models they would be a list of their own.
    const shown = named ? rows.concat(unknown) : rows;
    body.replaceChildren(...shown.slice(0, 150).map(({ model, cost, why }) => {
      const row = document.createElement("tr");
      const link = document.createElement("a");
      link.href = new URL(`models/${encodeURIComponent(model.id)}.html`, site).href;
      link.textContent = model.name;
      const head = cell("th", link);
      head.scope = "row";
      row.append(head, cell("td", model.lab),
        cell("td", model.context === null ? "" : model.context.toLocaleString("en-US"), "n"),
        why ? cell("td", `unknown (${why})`, "unknown") : cell("td", dollars(cost), "n"));
      return row;
    }));
    const more = unknown.length ? `; of ${unknown.length.toLocaleString("en-US")} more no confirmed offer carries it${named ? "" : ", and why is told of those named"}` : "";
    body.closest("table").caption.textContent = `${rows.length.toLocaleString("en-US")} models, cheapest first${more}.`;
    told.textContent = `For ${form.elements.input.value} million input and ${form.elements.output.value} million output tokens a month.`;
  });
})();
