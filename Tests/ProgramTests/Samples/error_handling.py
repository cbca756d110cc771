import requests


def make_video_request(prompt, duration, api_key):
   url = "http://34.67.47.2:8000/api/v1/generate/text-to-video"
   headers = {
       "Authorization": f"Bearer {api_key}",
       "Content-Type": "application/json"
   }
   data = {
       "prompt": prompt,
       "duration_seconds": duration
   }
  
   try:
       response = requests.post(url, headers=headers, json=data)
      
       if response.status_code == 402:
           error_data = response.json()
           print(f"Insufficient balance: {error_data['detail']}")
           return None
      
       response.raise_for_status()
       return response.json()
      
   except requests.exceptions.RequestException as e:
       print(f"Request failed: {e}")
       return None
