# Somnium in a container, for x64 and arm64:
#
#   docker build -t somnium .
#   docker run --rm -p 7430:7430 somnium                                  # the viewer on http://localhost:7430
#   docker run --rm -v "$PWD/runs:/somnium/runs" somnium deno task train-world-model
FROM node:22-bookworm-slim AS base
ARG DENO_VERSION=2.9.6
# pip fetches TensorFlow's library; Chromium is for the viewer's tests.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates chromium fonts-liberation git python3-pip \
  && rm -rf /var/lib/apt/lists/* \
  && npm install --global deno@${DENO_VERSION}
ENV DENO_NO_UPDATE_CHECK=1

FROM base
WORKDIR /somnium
COPY . .
RUN deno task setup && deno cache tasks/*.ts
EXPOSE 7430
CMD ["deno", "task", "watch", "--hostname", "0.0.0.0", "--no-open"]
