// The draft with opinions in the margin of each article.
function stanceCounts(title, stances, openOf) {
  var words = stances.map(function (n, i) {
    return n ? el("span", {class: "stance " + STANCE_KEYS[i]}, count(n, " 条" + STANCES[i], title, openOf(i))) : null;
  });
  return el("div", {class: "stances"}, bar(stances, stances.reduce(function (a, b) { return a + b; }, 0), STANCES, STANCE_KEYS), el("p", {}, words));
}

function articleMargin(a) {
  var title = a.label, open = openOpinions(title + "的意见", a.ops);
  if (!a.n[0]) { return el("aside", {class: "margin empty", "aria-label": title + "的意见"}, "没有意见"); }
  var made = a.made.map(function (rank) {
    var s = suggestionAt(rank);
    return el("li", {}, el("a", {href: "#s-" + rank}, "建议 " + rank), s ? [" " + s.title, peopleOf(s)] : null);
  });
  var shown = made.slice(0, 5), rest = made.slice(5);
  var themes = a.themes.slice(0, 3).map(function (t) { return el("a", {href: "#t-" + t[0]}, DATA.themes[t[0]].title + "（" + t[1] + "）"); });
  return el("aside", {class: "margin", "aria-label": title + "的意见"},
    el("p", {class: "tally"}, count(a.n[0], " 件意见", title, open), count(a.n[1], " 人", title, open)),
    stanceCounts(title, a.stances, function (i) { return openOpinions(title + "：" + STANCES[i], a.ops, 0, keepStance(i)); }),
    made.length ? el("ul", {class: "made"}, shown) : null,
    rest.length ? el("details", {}, el("summary", {}, "还有 " + rest.length + " 条建议"), el("ul", {class: "made"}, rest)) : null,
    a.voices.map(quotation),
    themes.length ? el("p", {class: "small"}, "主题：", join(themes, "、")) : null);
}

function articleBlock(a, i) {
  var text = a.isNew ? el("p", {class: "absent"}, "（草案无此规定）") : a.text.map(function (p) { return el("p", {class: "law"}, p); });
  var chapter = a.chapter && (i === 0 || DATA.articles[i - 1].chapter !== a.chapter && !(DATA.articles[i - 1].isNew && i > 1 && DATA.articles[i - 2].chapter === a.chapter));
  return el("div", {class: "stop"}, chapter ? el("h3", {class: "chapter"}, a.chapter) : null,
    el("article", {class: "article" + (a.isNew ? " new" : ""), id: "a-" + i, tabindex: "-1"},
      el("div", {class: "article-text"}, el("h4", {}, a.label), text), articleMargin(a)));
}

var articleList = new Paged(byId("article-list"), articleBlock, 40);

function showArticles() {
  var most = DATA.articles.reduce(function (m, a) { return Math.max(m, a.n[0]); }, 1);
  if (!DATA.articles.length) { byId("article-list").appendChild(el("p", {class: "small"}, "没有草案，也没有对应到现行法条文的意见。")); return; }
  DATA.articles.forEach(function (a, i) {
    var link = el("a", {href: "#a-" + i, class: a.n[0] ? "" : "quiet", title: a.n[0] + " 件意见"}, a.label.replace(/^第|条$/g, ""));
    link.style.setProperty("--heat", (a.n[0] / most * 0.5).toFixed(3));
    if (!a.isNew && i < 400) { byId("article-jump").appendChild(link); }
  });
  articleList.show(DATA.articles);
}
