import requests


# Generate a video from text
url = "https://tryvinci.com/api/v1/generate/text-to-video"
headers = {
   "Authorization": "Bearer sk-your-api-key-here",
   "Content-Type": "application/json"
}
data = {
   "prompt": "A serene sunset over a calm lake",
   "duration_seconds": 5,
   "aspect_ratio": "16:9"
}


response = requests.post(url, headers=headers, json=data)
result = response.json()
print(f"Request ID: {result['request_id']}")
