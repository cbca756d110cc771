import requests


url = "http://34.67.47.2:8000/api/v1/keys"
headers = {"Authorization": "Bearer sk-your-api-key-here"}


response = requests.get(url, headers=headers)
result = response.json()


print(f"Total API keys: {result['count']}")
for key in result['api_keys']:
   status = "Active" if key['is_active'] else "Disabled"
   print(f"- {key['name']}: {key['key_preview']} ({status})")
