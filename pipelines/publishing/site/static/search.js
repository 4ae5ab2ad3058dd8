/* Search as one types: the index is read from this origin when the first word is typed, never before. */
"use strict";

(() => {
  const field = document.getElementById("q");
  const results = document.getElementById("results");
  if (!field || !results) return;
  const here = new URL(document.currentScript.src);
  const site = new URL("../", here);
  let engine = null;
  let asked = 0;

  async function loaded() {
    if (!engine) {
      engine = import(new URL("pagefind/pagefind.js", site).href).then(async (pagefind) => {
        await pagefind.options({ baseUrl: site.pathname, ranking: { termFrequency: 0.3, pageLength: 0.6 } });
        await pagefind.init();
        return pagefind;
      });
    }
    return engine;
  }

  function line(words, kind) {
    const item = document.createElement("li");
    if (kind) item.className = kind;
    item.textContent = words;
    return item;
  }

  async function search() {
    const words = field.value.trim();
    const mine = ++asked;
    if (!words) return results.replaceChildren();
    try {
      const pagefind = await loaded();
      const found = await pagefind.search(words);
      const shown = await Promise.all(found.results.slice(0, 12).map((each) => each.data()));
      if (mine !== asked) return;
      if (!shown.length) return results.replaceChildren(line("Nothing found.", "soft"));
      const typed = words.toLowerCase();
      const near = (each) => {
        const title = each.meta.title.toLowerCase();
        return title === typed ? 0 : title.startsWith(typed) ? 1 : 2;
      };
      shown.sort((a, b) => near(a) - near(b));
      results.replaceChildren(...shown.map((each) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = each.url;
        link.textContent = each.meta.title;
        const kind = document.createElement("small");
        kind.className = "soft";
        kind.textContent = " " + each.meta.kind;
        item.append(link, kind);
        return item;
      }));
    } catch {
      results.replaceChildren(line("The search could not be loaded; the index from A to Z works without it.", "soft"));
    }
  }

  let waiting = 0;
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = results.querySelector("a");
    if (first && results.dataset.of === field.value) location.href = first.href;
    else search().then(() => { results.dataset.of = field.value; });
  });
  const given = new URLSearchParams(location.search).get("q");
  if (given) { field.value = given; search(); }
})();
