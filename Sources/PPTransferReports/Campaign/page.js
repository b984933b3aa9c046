"use strict";
// The table of transfers: filtered, sorted, page by page. The address keeps the view: #workflow=…&state=…&text=…&sort=…&order=…&page=…
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  // The order of CampaignData.row.
  const [WORKFLOW, CYCLE, NAME, STATE, STAGES, FILES, BYTES, RATE, SUBMITTED, PROVEN, LEVEL, CLEANED, TASK, MESSAGE] = Array(14).keys();
  const stages = ["staged", "submitted", "transferred", "proven", "cleaned"];
  const initial = { workflow: "", state: "", text: "", sort: "cycle", order: "descending", page: 1 };
  const find = (id) => document.getElementById(id);
  const order = new Map(data.rows.map((row, index) => [row, index]));
  let view = { ...initial };

  // As Quantity and Timestamp write them.
  const bytes = (count) => {
    if (count < 1000) return `${count} B`;
    for (const unit of ["kB", "MB", "GB", "TB", "PB"]) {
      count /= 1000;
      if (count < 999.95 || unit === "PB") return `${(Math.round(count * 10) / 10).toFixed(1)} ${unit}`;
    }
  };
  const minute = (seconds) => (seconds ? new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ") : "");
  const details = {
    staged: (row) => (row[FILES] ? `${row[FILES]} file${row[FILES] === 1 ? "" : "s"}, ${bytes(row[BYTES])}` : ""),
    submitted: (row) => minute(row[SUBMITTED]),
    transferred: (row) => (row[RATE] > 0 ? bytes(row[RATE]) + "/s" : ""),
    proven: (row) => (row[PROVEN] ? `${minute(row[PROVEN])}, ${row[LEVEL]}` : ""),
    cleaned: (row) => minute(row[CLEANED]),
  };

  // What a column is sorted by; what there is not comes last.
  const keys = {
    workflow: (row) => data.workflows[row[WORKFLOW]],
    cycle: (row) => order.get(row) + 1,
    name: (row) => row[NAME],
    state: (row) => data.states[row[STATE]][1] + 1,
    staged: (row) => row[BYTES],
    submitted: (row) => row[SUBMITTED],
    transferred: (row) => row[RATE],
    proven: (row) => row[PROVEN],
    cleaned: (row) => row[CLEANED],
    task: (row) => row[TASK],
  };

  const chosen = () => {
    const words = view.text.toLowerCase();
    const rows = data.rows.filter((row) => {
      const [state, , call] = data.states[row[STATE]];
      if (view.workflow && data.workflows[row[WORKFLOW]] !== view.workflow) return false;
      if (view.state && view.state !== state && !(view.state in data.calls && view.state === call)) return false;
      return !words || [CYCLE, NAME, MESSAGE, TASK].some((place) => row[place] && row[place].toLowerCase().includes(words))
        || data.workflows[row[WORKFLOW]].toLowerCase().includes(words);
    });
    const key = keys[view.sort], sign = view.order === "descending" ? -1 : 1;
    return rows.map((row) => [key(row), row]).sort(([a, first], [b, second]) => {
      if (!a !== !b) return a ? -1 : 1;
      if (a === b) return order.get(first) - order.get(second);
      return a < b ? -sign : sign;
    }).map(([, row]) => row);
  };

  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  const line = (row) => {
    const made = element("tr");
    if (data.workflows.length > 1) made.append(element("td", data.workflows[row[WORKFLOW]]));
    made.append(element("th", row[CYCLE] || "–", { scope: "row" }), element("td", row[NAME] || "–"));
    const [state, , call] = data.states[row[STATE]];
    const cell = element("td");
    cell.append(element("strong", state, { class: call }));
    if (row[MESSAGE]) cell.append(element("p", row[MESSAGE]));
    made.append(cell);
    stages.forEach((stage, number) => {
      const letter = row[STAGES][number], [symbol, words] = data.marks[letter];
      const cell = element("td", undefined, { class: letter });
      cell.append(element("span", symbol, { "aria-hidden": "true" }), element("span", words, { class: "spoken" }));
      cell.append(" " + (letter === "o" ? "" : details[stage](row)));
      made.append(cell);
    });
    const task = element("td");
    if (/^[0-9a-f-]{36}$/.test(row[TASK])) {
      task.append(element("a", row[TASK].slice(0, 8), { href: "https://app.globus.org/activity/" + row[TASK], rel: "noreferrer" }));
    } else if (row[TASK]) {
      task.append(row[TASK]);
    }
    made.append(task);
    return made;
  };

  const show = () => {
    const rows = chosen();
    const last = Math.max(1, Math.ceil(rows.length / data.page));
    view.page = Math.min(Math.max(1, view.page), last);
    const start = (view.page - 1) * data.page, part = rows.slice(start, start + data.page);
    document.querySelector("#table tbody").replaceChildren(...part.map(line));
    const all = rows.length === data.rows.length ? `${rows.length} transfers` : `${rows.length} of ${data.rows.length} transfers`;
    find("count").textContent = rows.length ? `${all}; shown: ${start + 1} to ${start + part.length}.` : `None of ${data.rows.length} transfers.`;
    for (const head of document.querySelectorAll("#table thead th")) {
      if (head.dataset.key === view.sort) head.setAttribute("aria-sort", view.order);
      else head.removeAttribute("aria-sort");
    }
    find("pages").hidden = last === 1;
    find("page").textContent = `Page ${view.page} of ${last}`;
    for (const button of document.querySelectorAll("[data-go]")) {
      button.disabled = ["first", "previous"].includes(button.dataset.go) ? view.page === 1 : view.page === last;
    }
    for (const name of ["workflow", "state", "text"]) if (find(name).value !== view[name]) find(name).value = view[name];
  };

  // Puts the view into the address, so that it can be sent to others.
  const change = (changes) => {
    view = { ...view, page: 1, ...changes };
    show();
    const parts = Object.keys(initial).filter((name) => view[name] !== initial[name])
      .map((name) => `${name}=${encodeURIComponent(view[name])}`);
    try {
      history.replaceState(null, "", "#" + (parts.join("&") || "transfers"));
    } catch {
      // Some browsers keep the address of a local file as it is.
    }
  };

  // Returns whether the address has a view.
  const readAddress = () => {
    if (!location.hash.includes("=")) return false;
    const read = { ...initial };
    for (const part of location.hash.slice(1).split("&")) {
      const [name, value] = part.split(/=(.*)/s);
      if (!(name in initial) || value === undefined) continue;
      try {
        read[name] = decodeURIComponent(value);
      } catch {
        read[name] = value;
      }
    }
    read.page = parseInt(read.page, 10) || 1;
    if (!Object.hasOwn(keys, read.sort)) read.sort = initial.sort;
    if (read.order !== "ascending") read.order = "descending";
    view = read;
    return true;
  };

  const options = (select, choices) => select.append(...choices.map(([value, words]) => element("option", words, { value })));
  options(find("workflow"), [["", "all"], ...data.workflows.map((name) => [name, name])]);
  find("workflow").closest("label").hidden = data.workflows.length < 2;
  options(find("state"), [["", "all"], ...Object.entries(data.calls), ...data.states.map(([state]) => [state, state])]);
  for (const name of ["workflow", "state", "text"]) find(name).addEventListener("input", () => change({ [name]: find(name).value }));
  find("controls").addEventListener("submit", (event) => event.preventDefault());
  find("controls").addEventListener("reset", (event) => {
    event.preventDefault();
    change(initial);
  });
  for (const head of document.querySelectorAll("#table thead th")) {
    const button = element("button", head.dataset.words, { type: "button" }), key = head.dataset.key;
    button.addEventListener("click", () => {
      change({ sort: key, order: view.sort === key && view.order === "ascending" ? "descending" : "ascending" });
    });
    head.replaceChildren(button);
  }
  for (const button of document.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => {
      change({ page: { first: 1, previous: view.page - 1, next: view.page + 1, last: Infinity }[button.dataset.go] });
    });
  }
  addEventListener("hashchange", () => {
    if (!readAddress()) return;
    show();
    find("transfers").focus();
  });
  find("controls").hidden = false;
  const isView = readAddress();
  show();
  if (isView) find("transfers").scrollIntoView();
})();
