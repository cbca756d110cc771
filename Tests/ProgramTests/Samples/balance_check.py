import requests


def check_balance_for_video(duration_seconds, api_key):
   """Check if balance is sufficient for video generation"""
  
   # Check current balance
   balance_url = "http://34.67.47.2:8000/api/v1/billing/balance"
   headers = {"Authorization": f"Bearer {api_key}"}
  
   response = requests.get(balance_url, headers=headers)
   balance = response.json()
  
   # Calculate estimated cost
   estimated_cost = duration_seconds * 0.05
   current_balance = balance['balance_usd']
  
   print(f"Current balance: ${current_balance:.2f}")
   print(f"Estimated cost: ${estimated_cost:.2f}")
  
   if current_balance < estimated_cost:
       print("❌ Insufficient balance for this request")
       return False
  
   print("✅ Sufficient balance available")
   return True


# Example usage
api_key = "sk-your-api-key-here"
video_duration = 8  # seconds


if check_balance_for_video(video_duration, api_key):
   print("Proceeding with video generation...")
   # Make video generation request
else:
   print("Please add more credits to your account")
