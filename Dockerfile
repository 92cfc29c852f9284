# The mock, and the suite beside it:
#   docker build --tag webhook-mock . && docker run --rm --publish 127.0.0.1:8080:8080 webhook-mock
# Every option of webhook-mock is a variable WEBHOOK_MOCK_...; `docker run ... webhook-contract check` runs the suite.

FROM python:3.12-slim AS build
WORKDIR /source
COPY . .
RUN python -m venv --without-pip /opt/webhook \
 && pip --python /opt/webhook/bin/python install --no-cache-dir --no-compile \
      --constraint .ci/constraints.txt '.[postgresql,redis,tls]'

FROM python:3.12-slim
COPY --from=build /opt/webhook /opt/webhook
RUN useradd --system --uid 10001 --no-create-home webhook \
 && install --directory --owner=webhook /data
# Outside of a container the mock listens on loopback; inside, nobody could reach it there.
ENV PATH=/opt/webhook/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    WEBHOOK_MOCK_HOST=0.0.0.0 \
    WEBHOOK_MOCK_PORT=8080 \
    WEBHOOK_MOCK_LOG=text
USER 10001
# For WEBHOOK_MOCK_DATABASE=sqlite:////data/hooks.db; without it the mock keeps nothing.
WORKDIR /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=10s --start-period=10s --retries=3 CMD ["webhook-mock", "--health"]
CMD ["webhook-mock"]
