"""What a CPU spends its time on, in C++: the gradient of DLG's LeNet and its derivative, an image a SIMD lane; the total
variation; the recursion of L-BFGS."""
