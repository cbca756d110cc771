import requests


url = "https://tryvinci.com/api/v1/keys"
headers = {
   "Authorization": "Bearer sk-existing-api-key",
   "Content-Type": "application/json"
}
data = {
   "name": "Production API Key",
   "rate_limit": 20
}


response = requests.post(url, headers=headers, json=data)
result = response.json()


print(f"New API key created: {result['api_key']}")
print(f"Key ID: {result['key_id']}")
