"""Scenarios, backtests, tracking, reports and the command line."""
