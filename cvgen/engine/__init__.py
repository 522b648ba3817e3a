"""Running TeX: engines, passes, sandbox, prepared formats, logs."""
