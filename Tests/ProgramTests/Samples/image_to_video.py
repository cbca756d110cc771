import requests


# Generate video from image
url = "https://tryvinci.com/api/v1/generate/image-to-video"
headers = {"Authorization": "Bearer sk-your-api-key-here"}


# Prepare form data
files = {"image": open("portrait.jpg", "rb")}
data = {
   "prompt": "The person starts smiling and waves at the camera",
   "duration_seconds": 6
}


response = requests.post(url, headers=headers, files=files, data=data)
result = response.json()


print(f"Generation started. Request ID: {result['request_id']}")
print(f"Estimated cost: ${result['estimated_cost_usd']}")
