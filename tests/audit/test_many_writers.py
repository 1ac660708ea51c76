"""Many processes write the trail at once and a third of their transactions come to nothing: one trail, no gap.

`make torture` (PORTAL_TORTURE=1) lets 16 processes write 1,000 times each, on both databases.
"""

import os
import random
import sys
import traceback

import pytest
from django.db import OperationalError, connections, transaction

from operations.choices import OperationStatus
from operations.models import AuditEvent, AuditHead, GroupPolicyOperation
from operations.services import audit_log
from operations.services.operations import records
from tests import rows
from tests.audit.histories import verified

TORTURE = os.environ.get("PORTAL_TORTURE") == "1"
PROCESSES, TIMES = (16, 1000) if TORTURE else (4, 30)
MOST_WAITS = 100


class AbortedError(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_processes_that_write_at_once_make_one_trail_without_a_gap() -> None:
    connections.close_all()
    children = [fork(number) for number in range(PROCESSES)]
    ends = [os.waitpid(child, 0)[1] for child in children]
    assert ends == [0] * PROCESSES
    kept = PROCESSES * (TIMES - TIMES // 3)
    assert GroupPolicyOperation.objects.count() == kept
    numbers = AuditEvent.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(numbers) == list(range(1, kept + 1))
    assert AuditHead.objects.get().sequence == kept
    audit_log.sign_checkpoint(by=rows.everybody())
    assert verified().damages == []


def fork(number: int) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        for turn in range(1, TIMES + 1):
            write(aborted=turn % 3 == 0, chance=random.Random(number * TIMES + turn))
        connections.close_all()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def write(*, aborted: bool, chance: random.Random) -> None:
    """SQLite's waiting writers are not served in turn: one that waited too long begins again, as a client would."""
    for _ in range(MOST_WAITS):
        try:
            with transaction.atomic():
                records.record_operation(by=rows.everybody(), operation_status=chance.choice(OperationStatus.values))
                if aborted:
                    raise AbortedError
        except AbortedError:
            return
        except OperationalError as error:
            if "locked" not in str(error):
                raise
        else:
            return
    raise TimeoutError
