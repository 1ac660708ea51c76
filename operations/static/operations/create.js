"use strict";
// Hides what does not matter for the choice made, and sorts dropped files into their fields.
// Without this script the form shows every field and works the same.
(() => {
  const form = document.getElementById("create-operation");
  const rows = document.getElementById("language-rows");
  const template = document.getElementById("language-row");
  const total = form.elements["languages-TOTAL_FORMS"];
  const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i;

  function showWhatMatters() {
    const chosen = new FormData(form);
    const how = chosen.get("how");
    for (const part of form.querySelectorAll("[data-when], [data-types]")) {
      const { when, types, or } = part.dataset;
      const fits = (!when || when === how) && (!types || types.split(" ").includes(chosen.get("operation_type")));
      part.hidden = !fits && or !== how;
    }
    // What cannot be seen must not be sent.
    for (const control of form.elements) control.disabled = Boolean(control.closest("[hidden]"));
  }

  function newRow() {
    const index = Number(total.value);
    const row = template.content.firstElementChild.cloneNode(true);
    for (const element of row.querySelectorAll("[name], [for]")) {
      for (const name of ["name", "id", "for"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace("__prefix__", index));
      }
    }
    rows.append(row);
    total.value = index + 1;
    return row;
  }

  function put(input, file) {
    const transfer = new DataTransfer();
    transfer.items.add(file);
    input.files = transfer.files;
  }

  function languageOf(path, isOnly) {
    const folder = path.split("/").at(-2) || "";
    const infix = path.split("/").at(-1).split(".").at(-2) || "";
    const guess = [folder, infix].find((text) => LANGUAGE.test(text) && text.includes("-"));
    if (guess) return guess;
    if (folder.length === 2 && LANGUAGE.test(folder)) return folder;
    return isOnly ? form.elements.default_language_code.value : "";
  }

  function accept(found) {
    const admx = found.filter(({ file }) => /\.admx$/i.test(file.name));
    const adml = found.filter(({ file }) => /\.adml$/i.test(file.name));
    if (admx.length) put(form.elements.admx, admx[0].file);
    for (const { file, path } of adml) {
      const empty = [...rows.rows].find((row) => !row.querySelector("input[type=file]").files.length);
      const row = empty || newRow();
      put(row.querySelector("input[type=file]"), file);
      row.querySelector("input[type=text]").value = languageOf(path, adml.length === 1);
    }
    const others = found.length - adml.length - Math.min(admx.length, 1);
    const told = [`${Math.min(admx.length, 1)} ADMX and ${adml.length} ADML taken.`];
    if (admx.length > 1) told.push("One ADMX at a time: only the first was taken.");
    else if (others) told.push(`${others} other file${others === 1 ? "" : "s"} left out.`);
    drop.querySelector(".quiet").textContent = told.join(" ");
  }

  async function walk(entry, path, found) {
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      found.push({ file, path: path + file.name });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      // A directory reader hands out its entries in portions.
      const portion = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!portion.length) return;
      for (const child of portion) await walk(child, `${path}${entry.name}/`, found);
    }
  }

  const drop = document.getElementById("drop");
  drop.hidden = false;
  drop.setAttribute("role", "status");
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const found = [];
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
    const files = [...event.dataTransfer.files];
    if (entries.some((entry) => entry)) {
      for (const entry of entries) if (entry) await walk(entry, "", found);
    } else {
      for (const file of files) found.push({ file, path: file.name });
    }
    accept(found);
  });

  form.addEventListener("change", showWhatMatters);
  // A second click would ask for the same thing twice.
  form.addEventListener("submit", () => {
    form.querySelector(".buttons button").disabled = true;
  });
  window.addEventListener("pageshow", () => {
    form.querySelector(".buttons button").disabled = false;
  });
  showWhatMatters();
})();
