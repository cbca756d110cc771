// Generate a video from text
const response = await fetch('https://tryvinci.com/api/v1/generate/text-to-video', {
 method: 'POST',
 headers: {
   'Authorization': 'Bearer sk-your-api-key-here',
   'Content-Type': 'application/json',
 },
 body: JSON.stringify({
   prompt: 'A serene sunset over a calm lake',
   duration_seconds: 5,
   aspect_ratio: '16:9'
 }),
});


const result = await response.json();
console.log(`Request ID: ${result.request_id}`);
