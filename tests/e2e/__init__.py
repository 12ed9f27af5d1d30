"""End-to-end tests: the real program between real user agents in network namespaces. tests/e2e/run_all.py runs them."""
