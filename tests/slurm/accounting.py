"""The accounting of the test cluster: a MariaDB and a slurmdbd of its own. Needs slurmdbd and mariadb-server."""

import os
import subprocess
import time
from pathlib import Path

PORT = 16306
# For slurm.conf. The last line but one is where slurmctld finds munge; job_comment carries the rule's name.
CONF = """\
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=16819
AccountingStorageTRES=gres/gpu
AccountingStoragePass={folder}/munge/munge.socket
AccountingStoreFlags=job_comment
"""
DBD = """\
AuthType=auth/munge
AuthInfo=socket={folder}/munge/munge.socket
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort=16819
SlurmUser=root
LogFile={folder}/log/slurmdbd.log
PidFile={folder}/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={port}
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct_db
"""
SQL = """\
create database slurm_acct_db;
create user slurm@127.0.0.1 identified by 'slurm';
create user slurm@localhost identified by 'slurm';
grant all on slurm_acct_db.* to slurm@127.0.0.1;
grant all on slurm_acct_db.* to slurm@localhost;
"""


def start(folder: Path) -> None:
    """The database, slurmdbd, and the cluster, account and user in it. munged runs and slurm.conf is in place."""
    base = folder / "mariadb"
    subprocess.run(["install", "-d", "-o", "mysql", "-g", "mysql", base], check=True)
    own = ["--no-defaults", "--user=mysql", f"--datadir={base / 'data'}"]
    install = ["mariadb-install-db", *own, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(install, check=True, stdout=subprocess.DEVNULL)
    socket = f"--socket={base / 'm.sock'}"
    listen = ["--bind-address=127.0.0.1", f"--port={PORT}", f"--pid-file={base / 'mariadb.pid'}"]
    size = ["--innodb-buffer-pool-size=64M", "--innodb-lock-wait-timeout=900"]
    with (folder / "log" / "mariadb.log").open("w") as log:
        # A daemon as the others are: it outlives the command that starts the cluster.
        daemon = ["setsid", "--fork", "mariadbd", *own, socket, *listen, *size]
        subprocess.run(daemon, check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    _until_it_works(["mariadb-admin", "--no-defaults", socket, "-u", "root", "ping"])
    subprocess.run(["mariadb", "--no-defaults", socket, "-u", "root"], input=SQL, text=True, check=True)
    conf = folder / "slurmdbd.conf"
    conf.touch(0o600)  # one that others can read is refused
    conf.write_text(DBD.format(folder=folder, port=PORT))
    # slurmdbd looks for its file beside slurm.conf.
    subprocess.run(["slurmdbd"], env=os.environ | {"SLURM_CONF": str(folder / "slurm.conf")}, check=True)
    _until_it_works(["sacctmgr", "-n", "list", "cluster"])
    for words in (["cluster", "toy"], ["account", "paper"], ["user", "root", "Account=paper"]):
        subprocess.run(["sacctmgr", "-i", "-Q", "add", *words], check=True, stdout=subprocess.DEVNULL)


def _until_it_works(command: list[str], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while subprocess.run(command, capture_output=True).returncode != 0:
        if time.monotonic() > end:
            raise SystemExit(f"error: {command[0]} does not answer; see the cluster's log folder.")
        time.sleep(0.3)
