"""Schema -> payloads, as a compiler.

    Schema --canonicalize--> plan --compile--> sampler --sample, prove--> payload

`plan` turns jsonschema-rs's canonical form (merged, typed, contradictions found) into a graph of shapes and lays the
schema's own hints (`examples`, `default`, `x-hookcli`) beside it; `compiler` makes one Python closure of it for a
mode; `generator` samples, and lets nothing out that the schema refuses. `boundary` and `invalid` walk instead.
"""
