// Files that a bureau sends: chosen in several steps, looked through, taken out again, and on their way with a bar that says how far.
// The form works without it: then the browser's own field takes the files, and the page comes back with what was wrong.
//
// data-upload            a form with one field for files; data-most-files and data-most-bytes are what it takes
// What is wrong is said beside the form, which keeps every word and file: it is sent again by the same button.
(() => {
  "use strict";

  const form = document.querySelector("form[data-upload]");
  const field = form && form.querySelector("input[type=file]");
  if (!form || !field || !window.DataTransfer) return;

  const MOST_FILES = Number(form.dataset.mostFiles);
  const MOST_BYTES = Number(form.dataset.mostBytes);
  const button = form.querySelector("button[type=submit]");

  function make(tag, className, text = "") {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.textContent = text;
    return element;
  }

  const size = (bytes) => bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(2)} MB`;

  // --- What is chosen ---

  let chosen = [];
  const list = make("ul", "attached");
  const sum = make("p", "hint");
  sum.setAttribute("role", "status");
  field.after(list, sum);

  const same = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
  const total = () => chosen.reduce((bytes, one) => bytes + one.size, 0);

  function wrong() {
    if (chosen.length > MOST_FILES) return `附件有 ${chosen.length} 个，最多 ${MOST_FILES} 个，请移除一些。`;
    if (total() > MOST_BYTES) return `附件合计 ${size(total())}，超过 ${size(MOST_BYTES)} 的上限，请移除一些。`;
    return "";
  }

  function show() {
    const held = new DataTransfer();
    for (const one of chosen) held.items.add(one);
    field.files = held.files;
    list.replaceChildren(...chosen.map((one) => {
      const row = make("li", "");
      const remove = make("button", "button small", "移除");
      remove.type = "button";
      remove.setAttribute("aria-label", `移除 ${one.name}`);
      remove.addEventListener("click", () => { chosen = chosen.filter((other) => other !== one); show(); field.focus(); });
      row.append(make("span", "", `${one.name}，${size(one.size)}`), remove);
      return row;
    }));
    const said = wrong();
    sum.textContent = said || (chosen.length ? `已选 ${chosen.length} 个，合计 ${size(total())}，还可以再选。` : "");
    sum.classList.toggle("late-text", Boolean(said));
    field.setCustomValidity(said);
  }

  field.addEventListener("change", () => {
    for (const one of field.files) if (!chosen.some((other) => same(one, other))) chosen.push(one);
    show();
  });
  // A browser that comes back to the page keeps what was in the field.
  chosen = [...field.files];
  if (chosen.length) show();

  // --- On its way ---

  const failed = make("p", "refused");
  failed.setAttribute("role", "alert");
  failed.hidden = true;
  const sending = make("div", "sending");
  sending.hidden = true;
  const bar = make("progress", "");
  bar.max = 1;
  bar.setAttribute("aria-label", "上传进度");
  const state = make("span", "hint");
  state.setAttribute("role", "status");
  const stop = make("button", "button small", "停止");
  stop.type = "button";
  sending.append(bar, state, stop);
  button.closest("p").before(failed, sending);

  let signedOut = false;

  function fail(said, address = "") {
    sending.hidden = true;
    button.disabled = false;
    failed.replaceChildren(make("strong", "", "没有提交成功："), said);
    if (address) {
      const link = make("a", "", "在新窗口登录");
      link.href = address;
      link.target = "_blank";
      link.rel = "noopener";
      failed.append(" ", link);
    }
    failed.hidden = false;
    failed.scrollIntoView({ block: "center" });
  }

  function refused(request) {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const alert = page.querySelector(".refused[role=alert]");
    if (alert) { fail(alert.textContent.replace("没有提交成功：", "").trim()); return; }
    if (request.status === 401 || request.status === 403) {
      signedOut = true;
      const again = page.querySelector("a[href*='sign-in']");
      fail("登录已结束。填写的内容和附件都还在这里，重新登录后再按一次提交。", again ? again.href : "");
      return;
    }
    if (request.status === 413) { fail(`附件太大，超过 ${size(MOST_BYTES)} 的上限。请移除一些后再提交，填写的内容都还在这里。`); return; }
    fail("系统暂时没有应答。填写的内容和附件都还在这里，请稍后再按一次提交。");
  }

  // Whoever signed in again has another token: the page as it is now says which.
  function renewed(then) {
    const request = new XMLHttpRequest();
    request.open("GET", location.pathname);
    request.onload = () => {
      const token = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("form[data-upload] input[name=csrf_token]");
      if (!token) { fail("还没有重新登录。请登录后再按一次提交，填写的内容和附件都还在这里。"); return; }
      for (const own of document.querySelectorAll("input[name=csrf_token]")) own.value = token.value;
      signedOut = false;
      then();
    };
    request.onerror = () => fail("网络中断。填写的内容和附件都还在这里，请再按一次提交。");
    request.send();
  }

  function send() {
    const request = new XMLHttpRequest();
    request.open("POST", location.pathname);
    request.timeout = 120000;
    request.upload.onprogress = (event) => {
      if (!event.lengthComputable) return;
      bar.value = event.loaded / event.total;
      state.textContent = event.loaded < event.total ? `已上传 ${Math.floor(100 * bar.value)}%` : "已上传，正在保存…";
    };
    request.onload = () => {
      if (request.status === 200) location.assign(request.responseURL);
      else refused(request);
    };
    request.onerror = request.ontimeout = () => fail("网络中断。填写的内容和附件都还在这里，请再按一次提交；如果刚才其实已经提交，不会重复记录。");
    request.onabort = () => fail("已停止上传。填写的内容和附件都还在这里。");
    stop.onclick = () => request.abort();
    request.send(new FormData(form));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    failed.hidden = true;
    bar.value = 0;
    state.textContent = "正在上传…";
    sending.hidden = false;
    if (signedOut) renewed(send);
    else send();
  });
})();
