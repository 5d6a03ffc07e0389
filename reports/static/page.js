// What a page does beside drawing charts: says what a word means, hands out the numbers behind a chart as a csv, finds a
// report and orders the heat maps. Without it every word, number and link is still on the page. It fetches nothing.
"use strict";

// A token in the address has done its work once the page is here: keep it out of history and bookmarks.
if (new URLSearchParams(location.search).has("token")) history.replaceState(null, "", location.pathname + location.hash);

// The meaning of a word beside it, on hover and on focus; Escape puts it away, and the pointer may move onto it.
function explain() {
  const words = document.querySelectorAll("a.term");
  if (!words.length) return;
  const said = document.createElement("div");
  said.id = "said";
  said.setAttribute("role", "tooltip");
  said.hidden = true;
  document.querySelector("main").append(said);
  let leaving = 0;
  let open = null;
  const hide = () => {
    said.hidden = true;
    open = null;
  };
  const hideSoon = () => {
    leaving = setTimeout(hide, 200);
  };
  const show = (word) => {
    clearTimeout(leaving);
    open = word;
    said.textContent = document.getElementById(word.hash.slice(1)).textContent;
    said.hidden = false;
    place();
  };
  const place = () => {
    if (!open) return;
    const at = open.getBoundingClientRect();
    const room = document.documentElement.clientWidth - said.offsetWidth - 8;
    const above = at.top - said.offsetHeight - 6;
    said.style.left = Math.max(8, Math.min(at.left, room)) + "px";
    said.style.top = (above > 4 ? above : at.bottom + 6) + "px";
  };
  for (const word of words) {
    word.addEventListener("mouseenter", () => show(word));
    word.addEventListener("focus", () => show(word));
    word.addEventListener("mouseleave", hideSoon);
    word.addEventListener("blur", hide);
  }
  said.addEventListener("mouseenter", () => clearTimeout(leaving));
  said.addEventListener("mouseleave", hide);
  addEventListener("scroll", place, { passive: true });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
}

// One cell of a csv. A text that a spreadsheet would take for a formula gets an apostrophe before it; a number stays one.
function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/.test(value) ? "'" + value : String(value);
  return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function csv(rows) {
  return "\uFEFF" + rows.map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

// Every row behind a table: as data where the chart names them, else as the table says them.
function rowsOf(table) {
  const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent);
  if (!table.dataset.source) {
    return [heads, ...[...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent))];
  }
  const [name, ...fields] = JSON.parse(table.dataset.source);
  const spec = JSON.parse(table.closest("figure").querySelector("script[type='application/json']").textContent);
  const set = spec.datasets[name];
  const columns = columnsOf(set);
  const asked = fields.map((field) => columns[set.fields.indexOf(field)]);
  return [heads, ...Array.from({ length: set.rows }, (_, row) => asked.map((column) => column[row]))];
}

// The columns of a data set as lists: one that repeats itself is kept as its values, and which of them each row has.
function columnsOf(set) {
  const values = (column, row) => column.of[column.at ? column.at[row] : 0];
  return set.columns.map((column) =>
    Array.isArray(column) ? column : Array.from({ length: set.rows }, (_, row) => values(column, row)),
  );
}

function offerNumbers() {
  const place = location.pathname.split("/").slice(-3).join("-").replace(/\.\w+$/, "");
  document.querySelectorAll("figure details table").forEach((table, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = "Download these numbers (csv)";
    button.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([csv(rowsOf(table))], { type: "text/csv" }));
      link.download = place + "-" + (index + 1) + ".csv";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    table.closest(".scroll").before(button);
  });
}

// On paper all evidence is open: the style sheet sees to it where the browser knows how, and this where it does not.
function openOnPaper() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.more:not([open])")];
    for (const more of opened) more.open = true;
  });
  addEventListener("afterprint", () => {
    for (const more of opened) more.open = false;
  });
}

// Sorting by a trust puts its worst first; a second time, its best. The total stays where it is.
function order(table) {
  const heads = [...table.querySelectorAll("thead th")];
  const body = table.tBodies[0];
  const published = [...body.rows];
  const value = (row, column) => {
    const cell = row.cells[column];
    if (!column) return cell.textContent.toLowerCase();
    return cell.dataset.value === undefined ? Infinity : Number(cell.dataset.rank) * 1000 + Number(cell.dataset.value);
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const next = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")];
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", next);
      const rows = published.slice();
      if (next !== "none") {
        const way = next === "ascending" ? 1 : -1;
        rows.sort((one, other) => {
          const [first, second] = [value(one, column), value(other, column)];
          if (one.className !== other.className) return one.className === "total" ? -1 : 1;
          if (first === Infinity || second === Infinity) return (first === Infinity) - (second === Infinity);
          return first < second ? -way : first > second ? way : 0;
        });
      }
      body.append(...rows);
    });
  });
}

function filter(form) {
  const rows = [...form.closest("section").querySelectorAll("tbody tr:not(.total)")];
  form.hidden = false;
  form.querySelector("select").addEventListener("change", (event) => {
    const worst = Number(event.target.value);
    for (const row of rows) {
      row.hidden = worst < 9 && ![...row.querySelectorAll("[data-rank]")].some((cell) => Number(cell.dataset.rank) <= worst);
    }
    const shown = rows.filter((row) => !row.hidden).length;
    form.querySelector("[role=status]").textContent = `${shown} of ${rows.length} specialties`;
  });
}

// Every report that the page links, with the words it may be looked for by.
function index() {
  const found = [];
  for (const link of document.querySelectorAll("main section a[href^='/voila/render/']")) {
    const cell = link.closest("td");
    const section = link.closest("section").querySelector("h2").textContent;
    if (cell) {
      const row = cell.parentElement.cells[0];
      const trust = cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
      const name = `${row.textContent}, ${trust.textContent}`;
      const says = cell.querySelector(".says");
      const note = says ? `${cell.querySelector("b").textContent}, ${says.textContent.trim()}` : "";
      found.push({ link, name, note, words: `${name} ${row.dataset.words} ${trust.dataset.words} ${section}` });
    } else if (!link.closest(".attention")) {
      const name = link.firstChild.textContent;
      found.push({ link, name, note: section, words: `${name} ${section} ${link.textContent}` });
    }
  }
  for (const one of found) one.words = one.words.toLowerCase();
  return found;
}

const MOST = 12;

function search(form) {
  const [box, status, list] = [form.querySelector("input"), form.querySelector("[role=status]"), form.querySelector("ul")];
  const reports = index();
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = list.querySelector("a");
    if (first) location.assign(first.href);
  });
  box.addEventListener("input", () => {
    const asked = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = asked.length ? reports.filter((one) => asked.every((word) => one.words.includes(word))) : [];
    list.replaceChildren(
      ...found.slice(0, MOST).map((one) => {
        const [item, link, note] = ["li", "a", "span"].map((kind) => document.createElement(kind));
        link.href = one.link.href;
        link.textContent = one.name;
        note.textContent = one.note;
        item.append(link, note);
        return item;
      }),
    );
    const more = found.length > MOST ? `, the first ${MOST} shown` : "";
    status.textContent = asked.length ? `${found.length} report${found.length === 1 ? "" : "s"} found${more}` : "";
  });
  form.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [box, ...list.querySelectorAll("a")];
    const next = step && stops[stops.indexOf(document.activeElement) + step];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
}

explain();
offerNumbers();
openOnPaper();
document.querySelectorAll("[data-heat]").forEach(order);
document.querySelectorAll("[data-filter]").forEach(filter);
document.querySelectorAll("[data-search]").forEach(search);
