"""What LiteLLM tells callbacks of requests (`StandardLoggingPayload`), as JSON lines: `litellm_logs.py FILE`.

The answers are made here and nothing is asked of a network: one of OpenAI, one that has reasoning and was read from a
cache in part, one of Anthropic, whose usage LiteLLM makes its own, and a failure.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # its prices would else be fetched
KEPT = ("id", "call_type", "cache_hit", "status", "model", "custom_llm_provider", "prompt_tokens", "completion_tokens",
        "total_tokens", "startTime", "endTime", "completionStartTime", "response_time", "metadata")  # fmt: skip
CACHED = {"input_tokens": 40, "cache_read_input_tokens": 60, "cache_creation_input_tokens": 7, "output_tokens": 50}
DETAILS = {"prompt_tokens_details": {"cached_tokens": 60}, "completion_tokens_details": {"reasoning_tokens": 30}}


def main(target: Path) -> None:
    """Write the file that the tests read."""
    litellm: Any = import_module("litellm")
    types: Any = import_module("litellm.types.utils")
    anthropic = import_module("litellm.llms.anthropic.chat.transformation").AnthropicConfig()
    told: list[dict[str, Any]] = []

    def keep(kwargs: Any, *_: Any) -> None:
        told.append(kwargs["standard_logging_object"])

    litellm.success_callback = litellm.failure_callback = [keep]
    plain = types.Usage(prompt_tokens=100, completion_tokens=50, total_tokens=150)
    usages = {
        "openai/gpt-4o": plain,
        "openai/o3": types.Usage(prompt_tokens=100, completion_tokens=50, total_tokens=150, **DETAILS),
        "anthropic/claude-opus-4-5": anthropic.calculate_usage(CACHED, reasoning_content=None),
    }
    hello = [{"role": "user", "content": "Hello"}]
    for model, usage in usages.items():
        answer = types.ModelResponse(model=model.partition("/")[2], usage=usage)
        _asked(litellm, told, model, hello, mock_response=answer)
    _asked(litellm, told, "openai/gpt-4o", hello, mock_response=ConnectionError("no answer"))
    kept = [{name: each.get(name) for name in KEPT} for each in told]
    for each in kept:
        each["metadata"] = {"usage_object": each["metadata"]["usage_object"]}
    target.write_text("".join(f"{json.dumps(each, default=str)}\n" for each in kept), encoding="utf-8")


def _asked(litellm: Any, told: list[Any], model: str, hello: Any, **how: Any) -> None:
    """Ask, and wait until the callback has been told."""
    before = len(told)
    with suppress(Exception):  # of a failure the callback is told as well
        litellm.completion(model, hello, api_key="none", **how)
    end = time.monotonic() + 10
    while len(told) == before and time.monotonic() < end:
        time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
