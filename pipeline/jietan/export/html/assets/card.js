// One suggestion.
var PARTS = DATA.suggestions.scores;
var PART_CLASSES = PARTS.map(function (_, i) { return "part-" + (i % 8); });

// The change, additions and deletions marked; words whose source is known show it.
function changeText(s) {
  var node = el("p", {class: "law"});
  s.marks.forEach(function (mark) {
    var tag = mark[0] === "add" ? "ins" : mark[0] === "cut" ? "del" : mark[0] === "note" ? "b" : "span";
    var piece = el(tag, {}, mark[1]);
    if (mark[2] >= 0) { sourced(piece, s.sources[mark[2]]); }
    node.appendChild(piece);
  });
  return node;
}

function sourced(piece, source) {
  var quoted = source[2] >= 0;
  piece.className = "src" + (quoted ? " said" : "");
  piece.setAttribute("tabindex", "0");
  piece.setAttribute("aria-describedby", "tip");
  function show() { showTip(piece, source[0] + "：" + source[1] + (quoted ? "（点开看全文）" : "")); }
  piece.addEventListener("mouseenter", show);
  piece.addEventListener("focus", show);
  piece.addEventListener("mouseleave", hideTip);
  piece.addEventListener("blur", hideTip);
  if (!quoted) { return; }
  piece.setAttribute("role", "button");
  function open() { hideTip(); openDrawer("这些字的出处", {opinions: [source[2]]}); }
  piece.addEventListener("click", open);
  piece.addEventListener("keydown", function (event) {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(); }
  });
}

function showTip(anchor, text) {
  var tip = byId("tip"), box = anchor.getBoundingClientRect();
  tip.textContent = text;
  tip.hidden = false;
  var left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
  var below = box.bottom + tip.offsetHeight + 12 < window.innerHeight;
  tip.style.left = Math.max(8, left) + window.pageXOffset + "px";
  tip.style.top = (below ? box.bottom + 6 : box.top - tip.offsetHeight - 6) + window.pageYOffset + "px";
}

function hideTip() { byId("tip").hidden = true; }

function reasonText(s) {
  return el("p", {class: "reason"}, s.reason.map(function (part) {
    if (typeof part === "string") { return part; }
    var open = function () { openDrawer("意见 " + part[0], {comments: [part[1]]}); };
    return ["（", el("button", {type: "button", class: "cite", onclick: open}, part[0]), "）"];
  }));
}

function interval(s) {
  var total = DATA.suggestions.total, track = el("span", {class: "track", "aria-hidden": "true"}), range = el("i", {}), dot = el("b", {});
  range.style.left = percent(s.low - 1, total);
  range.style.width = percent(Math.max(1, s.high - s.low + 1), total);
  dot.style.left = percent(s.rank - 0.5, total);
  append(track, [range, dot]);
  return el("p", {class: "interval"}, "名次区间 ", el("b", {}, s.low === s.high ? String(s.low) : s.low + "—" + s.high), track);
}

function scoreLine(s) {
  var words = PARTS.map(function (name, i) { return el("span", {}, el("i", {class: "key " + PART_CLASSES[i], "aria-hidden": "true"}), name + " " + s.parts[i].toFixed(3)); });
  return el("div", {class: "score"}, el("p", {}, "得分 ", el("b", {}, s.score.toFixed(3))), bar(s.parts, 1, PARTS, PART_CLASSES),
    el("p", {class: "score-words"}, words), s.why ? el("p", {class: "score-words"}, s.why) : null);
}

// How many ask for a suggestion that is only named, with their words.
function peopleOf(s) {
  var title = "建议 " + s.rank + "：" + s.title;
  return ["（", count(s.n[2], " 人", title, openOpinions(title, s.ops, s.n[0])), "）"];
}

function conflictLine(s) {
  if (!s.conflicts.length) { return null; }
  var links = s.conflicts.map(function (pair) {
    var rank = pair[0], other = suggestionAt(rank);
    return el("li", {}, el("a", {href: "#s-" + rank}, "建议 " + rank + (other ? "：" + other.title : "")), other ? peopleOf(other) : null, "：" + pair[1]);
  });
  return el("div", {class: "conflict"}, el("b", {}, "相反意见，请一并研究"), el("ul", {}, links));
}

// Articles that must be looked at too, higher law, and what is outside local power.
function bearings(s) {
  function part(title, lines) {
    return lines.length ? el("div", {class: "why"}, el("h4", {}, title), el("ul", {}, lines.map(function (t) { return el("li", {}, t); }))) : null;
  }
  return [part("须一并研究的条文", s.follow), part("相关上位法", s.higher), part("超出地方立法权限", s.beyond ? [s.beyond + "。宜作为代表建议提出。"] : [])];
}

function sourcesBlock(s) {
  if (!s.sources.length && !s.exchanged.length) { return null; }
  var rows = s.sources.map(function (source) {
    var open = function () { openDrawer("这些字的出处", {opinions: [source[2]]}); };
    return el("li", {}, el("span", {class: "chip"}, source[0]), source[2] >= 0 ?
      el("button", {type: "button", class: "cite", onclick: open}, source[1]) : source[1]);
  });
  s.exchanged.forEach(function (text) { rows.push(el("li", {}, el("span", {class: "chip"}, "词表换词"), text)); });
  return el("details", {class: "sources"}, el("summary", {}, "这些字从哪里来"), el("ul", {}, rows));
}

// Where the support comes from, each place leading to its comments.
function streetsBlock(s, title) {
  var most = s.streets.slice(0, 4).map(function (p) {
    var name = streetName(p[0]), keep = function (row) { return DATA.points[row[2]][1] === DATA.streets[p[0]]; };
    return count(p[1], " 件", title + "，" + name, function () { openDrawer(title + "（" + name + "）", {opinions: expand(s.ops), keepComment: keep}); }, name + " ");
  });
  return el("span", {class: "streets"}, join(most, "、"), s.streets.length > 4 ? "等 " + s.streets.length + " 处" : "");
}

function copiesChip(s, title) {
  if (!s.copies) { return null; }
  var keep = function (row) { return !!row[5]; };
  return el("span", {class: "chip warm"}, "集中投递 ", count(s.copies, " 件", title + "，集中投递", function () { openDrawer(title + "（集中投递）", {opinions: expand(s.ops), keepComment: keep}); }));
}

function suggestionCard(s) {
  var title = "建议 " + s.rank + "：" + s.title, open = openOpinions(title, s.ops, s.n[0]);
  var theme = DATA.themes[s.theme];
  return el("article", {class: "card suggestion", id: "s-" + s.rank, tabindex: "-1"},
    el("header", {},
      el("span", {class: "rank", "aria-label": "第 " + s.rank + " 名"}, String(s.rank)),
      el("div", {class: "card-title"},
        el("p", {class: "where"}, el("b", {}, s.place), s.op && el("span", {class: "chip"}, s.op),
          el("span", {class: "chip " + (s.drafted ? "good" : "warm")}, s.drafted ? "拟出条文" : "立法要点"), s.beyond && el("span", {class: "chip warm"}, "超出地方立法权限"), s.status && el("span", {class: "chip"}, s.status)),
        el("h3", {}, s.title))),
    el("div", {class: "sides"},
      el("div", {class: "side"}, el("h4", {}, "原文"), el("p", {class: "law"}, s.original)),
      el("div", {class: "side"}, el("h4", {}, "建议修改为"), changeText(s), sourcesBlock(s))),
    el("div", {class: "why"}, el("h4", {}, "理由"), reasonText(s)),
    s.reviewed.length ? el("div", {class: "why"}, el("h4", {}, "审核情况"), el("ul", {}, s.reviewed.map(function (t) { return el("li", {}, t); }))) : null,
    conflictLine(s),
    bearings(s),
    el("footer", {},
      el("p", {class: "tally"}, count(s.n[2], " 人", title, open), count(s.n[0], " 条观点", title, open), count(s.n[1], " 件意见", title, open),
        count(s.n[3], " 个采集点", title, open), copiesChip(s, title), streetsBlock(s, title)),
      el("div", {class: "measure"}, scoreLine(s), interval(s)),
      theme ? el("p", {class: "small"}, "主题：", el("a", {href: "#t-" + s.theme}, theme.title)) : null));
}
