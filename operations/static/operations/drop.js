"use strict";
// Turns what is dropped on #drop, whole folders too, into one "filesdropped" event on its form.
(() => {
  const form = document.getElementById("drop").form || document.getElementById("drop").closest("form");

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

  const onDrop = (event) => (event.target.closest ? event.target.closest("#drop") : null);
  for (const kind of ["dragenter", "dragover"]) {
    form.addEventListener(kind, (event) => {
      const drop = onDrop(event);
      if (!drop) return;
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  form.addEventListener("dragleave", (event) => onDrop(event)?.classList.remove("over"));
  form.addEventListener("drop", async (event) => {
    const drop = onDrop(event);
    if (!drop) return;
    event.preventDefault();
    drop.classList.remove("over");
    const found = [];
    // Both lists are emptied as soon as this function first waits.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
    const files = [...event.dataTransfer.files];
    if (entries.some((entry) => entry)) {
      for (const entry of entries) if (entry) await walk(entry, "", found);
    } else {
      for (const file of files) found.push({ file, path: file.name });
    }
    form.dispatchEvent(new CustomEvent("filesdropped", { detail: found }));
  });

  const show = () => {
    document.getElementById("drop").hidden = false;
  };
  form.addEventListener("renewed", show);
  show();
})();
