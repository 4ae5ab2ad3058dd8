/* What every page gains from a script, and can do without: tables that sort, and a choice of workload. */
"use strict";

(() => {
  /** What a cell sorts by: a number where it prints one, else its words; nothing for an empty cell or an unknown cost. */
  function key(cell) {
    const button = cell.querySelector(":scope > .fact");
    const words = (button || cell).textContent.trim();
    if (words === "") return null;
    const number = words.replace(/[$,\s]|^under/g, "").match(/^-?\d+(\.\d+)?(?=$|[%A-Za-z])/);
    if (number && !/^\d{4}-\d\d/.test(words)) return Number(number[0]);
    return cell.classList.contains("cost") ? null : words.toLowerCase();
  }

  function compare(one, other) {
    if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
    if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
    return typeof one === "number" ? one - other : one.localeCompare(other, "en");
  }

  /** Sort a table by a column; what is not known stays last either way. */
  function sort(table, column, descending) {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row, place) => ({ row, place, key: key(row.cells[column]) }));
    rows.sort((a, b) => {
      const turned = descending && a.key !== null && b.key !== null ? -1 : 1;
      return turned * compare(a.key, b.key) || a.place - b.place;
    });
    body.append(...rows.map((each) => each.row));
    Array.from(table.tHead.rows[0].cells).forEach((head, place) => {
      head.setAttribute("aria-sort", place !== column ? "none" : descending ? "descending" : "ascending");
    });
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => sort(table, column, head.getAttribute("aria-sort") === "ascending"));
    });
  }

  for (const choice of document.querySelectorAll("fieldset.workloads")) {
    const table = choice.parentElement.querySelector("table.offers");
    const column = Array.from(table.tHead.rows[0].cells).findIndex((head) => head.classList.contains("cost"));
    choice.hidden = false;
    choice.addEventListener("change", () => {
      const chosen = Number(choice.querySelector(":checked").value);
      for (const row of table.tBodies[0].rows) row.cells[column].textContent = row.dataset.costs.split("|")[chosen];
      sort(table, column, false);
    });
  }
})();
