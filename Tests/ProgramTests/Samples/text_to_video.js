// Generate video from text
const generateVideo = async () => {
 const response = await fetch('https://tryvinci.com/api/v1/generate/text-to-video', {
   method: 'POST',
   headers: {
     'Authorization': 'Bearer sk-your-api-key-here',
     'Content-Type': 'application/json',
   },
   body: JSON.stringify({
     prompt: 'A majestic eagle soaring through mountain peaks at sunset',
     duration_seconds: 8,
     aspect_ratio: '16:9'
   }),
 });


 const result = await response.json();
 console.log(`Generation started. Request ID: ${result.request_id}`);
 console.log(`Estimated cost: $${result.estimated_cost_usd}`);
  return result.request_id;
};


// Check status
const checkStatus = async (requestId) => {
 const response = await fetch(`https://tryvinci.com/api/v1/status/${requestId}`, {
   headers: {
     'Authorization': 'Bearer sk-your-api-key-here',
   },
 });
  const status = await response.json();
 console.log(`Status: ${status.status}`);
  if (status.status === 'completed') {
   console.log(`Video ready: ${status.video_url}`);
   console.log(`Duration: ${status.duration_seconds} seconds`);
   console.log(`Final cost: $${status.cost_usd}`);
   return status;
 } else if (status.status === 'failed') {
   console.log('Generation failed');
   return status;
 }
  // Continue polling
 setTimeout(() => checkStatus(requestId), 5000);
};


// Usage
const requestId = await generateVideo();
await checkStatus(requestId);
