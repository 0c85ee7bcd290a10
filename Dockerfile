# One image for every worker, the API and the command line. Kafka and Neo4j run from their own: docker-compose.yml.
ARG PYTHON=python:3.11-slim-trixie
ARG NEO4J=neo4j:2026.09.0-community

FROM ${PYTHON} AS build
WORKDIR /build
COPY requirements.lock pyproject.toml README.md LICENSE ./
# The tools of the build come from the lock as well, by their hashes.
RUN for tool in uv setuptools; do \
        grep -A 60 "^$tool==" requirements.lock | awk 'NR==1 || /^ +--hash/ {print; next} {exit}'; \
    done > tools.lock \
    && python -m venv tools \
    && tools/bin/pip install --quiet --no-cache-dir --require-hashes -r tools.lock
# What the project needs is in pyproject.toml, and the lock constrains each to its version and hashes: so the
# tools of its developers stay out.
RUN python -m venv --without-pip /opt/diurnal \
    && tools/bin/uv pip install --quiet --no-cache --compile-bytecode --python /opt/diurnal/bin/python \
        --require-hashes -c requirements.lock -r pyproject.toml
COPY ontology ontology
COPY runtime runtime
COPY ingest ingest
COPY graph graph
COPY analytics analytics
COPY api api
RUN tools/bin/pip wheel --quiet --no-deps --no-build-isolation -w wheels . \
    && tools/bin/uv pip install --quiet --no-cache --compile-bytecode --python /opt/diurnal/bin/python \
        --no-deps wheels/*.whl

FROM ${NEO4J} AS server

# The guard, which keeps readers from what they may not see, against the jars of the image that loads it.
FROM build AS guard
COPY --from=server /var/lib/neo4j/lib /neo4j/lib
RUN /opt/diurnal/bin/diurnal guard --jars /neo4j/lib --output /neo4j/diurnal-guard.jar

FROM server AS neo4j
COPY --from=guard /neo4j/diurnal-guard.jar /var/lib/neo4j/plugins/diurnal-guard.jar

FROM ${PYTHON} AS diurnal
# Whoever it runs as (docker-compose.yml names the owner of the secrets) must be able to write to a fresh volume.
RUN useradd --uid 10001 --home-dir /var/lib/diurnal --shell /usr/sbin/nologin diurnal \
    && install -d -m 1777 /var/lib/diurnal
COPY --from=build /opt/diurnal /opt/diurnal
ENV PATH=/opt/diurnal/bin:$PATH \
    DIURNAL_HOME=/var/lib/diurnal \
    NUMBA_CACHE_DIR=/tmp/numba \
    PYTHONUNBUFFERED=1
USER 10001:10001
ENTRYPOINT ["diurnal"]
CMD ["--help"]
