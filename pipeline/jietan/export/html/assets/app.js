// Which part is in sight, the tone, printing.
var STARTS = {front: showFront, suggestions: showSuggestions, articles: showArticles, themes: showThemes, map: function () { drawMap(byId("map-body")); },
  places: showPlaces, tail: showTail, comments: function () { showRejects(); startComments(); }, about: function () {}};
var started = {};

function part(name) { return byId("part-" + name); }

function start(name) { if (!started[name]) { started[name] = true; STARTS[name](); } }

function goTo(name) {
  Object.keys(STARTS).forEach(function (other) { part(other).hidden = other !== name; });
  Array.prototype.forEach.call(byId("nav").querySelectorAll("a"), function (link) {
    if (link.getAttribute("href") === "#" + name) { link.setAttribute("aria-current", "page"); byId("nav").scrollLeft = link.offsetLeft - 80; } else { link.removeAttribute("aria-current"); }
  });
  start(name);
}

function reveal(target) {
  if (!target) { return; }
  target.scrollIntoView({block: "start"});
  target.focus({preventScroll: true});
  target.classList.add("hit");
  setTimeout(function () { target.classList.remove("hit"); }, 1800);
}

function route() {
  var hash = window.location.hash.slice(1), parts = /^([sat])-(\d+)$/.exec(hash);
  hideTip();
  if (parts) {
    var number = Number(parts[2]);
    goTo({s: "suggestions", a: "articles", t: "themes"}[parts[1]]);
    if (parts[1] === "s") { reveal(revealSuggestion(number)); }
    if (parts[1] === "a") { articleList.upTo(number); reveal(byId("a-" + number)); }
    if (parts[1] === "t") { reveal(openTheme(number)); }
  } else if (hash === "rejects") { goTo("comments"); reveal(byId("rejects")); }
  else if (hash !== "main") { goTo(STARTS[hash] ? hash : "front"); window.scrollTo(0, 0); }
}

function fullyShown(name) {
  if (name === "suggestions") { suggestionList.all(); }
  if (name === "articles") { articleList.all(); }
  if (name === "themes") { openAllThemes(); }
  if (name === "tail") { tailList.all(); }
  if (name === "places") { Array.prototype.forEach.call(document.querySelectorAll("#place-list details"), function (d) { d.open = true; }); }
}

function prepare(names) { names.forEach(function (name) { start(name); fullyShown(name); }); }

function printAll() {
  var hidden = Object.keys(STARTS).filter(function (n) { return part(n).hidden; }), most = ["comments"];
  prepare(Object.keys(STARTS).filter(function (n) { return most.indexOf(n) < 0; }));
  hidden.forEach(function (n) { if (most.indexOf(n) < 0) { part(n).hidden = false; } });
  window.print();
  hidden.forEach(function (n) { part(n).hidden = true; });
}

function current() { return Object.keys(STARTS).filter(function (n) { return !part(n).hidden; }); }

function remember(key, value) { try { if (value === undefined) { return window.localStorage.getItem(key); } window.localStorage.setItem(key, value); } catch (error) { return null; } return null; }

function tone(dark) {
  document.documentElement.setAttribute("data-tone", dark ? "dark" : "light");
  byId("tone").setAttribute("aria-pressed", dark ? "true" : "false");
}

(function () {
  var asked = remember("jietan-tone"), dark = window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches;
  tone(asked ? asked === "dark" : dark);
  byId("tone").addEventListener("click", function () {
    var now = byId("tone").getAttribute("aria-pressed") !== "true";
    tone(now);
    remember("jietan-tone", now ? "dark" : "light");
  });
  byId("print-one").addEventListener("click", function () { window.print(); });
  byId("print-all").addEventListener("click", printAll);
  window.addEventListener("beforeprint", function () { closeDrawer(); prepare(current()); });
  window.addEventListener("hashchange", function () { closeDrawer(); route(); });
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === window.location.hash) { closeDrawer(); route(); }
  });
  route();
  document.documentElement.setAttribute("data-ready", "1");
})();
