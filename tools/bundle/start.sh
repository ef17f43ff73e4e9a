#!/bin/sh
# 街谈 @VERSION@：第一次执行时装好（不联网），以后直接运行。后面写什么就执行 jietan 的什么命令，不写就处理样例。
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
place="${JIETAN_VENV:-$here/venv}"
if [ ! -f "$place/installed" ]; then
  python=""
  for name in python@PYTHON@ python3 python; do
    if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys, venv, ensurepip; sys.exit("%d.%d" % sys.version_info[:2] != "@PYTHON@")' >/dev/null 2>&1; then
      python=$name
      break
    fi
  done
  if [ -z "$python" ]; then
    echo "这个文件夹需要 Python @PYTHON@（带 venv），这台电脑上没有找到。请先安装，再执行一次。" >&2
    exit 1
  fi
  echo "第一次使用，正在安装到 $place（不联网，约一分钟）……" >&2
  rm -rf "$place"
  "$python" -m venv "$place"
  (cd "$here" && "$place/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --require-hashes -r wheels.txt)
  : >"$place/installed"
fi
HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1
export HF_HUB_OFFLINE TRANSFORMERS_OFFLINE
if [ $# = 0 ]; then set -- demo; fi
exec "$place/bin/jietan" "$@"
