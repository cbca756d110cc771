"""The gateways and proxies that are measured beside ours, each configured for the same job: see README.md."""

from peers.caddy import Caddy
from peers.envoy import Envoy
from peers.haproxy import HAProxy
from peers.litellm import LiteLLM
from peers.nginx import Nginx
from peers.traefik import Traefik

# By the name that --servers takes. Each is made with (folder, simulator, key, tokens).
PEERS = {
    "nginx": Nginx, "haproxy": HAProxy, "caddy": Caddy, "traefik": Traefik, "envoy": Envoy, "litellm": LiteLLM,
}
