// Keys press the buttons that name them; everything works without.
"use strict";
(() => {
  const on = document.getElementById("keys-on");
  const show = () => document.documentElement.classList.toggle("keys", !on || on.checked);
  if (on) {
    try { on.checked = localStorage.getItem("keys") !== "off"; } catch { /* storage is closed: keys are on */ }
    on.addEventListener("change", () => {
      show();
      try { localStorage.setItem("keys", on.checked ? "on" : "off"); } catch { /* as above */ }
    });
    on.closest("[hidden]").hidden = false;
  }
  show();
  let gone = false; // one page, one decision
  document.addEventListener("submit", (e) => {
    if (gone) e.preventDefault();
    gone = true;
  });
  window.addEventListener("pageshow", () => { gone = false; });
  document.addEventListener("keydown", (e) => {
    if (gone || e.repeat || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || (on && !on.checked)) return;
    const key = e.key.toLowerCase();
    for (const b of document.querySelectorAll("[data-keys]")) {
      if (b.dataset.keys.split(" ").includes(key)) {
        e.preventDefault();
        b.click();
        return;
      }
    }
  });
})();
