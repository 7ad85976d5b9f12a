"""The generator of GIAS and GIFD: a small StyleGAN2 at 32x32."""
