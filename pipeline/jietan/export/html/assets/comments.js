// Every comment received, with search; and what was not used.
var commentList = new Paged(byId("comment-list"), function (n) { return commentCard(n, null); }, 20);
var commentsShown = false;
/* More comments than this are searched by their file only when asked for by number. */
var SEARCHED = 20000;

function matches(row, words, triage, street) {
  if (triage !== "" && row[4] !== Number(triage)) { return false; }
  if (street !== "" && DATA.points[row[2]][1] !== DATA.streets[Number(street)]) { return false; }
  var text = (row[0] + "\n" + row[1] + "\n" + DATA.points[row[2]].join("\n") + "\n" + row[8]).toLowerCase();
  return words.every(function (w) { return text.indexOf(w) >= 0; });
}

function showComments() {
  var words = fold(byId("cq").value).split(/\s+/).filter(Boolean), triage = byId("c-triage").value, street = byId("c-street").value;
  var all = everyComment(), plain = !words.length && triage === "" && street === "", status = byId("c-found");
  if (plain && !EVIDENCE.inline) { all = all.slice(0, DATA.perFile); }
  if (!plain && !EVIDENCE.inline && all.length > SEARCHED) { all = all.slice(0, SEARCHED); }
  status.textContent = "正在查找……";
  withComments(all, function (good) {
    if (!good) { status.textContent = "来件存放在旁边的 report_files 文件夹里，没有找到。请把它和 report.html 放在一起再打开。"; return; }
    var found = all.filter(function (n) { return plain || matches(readComment(n), words, triage, street); });
    status.textContent = (plain ? "共 " + DATA.counts.length + " 件" : "找到 " + found.length + " 件") +
      (all.length < DATA.counts.length ? "（意见很多，这里只" + (plain ? "列出" : "查找") + "前 " + all.length + " 件，全部见《意见汇总表》）" : "") + "。点线标出的是摘出的观点。";
    commentList.show(found);
  });
}

function showRejects() {
  var rows = DATA.rejects, total = DATA.figures.n.n_rejects;
  if (!rows.length) { return; }
  var body = rows.map(function (r) {
    var open = function () { openDrawer("意见 " + r[0], {comments: [r[1]]}); };
    return el("tr", {}, el("td", {}, r[1] >= 0 ? el("button", {type: "button", class: "cite", onclick: open}, r[0]) : r[0] || "—"), el("td", {}, r[2]), el("td", {}, r[3]), el("td", {}, r[4] + (r[5] === "" ? "" : " 第 " + r[5] + " 行")));
  });
  append(byId("rejects"), [el("h3", {}, "未处理 " + total + " 条"), el("div", {class: "scroll"}, el("table", {},
    el("thead", {}, el("tr", {}, ["意见编号", "环节", "原因", "出处"].map(function (h) { return el("th", {scope: "col"}, h); }))), el("tbody", {}, body))),
    total > rows.length ? el("p", {class: "small"}, "这里列出前 " + rows.length + " 条，全部见《意见汇总表》。") : null]);
}

function startComments() {
  if (!commentsShown) { commentsShown = true; showComments(); }
}

(function () {
  append(byId("c-triage"), option("", "全部"));
  TRIAGE.forEach(function (t, i) { byId("c-triage").appendChild(option(i, t)); });
  append(byId("c-street"), option("", "全部街镇"));
  DATA.streets.forEach(function (name, i) { byId("c-street").appendChild(option(i, name || "未注明")); });
  var timer = null;
  byId("cq").addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(showComments, 200); });
  byId("comment-filters").addEventListener("change", showComments);
  byId("comment-filters").addEventListener("reset", function () { setTimeout(showComments, 0); });
  byId("comment-filters").addEventListener("submit", function (event) { event.preventDefault(); showComments(); });
})();
