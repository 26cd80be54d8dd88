"""What LiteLLM tells callbacks of requests (`StandardLoggingPayload`), as JSON lines: `litellm_logs.py FILE`.

The answers are made here and nothing is asked of a network: one of OpenAI, one that has reasoning and was read from a
cache in part, one of Anthropic, whose usage LiteLLM makes its own, one that came from LiteLLM's own cache, and a failure.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # its prices would else be fetched
CACHED = {"input_tokens": 40, "cache_read_input_tokens": 60, "cache_creation_input_tokens": 7, "output_tokens": 50}
DETAILS = {"prompt_tokens_details": {"cached_tokens": 60}, "completion_tokens_details": {"reasoning_tokens": 30}}


def main(target: Path) -> None:
    """Write the file that the tests read."""
    litellm: Any = import_module("litellm")
    types: Any = import_module("litellm.types.utils")
    anthropic = import_module("litellm.llms.anthropic.chat.transformation").AnthropicConfig()
    told: list[dict[str, Any]] = []

    class Kept(import_module("litellm.integrations.custom_logger").CustomLogger):  # type: ignore[misc]
        def log_success_event(self, kwargs: Any, *_: Any) -> None:
            told.append(kwargs["standard_logging_object"])

        log_failure_event = log_success_event

    litellm.callbacks = [Kept()]
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
    litellm.cache = litellm.Cache(type="local")
    for _ in range(2):
        _asked(litellm, told, "openai/gpt-4o", hello, mock_response="Hi", caching=True)
    _asked(litellm, told, "openai/gpt-4o", hello, mock_response=ConnectionError("no answer"), caching=False)
    kept = [{k: v for k, v in each.items() if k not in ("messages", "response", "hidden_params")} for each in told]
    target.write_text("".join(f"{json.dumps(each, default=str)}\n" for each in kept), encoding="utf-8")


def _asked(litellm: Any, told: list[Any], model: str, hello: Any, **how: Any) -> None:
    """Ask, and wait until the callback has been told."""
    import time

    before = len(told)
    try:
        litellm.completion(model, hello, api_key="none", **how)
    except Exception:  # noqa: BLE001  a failure is told as well
        pass
    end = time.monotonic() + 10
    while len(told) == before and time.monotonic() < end:
        time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
