"""How near a reconstruction is to the true image: MSE, PSNR, SSIM, LPIPS."""
