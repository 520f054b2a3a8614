# The command `xuewei` and what the team server runs, installed from the locks.
FROM python:3.11-slim-bookworm
# Debian's own security fixes come with each build, so that no version is pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make postgresql-client-15 rsync \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/xuewei
COPY . .
RUN make .venv/installed-server .venv/installed-cluster && rm -rf /root/.cache
# Numbers, not names: the folders that compose.yaml keeps belong to them.
RUN useradd --system --uid 2000 --home-dir /var/lib/xuewei --create-home xuewei \
    && install --directory --owner xuewei /var/lib/xuewei/artifacts /var/backups/xuewei
USER 2000
ENV PATH=/opt/xuewei/.venv/bin:$PATH MLFLOW_DISABLE_TELEMETRY=true
WORKDIR /var/lib/xuewei
CMD ["mlflow", "server", "--app-name", "basic-auth"]
