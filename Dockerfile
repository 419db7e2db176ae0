FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock ./
# Everything is fetched with its hash checked; only what runs is installed from it.
RUN python3 -m venv /build/venv && \
    /build/venv/bin/pip wheel --quiet --require-hashes --wheel-dir /wheels -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY watchers watchers
COPY rules rules
COPY stories stories
COPY store store
COPY beats beats
COPY outlets outlets
RUN python3 -m venv /opt/backchannel && \
    /opt/backchannel/bin/pip install --quiet --no-index --find-links /wheels . && \
    /opt/backchannel/bin/python -m compileall -q /opt/backchannel/lib

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home backchannel && \
    install -d -o backchannel -g backchannel /data
COPY --from=build /opt/backchannel /opt/backchannel
COPY config.toml /app/config.toml
WORKDIR /app
ENV PATH=/opt/backchannel/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BACKCHANNEL_CONFIG=/app/config.toml \
    BACKCHANNEL_DATA=/data \
    BACKCHANNEL_LOG=json
USER backchannel
VOLUME /data
# Of [websub], where it is used.
EXPOSE 8088
STOPSIGNAL SIGTERM
# The bot touches its heartbeat every ten seconds. A shell asks, since Python would take a second to.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
    CMD find /data/heartbeat -newermt '-60 seconds' | grep -q .
ENTRYPOINT ["backchannel"]
CMD ["run"]
