// What a page may not have, found in the browser that shows it. Returns a list per kind.
const low = arguments[0];
const parts = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3]));
const channel = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
const shine = ([r, g, b]) =>
  .2126 * channel(r / 255) + .7152 * channel(g / 255) + .0722 * channel(b / 255);
const ground = e => {
  for (; e; e = e.parentElement) {
    const c = parts(getComputedStyle(e).backgroundColor);
    if (c[3] > .99) return c;
  }
  return [255, 255, 255, 1];
};
const unreadable = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const e = walk.currentNode.parentElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
  const hidden = s.visibility === "hidden" || s.display === "none" || box.width < 2 || box.right < 0;
  if (!walk.currentNode.data.trim() || hidden || e.closest("title, option, script")) continue;
  const svg = e.closest("svg"), back = ground(e);
  const a = shine(over(parts(svg ? s.fill : s.color), back)), b = shine(back);
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
  const size = parseFloat(s.fontSize) * scale;
  if (ratio < 4.5 || size < 12) unreadable.push([e.textContent.slice(0, 40), ratio, size]);
}
const controls = "button, input:not([type=hidden]), select, nav a, th a";
const small = [...document.querySelectorAll(controls)].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width && box.height < low;
});
const nameless = [...document.querySelectorAll("input:not([type=hidden]), select, button, a")].filter(
  e => !(e.labels && e.labels.length) && !e.textContent.trim() && !e.getAttribute("aria-label"));
const cut = [...document.querySelectorAll("main *")].filter(e => e.clientWidth
  && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible"
  && !e.matches("input, select"));
const told = list => list.map(e => e.outerHTML.slice(0, 80));
const page = document.documentElement;
return {
  unreadable, small: told(small), nameless: told(nameless), cut: told(cut),
  wide: Math.max(0, page.scrollWidth - page.clientWidth),
  headings: document.querySelectorAll("h1").length - 1,
};
