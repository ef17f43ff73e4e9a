@echo off
rem jietan @VERSION@: installs itself the first time (no network), then runs; without arguments it processes the sample.
setlocal
chcp 65001 >nul
set "HERE=%~dp0"
if not defined JIETAN_VENV set "JIETAN_VENV=%HERE%venv"
set HF_HUB_OFFLINE=1
set TRANSFORMERS_OFFLINE=1
set PYTHONUTF8=1
if exist "%JIETAN_VENV%\installed" goto ready
py -@PYTHON@ -c "import venv, ensurepip" >nul 2>&1
if errorlevel 1 (
  echo 这个文件夹需要 Python @PYTHON@（64 位），这台电脑上没有找到。请先安装，再打开一次。
  pause
  exit /b 1
)
echo 第一次使用，正在安装（不联网，约一分钟）……
if exist "%JIETAN_VENV%" rmdir /s /q "%JIETAN_VENV%"
py -@PYTHON@ -m venv "%JIETAN_VENV%" || goto failed
pushd "%HERE%"
"%JIETAN_VENV%\Scripts\python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --require-hashes -r wheels.txt
if errorlevel 1 (
  popd
  goto failed
)
popd
type nul >"%JIETAN_VENV%\installed"
:ready
if "%~1"=="" (
  "%JIETAN_VENV%\Scripts\jietan" demo
  pause
) else (
  "%JIETAN_VENV%\Scripts\jietan" %*
)
exit /b %errorlevel%
:failed
echo 没有装好。请把上面的文字记下来，找懂电脑的同事看一看。
pause
exit /b 1
