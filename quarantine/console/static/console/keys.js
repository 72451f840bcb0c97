// Keyboard keys of the queue and of one message. They can be switched off, act only outside fields, and never decide anything.
const STORE = "schoolgate-keys-off";
const rows = () => Array.from(document.querySelectorAll("[data-row]"));
let at = -1;

function off() {
  try { return localStorage.getItem(STORE) === "1"; } catch { return false; }
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  at = Math.max(0, Math.min(all.length - 1, at + step));
  all.forEach((row, i) => row.classList.toggle("sg-current", i === at));
  all[at].querySelector("a").focus();
}

function follow(name) {
  const link = document.querySelector(`[data-key="${name}"]`);
  if (!link) return;
  if (link.tagName === "A") link.click();
  else { link.focus(); link.scrollIntoView({ block: "center" }); }
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => { const box = rows()[at]?.querySelector("input[type=checkbox]"); if (box) box.click(); },
  u: () => follow("queue"),
  n: () => follow("next"),
  r: () => follow("release"),
  b: () => follow("return"),
  d: () => follow("delete"),
  v: () => follow("reveal"),
};

document.addEventListener("keydown", (event) => {
  if (off() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  const act = KEYS[event.key];
  if (act) { event.preventDefault(); act(); }
});

const toggle = document.querySelector("[data-keys-toggle]");
if (toggle) {
  toggle.checked = !off();
  toggle.addEventListener("change", () => {
    try { localStorage.setItem(STORE, toggle.checked ? "0" : "1"); } catch { toggle.checked = true; }
  });
}
