"""Logs of requests, of any size: what they are flattened to, and what they come to.

What the tape says can be summed is summed by an engine, all else row by row. Every format becomes one table of whole
numbers, `requests`, a row a request that is to be priced:

    model, provider, region   VARCHAR, as the log has them; '' where it says none
    ms                        BIGINT, milliseconds since 1970, UTC; null where it says none
    input, cache_write, cache_read, reasoning, output
                              BIGINT, tokens in classes that share none
    latency, ttft             BIGINT, microseconds; null where it says none

and further columns by which it is grouped, under their own names, VARCHAR. Whole numbers, so that every engine sums
them to the same figures in whatever order.
"""
