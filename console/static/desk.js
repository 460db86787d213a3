// The desk by keyboard, and its live parts. Every page works without it: what a key does, a link or a button on the page does too.
//
// data-keys="d"        pressing d follows this link, presses this button or goes into this field; its words stand in the help
// data-rows            a list through which j and k move; each of its rows is marked data-row and holds one link data-open
// data-row-key="r"     the same as data-keys, for the row that is chosen
// data-then="row-…"    in a form: filled with the queue that this row was left for, so that the form leads back there
// data-submit          a list to choose from that sends its form once something was chosen in it
// data-pick-all        chooses or leaves every row of the list for what is done to many; data-picked says how many are chosen
// data-live            is fetched again while somebody looks at the page; htmx does the fetching, on the event desk:refresh
(() => {
  "use strict";

  const REFRESH_MS = 15000;
  const LEASE_MS = 120000;
  const CHORD_MS = 1200;

  const typing = (element) => element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName))
    && !/^(button|submit|checkbox|radio)$/.test(element.type || "");
  const shown = (element) => element.getClientRects().length > 0;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)].filter(shown);

  // --- Rows ---

  const rows = () => all("[data-rows] [data-row]");
  const chosen = () => document.querySelector("[data-row].chosen");

  function choose(row) {
    for (const other of document.querySelectorAll("[data-row].chosen")) other.classList.remove("chosen");
    if (!row) return;
    row.classList.add("chosen");
    const link = row.querySelector("[data-open]");
    if (link) link.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function move(by) {
    const list = rows();
    if (!list.length) return;
    const at = list.indexOf(chosen());
    choose(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + by, 0), list.length - 1)]);
  }

  document.addEventListener("focusin", (event) => {
    const row = event.target instanceof Element && event.target.closest("[data-row]");
    if (row && row !== chosen()) choose(row);
  });

  // --- From the queue to a form and back: the row that was left is chosen again, or the one that has moved into its place ---

  const LEFT = "jiesu:left";
  const inQueue = () => location.pathname === document.querySelector("a.brand")?.pathname;

  function leave(row) {
    if (!inQueue()) return;
    sessionStorage.setItem(LEFT, JSON.stringify({ row: row.id, rows: rows().map((one) => one.id), search: location.search }));
  }

  const left = JSON.parse(sessionStorage.getItem(LEFT) || "null");
  const then = document.querySelector("[data-then]");
  if (left && then && then.dataset.then === left.row) then.value = `queue${left.search}`;
  if (left && inQueue() && left.search === location.search) {
    sessionStorage.removeItem(LEFT);
    const at = left.rows.indexOf(left.row);
    const near = [...left.rows.slice(at), ...left.rows.slice(0, at).reverse()].map((id) => document.getElementById(id));
    choose(near.find((row) => row) || rows()[0]);
  }

  document.addEventListener("click", (event) => {
    const row = event.target instanceof Element && event.target.closest("a[href]") && event.target.closest("[data-row]");
    if (row) leave(row);
  });

  // --- Keys ---

  function press(element) {
    if (typing(element)) { element.focus(); if (element.select) element.select(); return; }
    element.focus();
    element.click();
  }

  const held = (attribute, keys, within) => all(`[${attribute}]`, within).find((one) => one.getAttribute(attribute) === keys);

  let first = "";
  let forget = 0;

  function find(keys) {
    const row = chosen();
    return (row && held("data-row-key", keys, row)) || held("data-keys", keys);
  }

  const begins = (keys) => all("[data-keys]").some((one) => one.dataset.keys.startsWith(`${keys} `));

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey || event.metaKey) return;
    const target = event.target;
    if (event.ctrlKey) {
      if (event.key === "Enter" && typing(target) && target.form) { event.preventDefault(); target.form.requestSubmit(); }
      return;
    }
    if (event.key === "Escape" && typing(target)) { target.blur(); return; }
    if (typing(target) || (document.querySelector("dialog[open]") && event.key !== "?")) return;
    const keys = first ? `${first} ${event.key}` : event.key;
    first = "";
    window.clearTimeout(forget);
    if (keys === "j" || keys === "k") { event.preventDefault(); move(keys === "j" ? 1 : -1); return; }
    if (keys === "o" && chosen()) { event.preventDefault(); press(chosen().querySelector("[data-open]")); return; }
    if (keys === "?") { event.preventDefault(); help(); return; }
    const found = find(keys);
    if (found) { event.preventDefault(); press(found); return; }
    if (begins(keys)) { event.preventDefault(); first = keys; forget = window.setTimeout(() => { first = ""; }, CHORD_MS); }
  });

  // --- Choosing sends the form; moving through the list with the arrow keys does not, until it is left or Enter is pressed ---

  let moving = false;
  document.addEventListener("keydown", (event) => {
    if (!(event.target instanceof HTMLSelectElement) || !event.target.matches("[data-submit]")) return;
    if (event.key === "Enter" && moving) { event.preventDefault(); event.target.form.requestSubmit(); }
    moving = event.key !== "Escape";
  });
  document.addEventListener("pointerdown", () => { moving = false; });
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement && event.target.matches("[data-submit]") && !moving) event.target.form.requestSubmit();
  });

  // --- Rows that are chosen for one act on all; more than the server takes at once are not ---

  const MOST_PICKED = 50;
  const picks = () => [...document.querySelectorAll("input.pick")];
  const picked = () => picks().filter((one) => one.checked);

  function count(lost = 0) {
    const said = document.querySelector("[data-picked]");
    if (!said) return;
    const many = picked().length;
    said.textContent = (many ? `已选 ${many} 件` : "选中几行（x），一起处理") + (lost ? `；${lost} 件刚有变化，已取消选中，请再看一眼` : "");
    for (const one of picks()) one.disabled = many >= MOST_PICKED && !one.checked;
  }

  document.addEventListener("change", (event) => { if (event.target instanceof Element && event.target.matches("input.pick")) count(); });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-pick-all]")) return;
    const none = picked().length === 0;
    picks().forEach((one, at) => { one.checked = none && at < MOST_PICKED; });
    count();
  });

  // --- Help: what the page in front of you can do by key ---

  function words(element) {
    return element.dataset.keysSaid || element.getAttribute("aria-label") || (element.labels && element.labels[0] && element.labels[0].textContent) || element.textContent;
  }

  function help() {
    const dialog = document.getElementById("keys");
    if (!dialog) return;
    if (dialog.open) { dialog.close(); return; }
    const list = dialog.querySelector("dl");
    list.replaceChildren();
    const seen = new Set();
    const add = (keys, said) => {
      if (seen.has(keys)) return;
      seen.add(keys);
      const term = document.createElement("dt");
      for (const key of keys.split(" ")) { const one = document.createElement("kbd"); one.textContent = key; term.append(one, " "); }
      const meaning = document.createElement("dd");
      meaning.textContent = said.trim().replace(/\s+/g, " ");
      const both = document.createElement("div");
      both.append(term, meaning);
      list.append(both);
    };
    if (rows().length) { add("j", "下一行"); add("k", "上一行"); add("o", "打开选中的一行"); }
    const row = chosen() || rows()[0];
    if (row) for (const one of all("[data-row-key]", row)) add(one.dataset.rowKey, `选中的一行：${words(one)}`);
    for (const one of all("[data-keys]")) add(one.dataset.keys, words(one));
    add("Ctrl Enter", "提交正在填写的表单");
    add("Esc", "离开输入框，关闭本窗口");
    add("?", "显示或关闭快捷键");
    dialog.showModal();
  }

  // --- Live parts ---

  let last = Date.now();

  function refresh() {
    if (document.visibilityState !== "visible" || document.querySelector("dialog[open]")) return;
    if (typing(document.activeElement) && document.activeElement.closest("[data-live]")) return;
    document.body.dispatchEvent(new CustomEvent("desk:refresh"));
  }

  function say(text) {
    const state = document.getElementById("live-state");
    if (!state) return;
    state.textContent = text;
    state.hidden = !text;
  }

  const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour12: false });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.target.closest || !event.target.closest("[data-live]")) return;
    const row = chosen();
    event.target.dataset.chosen = row ? row.id : "";
    event.target.dataset.picked = picked().map((one) => one.value).join(" ");
  });

  document.addEventListener("htmx:afterSettle", () => {
    const live = document.querySelector("[data-live]");
    if (!live) return;
    last = Date.now();
    say("");
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const before = event.detail.target && event.detail.target.dataset.chosen;
    const row = before && document.getElementById(before);
    if (row) { row.classList.add("chosen"); const link = row.querySelector("[data-open]"); if (link) link.focus({ preventScroll: true }); }
    // What is said of a row goes with its mark: one that has changed is not chosen any more.
    const kept = event.detail.target && event.detail.target.dataset.picked;
    if (kept === undefined) return;
    const values = new Set(kept.split(" ").filter((one) => one));
    for (const one of picks()) one.checked = values.has(one.value);
    count(values.size - picked().length);
  });

  const stale = () => say(`列表没有更新，显示的是 ${clock(last)} 的内容。请检查网络；仍不恢复请刷新页面。`);
  document.addEventListener("htmx:sendError", stale);
  document.addEventListener("htmx:timeout", stale);
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) say("登录已结束，列表不再更新。请刷新页面重新登录。");
    else stale();
  });

  if (document.getElementById("lease")) {
    window.setInterval(() => {
      if (document.visibilityState === "visible") document.body.dispatchEvent(new CustomEvent("desk:lease"));
    }, LEASE_MS);
  }

  if (document.querySelector("[data-live]")) {
    window.setInterval(refresh, REFRESH_MS);
    document.addEventListener("visibilitychange", refresh);
  }
})();
