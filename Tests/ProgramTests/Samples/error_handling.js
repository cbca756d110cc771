async function makeVideoRequest(prompt, duration, apiKey) {
 const url = 'http://34.67.47.2:8000/api/v1/generate/text-to-video';
  try {
   const response = await fetch(url, {
     method: 'POST',
     headers: {
       'Authorization': `Bearer ${apiKey}`,
       'Content-Type': 'application/json',
     },
     body: JSON.stringify({
       prompt: prompt,
       duration_seconds: duration
     }),
   });
  
   if (response.status === 402) {
     const errorData = await response.json();
     console.log(`Insufficient balance: ${errorData.detail}`);
     return null;
   }
  
   if (!response.ok) {
     throw new Error(`HTTP error! status: ${response.status}`);
   }
  
   return await response.json();
  
 } catch (error) {
   console.log(`Request failed: ${error.message}`);
   return null;
 }
}
