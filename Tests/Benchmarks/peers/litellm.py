"""LiteLLM: pass-through endpoints, and its hook for one's own token check, which also gives the rate."""

import json
import os
import pathlib
import secrets
import shutil

from servers import READS_PER_MINUTE, Server, free_port

# No line for each request, as for everybody else.
LOGGING = {
    "version": 1, "disable_existing_loggers": False, "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {
        "uvicorn": {"handlers": ["stderr"], "level": "INFO"}, "uvicorn.access": {"level": "WARNING"}}}


class LiteLLM(Server):
    version = ["litellm", "--version"]
    caches = False

    def __init__(self, folder, simulator, key, tokens):
        port = free_port()
        folder = pathlib.Path(folder)
        clients = {token: f"client{number}" for number, token in enumerate(tokens)}
        (folder / "clients.json").write_text(json.dumps({"per_minute": READS_PER_MINUTE, "clients": clients}))
        shutil.copy(pathlib.Path(__file__).with_name("litellm_clients.py"), folder / "clients.py")
        # JSON is YAML too.
        config = folder / "litellm.yaml"
        config.write_text(json.dumps({"model_list": [], "general_settings": {
            "master_key": f"sk-{secrets.token_hex(24)}", "custom_auth": "clients.check",
            "pass_through_endpoints": [{
                "path": "/api/v1", "target": f"{simulator.url}/api/v1", "include_subpath": True,
                "headers": {"Authorization": f"Bearer {key}"}}]}}))
        logging = folder / "logging.json"
        logging.write_text(json.dumps(LOGGING))
        environment = {
            # Nothing is fetched from anywhere.
            "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION", "LITELLM_LOG": "ERROR",
            "HOME": str(folder)}
        command = ["litellm", "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
        command += ["--num_workers", str(os.cpu_count()), "--telemetry", "False", "--log_config", str(logging)]
        super().__init__(folder, "litellm", command, port, environment)

    def is_ready(self):
        """Its workers start one after the other."""
        return self.log.read_text(errors="replace").count("Application startup complete") == os.cpu_count()
