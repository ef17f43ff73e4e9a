// The form: one opinion after the other, kept in memory only, saved as csv.
var DATA = JSON.parse(document.getElementById("data").textContent);
var rows = [], saved = true, made = 0;

function byId(id) { return document.getElementById(id); }

function fill(select, values, first) {
  while (select.firstChild) { select.removeChild(select.firstChild); }
  [first].concat(values).forEach(function (value, i) {
    var option = document.createElement("option");
    option.value = i ? value : "";
    option.textContent = value;
    select.appendChild(option);
  });
}

// A list where there is one, else a field to write in.
function choose(name, values) {
  var select = byId("f-" + name), text = byId("t-" + name);
  if (values && values.length) { fill(select, values, "请选择"); } else { select.hidden = true; text.hidden = false; }
}

function value(name) {
  var text = byId("t-" + name);
  return (text && !text.hidden ? text : byId("f-" + name)).value.trim();
}

function showPoints() {
  var street = value("street");
  var names = DATA.points.filter(function (p) { return !street || p[0] === street; }).map(function (p) { return p[1]; });
  choose("point", names);
}

function showOriginal() {
  var at = (DATA.choices["条文"] || []).indexOf(byId("f-article").value) - 1, box = byId("original");
  box.hidden = at < 0;
  box.textContent = at < 0 ? "" : DATA.texts[at];
}

function two(n) { return (n < 10 ? "0" : "") + n; }

function stamp(now) {
  return now.getFullYear() + two(now.getMonth() + 1) + two(now.getDate()) + two(now.getHours()) + two(now.getMinutes()) + two(now.getSeconds());
}

function chance() {
  var numbers = new Uint32Array(1);
  window.crypto.getRandomValues(numbers);
  return (numbers[0] % 46656 + 46656).toString(36).slice(-3).toUpperCase();
}

var SERIES = "W" + stamp(new Date()) + chance();

function entry() {
  var street = value("street"), point = value("point");
  if (!street) { DATA.points.forEach(function (p) { if (p[1] === point) { street = street || p[0]; } }); }
  made += 1;
  return [SERIES + "-" + two(made), value("article"), value("attitude"), byId("f-text").value, byId("f-reason").value,
    street, point, value("date"), value("channel"), value("person"), value("contact")];
}

function field(text) {
  var safe = DATA.formulas.some(function (mark) { return text.indexOf(mark) === 0; }) ? "'" + text : text;
  return "\"" + safe.replace(/"/g, "\"\"") + "\"";
}

function csv() {
  return "\ufeff" + [DATA.columns].concat(rows).map(function (row) { return row.map(field).join(","); }).join("\r\n") + "\r\n";
}

function save() {
  var link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv()], {type: "text/csv;charset=utf-8"}));
  link.download = "意见_" + stamp(new Date()) + ".csv";
  document.body.appendChild(link);
  link.click();
  document.body.removeChild(link);
  saved = true;
  byId("said").textContent = "已保存 " + rows.length + " 条。";
}

function show() {
  var list = byId("list");
  while (list.firstChild) { list.removeChild(list.firstChild); }
  rows.forEach(function (row, i) {
    var item = document.createElement("li"), head = document.createElement("small"), remove = document.createElement("button");
    head.textContent = [row[1], row[2], row[9]].filter(Boolean).join("　") + "\n";
    remove.type = "button"; remove.className = "plain"; remove.textContent = "删去";
    remove.addEventListener("click", function () { rows.splice(i, 1); saved = false; show(); });
    item.appendChild(head);
    item.appendChild(document.createTextNode(row[3] + (row[4] ? "\n理由：" + row[4] : "")));
    item.appendChild(remove);
    list.appendChild(item);
  });
  byId("count").textContent = String(rows.length);
  byId("save").disabled = !rows.length;
}

choose("street", DATA.choices["街镇"]);
showPoints();
fill(byId("f-article"), DATA.choices["条文"], "请选择");
fill(byId("f-attitude"), DATA.choices["态度"], "请选择");
fill(byId("f-channel"), DATA.choices["渠道"], "请选择");
byId("f-street").addEventListener("change", showPoints);
byId("f-article").addEventListener("change", showOriginal);
byId("save").addEventListener("click", save);
byId("form").addEventListener("submit", function (event) {
  event.preventDefault();
  if (!byId("f-text").value.trim()) { byId("said").textContent = "请写意见内容。"; return; }
  rows.push(entry());
  saved = false;
  ["f-text", "f-reason", "f-attitude"].forEach(function (id) { byId(id).value = ""; });
  byId("said").textContent = "已加入第 " + rows.length + " 条。同一个人还有意见的接着填；换人请改提交人。";
  show();
  byId("f-text").focus();
});
window.addEventListener("beforeunload", function (event) { if (!saved) { event.preventDefault(); event.returnValue = ""; } });
