// The tree of themes with both sides, and the long tail.
function childrenOf(number) {
  return DATA.themes.map(function (_, i) { return i; }).filter(function (i) { return DATA.themes[i].parent === number; });
}

// Opinions of a theme by stance; the last list holds sentences that only give reasons.
function themeOpinions(number, which) {
  var t = DATA.themes[number], out = t.ops.length ? expand(t.ops[which]) : [];
  childrenOf(number).forEach(function (c) { out = out.concat(themeOpinions(c, which)); });
  return out.sort(function (a, b) { return a - b; });
}

function allThemeOpinions(number) {
  var out = [];
  for (var i = 0; i < 5; i++) { out = out.concat(themeOpinions(number, i)); }
  return out.sort(function (a, b) { return a - b; });
}

function sideColumn(number, i) {
  var t = DATA.themes[number], side = t.sides[i], title = t.title + "：" + STANCES[i];
  var open = function () { openDrawer(title, {opinions: themeOpinions(number, i)}, t.stances[i]); };
  return el("div", {class: "side-column " + STANCE_KEYS[i]}, el("h4", {}, STANCES[i]),
    side ? [el("p", {class: "tally"}, count(side[1], " 人", title, open), count(side[2], " 个采集点", title, open), count(t.stances[i], " 条", title, open)),
      side[3] ? quotation(side[3]) : null] : el("p", {class: "small"}, "没有"));
}

function themeBody(number) {
  var t = DATA.themes[number], children = childrenOf(number);
  var single = children.length === 1 ? children[0] : null;
  var open = function () { openDrawer(t.title, {opinions: allThemeOpinions(number)}, t.n[1]); };
  var own = t.made.concat(single === null ? [] : DATA.themes[single].made);
  var made = own.map(function (rank) {
    var s = suggestionAt(rank);
    return el("li", {}, el("a", {href: "#s-" + rank}, "建议 " + rank), s ? " " + s.place + " " + s.title : "");
  });
  var related = single === null ? t.related : DATA.themes[single].related;
  var neutral = t.stances[3] ? count(t.stances[3], " 条疑问", t.title, function () { openDrawer(t.title + "：疑问", {opinions: themeOpinions(number, 3)}, t.stances[3]); }) : null;
  return [
    el("p", {class: "tally"}, count(t.n[1], " 条观点", t.title, open), count(t.n[2], " 件意见", t.title, open), count(t.n[3], " 人", t.title, open),
      count(t.n[4], " 个采集点", t.title, open), neutral, count(t.n[0], " 个不同诉求", t.title, open)),
    t.words.length ? el("p", {class: "small"}, "关键词：" + t.words.join("、") + (t.places ? "。意见最多的条文：" + t.places : "")) : null,
    t.conflicts.length ? el("p", {class: "conflict"}, el("b", {}, "对立主张：" + t.conflicts.join("；")), "（按用词找出，请核对原话）") : null,
    t.summary.length ? el("div", {class: "summary"}, t.summary.map(quotation)) : null,
    el("div", {class: "side-columns"}, [0, 1, 2].map(function (i) { return sideColumn(number, i); })),
    made.length ? el("details", {class: "inner"}, el("summary", {}, "立法建议 " + made.length + " 条"), el("ul", {class: "made"}, made)) : null,
    related.length ? el("details", {class: "inner"}, el("summary", {}, "相关上位法"), el("ul", {class: "made"}, related.map(function (r) { return el("li", {}, r[0] + "（" + r[1] + "）"); }))) : null,
    single === null ? children.map(themeNode) : el("p", {class: "small", id: "t-" + single, tabindex: "-1"}, "分主题只有一个：" + DATA.themes[single].title)];
}

function themeNode(number) {
  var t = DATA.themes[number], sum = t.stances.reduce(function (a, b) { return a + b; }, 0);
  var node = el("details", {class: "theme" + (t.parent >= 0 ? " sub" : ""), id: "t-" + number, tabindex: "-1"},
    el("summary", {}, el("span", {class: "theme-title"}, t.title), bar(t.stances, sum, STANCES, STANCE_KEYS),
      el("span", {class: "theme-n"}, t.n[3] + " 人"),
      el("span", {class: "theme-s"}, [0, 1, 2].filter(function (i) { return t.stances[i]; }).map(function (i) { return STANCES[i] + t.stances[i]; }).join(" "))));
  node.addEventListener("toggle", function () { if (node.open) { fillTheme(node, number); } });
  return node;
}

function fillTheme(node, number) {
  if (!node.dataset.filled) { node.dataset.filled = "1"; node.appendChild(el("div", {class: "theme-body"}, themeBody(number))); }
}

function openTheme(number) {
  var chain = [];
  for (var i = number; i >= 0; i = DATA.themes[i].parent) { chain.unshift(i); }
  chain.forEach(function (i) {
    var node = byId("t-" + i);
    if (node && node.tagName === "DETAILS") { fillTheme(node, i); node.open = true; }
  });
  return byId("t-" + number);
}

function openAllThemes() { DATA.themes.slice(0, 400).forEach(function (_, i) { openTheme(i); }); }

function showThemes() {
  if (!DATA.themes.length) { byId("theme-tree").appendChild(el("p", {class: "small"}, "没有形成主题，意见都在“长尾意见”里。")); }
  childrenOf(-1).forEach(function (i) { byId("theme-tree").appendChild(themeNode(i)); });
  byId("themes-open").addEventListener("click", openAllThemes);
  byId("themes-close").addEventListener("click", function () {
    Array.prototype.forEach.call(byId("theme-tree").querySelectorAll("details"), function (d) { d.open = false; });
  });
}

function tailItem(row) {
  var made = row[3].map(function (rank) { return el("a", {href: "#s-" + rank}, "建议 " + rank); });
  var q = row[0], node = quotation(q);
  if (q[1] < 0) {
    var cite = node.lastChild, open = function () { openDrawer("意见 " + q[4], {comments: [row[4]]}); };
    node.replaceChild(el("button", {type: "button", class: "cite", onclick: open}, cite.textContent), cite);
  }
  append(node, el("span", {class: "tail-notes"}, row[2] && el("span", {class: "chip"}, row[2]),
    row[1].map(function (m) { return el("span", {class: "chip good"}, m); }), made.length ? ["已写入", join(made, "、")] : null));
  return node;
}

var tailList = new Paged(byId("tail-list"), tailItem, 40);

function showTail() {
  var rows = DATA.tail.rows;
  if (!rows.length) { byId("tail-list").appendChild(el("p", {class: "small"}, "没有长尾意见。")); return; }
  tailList.show(rows);
  if (DATA.tail.total > rows.length) {
    byId("part-tail").insertBefore(el("p", {class: "small"}, "共 " + DATA.tail.total + " 条，这里列出前 " + rows.length + " 条，全部见《意见汇总表》。"), byId("tail-list"));
  }
}
