"""What attributes of spans of OpenTelemetry that ask a model are called, for who reads spans and for who reads logs.

Of each, the names of today come first, then one that is agreed and not released, then older ones and those of
libraries; the first that a span has is what it says.
Names: https://github.com/open-telemetry/semantic-conventions-genai
"""

from __future__ import annotations

OPERATION = ("gen_ai.operation.name", "llm.request.type")
REQUESTED, ANSWERED = "gen_ai.request.model", "gen_ai.response.model"
PROVIDER = ("gen_ai.provider.name", "gen_ai.system")

INPUT = ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")
OUTPUT = ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens")
CACHE_READ = ("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens")
CACHE_WRITE = (
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.cache_write_input_tokens",
)
REASONING = ("gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens")
TOTAL = ("gen_ai.usage.total_tokens", "llm.usage.total_tokens")
