#!/usr/bin/env bash
# Exit code 0 when the gateway may take orders. For images that have no HTTP client: bash speaks TCP itself.
set -euo pipefail

exec 3<>"/dev/tcp/127.0.0.1/${VINCI_GATEWAY_ADMIN_PORT:-8081}"
printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
[[ $status == 200 ]]
