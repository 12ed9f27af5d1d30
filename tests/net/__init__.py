"""The namespace harness: an SBC between two client namespaces, real SIP user agents, captures, and what judges them.

Used by the end-to-end tests and by sbc/demo. Python's standard library only.
"""
