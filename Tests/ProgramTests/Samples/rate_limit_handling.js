async function makeRequestWithRetry(url, options, maxRetries = 3) {
 for (let attempt = 0; attempt < maxRetries; attempt++) {
   const response = await fetch(url, options);
  
   if (response.status === 429) {
     // Rate limited, wait and retry
     const waitTime = 60000; // milliseconds
     console.log(`Rate limited. Waiting ${waitTime/1000} seconds...`);
     await new Promise(resolve => setTimeout(resolve, waitTime));
     continue;
   }
  
   return response;
 }
  throw new Error('Max retries exceeded');
}
