import pytest

for _part in ("resource", "contract", "reading", "writing", "refusals", "read_only", "paging", "operation_contract"):
    pytest.register_assert_rewrite(f"tests.api.{_part}")
