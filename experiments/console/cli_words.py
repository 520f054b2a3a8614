"""Help and usage errors of the command line in the user's language."""

import re
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperCommand, TyperGroup

from data.language import Language

# Base class of all usage errors; Typer has no public name for it.
USAGE_FAULT: type[Exception] = next(
    one for one in typer.BadParameter.__mro__ if one.__name__ == "ClickException"
)
_HELP = {
    "Usage:": "用法：",
    "Options:": "选项：",
    "Commands:": "命令：",
    "Arguments:": "参数：",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]…",
    "Show this message and exit.": "显示本帮助",
    "[required]": "[必填]",
    "[default: ": "[默认 ",
}
_MESSAGES = (
    (r"Invalid value for '(.+?)': ", r"\1 的取值不对："),
    (r"Input should be less than or equal to (\S+)", r"不能大于 \1"),
    (r"Input should be greater than or equal to (\S+)", r"不能小于 \1"),
    (r"Input should be a valid integer.*", "应为整数"),
    (r"Input should be a valid number.*", "应为数字"),
    (r"Input should be (.+?) or (.+)", r"应为 \1 或 \2"),
    (r"No such option: (\S+)\.?", r"没有选项 \1。"),
    (r" ?\(Possible options: (.*)\)", r"是否指 \1？"),
    (r" ?Did you mean (one of: )?(.*)\?", r"是否指 \2？"),
    (r"No such command '(.+?)'\.", r"没有命令 \1。"),
    (r"Missing argument '(.+?)'\.", r"缺少参数 \1。"),
    (r"Missing option '(.+?)'\.", r"缺少选项 \1。"),
    (r"Missing command\.", "缺少命令。"),
    (r"Option '(.+?)' requires an argument\.", r"选项 \1 后面要有值。"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", r"多出的参数：\1"),
    (r"Value error, ", ""),
    (r"'(.+?)' is not one of (.+)\.", r"应为 \2 之一"),
)


def message_words(message: str, language: Language) -> str:
    """Return a usage error message in ``language``.

    >>> message_words("Missing argument 'results'.", "zh")
    '缺少参数 results。'
    """
    if language == "en":
        return message
    for pattern, words in _MESSAGES:
        message = re.sub(pattern, words, message)
    return message


def print_usage_fault(fault: Any, language: Language) -> int:
    """Print a usage error and how to get help; return the exit code."""
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    message = fault.format_message()
    if message:
        console.print(message_words(message, language))
    context = getattr(fault, "ctx", None)
    if context is not None and "--help" not in message:
        seen = {"zh": "用法见", "en": "For help"}[language]
        console.print(f"{seen}: {context.command_path} --help")
    return int(fault.exit_code)


def classes(language: Language) -> tuple[type[TyperCommand], type[TyperGroup]]:
    """Return command and group classes with help in ``language``."""

    class Command(TyperCommand):
        def get_help(self, ctx: Any) -> str:
            """Return the help of the command."""
            _choose_words(self.params, language)
            return _help_words(super().get_help(ctx), language)

    class Group(TyperGroup):
        def get_help(self, ctx: Any) -> str:
            """Return the help of the group."""
            return _help_words(super().get_help(ctx), language)

    return Command, Group


def _choose_words(params: Any, language: Language) -> None:
    """Keep the part in ``language`` of help texts ``english / 中文``."""
    for one in params:
        english, found, chinese = (getattr(one, "help", None) or "").partition(" / ")
        if found:
            one.help = chinese if language == "zh" else english


def _help_words(text: str, language: Language) -> str:
    for english, chinese in _HELP.items() if language == "zh" else ():
        text = text.replace(english, chinese)
    return text
