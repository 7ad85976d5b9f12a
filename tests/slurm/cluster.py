"""A SLURM cluster of one node in a folder of its own, with daemons of its own and nothing else of the machine changed.

    python tests/slurm/cluster.py up /tmp/cluster       # as root, on Debian with slurm-wlm and munge installed
    python tests/slurm/cluster.py up-with-accounting /tmp/cluster       # and slurmdbd and mariadb-server
    python tests/slurm/cluster.py down /tmp/cluster

No cgroups. The node claims 8 CPUs and one GPU, which is /dev/null: jobs that ask for a GPU are scheduled as
such, and torch still sees none. /etc/slurm/slurm.conf and gres.conf become links into the folder while it is up, since what
runs inside a job cannot be told of another place.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import accounting

ETC = Path("/etc/slurm")
DAEMONS = ("slurmd", "slurmctld", "slurmdbd", "mariadb/mariadb", "munged")  # in the order in which they are stopped

CONF = """\
ClusterName=toy
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=2
JobAcctGatherParams=OverMemoryKill
JobCompType=jobcomp/none
ReturnToService=2
MinJobAge=300
SlurmdParameters=config_overrides
GresTypes=gpu
NodeName={host} NodeAddr=127.0.0.1 CPUs=8 RealMemory=16000 Gres=gpu:1 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE DefMemPerCPU=500 State=UP
PartitionName=gpu Nodes={host} MaxTime=INFINITE DefMemPerCPU=500 State=UP
"""
NO_ACCOUNTING = "AccountingStorageType=accounting_storage/none\n"


@contextmanager
def cluster(folder: Path, accounts: bool = False) -> Iterator[Path]:
    """The cluster while the block runs; taken down by pid afterwards, also when the block fails."""
    try:
        up(folder, accounts)
        yield folder
    finally:
        down(folder)


def up(folder: Path, accounts: bool = False) -> None:
    """Starts the daemons and waits until the node is idle; `accounts` says whether sacct shall work."""
    host = subprocess.run(["hostname", "-s"], check=True, capture_output=True, text=True).stdout.strip()
    for name in ("munge", "state", "spool", "log"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    # munged wants to be reachable by all, and its key by nobody else.
    for open_to_all in (folder, folder / "munge"):
        open_to_all.chmod(0o755)
    key = folder / "munge" / "munge.key"
    key.unlink(missing_ok=True)
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    conf = CONF + (accounting.CONF if accounts else NO_ACCOUNTING)
    (folder / "slurm.conf").write_text(conf.format(folder=folder, host=host))
    (folder / "gres.conf").write_text(f"NodeName={host} Name=gpu File=/dev/null\n")
    munge = folder / "munge"
    files = [f"--{kind}={munge / name}" for kind, name in
             (("socket", "munge.socket"), ("key-file", "munge.key"), ("log-file", "munged.log"),
              ("seed-file", "munged.seed"))]  # fmt: skip
    subprocess.run(["munged", *files, f"--pid-file={folder / 'munged.pid'}"], check=True)
    ETC.mkdir(exist_ok=True)
    for name in ("slurm.conf", "gres.conf"):
        link = ETC / name
        if link.exists() and not link.is_symlink():
            sys.exit(f"error: {link}: this machine has a SLURM of its own; try this on one that has none.")
        link.unlink(missing_ok=True)
        link.symlink_to(folder / name)
    if accounts:
        accounting.start(folder)
    subprocess.run(["slurmctld"], check=True)
    subprocess.run(["slurmd", "-N", host], check=True)
    wait_idle()


def wait_idle(seconds: float = 30) -> None:
    """Waits until the node takes jobs; ends the process with one sentence if it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        state = subprocess.run(["sinfo", "-h", "-p", "main", "-o", "%t"], capture_output=True, text=True).stdout.strip()
        if state == "idle":
            return
        time.sleep(0.2)
    sys.exit(f"error: the cluster's node is {state or 'unknown'}, not idle; see its log folder.")


def down(folder: Path) -> None:
    """Stops what `up` started and the jobs that still run, and takes its links away."""
    if (folder / "slurmctld.pid").is_file():
        end_jobs()
    for name in DAEMONS:
        pid = folder / f"{name}.pid"
        if not pid.is_file():
            continue
        stop(int(pid.read_text()))
    for name in ("slurm.conf", "gres.conf"):
        link = ETC / name
        if link.is_symlink() and link.readlink() == folder / name:
            link.unlink()


def end_jobs(seconds: float = 20) -> None:
    """Cancels all jobs and waits for their end: they would outlive the daemons."""
    end = time.monotonic() + seconds
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(["scancel", "--user", "root"], timeout=seconds)
        while time.monotonic() < end:
            listed = subprocess.run(["squeue", "-h"], capture_output=True, timeout=seconds)
            if not listed.stdout.strip():
                return
            time.sleep(0.5)


def stop(pid: int, seconds: float = 10) -> None:
    """Ends a process, kindly first."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                return
            time.sleep(0.2)


if __name__ == "__main__":
    command, where = sys.argv[1:]
    folder = Path(where).resolve()
    down(folder) if command == "down" else up(folder, accounts=command == "up-with-accounting")
