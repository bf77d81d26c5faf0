// Filtering, sorting and copying. The pages say all they have to say without it.
"use strict";

(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // Filters: a row shows when it holds every word and matches every chosen column.
  const filters = new Map();
  for (const form of all("form.filter")) {
    const table = document.getElementById(form.dataset.table);
    if (!table) continue;
    const rows = all("tbody tr", table).map((row) => ({ row, text: row.textContent.toLowerCase() }));
    const search = form.querySelector("input[type=search]");
    const choices = all("select", form);
    const count = form.querySelector(".count");
    const empty = document.querySelector(`[data-empty="${form.dataset.table}"]`);
    const apply = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = choices.filter((s) => s.value).map((s) => [s.dataset.column, s.value]);
      let shown = 0;
      for (const { row, text } of rows) {
        const match =
          words.every((word) => text.includes(word)) &&
          wanted.every(([column, value]) => row.dataset[column] === value);
        row.hidden = !match;
        if (match) shown += 1;
      }
      const of = shown === rows.length ? "" : ` of ${rows.length.toLocaleString("en")}`;
      count.textContent = `${shown.toLocaleString("en")}${of} ${rows.length === 1 ? "tool" : "tools"}`;
      if (empty) empty.hidden = shown > 0;
    };
    const clear = () => {
      form.reset();
      apply();
    };
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    filters.set(form.dataset.table, { choices, apply, clear });
    apply();
  }
  for (const link of all("a[data-filter]")) {
    link.addEventListener("click", () => {
      const [column, value] = link.dataset.filter.split("=");
      for (const { choices, apply, clear } of filters.values()) {
        clear();
        const choice = choices.find((select) => select.dataset.column === column);
        if (choice) choice.value = value;
        apply();
      }
    });
  }
  for (const button of all("[data-clear]")) {
    button.addEventListener("click", () => filters.get(button.dataset.clear)?.clear());
  }

  // Sorting: a button in each column head; the first click sorts the way that is asked for most.
  const compare = new Intl.Collator("en", { numeric: true }).compare;
  for (const table of all("table[data-sortable]")) {
    const heads = all("thead th", table);
    const body = table.tBodies[0];
    heads.forEach((head, column) => {
      if ("plain" in head.dataset) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const first = head.dataset.first === "down" ? "descending" : "ascending";
        const other = first === "ascending" ? "descending" : "ascending";
        const order = head.getAttribute("aria-sort") === first ? other : first;
        for (const each of heads) each.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", order);
        const sign = order === "ascending" ? 1 : -1;
        const key = (row) => {
          const cell = row.cells[column];
          return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent.trim();
        };
        const keyed = Array.from(body.rows, (row) => [key(row), row]);
        keyed.sort(([a], [b]) => sign * (typeof a === "number" ? a - b : compare(a, b)));
        body.append(...keyed.map(([, row]) => row));
      });
    });
  }

  // Copying: the clipboard, or a selection where the browser refuses it.
  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  for (const button of all("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    const label = button.firstChild;
    const said = label.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      let done = true;
      try {
        await navigator.clipboard.writeText(source.textContent);
      } catch {
        select(source);
        done = document.execCommand("copy");
      }
      label.textContent = done ? "Copied" : "Selected";
      button.dataset.done = String(done);
      setTimeout(() => {
        label.textContent = said;
        delete button.dataset.done;
      }, 1600);
    });
  }

  // What a link or a printout points at must not stay folded.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    for (let node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
  addEventListener("beforeprint", () => {
    for (const details of all("details:not([open])")) {
      details.open = true;
      details.dataset.printed = "";
    }
  });
  addEventListener("afterprint", () => {
    for (const details of all("details[data-printed]")) {
      details.open = false;
      delete details.dataset.printed;
    }
  });
})();
