import requests
import time


def make_request_with_retry(url, headers, max_retries=3):
   for attempt in range(max_retries):
       response = requests.get(url, headers=headers)
      
       if response.status_code == 429:
           # Rate limited, wait and retry
           wait_time = 60  # seconds
           print(f"Rate limited. Waiting {wait_time} seconds...")
           time.sleep(wait_time)
           continue
      
       return response
  
   raise Exception("Max retries exceeded")
