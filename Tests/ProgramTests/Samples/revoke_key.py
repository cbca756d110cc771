import requests


key_id = "vinci_abc123..."
url = f"http://34.67.47.2:8000/api/v1/keys/{key_id}"
headers = {"Authorization": "Bearer sk-your-api-key-here"}


response = requests.delete(url, headers=headers)
result = response.json()


print(f"API key revoked: {result['message']}")
