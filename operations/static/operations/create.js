"use strict";
// Hides what does not matter for the choice made, and sorts dropped files into their fields.
// Without this script the form shows every field and works the same.
(() => {
  const form = document.getElementById("create-operation");
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
    const total = form.elements["languages-TOTAL_FORMS"];
    const index = Number(total.value);
    const row = document.getElementById("language-row").content.firstElementChild.cloneNode(true);
    for (const element of row.querySelectorAll("[name], [for]")) {
      for (const name of ["name", "id", "for"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace("__prefix__", index));
      }
    }
    document.getElementById("language-rows").append(row);
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
      const empty = [...document.getElementById("language-rows").rows].find((row) => !row.querySelector("input[type=file]").files.length);
      const row = empty || newRow();
      put(row.querySelector("input[type=file]"), file);
      row.querySelector("input[type=text]").value = languageOf(path, adml.length === 1);
    }
    const others = found.length - adml.length - Math.min(admx.length, 1);
    const told = [`${Math.min(admx.length, 1)} ADMX and ${adml.length} ADML taken.`];
    if (admx.length > 1) told.push("One ADMX at a time: only the first was taken. Import templates takes all of them.");
    else if (others) told.push(`${others} other file${others === 1 ? "" : "s"} left out.`);
    document.querySelector("#drop .quiet").textContent = told.join(" ");
  }

  form.addEventListener("filesdropped", (event) => accept(event.detail));
  form.addEventListener("change", showWhatMatters);
  form.addEventListener("renewed", showWhatMatters);
  // A second click would ask for the same thing twice.
  form.addEventListener("submit", (event) => {
    form.querySelector(".buttons button").disabled = event.submitter?.name !== "preflight";
  });
  window.addEventListener("pageshow", () => {
    form.querySelector(".buttons button").disabled = false;
  });
  showWhatMatters();
})();
