"""LiteLLM imports this file beside its configuration: keys of its own kind need PostgreSQL, this hook does not."""

import json
import pathlib

from fastapi import HTTPException
from litellm.proxy._types import UserAPIKeyAuth

TERMS = json.loads(pathlib.Path(__file__).with_name("clients.json").read_text(encoding="utf-8"))


async def check(request, api_key):
    client = TERMS["clients"].get(api_key)
    if client is None:
        raise HTTPException(status_code=401, detail="Invalid API key")
    return UserAPIKeyAuth(api_key=api_key, user_id=client, rpm_limit=TERMS["per_minute"])
