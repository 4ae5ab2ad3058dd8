/* Any two or three models side by side, from their documents and in their documents' words. */
"use strict";

(() => {
  const form = document.getElementById("compare");
  if (!form) return;
  const site = new URL("../", new URL(document.currentScript.src));
  const told = document.getElementById("told");
  const place = document.getElementById("compared");
  const fields = Array.from(form.elements.m);
  let names = null;

  const read = async (path) => {
    const answer = await fetch(new URL(path, site));
    if (!answer.ok) throw new Error(path);
    return answer.json();
  };
  const document_of = (id) => read(`models/${encodeURIComponent(id)}.json`);

  /** An element with text or elements inside; text is never read as HTML. */
  function made(kind, attributes, ...inside) {
    const element = document.createElement(kind);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside.filter((each) => each !== null && each !== undefined && each !== ""));
    return element;
  }

  function web(address) {
    try { return /^https?:$/.test(new URL(address).protocol) ? address : ""; } catch { return ""; }
  }

  const counted = (count, noun) => `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;

  function who(source) {
    return [web(source.url) ? made("a", { href: source.url }, source.publisher) : source.publisher, ` (${source.authority})`];
  }

  const terms = (rows) => made("dl", {}, ...rows.flatMap(([term, ...told_of]) => [made("dt", {}, term), made("dd", {}, ...told_of)]));

  /** A figure that opens what stands behind it. */
  function opens(words, id, kind, ...inside) {
    const card = made("div", { class: "said", id, popover: "" }, ...inside);
    return [made("button", { type: "button", class: kind, popovertarget: id }, words), card];
  }

  function fact(cell, id, label) {
    if (cell.source) {
      return opens(cell.text, id, "fact", made("b", {}, label),
        cell.printed ? made("p", {}, "Printed: ", made("q", {}, cell.printed)) : null,
        terms([["Who says so", ...who(cell.source)], ["Still said on", cell.reviewed_on], ["First read on", cell.first_seen_on]]),
        cell.conflicts ? made("p", { class: "warn" }, `${counted(cell.conflicts, "claim")} ${cell.conflicts === 1 ? "says" : "say"} something else.`) : null);
    }
    if (cell.gap) {
      return opens(cell.text, id, "fact unknown", made("b", {}, `${label}: not known`),
        terms([["Why", cell.gap.reason_text], ["In detail", cell.gap.detail], ["Next step", cell.gap.next_step]].filter((each) => each[1])));
    }
    return [cell.value === null ? made("span", { class: "unknown" }, cell.text) : cell.text];
  }

  function table(caption, models, rows) {
    const head = made("tr", {}, made("td", {}), ...models.map((each) =>
      made("th", { scope: "col" }, made("a", { href: new URL(`models/${encodeURIComponent(each.id)}.html`, site).href }, each.name))));
    const body = rows.map(([label, ...cells]) => made("tr", {}, made("th", { scope: "row" }, label),
      ...cells.map((cell) => made("td", cell.kind ? { class: cell.kind } : {}, ...(cell.inside || cell)))));
    return made("table", { class: models.length === 3 ? "pair three" : "pair" },
      made("caption", { class: "hidden" }, caption), made("thead", {}, head), made("tbody", {}, ...body));
  }

  const section = (title, ...inside) => made("section", {}, made("h2", {}, title), ...inside);

  function cost(each, id, name) {
    const cheaper = each.unconfirmed
      ? [made("br", {}), made("small", { class: "soft" }, `${each.unconfirmed.text} unconfirmed at ${each.unconfirmed.seller_text}`)] : [];
    if (!each.confirmed) return [made("span", { class: "unknown" }, each.text), ...cheaper];
    const lines = made("ul", { class: "plain" }, ...each.confirmed.lines.map((line) => made("li", {}, line.text)));
    return [...opens(each.confirmed.text, id, "fact", made("b", {}, `${name}: ${each.workload_text}`), made("p", {}, each.confirmed.seller_text), lines),
      made("br", {}), made("small", { class: "soft" }, each.confirmed.seller_text), ...cheaper];
  }

  /** Benchmarks all of them have results on, side by side as printed: no gap is made of them here. */
  function results(models) {
    const common = new Map();
    models.forEach((model, at) => model.results.forEach((each) => {
      const held = common.get(each.benchmark.id) || { name: each.benchmark.name, of: models.map(() => []) };
      held.of[at].push(each);
      common.set(each.benchmark.id, held);
    }));
    return Array.from(common.values()).filter((each) => each.of.every((of) => of.length)).slice(0, 40)
      .map((each) => [each.name, ...beside(each.of).map((of) => [...of.slice(0, 8).map((one) => made("div", {}, one.text + " ",
        made("small", { class: "soft" }, [one.setting_text, one.reporter_text, one.evaluated_on].filter(Boolean).join(", ")))),
      of.length > 8 ? made("small", { class: "soft" }, `and ${of.length - 8} more`) : ""])]);
  }

  /** Of each model's results on one benchmark those that stand under a key all of them have; all where there is no such key. */
  function beside(of) {
    const keys = of.map((results) => new Set(results.filter((each) => each.comparability === "comparable").map((each) => each.comparable_key)));
    const shared = (each) => each.comparability === "comparable" && keys.every((held) => held.has(each.comparable_key));
    return of[0].some(shared) ? of.map((results) => results.filter(shared)) : of;
  }

  const sentences = (said) => made("ul", { class: "said-of" }, ...said.map((each) => made("li", {}, each.sentence)));

  /** What is said of two of them: the sentences of their document, or which command makes them. */
  async function said_of(one, other, published, alone) {
    const [a, b] = one.id < other.id ? [one, other] : [other, one];
    const heading = alone ? [] : [made("h3", {}, `${one.name} and ${other.name}`)];
    if (!(published[a.id] || []).includes(b.id)) {
      return [...heading, made("p", { class: "note" }, "Sentences about these two are not written out in this edition: ",
        made("code", {}, `almanac compare ${a.id} ${b.id}`), " prints them, and the tool ", made("code", {}, "compare"),
        " of ", made("code", {}, "almanac mcp"), " tells them. Every figure below is their documents'.")];
    }
    const pair = await read(`compare/${a.id}/${b.id}.json`);
    const switches = [["switch_a_to_b", a, b], ["switch_b_to_a", b, a]].filter(([key]) => alone && pair.statements[key])
      .map(([key, from, to]) => made("div", {}, made("h3", {}, `From ${from.name} to ${to.name}`), sentences(pair.statements[key])));
    return [...heading, made("div", { class: "verdict" }, ...pair.verdict.statements.map((each) => made("p", {}, each.sentence))),
      alone && pair.statements.tradeoffs ? sentences(pair.statements.tradeoffs) : null,
      switches.length ? made("div", { class: "two" }, ...switches) : null,
      made("p", {}, made("a", { href: new URL(`compare/${a.id}/${b.id}.html`, site).href }, "The whole comparison, written out"))];
  }

  async function written(models) {
    const published = await read("compare/published.json");
    const pairs = models.flatMap((one, at) => models.slice(at + 1).map((other) => [one, other]));
    return (await Promise.all(pairs.map(([one, other]) => said_of(one, other, published, pairs.length === 1)))).flat();
  }

  const sellers = (model) => new Map(model.offers.map((each) => [each.provider.id, each.provider.name]));

  function sold(models) {
    const [first, ...others] = models.map(sellers);
    const shared = Array.from(first).filter(([id]) => others.every((each) => each.has(id))).map(([, name]) => name).sort();
    const all = models.length === 2 ? "both" : "all three";
    return made("p", { class: "text" }, shared.length ? `Sold by ${all}: ${shared.join(", ")}.` : `No seller known for ${all}.`);
  }

  /** What is not known of one of them, the most telling first; its own page has all. */
  function unknown(model) {
    const rest = model.gaps.length - 12;
    const page = made("a", { href: new URL(`models/${encodeURIComponent(model.id)}.html#unknown`, site).href }, `and ${rest} more`);
    return !model.gaps.length ? null : made("div", {}, made("h3", {}, model.name), made("ul", { class: "small" },
      ...model.gaps.slice(0, 12).map((gap) => made("li", {}, `${gap.field_text[0].toUpperCase()}${gap.field_text.slice(1)}: ${gap.reason_text}${gap.detail ? ` (${gap.detail})` : ""}; ${gap.next_step}`)),
      rest > 0 ? made("li", {}, page) : null));
  }

  async function compare(ids) {
    told.textContent = "Reading…";
    let models, said;
    try {
      models = await Promise.all(ids.map(document_of));
      said = await written(models);
    } catch {
      told.textContent = "One of the documents could not be read.";
      return;
    }
    const cells = (make) => models.map((each, at) => make(each, `m${at}`));
    place.replaceChildren(...said.filter(Boolean),
      section("Facts", table("Facts", models, [
        ...names.labels.map(([field, label]) => [label, ...cells((each, at) => fact(each.facts[field], `${at}-${field}`, `${label}, ${each.name}`))]),
        ["Best for", ...cells((each) => [each.best_for.text])],
        ["Decision fit", ...cells((each) => [each.decision_fit.text])],
        ["Sellers", ...cells((each) => [String(sellers(each).size)])],
        ["Offers", ...cells((each) => [made("a", { href: new URL(`models/${encodeURIComponent(each.id)}.html#offers`, site).href }, String(each.offers.length))])],
        ["Every fact still said on", ...cells((each) => [`${each.dates.last_reviewed_on} or later`])],
      ])),
      section("Sellers", sold(models)),
      section("Cost a month", table("Cost a month", models, models[0].costs.map((row, number) =>
        [row.workload_text, ...cells((each, at) => cost(each.costs[number], `${at}-w${number}`, each.name))]))),
      section("Capabilities", table("Capabilities", models, models[0].capabilities.map((row, number) =>
        [row.name, ...cells((each, at) => ({ kind: each.capabilities[number].status, inside: fact(each.capabilities[number].fact, `${at}-c${number}`, `${row.name}, ${each.name}`) }))]))));
    const shared = results(models);
    place.append(section("Benchmarks", shared.length
      ? table("Results on the same benchmarks", models, shared) : made("p", { class: "unknown" }, "0 shared benchmarks.")));
    const gaps = models.map(unknown).filter(Boolean);
    if (gaps.length) place.append(section("What we do not know", ...gaps));
    document.title = models.map((each) => each.name).join(", ") + " · Almanac";
    told.textContent = "";
  }

  function ids_given() {
    const known = new Set(names.models.map((each) => each[0]));
    const by_name = new Map(names.models.map((each) => [each[1].toLowerCase(), each[0]]));
    return fields.map((each) => each.value.trim()).filter(Boolean)
      .map((words) => (known.has(words) ? words : known.has(words.toLowerCase()) ? words.toLowerCase() : by_name.get(words.toLowerCase()) || null));
  }

  function asked() {
    const ids = ids_given();
    if (ids.includes(null)) { told.textContent = "One of them names no model here; choose it from the list."; return null; }
    if (new Set(ids).size < 2) { told.textContent = "Choose two different models."; return null; }
    return [...new Set(ids)];
  }

  function from_address() {
    const given = new URLSearchParams(location.search).getAll("m").slice(0, 3);
    fields.forEach((each, at) => { each.value = given[at] || ""; });
    const ids = given.length > 1 ? asked() : null;
    if (ids) compare(ids); else place.replaceChildren();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const ids = asked();
    if (!ids) return;
    history.pushState(null, "", "?" + ids.map((each) => "m=" + encodeURIComponent(each)).join("&"));
    compare(ids);
  });
  addEventListener("popstate", from_address);

  read("compare/models.json").then((found) => {
    names = found;
    document.getElementById("models").append(...names.models.map(([id, name, lab]) => made("option", { value: id, label: lab ? `${name}, ${lab}` : name })));
    form.hidden = false;
    from_address();
  }, () => { told.textContent = "The list of models could not be read."; });
})();
