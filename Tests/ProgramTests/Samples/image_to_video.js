// Generate video from image
const fileInput = document.getElementById('imageInput');
const imageFile = fileInput.files[0];


const formData = new FormData();
formData.append('image', imageFile);
formData.append('prompt', 'The person starts smiling and waves at the camera');
formData.append('duration_seconds', '6');


const response = await fetch('https://tryvinci.com/api/v1/generate/image-to-video', {
 method: 'POST',
 headers: {
   'Authorization': 'Bearer sk-your-api-key-here',
 },
 body: formData,
});


const result = await response.json();
console.log(`Generation started. Request ID: ${result.request_id}`);
console.log(`Estimated cost: $${result.estimated_cost_usd}`);
