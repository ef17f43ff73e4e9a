// Streets and points, and the front page.
function placeRow(row, most, tag) {
  var title = row.name, open = openComments(title + "的来件", row.comments, row.n[0]), length = el("i", {class: "length", "aria-hidden": "true"});
  length.style.width = percent(row.n[0], most);
  return el(tag, {class: "place"}, el("span", {class: "place-name"}, row.name), el("span", {class: "place-bar"}, length),
    el("span", {class: "place-n"}, count(row.n[0], " 件", title, open), count(row.n[1], " 人", title, open)));
}

function showPlaces() {
  var most = DATA.places.reduce(function (m, s) { return Math.max(m, s.n[0]); }, 1), list = byId("place-list");
  DATA.places.forEach(function (street) {
    var inner = el("div", {class: "points"}, street.points.map(function (p) { return placeRow(p, most, "div"); }));
    list.appendChild(el("div", {class: "street"}, placeRow(street, most, "div"),
      street.points.length > 1 || street.points.some(function (p) { return p.name !== "未注明" && p.name !== street.name; }) ?
        el("details", {}, el("summary", {}, "采集点 " + street.points.length + " 个"), inner) : null));
  });
  showCollection();
}

function everyComment() { return DATA.counts.map(function (_, i) { return i; }); }

function figure(number, unit, label, note, target) {
  var inner = [el("span", {class: "figure-n"}, String(number), el("small", {}, unit)), el("span", {class: "figure-label"}, label), note ? el("span", {class: "figure-note"}, note) : null];
  if (typeof target === "string") { return el("a", {class: "figure", href: target}, inner); }
  return target ? el("button", {type: "button", class: "figure", onclick: target}, inner) : el("div", {class: "figure"}, inner);
}

function showFigures() {
  var n = DATA.figures.n, box = byId("figures"), streets = DATA.streets.filter(Boolean).length;
  var all = function () { openDrawer("全部来件", {comments: everyComment()}, n.n_comments); };
  append(box, [
    figure(n.n_comments, "件", "意见", n.n_people + " 人提出", all),
    figure(n.n_opinions, "条", "观点", "逐字摘自来件", "#comments"),
    figure(n.n_points, "个", "采集点", streets ? streets + " 个街镇" : "", "#places"),
    n.n_articles ? figure(n.n_articles_named, "条", "有意见的条文", "草案共 " + n.n_articles + " 条", "#articles") : figure("—", "", "没有草案", "只对应现行法律", "#articles"),
    figure(n.n_themes, "个", "主题", n.n_subthemes ? "分主题 " + n.n_subthemes + " 个" : "", "#themes"),
    figure(n.n_suggestions, "条", "立法建议", "拟出条文 " + n.n_drafted + " 条", "#suggestions"),
    figure(n.n_long_tail, "条", "长尾意见", "请逐条过目", "#tail"),
    figure(n.n_rejects, "条", "未处理", "逐条写明原因", "#rejects")]);
}

function showFront() {
  showFigures();
  ROWS.slice(0, 5).forEach(function (s) {
    byId("front-suggestions").appendChild(el("li", {}, el("a", {href: "#s-" + s.rank}, s.place + "：" + s.title), " ",
      count(s.n[2], " 人", "建议 " + s.rank, openOpinions("建议 " + s.rank, s.ops, s.n[0]))));
  });
  if (!ROWS.length) { append(byId("front-suggestions").parentNode, el("p", {class: "small"}, "没有形成立法建议。")); }
  childrenOf(-1).slice(0, 8).forEach(function (i) {
    var t = DATA.themes[i];
    byId("front-themes").appendChild(el("li", {}, el("a", {href: "#t-" + i}, t.title), " ",
      count(t.n[3], " 人", t.title, function () { openDrawer(t.title, {opinions: allThemeOpinions(i)}, t.n[1]); })));
  });
  if (!DATA.themes.length) { append(byId("front-themes").parentNode, el("p", {class: "small"}, "没有形成主题。")); }
  var most = DATA.figures.triage.reduce(function (m, t) { return Math.max(m, t[1]); }, 1);
  DATA.figures.triage.forEach(function (t) {
    var length = el("i", {class: "length", "aria-hidden": "true"});
    length.style.width = percent(t[1], most);
    byId("triage").appendChild(el("div", {class: "place"}, el("span", {class: "place-name"}, t[0]), el("span", {class: "place-bar"}, length),
      el("span", {class: "place-n"}, count(t[1], " 件", t[0], openComments(t[0], t[2], t[1])))));
  });
  showLetters();
}

function showLetters() {
  var box = byId("letters"), f = DATA.figures;
  append(box, f.letters.length ? el("p", {}, "有 " + f.letters.length + " 封内容相同的联名信，复制件照样计数，排序时折算。") : el("p", {}, "没有发现集中投递的联名信。"));
  append(box, el("ul", {class: "made"}, f.letters.slice(0, 12).map(function (l) {
    return el("li", {}, l[0] + " ", count(l[1], " 件", l[0], openComments("集中投递 " + l[0], l[3], l[1])), "（", count(l[2], " 人", l[0], openComments("集中投递 " + l[0], l[3], l[1])), "）");
  })));
  if (f.letters.length > 12) { append(box, el("p", {class: "small"}, "其余 " + (f.letters.length - 12) + " 封见《意见汇总表》。")); }
  append(box, el("p", {}, "重复件 ", count(f.n.n_duplicates, " 件", "重复件", openComments("重复件", f.copies, f.n.n_duplicates))));
}
