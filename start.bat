@echo off
rem Double-click: installs xuewei on the first call, then opens a window for its commands.
rem This file is plain ASCII; what people read is in start.py.
chcp 65001 >nul
set PYTHONUTF8=1
where py >nul 2>nul
if %errorlevel%==0 (
  py -3 "%~dp0start.py" %*
) else (
  python "%~dp0start.py" %*
)
if errorlevel 1 pause
