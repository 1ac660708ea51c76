"use strict";
// Collects dropped and chosen files, and tells the server the folders they lay in.
(() => {
  const form = document.getElementById("import-templates");
  const collected = new Map();
  const INTERESTING = /\.(admx|adml|zip)$/i;

  function take(found) {
    const interesting = found.filter(({ path }) => INTERESTING.test(path));
    const again = interesting.filter(({ path }) => collected.has(path)).map(({ path }) => path);
    for (const { file, path } of interesting) collected.set(path, file);
    show();
    const others = found.length - interesting.length;
    const told = [`${interesting.length} file${interesting.length === 1 ? "" : "s"} taken.`];
    if (others) told.push(`${others} of another kind left out.`);
    if (again.length) {
      told.push(`${again.join(", ")} replaced what had the same name: drop language folders to keep several languages.`);
    }
    document.querySelector("#drop .quiet").textContent = told.join(" ");
  }

  function show() {
    const transfer = new DataTransfer();
    for (const file of collected.values()) transfer.items.add(file);
    form.elements.templates.files = transfer.files;
    form.elements.paths.value = JSON.stringify([...collected.keys()]);
    const chosen = document.getElementById("chosen");
    const list = chosen.querySelector("ul");
    const count = (kind) => [...collected.keys()].filter((path) => path.toLowerCase().endsWith(kind)).length;
    const zips = count(".zip") ? `, ${count(".zip")} zip` : "";
    chosen.querySelector("h2").textContent = `${count(".admx")} ADMX, ${count(".adml")} ADML${zips} chosen`;
    chosen.hidden = !collected.size;
    list.replaceChildren(
      ...[...collected.keys()].filter((path) => !path.toLowerCase().endsWith(".adml")).map((path) => {
        const row = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "plain";
        button.textContent = "Leave out";
        button.setAttribute("aria-label", `Leave out ${path}`);
        button.addEventListener("click", () => leaveOut(path));
        row.append(path, " ", button);
        return row;
      }),
    );
  }

  function leaveOut(path) {
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    const language = `${path.split("/").at(-1).replace(/\.[^.]*$/, "")}.adml`.toLowerCase();
    for (const other of [...collected.keys()]) {
      const isItsLanguage = other.startsWith(folder) && other.toLowerCase().split("/").at(-1) === language;
      if (other === path || isItsLanguage) collected.delete(other);
    }
    show();
  }

  form.addEventListener("filesdropped", (event) => take(event.detail));
  form.addEventListener("change", (event) => {
    if (event.target.id === "folder") {
      take([...event.target.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
    } else if (event.target === form.elements.templates) {
      // The browser replaces what this field held; what was collected before stays.
      take([...event.target.files].map((file) => ({ file, path: file.name })));
    }
  });
  form.addEventListener("renewed", show);
})();
