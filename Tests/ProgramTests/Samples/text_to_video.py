import requests
import time


# Generate video from text
url = "https://tryvinci.com/api/v1/generate/text-to-video"
headers = {
   "Authorization": "Bearer sk-your-api-key-here",
   "Content-Type": "application/json"
}
data = {
   "prompt": "A majestic eagle soaring through mountain peaks at sunset",
   "duration_seconds": 8,
   "aspect_ratio": "16:9"
}


response = requests.post(url, headers=headers, json=data)
result = response.json()
request_id = result["request_id"]


print(f"Generation started. Request ID: {request_id}")
print(f"Estimated cost: ${result['estimated_cost_usd']}")


# Poll for completion
status_url = f"https://tryvinci.com/api/v1/status/{request_id}"


while True:
   status_response = requests.get(status_url, headers=headers)
   status = status_response.json()
  
   print(f"Status: {status['status']}")
  
   if status['status'] == 'completed':
       print(f"Video ready: {status['video_url']}")
       print(f"Duration: {status['duration_seconds']} seconds")
       print(f"Final cost: ${status['cost_usd']}")
       break
   elif status['status'] == 'failed':
       print("Generation failed")
       break
  
   time.sleep(5)
