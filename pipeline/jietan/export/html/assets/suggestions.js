// The list of suggestions: filters, search, order.
var ROWS = DATA.suggestions.rows;
var BY_RANK = {};
ROWS.forEach(function (s) { BY_RANK[s.rank] = s; });

function suggestionAt(rank) { return BY_RANK[rank]; }

var ARTICLE_ORDER = {};
DATA.articles.forEach(function (a, i) { if (!a.isNew && !(a.label in ARTICLE_ORDER)) { ARTICLE_ORDER[a.label] = i; } });
var haystacks = null;

// What is searched: the suggestion's own words, and the words of the opinions behind it where the page holds them.
function haystack(s) {
  haystacks = haystacks || {};
  if (!haystacks[s.rank]) {
    var own = [s.place, s.title, s.original, s.op, DATA.themes[s.theme] ? DATA.themes[s.theme].title : ""];
    s.marks.forEach(function (m) { own.push(m[0] === "cut" ? "" : m[1]); });
    own = own.join("\n") + s.marks.map(function (m) { return m[0] === "cut" ? "" : m[1]; }).join("");
    s.reason.forEach(function (p) { own += typeof p === "string" ? p : p[0]; });
    var said = "";
    if (EVIDENCE.inline) {
      said = expand(s.ops).map(function (o) {
        var c = commentOf(o), row = readComment(c), spot = row[9][o - EVIDENCE.first[c]];
        return row[0] + "\n" + row[8].substr(spot[0], spot[1]);
      }).join("\n");
    }
    haystacks[s.rank] = (own + "\n" + said).toLowerCase();
  }
  return haystacks[s.rank];
}

function fold(text) { return text.trim().toLowerCase(); }

function chosenFilters() {
  return {words: fold(byId("q").value).split(/\s+/).filter(Boolean), article: byId("f-article").value, theme: byId("f-theme").value,
    street: byId("f-street").value, op: byId("f-op").value, drafted: byId("f-drafted").checked, sort: byId("f-sort").value};
}

function passes(s, f) {
  if (f.drafted && !s.drafted) { return false; }
  if (f.op && s.op !== f.op) { return false; }
  if (f.article && !inArticle(s, f.article)) { return false; }
  if (f.theme && !inTheme(s.theme, Number(f.theme))) { return false; }
  if (f.street && !s.streets.some(function (p) { return String(p[0]) === f.street; })) { return false; }
  return f.words.every(function (w) { return haystack(s).indexOf(w) >= 0; });
}

function inArticle(s, wanted) {
  if (wanted.slice(0, 2) === "c:") { return chapterOf(s.article) === wanted.slice(2); }
  return "a:" + s.article === wanted;
}

function chapterOf(label) {
  var article = DATA.articles[ARTICLE_ORDER[label]];
  return article ? article.chapter : "";
}

function inTheme(theme, wanted) {
  while (theme >= 0) { if (theme === wanted) { return true; } theme = DATA.themes[theme].parent; }
  return false;
}

function byArticle(a, b) {
  var x = ARTICLE_ORDER[a.article], y = ARTICLE_ORDER[b.article];
  x = x === undefined ? 1e6 : x; y = y === undefined ? 1e6 : y;
  return x - y || a.rank - b.rank;
}

function fillFilters() {
  var articles = byId("f-article"), used = {}, group = null, chapter = null;
  ROWS.forEach(function (s) { used[s.article] = true; });
  append(articles, option("", "全部条文"));
  DATA.articles.forEach(function (a) {
    if (a.isNew || !used[a.label]) { return; }
    if (a.chapter && a.chapter !== chapter) {
      chapter = a.chapter;
      group = el("optgroup", {label: chapter}, option("c:" + chapter, chapter + "（全章）"));
      articles.appendChild(group);
    }
    (group || articles).appendChild(option("a:" + a.label, a.label));
  });
  if (used[""]) { articles.appendChild(option("a:", "未对应条文")); }
  append(byId("f-theme"), option("", "全部主题"));
  DATA.themes.forEach(function (t, i) { byId("f-theme").appendChild(option(i, (t.parent >= 0 ? "　└ " : "") + t.title)); });
  append(byId("f-street"), option("", "全部街镇"));
  DATA.streets.forEach(function (name, i) { byId("f-street").appendChild(option(i, name || "未注明")); });
  append(byId("f-op"), option("", "全部操作"));
  DATA.operations.forEach(function (name) { if (ROWS.some(function (s) { return s.op === name; })) { byId("f-op").appendChild(option(name, name)); } });
}

var suggestionList = new Paged(byId("list"), suggestionCard, 20);
var shownRanks = [];

function showSuggestions() {
  var filters = chosenFilters(), found = ROWS.filter(function (s) { return passes(s, filters); });
  if (filters.sort === "article") { found.sort(byArticle); }
  shownRanks = found.map(function (s) { return s.rank; });
  var all = found.length === ROWS.length;
  byId("found").textContent = !ROWS.length ? "没有形成立法建议。" + (DATA.articles.some(function (a) { return a.draft; }) ? "" : "没有给出草案时，只归纳主题、对应现行法律。") :
    (all ? "共 " : "找到 ") + found.length + " 条建议" + (all ? "" : "（全部 " + ROWS.length + " 条）") + "。" +
    (all && DATA.suggestions.total > ROWS.length ? "这里只列前 " + ROWS.length + " 条，全部 " + DATA.suggestions.total + " 条见《意见汇总表》。" : "") +
    (all && DATA.suggestions.rejected.length ? "审核后不采用的 " + DATA.suggestions.rejected.length + " 条另列在后面。" : "") +
    (filters.words.length && !EVIDENCE.inline ? "意见很多，这里只查建议本身的文字；查原话请用“全部来件”。" : "");
  suggestionList.show(found);
}

function revealSuggestion(rank) {
  if (shownRanks.indexOf(rank) < 0) { byId("filters").reset(); showSuggestions(); }
  suggestionList.upTo(shownRanks.indexOf(rank));
  return byId("s-" + rank);
}

function rejectedLine(s) {
  var title = "不采用的建议 " + s.rank + "：" + s.title;
  return el("li", {}, el("b", {}, s.place), "：" + s.title + "（", count(s.n, " 人", title, openOpinions(title, s.ops, s.ops.length)), "）",
    el("ul", {class: "small"}, s.reviewed.map(function (t) { return el("li", {}, t); })));
}

(function () {
  fillFilters();
  var gone = DATA.suggestions.rejected;
  byId("rejected").hidden = !gone.length;
  append(byId("rejected"), [el("summary", {}, "审核后不采用的 " + gone.length + " 条"), el("ul", {}, gone.map(rejectedLine))]);
  if (!ROWS.length) { byId("filters").hidden = true; document.querySelector("#part-suggestions .legend-line").hidden = true; }
  var timer = null;
  byId("q").addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(showSuggestions, 150); });
  byId("filters").addEventListener("change", showSuggestions);
  byId("filters").addEventListener("reset", function () { setTimeout(showSuggestions, 0); });
  byId("filters").addEventListener("submit", function (event) { event.preventDefault(); showSuggestions(); });
})();
