// The comments themselves: read from the page, or from files beside it, and shown in the drawer.
var EVIDENCE = {parts: [], waiting: {}, inline: false, first: []};

(function () {
  var at = 0;
  EVIDENCE.first = DATA.counts.map(function (n) { var here = at; at += n; return here; });
  EVIDENCE.inline = byId("evidence").textContent.slice(0, 4) !== "null";
  window.jietanEvidence = function (number, rows) { EVIDENCE.parts[number] = rows; };
})();

function commentOf(opinion) {
  var low = 0, high = EVIDENCE.first.length - 1;
  while (low < high) {
    var middle = (low + high + 1) >> 1;
    if (EVIDENCE.first[middle] <= opinion) { low = middle; } else { high = middle - 1; }
  }
  return low;
}

// The comment, or undefined while its file is not here; what the page itself holds is read when it is first wanted.
function readComment(number) {
  if (EVIDENCE.inline && !EVIDENCE.parts.length) { EVIDENCE.parts = JSON.parse(byId("evidence").textContent); }
  var part = EVIDENCE.parts[Math.floor(number / DATA.perFile)];
  return part && part[number % DATA.perFile];
}

function loadPart(number, done) {
  var waiting = EVIDENCE.waiting[number];
  if (waiting) { waiting.push(done); return; }
  EVIDENCE.waiting[number] = [done];
  var script = el("script", {src: "report_files/evidence-" + number + ".js"});
  function finish() {
    var all = EVIDENCE.waiting[number];
    delete EVIDENCE.waiting[number];
    all.forEach(function (f) { f(!!EVIDENCE.parts[number]); });
  }
  script.onload = finish;
  script.onerror = finish;
  document.head.appendChild(script);
}

// Call done(true) when these comments can be read, done(false) when their file is missing.
function withComments(numbers, done) {
  if (EVIDENCE.inline) { done(true); return; }
  var wanted = {};
  numbers.forEach(function (n) { wanted[Math.floor(n / DATA.perFile)] = true; });
  var missing = Object.keys(wanted).filter(function (p) { return !EVIDENCE.parts[p]; });
  var left = missing.length, good = true;
  if (!left) { done(true); return; }
  missing.forEach(function (part) {
    loadPart(part, function (ok) { good = good && ok; left -= 1; if (!left) { done(good); } });
  });
}

// A comment's text with its opinions: those asked for as marks, the others faintly.
function markedText(row, chosen) {
  var text = row[8], cuts = {0: true};
  cuts[text.length] = true;
  row[9].forEach(function (o) { cuts[o[0]] = true; cuts[o[0] + o[1]] = true; });
  var places = Object.keys(cuts).map(Number).sort(function (a, b) { return a - b; });
  var node = el("p", {class: "words"});
  for (var i = 0; i + 1 < places.length; i++) {
    var left = places[i], right = places[i + 1], hit = false, any = null;
    row[9].forEach(function (o, k) {
      if (o[0] <= left && right <= o[0] + o[1]) { any = o; hit = hit || !!(chosen && chosen[k]); }
    });
    var piece = text.slice(left, right);
    if (hit) { node.appendChild(el("mark", {}, piece)); }
    else if (any) { node.appendChild(el("span", {class: "other", title: opinionNote(any)}, piece)); }
    else { node.appendChild(document.createTextNode(piece)); }
  }
  return node;
}

function opinionNote(o) {
  return [DATA.kinds[o[2]], DATA.kinds[o[2]] === "理由" ? "" : STANCES[o[3]], o[5].join("、"), o[6]].filter(Boolean).join(" · ");
}

function commentCard(number, chosen) {
  var row = readComment(number), point = DATA.points[row[2]];
  var head = el("p", {class: "comment-head"}, el("b", {}, row[0]), el("span", {}, row[1]),
    el("span", {}, [point[1], point[0]].filter(Boolean).join(" ") || "来源未注明"), row[3] && el("span", {}, row[3]),
    row[7] && el("span", {}, row[7]),
    row[4] !== 0 && el("span", {class: "chip"}, TRIAGE[row[4]]), row[5] && el("span", {class: "chip warm"}, "集中投递 " + row[5]),
    row[6] && el("span", {class: "chip"}, "同 " + row[6]));
  var notes = el("ul", {class: "notes"});
  row[9].forEach(function (o, k) {
    if (!chosen || !chosen[k]) { return; }
    var made = o[7].map(function (rank) { return jump("#s-" + rank, "建议 " + rank); });
    var words = row[8].slice(o[0], o[0] + Math.min(o[1], 16)) + (o[1] > 16 ? "……" : "");
    notes.appendChild(el("li", {}, "“" + words + "”：" + opinionNote(o), made.length ? [" · 写入 ", join(made, "、")] : ""));
  });
  return el("article", {class: "comment"}, head, markedText(row, chosen), notes.firstChild ? notes : null);
}

function join(nodes, between) {
  var out = [];
  nodes.forEach(function (n, i) { if (i) { out.push(between); } out.push(n); });
  return out;
}

function jump(target, label) {
  return el("a", {href: target, onclick: function () { closeDrawer(); }}, label);
}

var drawerFrom = null;

// Show the comments behind something: opinions (numbers of opinions) or comments (numbers of comments).
function openDrawer(title, reference, total) {
  var chosen = {}, order = [];
  (reference.opinions || []).forEach(function (o) {
    var c = commentOf(o);
    if (!chosen[c]) { chosen[c] = {}; order.push(c); }
    chosen[c][o - EVIDENCE.first[c]] = true;
  });
  if (reference.comments) { order = reference.comments; }
  if (byId("drawer").hidden) { drawerFrom = document.activeElement; }
  byId("drawer-title").textContent = title;
  byId("drawer").hidden = byId("veil").hidden = false;
  document.documentElement.classList.add("held");
  var list = byId("drawer-list");
  clear(list).appendChild(el("p", {class: "small"}, "正在读取……"));
  byId("drawer-note").textContent = "";
  byId("drawer-close").focus();
  withComments(order, function (good) {
    if (!good) {
      clear(list).appendChild(el("p", {class: "warning"}, "原话存放在旁边的 report_files 文件夹里，没有找到。请把它和 report.html 放在一起再打开。"));
      return;
    }
    if (reference.keepComment) {
      order = order.filter(function (c) { return reference.keepComment(readComment(c)); });
    }
    if (reference.keep) {
      order = order.filter(function (c) {
        var ops = readComment(c)[9], any = false;
        Object.keys(chosen[c]).forEach(function (k) { if (reference.keep(ops[k])) { any = true; } else { delete chosen[c][k]; } });
        return any;
      });
    }
    var opinions = order.reduce(function (sum, c) { return sum + Object.keys(chosen[c] || {}).length; }, 0);
    var given = reference.comments ? order.length : opinions;
    byId("drawer-note").textContent = (opinions ? opinions + " 个观点，出自 " : "共 ") + order.length + " 件意见。姓名等个人信息已经遮盖。" +
      (total && given < total ? "只列出前 " + given + " 条，其余见《意见汇总表》。" : "");
    new Paged(list, function (c) { return commentCard(c, chosen[c]); }, 20).show(order);
  });
}

function closeDrawer() {
  if (byId("drawer").hidden) { return; }
  byId("drawer").hidden = byId("veil").hidden = true;
  document.documentElement.classList.remove("held");
  if (drawerFrom && drawerFrom.focus) { drawerFrom.focus(); }
}

function openOpinions(title, deltas, total, keep) {
  return function () { openDrawer(title, {opinions: expand(deltas), keep: keep}, total); };
}

function openComments(title, deltas, total) {
  return function () { openDrawer(title, {comments: expand(deltas)}, total); };
}

function keepStance(stance) { return function (o) { return o[3] === stance && DATA.kinds[o[2]] !== "理由"; }; }

// A quotation: words, opinion, masked name, place, comment.
function quotation(q) {
  var open = q[1] < 0 ? null : function () { openDrawer("意见 " + q[4], {opinions: [q[1]]}); };
  var source = [q[4], q[3], q[2]].filter(Boolean).join("，");
  return el("blockquote", {class: "quote"}, el("span", {}, "“" + q[0] + "”" + (q[5] || "")),
    open ? el("button", {type: "button", class: "cite", title: "看全文", onclick: open}, source) : el("span", {class: "cite"}, source));
}

(function () {
  byId("drawer-close").addEventListener("click", closeDrawer);
  byId("veil").addEventListener("click", closeDrawer);
  byId("drawer").addEventListener("keydown", function (event) {
    if (event.key === "Escape") { closeDrawer(); return; }
    if (event.key !== "Tab") { return; }
    var inside = byId("drawer").querySelectorAll("button, a[href], [tabindex='0']");
    var edge = event.shiftKey ? inside[0] : inside[inside.length - 1];
    if (document.activeElement === edge) { event.preventDefault(); (event.shiftKey ? inside[inside.length - 1] : inside[0]).focus(); }
  });
})();
