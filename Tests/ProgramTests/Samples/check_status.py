import requests
import time


request_id = "your-request-id"
url = f"https://tryvinci.com/api/v1/status/{request_id}"
headers = {"Authorization": "Bearer sk-your-api-key-here"}


while True:
   response = requests.get(url, headers=headers)
   status = response.json()
  
   if status['status'] == 'completed':
       print(f"Video ready: {status['video_url']}")
       break
   elif status['status'] == 'failed':
       print("Generation failed")
       break
  
   print(f"Status: {status['status']}")
   time.sleep(5)
