const requestId = 'your-request-id';
const url = `https://tryvinci.com/api/v1/status/${requestId}`;


const checkStatus = async () => {
 const response = await fetch(url, {
   headers: {
     'Authorization': 'Bearer sk-your-api-key-here',
   },
 });
  const status = await response.json();
  if (status.status === 'completed') {
   console.log(`Video ready: ${status.video_url}`);
   return status;
 } else if (status.status === 'failed') {
   console.log('Generation failed');
   return status;
 }
  console.log(`Status: ${status.status}`);
 setTimeout(checkStatus, 5000);
};


checkStatus();
